import {existsSync} from 'node:fs';
import {afterAll, beforeAll, expect, it} from 'vitest';
import type {Operation} from '../../source/lifecycle/operation.ts';
import {describeWithEngine} from '../setup/engine.ts';
import {openWorld, type World} from './world.ts';

const patience = 120_000;

/** Resolves when a step whose name has this text in it is in that state. */
function step(operation: Operation, text: string, state: 'running' | 'done'): Promise<void> {
	const isThere = () =>
		operation.snapshot().steps.some(candidate => candidate.name.includes(text) && candidate.state === state);
	return new Promise(resolve => {
		const stop = operation.subscribe(() => {
			if (!isThere()) return;
			stop();
			resolve();
		});
	});
}

describeWithEngine('creating a cluster that cannot be', () => {
	let world: World;
	beforeAll(async () => {
		world = await openWorld();
	}, patience);
	afterAll(() => world.close(), patience);

	it(
		'says which container has the host port, and makes nothing',
		async () => {
			const holder = world.name();
			await world.docker(
				'run',
				'-d',
				'--name',
				holder,
				'-p',
				'127.0.0.1:0:80',
				'--label',
				`k3d.cluster=${holder}`,
				'--entrypoint',
				'sleep',
				world.images.k3s,
				'600',
			);
			const published = await world.docker('port', holder, '80/tcp');
			const port = published.split(':').at(-1) ?? '';
			const name = world.name();
			const {result} = world.lifecycle.createCluster(world.spec(name, {ports: [{value: `${port}:80`, filters: []}]}));
			await expect(result).rejects.toThrow(`host port ${port}/tcp: container ${holder} publishes it already`);
			expect(await world.remains(name)).toEqual([]);
		},
		patience,
	);

	it(
		'says that an image cannot be had, and leaves nothing',
		async () => {
			const name = world.name();
			const {result} = world.lifecycle.createCluster(world.spec(name, {image: '127.0.0.1:1/no/such-image:v1'}));
			await expect(result).rejects.toThrow(/image 127\.0\.0\.1:1\/no\/such-image:v1/);
			expect(await world.remains(name)).toEqual([]);
		},
		patience,
	);

	it(
		'explains a server that dies by its own last words, in seconds, and leaves nothing',
		async () => {
			const name = world.name();
			const spec = world.spec(name, {k3sArgs: [{value: '--no-such-flag', filters: ['server:0']}]});
			const operation = world.lifecycle.createCluster(spec);
			await expect(operation.result).rejects.toThrow(/node k3d-.*-server-0: it ended .* times.*no-such-flag/s);
			expect(await world.remains(name)).toEqual([]);
			expect(operation.snapshot().leftovers).toEqual([]);
			const {startedAt, endedAt} = operation.snapshot();
			expect((endedAt ?? Number.NaN) - startedAt).toBeLessThan(60_000);
		},
		patience,
	);

	it(
		'explains an agent that dies, and leaves nothing',
		async () => {
			const name = world.name();
			const spec = world.spec(name, {agents: 1, k3sArgs: [{value: '--no-such-flag', filters: ['agent:0']}]});
			await expect(world.lifecycle.createCluster(spec).result).rejects.toThrow(/agent-0: it ended/);
			expect(await world.remains(name)).toEqual([]);
			expect(existsSync(world.kubeconfig)).toBe(false);
		},
		patience,
	);

	it(
		'keeps what it made when told not to roll back, and says so',
		async () => {
			const name = world.name();
			const spec = world.spec(name, {k3sArgs: [{value: '--no-such-flag', filters: ['server:0']}]});
			const operation = world.lifecycle.createCluster(spec, {keepOnFailure: true});
			await expect(operation.result).rejects.toThrow(/it ended/);
			expect(await world.remains(name)).toContain(`k3d-${name}-server-0`);
			expect(operation.snapshot().leftovers).toContain(`container k3d-${name}-server-0`);
			await world.lifecycle.deleteCluster(name).result;
			expect(await world.remains(name)).toEqual([]);
		},
		patience,
	);

	it.each([
		['make network', 'done'],
		['create', 'running'],
		['start', 'running'],
		['wait for the Kubernetes API', 'running'],
		['to be Ready', 'running'],
	] as const)(
		'leaves nothing when it is cancelled at "%s"',
		async (text, state) => {
			const name = world.name();
			const operation = world.lifecycle.createCluster(world.spec(name, {agents: 1}));
			await step(operation, text, state);
			operation.cancel();
			await expect(operation.result).rejects.toThrow(/cancelled/);
			expect(operation.snapshot()).toMatchObject({state: 'cancelled', leftovers: []});
			expect(await world.remains(name)).toEqual([]);
		},
		patience,
	);

	it(
		'ends at its time limit',
		async () => {
			const name = world.name();
			const {result} = world.lifecycle.createCluster(world.spec(name), {timeout: 400});
			await expect(result).rejects.toThrow(/longer than 0.4 s/);
			expect(await world.remains(name)).toEqual([]);
		},
		patience,
	);
});

