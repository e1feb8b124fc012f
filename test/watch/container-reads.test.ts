import type {ServerResponse} from 'node:http';
import {expect, test} from 'vitest';
import type {ContainerListing} from '../../source/cluster/container-listing.ts';
import {openEngine} from '../../source/engine/connect.ts';
import {startWatch} from '../../source/watch/watch.ts';
import {fakeEngine, json} from '../engine/fake-engine.ts';

const clusters = 20;

function container(cluster: number, role: 'server' | 'loadbalancer'): ContainerListing {
	return {
		Id: `id-${role}-${cluster}`,
		Names: [`/k3d-c${cluster}-${role === 'server' ? 'server-0' : 'serverlb'}`],
		Image: 'x',
		ImageID: 'sha256:0',
		Created: 1,
		Ports: [],
		Labels: {app: 'k3d', 'k3d.role': role, 'k3d.cluster': `c${cluster}`, 'k3d.server.api.port': '4321'},
		State: 'running',
		Status: '',
	};
}

test('many clusters are read a few at a time, and each in its turn', async () => {
	const waiting: ServerResponse[] = [];
	const read = new Set<string>();
	let most = 0;
	let arrived = Promise.withResolvers<void>();
	await using fake = await fakeEngine((request, response) => {
		const {pathname} = new URL(request.url ?? '', 'http://docker');
		const [, id] = /\/containers\/([^/]+)\/archive$/.exec(pathname) ?? [];
		if (id !== undefined) {
			read.add(id);
			waiting.push(response);
			most = Math.max(most, waiting.length);
			arrived.resolve();
		} else if (pathname.endsWith('/events')) response.writeHead(200).flushHeaders();
		else if (!pathname.endsWith('/containers/json')) json(response, {});
		else {
			const numbers = Array.from({length: clusters}, (_, number) => number);
			json(
				response,
				numbers.flatMap(number => [container(number, 'server'), container(number, 'loadbalancer')]),
			);
		}
	});
	const engine = await openEngine(fake.endpoint);
	const watch = startWatch({engine});
	while (read.size < 2 * clusters) {
		await arrived.promise;
		arrived = Promise.withResolvers();
		// All that can come while nothing is answered has come when the engine has answered something else.
		await engine.docker.ping();
		for (const response of waiting.splice(0)) json(response, {message: 'no such file'}, 404);
	}
	expect(most).toBeGreaterThan(1);
	expect(most).toBeLessThanOrEqual(8);
	watch.close();
	engine.close();
});
