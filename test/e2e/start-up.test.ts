import {existsSync} from 'node:fs';
import {mkdtemp, readdir, rm, stat} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, expect, it, vi} from 'vitest';
import {DockerApi} from '../commands/docker-api.ts';
import {buildProgram, k3dui, openDashboard} from './program.ts';

/** As much as may be compiled to answer at once, in bytes. The library that speaks to the engine alone is more. */
const little = 350_000;

let folder = '';
let docker: DockerApi;
beforeAll(async () => {
	await buildProgram();
	folder = await mkdtemp(path.join(tmpdir(), 'k3dui-start-up-'));
	docker = new DockerApi(path.join(folder, 'docker.sock'));
	await docker.start();
}, 120_000);
afterAll(async () => {
	await docker.stop();
	await rm(folder, {recursive: true});
});

/** How much of what ships is compiled for a command: that is kept for the next one. */
async function compiledFor(...words: readonly string[]): Promise<number> {
	const caches = await mkdtemp(path.join(folder, 'caches-'));
	const env = {HOME: folder, DOCKER_HOST: `unix://${docker.socketPath}`, XDG_CACHE_HOME: caches};
	expect(await k3dui({env}, ...words)).toMatchObject({code: 0, stderr: ''});
	const kept = path.join(caches, 'k3dui', 'compiled');
	const sizes = await Promise.all((await readdir(kept)).map(async part => (await stat(path.join(kept, part))).size));
	return sizes.reduce((sum, size) => sum + size, 0);
}

it.each([
	[['version']],
	[['--version']],
	[['completion', 'bash']],
	[['__complete', 'cluster', '=']],
	[['__complete', 'cluster', 'stop', '=']],
	[['__complete', 'cluster', 'create', '--image', '=']],
])('%j compiles little', async words => {
	expect(await compiledFor(...words)).toBeLessThan(little);
});

it('a command that needs the engine compiles more', async () => {
	expect(await compiledFor('cluster', 'list')).toBeGreaterThan(little);
});

it('a dashboard that was open for a while leaves what the next start can take', async () => {
	const caches = await mkdtemp(path.join(folder, 'caches-'));
	const env = {PATH: process.env.PATH, HOME: folder, XDG_CACHE_HOME: caches};
	const kept = path.join(caches, 'k3dui', 'compiled');
	/** Tells one writing of these files from another. */
	const writings = async () => {
		const parts = (await readdir(kept)).filter(part => !part.endsWith('.new')).sort();
		return Promise.all(parts.map(async part => [part, (await stat(path.join(kept, part))).ino]));
	};
	const open = async () => {
		const dashboard = openDashboard({env}, {args: ['--demo=empty']});
		await dashboard.shows('No clusters yet');
		return dashboard;
	};
	const first = await open();
	await vi.waitFor(() => expect(existsSync(path.join(kept, 'dashboard'))).toBe(true), {timeout: 15_000});
	const before = await writings();
	// What is loaded late is new, but by now V8 compiles in another way.
	first.press('c');
	await first.shows('Create a cluster');
	first.press('\x1b');
	await first.hides('Create a cluster');
	first.press('q');
	await first.shows('exit code 0\n');
	expect(await writings()).toEqual(before);
	// It would be written anew if it could not be taken.
	const second = await open();
	second.press('q');
	await second.shows('exit code 0\n');
	expect(await writings()).toEqual(before);
	for (const dashboard of [first, second]) dashboard.close();
});
