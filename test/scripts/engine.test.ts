import {execFileSync} from 'node:child_process';
import {chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {missingCapabilities, runtimeWithout} from '../../scripts/engine/capabilities.ts';
import {freeSecondOctet} from '../../scripts/engine/network.ts';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'k3dui-'));
});
afterEach(() => rmSync(folder, {recursive: true}));

test('names the capabilities that the bounding set lacks, up to the kernel’s last', () => {
	expect(missingCapabilities('CapBnd:\t000001fffeffffff\n', 40)).toEqual(['CAP_SYS_RESOURCE']);
	expect(missingCapabilities('CapBnd:\t000001ffffffffff\n', 40)).toEqual([]);
	expect(missingCapabilities('CapBnd:\t0000003fffffffff\n', 37)).toEqual([]);
	expect(missingCapabilities('CapBnd:\t00000000fffffffe\n', 31)).toEqual(['CAP_CHOWN']);
});

test('the runtime cuts capabilities from what runc is given to start, and passes everything on', () => {
	const program = path.join(folder, 'runtime');
	writeFileSync(program, runtimeWithout(['CAP_SYS_RESOURCE']));
	writeFileSync(path.join(folder, 'runc'), '#!/bin/sh\nprintf "%s\\n" "$@"\n');
	for (const file of [program, path.join(folder, 'runc')]) {
		chmodSync(file, 0o755);
	}
	const call = (...options: string[]) =>
		execFileSync(program, options, {encoding: 'utf8', env: {PATH: `${folder}:${process.env.PATH}`}});
	const given =
		'{"bounding":["CAP_CHOWN","CAP_SYS_RESOURCE"],"permitted":["CAP_SYS_RESOURCE","CAP_KILL"],"effective":["CAP_SYS_RESOURCE"]}';
	const left = '{"bounding":["CAP_CHOWN"],"permitted":["CAP_KILL"],"effective":[]}';
	const config = path.join(folder, 'config.json');
	const processFile = path.join(folder, 'process.json');

	writeFileSync(config, given);
	expect(call('--root', '/r', 'create', '--bundle', folder, 'an id')).toBe(
		`--root\n/r\ncreate\n--bundle\n${folder}\nan id\n`,
	);
	expect(readFileSync(config, 'utf8')).toBe(left);

	writeFileSync(processFile, given);
	call('exec', '--process', processFile, '--detach', 'id');
	expect(readFileSync(processFile, 'utf8')).toBe(left);

	writeFileSync(config, given);
	call('delete', 'id');
	expect(readFileSync(config, 'utf8')).toBe(given);
});

test('chooses a network that no route overlaps', () => {
	const header = 'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n';
	const route = (destination: string, mask: string) =>
		`eth0\t${destination}\t00000000\t0001\t0\t0\t0\t${mask}\t0\t0\t0\n`;
	const byDefault = route('00000000', '00000000');
	expect(freeSecondOctet(header + byDefault)).toBe(200);
	expect(freeSecondOctet(header + byDefault + route('0000C80A', '0000FFFF'))).toBe(201); // 10.200.0.0/16
	expect(freeSecondOctet(header + route('0001C80A', '00FFFFFF') + route('0000C90A', '0000FFFF'))).toBe(202); // 10.200.1.0/24
	expect(() => freeSecondOctet(header + route('0000000A', '000000FF'))).toThrow('No free network'); // 10.0.0.0/8
});
