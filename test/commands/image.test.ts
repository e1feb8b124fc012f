import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {Harness} from './harness.ts';

let harness: Harness;
beforeEach(async () => {
	harness = await Harness.start();
});
afterEach(() => harness.stop());

describe('image import', () => {
	test('takes images, archives, layouts and standard input, for several clusters', async () => {
		const archive = path.join(harness.home, 'app.tar');
		const layout = path.join(harness.home, 'layout');
		await writeFile(archive, '');
		await mkdir(layout);
		await writeFile(path.join(layout, 'oci-layout'), '{}');
		const words = ['image', 'import', 'app:1', archive, layout, '-', '-c', 'dev', '--cluster=test'];
		const {code, stdout} = await harness.run(words);
		expect(harness.lifecycle.calls).toEqual([
			[
				'importImages',
				['dev', 'test'],
				[
					{kind: 'image', name: 'app:1'},
					{kind: 'path', path: archive},
					{kind: 'path', path: layout},
					{kind: 'stream', stream: expect.anything()},
				],
				{},
			],
		]);
		expect([code, stdout]).toEqual([0, 'app:1: imported into 1 node\n']);
	});

	test('is for k3s-default without a cluster, and has the aliases of k3d', async () => {
		await harness.run(['images', 'load', 'app', '--timeout', '30s']);
		expect(harness.lifecycle.calls).toEqual([
			['importImages', ['k3s-default'], [{kind: 'image', name: 'app'}], {timeout: 30_000}],
		]);
	});

	test('a word that is a path is never an image, and a folder without a layout may be one', async () => {
		await mkdir(path.join(harness.home, 'app'));
		const {code} = await harness.run(['image', 'import', './none.tar', path.join(harness.home, 'app')]);
		expect(code).toBe(0);
		const [[, , sources] = []] = harness.lifecycle.calls;
		expect(sources).toEqual([
			{kind: 'path', path: './none.tar'},
			{kind: 'path', path: path.join(harness.home, 'app')},
		]);
	});

	test('gives data to programs', async () => {
		const {stdout} = await harness.run(['image', 'import', 'app:1', '-o', 'json']);
		expect(JSON.parse(stdout)).toEqual([
			{cluster: 'k3s-default', node: 'k3d-rec-server-0', imported: ['docker.io/library/app:1'], skipped: []},
		]);
	});

	test.each(['auto', 'direct', 'tools', 'tools-node'])("takes k3d's mode %s, which changes nothing", async mode => {
		const {code, stderr} = await harness.run(['image', 'import', 'app', '-m', mode, '-k', '-t']);
		expect(code).toBe(0);
		expect(stderr).toContain('no tarball is written');
		expect(stderr).toContain('no tools container is made');
	});

	test.each([
		[['--mode', 'fast', 'app'], '--mode'],
		[[], 'it needs IMAGE|ARCHIVE|LAYOUT|-…'],
		[['-', '-'], 'can be read only once'],
	])('%s is a usage error: nothing is imported', async (words, said) => {
		const {code, stderr} = await harness.run(['image', 'import', ...words]);
		expect(code).toBe(2);
		expect(stderr).toContain(said);
		expect(harness.lifecycle.calls).toEqual([]);
	});

	test('does not wait for an archive to be typed', async () => {
		const {code, stderr} = await harness.run(['image', 'import', '-'], {stdinIsTTY: true});
		expect(code).toBe(2);
		expect(stderr).toContain('Pipe one into it: docker save app:1 | k3dui image import -');
	});
});
