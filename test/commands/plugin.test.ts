import {chmod, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {Harness} from './harness.ts';

let harness: Harness;
let folder = '';
beforeEach(async () => {
	harness = await Harness.start();
	folder = await mkdtemp(path.join(os.tmpdir(), 'k3dui-plugins-'));
});
afterEach(async () => {
	await harness.stop();
	await rm(folder, {recursive: true});
});

async function install(name: string, mode = 0o755): Promise<string> {
	const file = path.join(folder, name);
	await mkdir(path.dirname(file), {recursive: true});
	await writeFile(file, '#!/bin/sh\n');
	await chmod(file, mode);
	return file;
}

const env = () => ({
	PATH: ['relative', path.join(folder, 'none'), path.join(folder, 'a'), folder].join(path.delimiter),
});

describe('a command that there is not is a program on the PATH', () => {
	test.each([
		['foo', ['k3dui-foo'], 'k3dui-foo', []],
		['foo a --flag b', ['k3dui-foo'], 'k3dui-foo', ['a', '--flag', 'b']],
		['foo bar x', ['k3dui-foo', 'k3dui-foo-bar'], 'k3dui-foo-bar', ['x']],
		['foo bar x', ['k3dui-foo', 'k3d-foo-bar'], 'k3d-foo-bar', ['x']],
		['foo bar', ['k3d-foo', 'k3dui-foo'], 'k3dui-foo', ['bar']],
		['foo --flag bar', ['k3dui-foo', 'k3dui-foo-bar'], 'k3dui-foo', ['--flag', 'bar']],
		['foo-bar baz', ['k3dui-foo-bar', 'k3d-foo_bar'], 'k3d-foo_bar', ['baz']],
		['foo', ['k3dui-foo', 'a/k3dui-foo'], 'a/k3dui-foo', []],
	])('%s, with %j', async (line, installed, ran, words) => {
		for (const name of installed) await install(name);
		const {code, stdout, stderr} = await harness.run(line.split(' '), {env: env()});
		expect(harness.programs).toEqual([[path.join(folder, ran), ...words]]);
		// What the program ended with: k3d makes it 1.
		expect([code, stdout, stderr]).toEqual([42, '', '']);
	});

	test('a command of ours is never one', async () => {
		await install('k3dui-version');
		await install('k3d-cluster-list');
		expect((await harness.run(['version'], {env: env()})).code).toBe(0);
		expect((await harness.run(['cluster', 'list'], {env: env()})).code).toBe(0);
		expect((await harness.run(['cluster', 'lits'], {env: env()})).code).toBe(2);
		expect(harness.programs).toEqual([]);
	});

	test('neither is a file that is no program, nor one outside the PATH', async () => {
		await install('k3dui-foo', 0o644);
		await mkdir(path.join(folder, 'k3d-foo'));
		await install('k3dui-x/y');
		for (const words of [['foo'], ['x/y'], ['../k3dui-foo']]) {
			expect((await harness.run(words, {env: env()})).code).toBe(2);
		}
		expect(harness.programs).toEqual([]);
	});
});
