import {mkdir, mkdtemp, rm, symlink, writeFile} from 'node:fs/promises';
import {createServer, type Server} from 'node:http';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {resolveEndpoint} from '../../source/engine/endpoint.ts';
import {tryOtherEngines} from '../../source/engine/other-engines.ts';

let home = '';
const servers: Server[] = [];
beforeEach(async () => {
	home = await mkdtemp(path.join(tmpdir(), 'k3dui-others-'));
});
afterEach(async () => {
	for (const server of servers.splice(0)) {
		server.closeAllConnections();
		server.close();
	}
	await rm(home, {recursive: true, force: true});
});

/** A socket on which somebody answers as an engine, as something else, or never. */
async function socket(file: string, kind: 'engine' | 'other' | 'mute'): Promise<string> {
	const full = path.join(home, file);
	await mkdir(path.dirname(full), {recursive: true});
	const server = createServer((_, response) => {
		if (kind === 'mute') return;
		response.writeHead(kind === 'engine' ? 200 : 404, {'Api-Version': '1.45'}).end();
	});
	servers.push(server);
	await new Promise<void>(resolve => server.listen(full, resolve));
	return full;
}

/** The attempts within the home: the machine that runs the tests may have an engine of its own. */
async function tryThere(host: string) {
	const chosen = await resolveEndpoint({host, env: {}, home});
	const {signal} = new AbortController();
	const options = {signal, env: {XDG_RUNTIME_DIR: path.join(home, 'run')}, home, patience: 300};
	return (await tryOtherEngines(chosen, options)).filter(({url}) => url.includes(home));
}

describe('where the chosen engine does not answer', () => {
	test('sockets that exist are asked, and what came of each is told', async () => {
		const colima = await socket('.colima/default/docker.sock', 'engine');
		const rancher = await socket('.rd/docker.sock', 'mute');
		await mkdir(path.join(home, '.orbstack/run'), {recursive: true});
		await writeFile(path.join(home, '.orbstack/run/docker.sock'), 'no socket');
		expect(await tryThere(`unix://${home}/chosen.sock`)).toEqual([
			{url: `unix://${colima}`, problem: undefined},
			{url: `unix://${rancher}`, problem: expect.objectContaining({reason: 'it does not answer'})},
		]);
	});

	test('the chosen socket is not asked again, by whatever name', async () => {
		const colima = await socket('.colima/default/docker.sock', 'other');
		await symlink(colima, path.join(home, 'chosen.sock'));
		expect(await tryThere(`unix://${home}/chosen.sock`)).toEqual([]);
	});

	test('a folder that cannot be read is no obstacle', async () => {
		await writeFile(path.join(home, '.colima'), 'a file where a folder should be');
		expect(await tryThere(`unix://${home}/chosen.sock`)).toEqual([]);
	});
});
