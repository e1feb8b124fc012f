import type {ServerResponse} from 'node:http';
import {expect, test} from 'vitest';
import type {ContainerListing} from '../../source/cluster/container-listing.ts';
import {openEngine} from '../../source/engine/connect.ts';
import {startWatch} from '../../source/watch/watch.ts';
import {fakeEngine, json} from '../engine/fake-engine.ts';

const clusters = 20;

/** So many reads go on at the same time. */
const atOnce = 8;

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
	let most = 0;
	let arrived = Promise.withResolvers<void>();
	await using fake = await fakeEngine((request, response) => {
		const {pathname} = new URL(request.url ?? '', 'http://docker');
		if (pathname.endsWith('/archive')) {
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
	let answered = 0;
	while (answered < 2 * clusters) {
		while (waiting.length < Math.min(atOnce, 2 * clusters - answered)) {
			await arrived.promise;
			arrived = Promise.withResolvers();
		}
		// What else could come while nothing is answered has come by then.
		for (let pings = 0; pings < 20; pings++) await engine.docker.ping();
		const batch = waiting.splice(0);
		answered += batch.length;
		for (const response of batch) json(response, {message: 'no such file'}, 404);
	}
	expect(most).toBe(atOnce);
	watch.close();
	engine.close();
});
