import {existsSync, statSync} from 'node:fs';
import path from 'node:path';
import {afterEach, expect, test, vi} from 'vitest';
import {inventory} from '../../source/cluster/inventory.ts';
import {type Demo, type DemoWorld, startDemo} from '../../source/demo/start-demo.ts';
import {connect} from '../../source/engine/connect.ts';
import {listContainers, readFile} from '../../source/engine/containers.ts';
import {resolveEndpoint} from '../../source/engine/endpoint.ts';
import type {Engine} from '../../source/engine/engine.ts';
import {startWatch} from '../../source/watch/watch.ts';
import {waitForLog} from '../setup/container-logs.ts';

let demo: Demo | undefined;
let engine: Engine | undefined;

async function open(world: DemoWorld): Promise<Engine> {
	demo = await startDemo({world});
	engine = await connect(await resolveEndpoint({host: demo.host, env: {}, home: '/nonexistent'}));
	return engine;
}

afterEach(async () => {
	engine?.close();
	await demo?.close();
	engine = undefined;
	demo = undefined;
});

test('only this user can reach the socket, and it is gone afterwards', async () => {
	await open('empty');
	const socket = demo?.host.replace('unix://', '') ?? '';
	expect(statSync(socket).mode & 0o777).toBe(0o600);
	expect(statSync(path.dirname(socket)).mode & 0o777).toBe(0o700);
	await demo?.close();
	expect(existsSync(path.dirname(socket))).toBe(false);
});

test('the small world has something for every panel, and has been there for long', async () => {
	const {clusters, registries} = inventory(await listContainers(await open('small')));
	expect(clusters.map(({name, state, servers, agents}) => [name, state, servers.length, agents.length])).toEqual([
		['dev', 'running', 1, 2],
		['production', 'running', 3, 2],
		['staging', 'stopped', 1, 1],
	]);
	expect(registries).toHaveLength(1);
	for (const {createdAt, version, loadBalancer} of clusters) {
		expect(createdAt).toBeLessThan(Date.now() - 24 * 3600 * 1000);
		expect(version).toBe('v1.36.4+k3s1');
		expect(loadBalancer).toBeDefined();
	}
});

test('the watch sees the nodes of its clusters become Ready', async () => {
	const watch = startWatch({engine: await open('small')});
	try {
		await new Promise<void>(resolve => {
			const check = () => {
				const views = watch.snapshot().clusters.map(({kubernetes}) => kubernetes);
				const ready = views.flatMap(view => (view.state === 'connected' ? [...view.nodes.values()] : []));
				if (ready.filter(node => node.ready === 'ready').length < 8) return;
				stop();
				resolve();
			};
			const stop = watch.subscribe(check);
			check();
		});
		expect(watch.snapshot().clusters.map(({kubernetes}) => kubernetes.state)).toEqual([
			'connected',
			'connected',
			'off',
		]);
	} finally {
		watch.close();
	}
}, 30_000);

test('a stopped cluster has a kubeconfig, which works once it is started', async () => {
	const opened = await open('small');
	const container = opened.docker.getContainer('k3d-staging-server-0');
	const read = async () => (await readFile(opened, container.id, '/output/kubeconfig.yaml')) ?? '';
	await vi.waitUntil(read, {timeout: 10_000});
	const before = await read();
	expect(before).toContain('client-key-data');
	await container.start();
	await waitForLog(container, /k3s is up and running/);
	const authority = /certificate-authority-data: (\S+)/;
	expect(authority.exec(await read())?.[1]).toBe(authority.exec(before)?.[1]);
}, 30_000);

test('the large world has 100 clusters and 1,000 nodes', async () => {
	const {clusters} = inventory(await listContainers(await open('large')));
	expect(clusters).toHaveLength(100);
	expect(clusters.flatMap(({servers, agents}) => [...servers, ...agents])).toHaveLength(1000);
	expect(clusters.filter(({state}) => state === 'stopped').length).toBeGreaterThan(5);
});
