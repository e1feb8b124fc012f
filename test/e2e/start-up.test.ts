import {mkdtemp, readdir, readFile, rm, stat} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {DockerApi} from '../commands/docker-api.ts';
import {buildProgram, k3dui} from './program.ts';

/** As much code as may be loaded to answer at once, in bytes. The library that speaks to the engine alone is more. */
const little = 150_000;

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

/** How much of what ships a command loads. Node.js tells it where it is asked to measure what tests cover. */
async function loadedBy(...words: readonly string[]): Promise<number> {
	const coverage = await mkdtemp(path.join(folder, 'coverage-'));
	const env = {HOME: folder, DOCKER_HOST: `unix://${docker.socketPath}`, NODE_V8_COVERAGE: coverage};
	expect(await k3dui({env}, ...words)).toMatchObject({code: 0, stderr: ''});
	const reports = await Promise.all((await readdir(coverage)).map(file => readFile(path.join(coverage, file), 'utf8')));
	const scripts = reports.flatMap(report => (JSON.parse(report) as {result: {url: string}[]}).result);
	const files = [...new Set(scripts.map(({url}) => url).filter(url => url.includes('/dist/')))];
	const sizes = await Promise.all(files.map(async url => (await stat(fileURLToPath(url))).size));
	return sizes.reduce((sum, size) => sum + size, 0);
}

it.each([
	[['version']],
	[['--version']],
	[['completion', 'bash']],
	[['__complete', 'cluster', '=']],
	[['__complete', 'cluster', 'stop', '=']],
	[['__complete', 'cluster', 'create', '--image', '=']],
])('%j loads little', async words => {
	expect(await loadedBy(...words)).toBeLessThan(little);
});

it('a command that needs the engine loads more', async () => {
	expect(await loadedBy('cluster', 'list')).toBeGreaterThan(little);
});
