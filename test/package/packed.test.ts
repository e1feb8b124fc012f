import {mkdtemp, readdir, readFile, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {parse} from 'yaml';
import {DockerApi, logFrames} from '../commands/docker-api.ts';
import {asOldNode, execute, root} from './program.ts';

let folder = '';
let docker: DockerApi;
let env: Readonly<Record<string, string>> = {};
let packed: {filename: string; files: {path: string; mode: number}[]; unpackedSize: number};

beforeAll(async () => {
	folder = await mkdtemp(path.join(os.tmpdir(), 'k3dui-package-'));
	docker = new DockerApi(path.join(folder, 'docker.sock'));
	await docker.start();
	env = {HOME: folder, DOCKER_HOST: `unix://${docker.socketPath}`};
	const pack = await execute('npm', ['pack', '--json', '--pack-destination', folder], {cwd: root, env});
	// npm 11 gives a list, later ones an object by name.
	[packed] = Object.values(JSON.parse(pack.stdout)) as [typeof packed];
	const file = path.join(folder, packed.filename);
	const install = await execute('npm', ['install', '--global', '--offline', '--prefix', folder, file], {env});
	expect(install).toMatchObject({code: 0});
}, 120_000);

afterAll(async () => {
	await docker?.stop();
	await rm(folder, {recursive: true});
});

const installed = () => path.join(folder, 'lib', 'node_modules', 'k3dui');
const k3dui = (...args: string[]) => execute(path.join(folder, 'bin', 'k3dui'), args, {cwd: folder, env});

describe('the package', () => {
	test('holds the program and its licences, needs no other package and little room', async () => {
		const manifest = JSON.parse(await readFile(path.join(installed(), 'package.json'), 'utf8'));
		expect(manifest.dependencies).toBeUndefined();
		expect(packed.files.map(file => file.path)).toEqual(
			expect.arrayContaining(['dist/cli.js', 'dist/THIRD-PARTY-LICENCES.txt', 'package.json']),
		);
		expect(packed.files.find(file => file.path === 'dist/cli.js')?.mode).toBe(0o755);
		expect(packed.files.filter(file => /^(source|test|scripts)\//.test(file.path))).toEqual([]);
		expect(packed.unpackedSize).toBeLessThan(4_200_000);
		expect(await readdir(path.join(folder, 'lib', 'node_modules'))).toEqual(['k3dui']);
	});

	test('names every package in it with its licence', async () => {
		const text = await readFile(path.join(installed(), 'dist', 'THIRD-PARTY-LICENCES.txt'), 'utf8');
		for (const name of ['ink', 'react', 'meow', 'yaml', 'dockerode', 'yoga-layout']) {
			expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+\n-+\n(?!Licence: not stated)`, 'm'));
		}
	});

	test('has every module that is asked for, and no other part', async () => {
		const parts = await readdir(path.join(installed(), 'dist', 'parts'));
		const texts = await Promise.all(
			['cli.js', ...parts.map(part => `parts/${part}`)].map(file =>
				readFile(path.join(installed(), 'dist', file), 'latin1'),
			),
		);
		const found = (pattern: RegExp) => {
			const words = texts.flatMap(text => [...text.matchAll(pattern)].map(([, word]) => word ?? ''));
			return [...new Set(words)].sort();
		};
		for (const text of texts) expect(text).toMatch(/^(#!.*\n)?"use strict";/);
		expect(found(/"parts\/([^"]+)"/g)).toEqual(parts.sort());
		expect(found(/^"([a-z]+\/[^"]+)":\(/gm)).toEqual(found(/\brequire\("([a-z]+\/[^"]+-[A-Z0-9]{8})"\)/g));
	});
});

describe('the installed program', () => {
	test('runs', async () => {
		expect(await k3dui('--version')).toMatchObject({code: 0, stdout: expect.stringMatching(/^k3dui version v\d/)});
		expect(await k3dui('nonsense')).toMatchObject({code: 2, stderr: expect.stringContaining('there is no command')});
		expect((await k3dui('--help')).stdout).toContain('cluster create');
	});

	test('lists clusters, as text, JSON and YAML, and prints a kubeconfig', async () => {
		expect((await k3dui('cluster', 'list')).stdout).toMatch(/^rec {3}/m);
		const {stdout} = await k3dui('cluster', 'list', '-o', 'json');
		expect(parse((await k3dui('cluster', 'list', '-o', 'yaml')).stdout)).toEqual(JSON.parse(stdout));
		expect((await k3dui('kubeconfig', 'get', 'rec')).stdout).toContain('server: https://127.0.0.1:36267');
		await k3dui('kubeconfig', 'merge', 'rec', '-d');
		expect(await readFile(path.join(folder, '.kube', 'config'), 'utf8')).toContain('admin@k3d-rec');
	});

	test('prints one picture where there is no terminal', async () => {
		expect((await k3dui()).stdout).toMatch(/^Docker Engine 28\.0\.0 at unix:.*\n\nCluster rec: running/);
	});

	test('ends quietly when nobody reads its output any more', async () => {
		const piece = logFrames([1, 'a line\n'.repeat(1000)]);
		docker.log = async response => {
			while (!response.destroyed) {
				response.write(piece);
				await new Promise(resolve => setImmediate(resolve));
			}
		};
		const line = 'set -o pipefail; "$0" logs -f rec-reg | head -n 1';
		const ended = await execute('bash', ['-c', line, path.join(folder, 'bin', 'k3dui')], {env});
		expect(ended).toEqual({code: 0, stdout: 'a line\n', stderr: ''});
	});

	test('keeps what it compiles among the caches of its user', async () => {
		await k3dui('--version');
		expect(await readdir(path.join(folder, '.cache', 'k3dui', 'compiled'))).not.toEqual([]);
	});

	test('an old Node.js gets one clear sentence', async () => {
		const cli = path.join(installed(), 'dist', 'cli.js');
		expect(await execute('node', [...asOldNode, cli, 'cluster', 'list'], {env})).toEqual({
			code: 1,
			stdout: '',
			stderr: 'k3dui needs Node.js 22 or newer; this is Node.js 20.19.1.\n',
		});
		// What Node.js 14 could not read would be a syntax error instead.
		expect(await readFile(cli, 'utf8')).not.toMatch(/\?\.[a-z]|\?\?|\|\|=|\bawait\b|\bfrom"\.|\bclass\b/);
	});
});
