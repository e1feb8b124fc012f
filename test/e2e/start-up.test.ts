import {mkdtemp, readdir, rm, stat} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {DockerApi} from '../commands/docker-api.ts';
import {buildProgram, k3dui} from './program.ts';

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
