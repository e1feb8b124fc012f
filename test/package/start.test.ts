import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {cp, mkdtemp, readFile, rm, symlink, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {DockerApi, logFrames} from '../commands/docker-api.ts';
import {asOldNode, execute, root} from './program.ts';

let folder = '';
let env: Readonly<Record<string, string>> = {};

/** A clone whose packages are installed and that was never built. */
beforeAll(async () => {
	folder = await mkdtemp(path.join(os.tmpdir(), 'k3dui-start-'));
	for (const name of ['source', 'scripts', 'package.json', 'package-lock.json', 'tsconfig.json']) {
		await cp(path.join(root, name), path.join(folder, name), {recursive: true});
	}
	await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
	env = {HOME: path.join(folder, 'home')};
});
afterAll(() => rm(folder, {recursive: true}));

const script = () => path.join(folder, 'scripts', 'start.mjs');
const start = (args: readonly string[], node: readonly string[] = []) =>
	execute('node', [...node, script(), ...args], {env, cwd: os.tmpdir()});

describe('npm start', () => {
	test('builds what was never built, and then is k3dui', async () => {
		const {code, stdout, stderr} = await start(['--version']);
		expect([code, stdout]).toEqual([0, expect.stringMatching(/^k3dui version v/)]);
		expect(stderr).toMatch(/^Built dist\/ in /);
	}, 60_000);

	test.each([
		['a current Node.js', []],
		['an old one, which starts a current one', asOldNode],
	])('is quiet when there is nothing to do, with %s', async (_, node) => {
		expect(await start(['version', '-o', 'json'], node)).toEqual({
			code: 0,
			stdout: expect.stringContaining('"k3dui"'),
			stderr: '',
		});
		expect(await start(['nonsense'], node)).toMatchObject({code: 2, stderr: expect.stringMatching(/^✖ /)});
	});

	test('builds again after a change, also when a file has gone', async () => {
		const changed = path.join(folder, 'source', 'cluster', 'labels.ts');
		await writeFile(changed, `${await readFile(changed, 'utf8')}\n`);
		expect((await start(['--version'])).stderr).toMatch(/^Built /);
		expect((await start(['--version'])).stderr).toBe('');
		const extra = path.join(folder, 'source', 'extra.ts');
		await writeFile(extra, '');
		await rm(extra);
		expect((await start(['--version'])).stderr).toMatch(/^Built /);
	}, 60_000);

	test('a signal reaches the program behind an old Node.js, and its exit code comes back', async () => {
		const docker = new DockerApi(path.join(folder, 'docker.sock'));
		await docker.start();
		const following = Promise.withResolvers<void>();
		docker.log = async response => {
			response.write(logFrames([1, 'first\n']));
			following.resolve();
			await once(response, 'close');
		};
		const full = {...env, PATH: process.env.PATH ?? '', DOCKER_HOST: `unix://${docker.socketPath}`};
		const args = [...asOldNode, script(), 'logs', '-f', 'rec-reg'];
		const child = spawn(process.execPath, args, {env: full, stdio: ['ignore', 'pipe', 'inherit']});
		const exited = once(child, 'exit');
		await Promise.all([following.promise, once(child.stdout, 'data')]);
		child.kill('SIGTERM');
		expect(await exited).toEqual([143, null]);
		await docker.stop();
	});
});