describeWithEngine('a change of a cluster that is cancelled', () => {
	let world: World;
	let name: string;
	beforeAll(async () => {
		world = await openWorld();
		name = world.name();
		await world.lifecycle.createCluster(world.spec(name, {agents: 1, ports: [{value: '80', filters: []}]})).result;
	}, patience);
	afterAll(() => world.close(), patience);

	/** Everything that growing or shrinking changes. */
	const everything = async () => ({
		containers: (await world.remains(name)).sort(),
		nodes: await world.kubectl(
			name,
			'get',
			'nodes',
			'--no-headers',
			'-o',
			'custom-columns=N:.metadata.name,U:.spec.unschedulable',
		),
		proxy: await world.docker('exec', `k3d-${name}-serverlb`, 'cat', '/etc/confd/values.yaml'),
	});

	it.each(['create k3d-', 'start k3d-', 'to be Ready', 'update the load balancer'])(
		'growing, at "%s": the cluster is as it was',
		async text => {
			const before = await everything();
			const operation = world.lifecycle.grow(name, {agents: 1});
			await step(operation, text, 'running');
			operation.cancel();
			await expect(operation.result).rejects.toThrow(/cancelled/);
			expect(operation.snapshot().leftovers).toEqual([]);
			expect(await everything()).toEqual(before);
		},
		patience,
	);

	it(
		'shrinking, once the node is drained: it takes pods again, and is in the load balancer',
		async () => {
			const before = await everything();
			const operation = world.lifecycle.shrink(name, {agents: 1});
			await step(operation, 'update the load balancer', 'running');
			operation.cancel();
			await expect(operation.result).rejects.toThrow(/cancelled/);
			expect(operation.snapshot().leftovers).toEqual([]);
			expect(await everything()).toEqual(before);
		},
		patience,
	);
});

describeWithEngine('others at work on the same cluster', () => {
	let world: World;
	let other: World;
	beforeAll(async () => {
		[world, other] = await Promise.all([openWorld(), openWorld()]);
	}, patience);
	afterAll(async () => {
		await Promise.all([world.close(), other.close()]);
	}, patience);

	it(
		'one of two who make the same cluster at once wins, and its cluster is whole',
		async () => {
			const name = world.name();
			const results = await Promise.allSettled(
				[world, other].map(
					({lifecycle}) => lifecycle.createCluster(world.spec(name, {agents: 1}), {updateKubeconfig: false}).result,
				),
			);
			expect(results.map(result => result.status).sort()).toEqual(['fulfilled', 'rejected']);
			const failure = results.find(result => result.status === 'rejected');
			expect(String(failure?.reason)).toMatch(/already|exists|in use/i);
			await world.lifecycle.stopCluster(name).result;
			await world.lifecycle.startCluster(name).result;
			expect(await world.remains(name)).toEqual(
				expect.arrayContaining([`k3d-${name}-server-0`, `k3d-${name}-agent-0`, `k3d-${name}-serverlb`]),
			);
			await world.lifecycle.deleteCluster(name).result;
			expect(await world.remains(name)).toEqual([]);
		},
		patience,
	);

	it(
		'a cluster that another program deletes meanwhile is understood',
		async () => {
			const name = world.name();
			await world.lifecycle.createCluster(world.spec(name, {agents: 1}), {updateKubeconfig: false}).result;
			const results = await Promise.allSettled([
				world.lifecycle.deleteCluster(name).result,
				other.lifecycle.deleteCluster(name).result,
			]);
			expect(results.filter(result => result.status === 'fulfilled').length).toBeGreaterThanOrEqual(1);
			expect(await world.remains(name)).toEqual([]);
		},
		patience,
	);

	it(
		'a cluster that another program deletes while it is stopped is understood',
		async () => {
			const name = world.name();
			await world.lifecycle.createCluster(world.spec(name, {agents: 1}), {updateKubeconfig: false}).result;
			const stopping = world.lifecycle.stopCluster(name);
			await step(stopping, 'stop k3d-', 'running');
			await Promise.all([stopping.result, other.lifecycle.deleteCluster(name).result]);
			expect(await world.remains(name)).toEqual([]);
		},
		patience,
	);
});
