import {execFile} from 'node:child_process';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {buildProgram, installProgram, k3dui, start} from './program.ts';

let folder = '';
const world = () => ({env: {PATH: `${folder}:${process.env.PATH}`, HOME: folder}});

beforeAll(async () => {
	await buildProgram();
	folder = await mkdtemp(path.join(tmpdir(), 'k3dui-plugin-'));
	await installProgram(folder);
	const program = (name: string, script: string) =>
		writeFile(path.join(folder, name), `#!/bin/sh\n${script}\n`, {mode: 0o755});
	await program('k3d-hello_world', 'echo "hello $*"; cat; echo oops >&2; exit 7');
	const wait = `
		for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => { console.log(signal); process.exit(9); });
		setInterval(() => {}, 1000);
		console.error('ready');`;
	await writeFile(path.join(folder, 'k3dui-wait'), `#!${process.execPath}${wait}`, {mode: 0o755});
	await program('k3d-die', 'kill -KILL $$');
}, 120_000);
afterAll(() => rm(folder, {recursive: true}));

it('a plugin has the words, the input and the output, and its exit code is kept', async () => {
	const ended = await new Promise(resolve => {
		const child = execFile('k3dui', ['hello-world', 'a', '-b', 'c d'], world(), (error, stdout, stderr) =>
			resolve({code: error?.code, stdout, stderr}),
		);
		child.stdin?.end('from stdin\n');
	});
	expect(ended).toEqual({code: 7, stdout: 'hello a -b c d\nfrom stdin\n', stderr: 'oops\n'});
	expect((await k3dui(world(), 'die')).code).toBe(137);
});

it.each(['SIGTERM', 'SIGINT'] as const)('%s is for the plugin to answer', async signal => {
	const running = start(world(), 'wait');
	await running.says('ready');
	running.signal(signal);
	expect(await running.ended).toMatchObject({code: 9, stdout: `${signal}\n`});
});
