import type Docker from 'dockerode';
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest';
import {archive} from '../../source/engine/archive.ts';
import {openEngine} from '../../source/engine/connect.ts';
import {resolveEndpoint} from '../../source/engine/endpoint.ts';
import type {Engine} from '../../source/engine/engine.ts';
import type {Snapshot, Watch} from '../../source/watch/snapshot.ts';
import {startWatch} from '../../source/watch/watch.ts';
import {removeAllNamed} from '../setup/cleaning.ts';
import {describeWithEngine, testDocker, testEngineHost} from '../setup/engine.ts';
import {uniqueName} from '../setup/names.ts';
import {labelled, labelsOf, shellImage} from './containers.ts';
import {until} from './until.ts';

describeWithEngine('watching a real engine', () => {
	let docker: Docker;
	let engine: Engine;
	let watch: Watch;
	const made: string[] = [];

	beforeAll(async () => {
		docker = testDocker();
		await shellImage(docker);
		engine = await openEngine(await resolveEndpoint({host: testEngineHost()}));
	}, 120_000);

	afterEach(async () => {
		watch?.close();
		await Promise.all(made.splice(0).map(name => removeAllNamed(docker, name)));
	});

	afterAll(() => engine?.close());

	function newName(): string {
		const name = uniqueName();
		made.push(name);
		return name;
	}

	const viewOf = (snapshot: Snapshot, name: string) => snapshot.clusters.find(({cluster}) => cluster.name === name);
	const connected = () => until(watch, snapshot => snapshot.connection.state === 'connected');

	test('connects and says which engine it is', async () => {
		watch = startWatch({engine});
		expect(watch.snapshot()).toMatchObject({endpoint: engine.endpoint.url, connection: {state: 'connecting'}});
		await connected();
		expect(watch.snapshot().confirmedAt).toBeGreaterThan(Date.now() - 10_000);
		const summary = await until(watch, snapshot => snapshot.engine);
		const info = await docker.info();
		expect(summary).toMatchObject({
			name: info.Name,
			version: info.ServerVersion,
			cpus: info.NCPU,
			memory: info.MemTotal,
		});
	});

	test('what another program does shows within 250 ms, and nothing else changes', async () => {
		const [name, other] = [newName(), newName()];
		const node = await labelled(docker, `k3d-${name}-server-0`, {labels: labelsOf(name, 'server')});
		await labelled(docker, `k3d-${other}-server-0`, {labels: labelsOf(other, 'server')});
		watch = startWatch({engine});
		await connected();
		const bystander = viewOf(watch.snapshot(), other);
		expect(bystander?.cluster.state).toBe('stopped');

		const delays: number[] = [];
		for (const [change, state] of [
			['start', 'running'],
			['stop', 'stopped'],
			['start', 'running'],
			['stop', 'stopped'],
		] as const) {
			await (change === 'start' ? node.start() : node.stop());
			const done = performance.now();
			await until(watch, snapshot => viewOf(snapshot, name)?.cluster.state === state);
			delays.push(performance.now() - done);
		}
		// The quickest: a busy machine may hold up any one of them.
		expect(Math.min(...delays)).toBeLessThan(250);

		await node.rename({name: `k3d-${name}-server-9`});
		await until(watch, snapshot => viewOf(snapshot, name)?.cluster.servers[0]?.name === `k3d-${name}-server-9`);

		await node.remove();
		await until(watch, snapshot => viewOf(snapshot, name) === undefined);
		expect(viewOf(watch.snapshot(), other)).toBe(bystander);
	});

	test('a container made meanwhile appears, one of somebody else does not', async () => {
		const name = newName();
		watch = startWatch({engine});
		await connected();
		let changes = 0;
		watch.subscribe(() => changes++);
		await labelled(docker, `${name}-foreign`, {labels: {app: 'other', 'k3d.cluster': name}});
		await labelled(docker, `k3d-${name}-agent-0`, {labels: labelsOf(name, 'agent')});
		const view = await until(watch, snapshot => viewOf(snapshot, name));
		expect(view.cluster.agents.map(agent => agent.name)).toEqual([`k3d-${name}-agent-0`]);
		expect(view.cluster.servers).toEqual([]);
		expect(view.kubernetes).toEqual({state: 'off'});
		expect(changes).toBeGreaterThan(0);
	});

	test('a burst of events makes few snapshots', async () => {
		const name = newName();
		const nodes = await Promise.all(
			Array.from({length: 8}, (_, index) =>
				labelled(docker, `k3d-${name}-agent-${index}`, {labels: labelsOf(name, 'agent')}),
			),
		);
		watch = startWatch({engine});
		await connected();
		let changes = 0;
		watch.subscribe(() => changes++);
		await Promise.all(nodes.map(node => node.start()));
		await until(watch, snapshot => viewOf(snapshot, name)?.cluster.state === 'running');
		await Promise.all(nodes.map(node => node.remove({force: true})));
		await until(watch, snapshot => viewOf(snapshot, name) === undefined);
		// 8 containers times create, start, kill, die, destroy.
		expect(changes).toBeLessThan(40);
	});

	test('the routes of a load balancer, and that they have been changed', async () => {
		const name = newName();
		const balancer = await labelled(docker, `k3d-${name}-serverlb`, {labels: labelsOf(name, 'loadbalancer')});
		const write = async (content: string) =>
			balancer.putArchive(await archive([{path: '/etc/confd/values.yaml', mode: 0o644, content}]), {path: '/'});
		await write('ports:\n  6443.tcp: [k3d-x-server-0]\n  53.udp: [k3d-x-agent-0, k3d-x-agent-1]\n');
		watch = startWatch({engine});
		const routes = await until(watch, snapshot => viewOf(snapshot, name)?.routes);
		expect(routes).toEqual([
			{port: 53, protocol: 'udp', backends: ['k3d-x-agent-0', 'k3d-x-agent-1']},
			{port: 6443, protocol: 'tcp', backends: ['k3d-x-server-0']},
		]);
		await write('ports:\n  80.tcp: [k3d-x-agent-0]\n');
		await until(watch, snapshot => viewOf(snapshot, name)?.routes?.[0]?.port === 80);
		await write('no: [');
		await until(watch, snapshot => viewOf(snapshot, name)?.routes === undefined);
	});

	test('a registry: what it is a proxy of, and who uses it, also when it is connected later', async () => {
		const name = newName();
		const network = await docker.createNetwork({Name: `k3d-${name}`, Driver: 'bridge', Labels: {app: 'k3d'}});
		await labelled(docker, `k3d-${name}-server-0`, {
			labels: labelsOf(name, 'server', {'k3d.cluster.network': `k3d-${name}`}),
		});
		const registry = await docker.createContainer({
			name: `k3d-${name}-mirror`,
			Image: await shellImage(docker),
			Cmd: ['sleep', '1000'],
			Labels: labelsOf('', 'registry'),
			Env: ['REGISTRY_PROXY_REMOTEURL=https://registry-1.docker.io'],
		});
		await registry.start();
		watch = startWatch({engine});
		const view = await until(watch, snapshot =>
			snapshot.registries.find(({node, proxyOf}) => node.id === registry.id && proxyOf !== undefined),
		);
		expect(view).toMatchObject({proxyOf: 'https://registry-1.docker.io', usedBy: []});
		const usedBy = (snapshot: Snapshot) => snapshot.registries.find(({node}) => node.id === registry.id)?.usedBy;
		await network.connect({Container: registry.id});
		await until(watch, snapshot => usedBy(snapshot)?.includes(name));
		await network.disconnect({Container: registry.id});
		await until(watch, snapshot => usedBy(snapshot)?.length === 0);
	});

	test('the use of those containers that were asked for, as long as they run', async () => {
		const name = newName();
		const busy = await labelled(docker, `k3d-${name}-server-0`, {
			labels: labelsOf(name, 'server'),
			script: 'while :; do :; done',
		});
		const idle = await labelled(docker, `k3d-${name}-agent-0`, {labels: labelsOf(name, 'agent')});
		await Promise.all([busy.start(), idle.start()]);
		watch = startWatch({engine});
		await connected();
		watch.watchUsage([busy.id]);
		const usage = await until(watch, snapshot => snapshot.usage.get(busy.id));
		expect(usage.cores).toBeGreaterThan(0.1);
		expect(usage.cores).toBeLessThan(2);
		expect(usage.memory).toBeGreaterThan(1000);
		expect(usage.memoryLimit).toBeGreaterThan(usage.memory);
		expect(watch.snapshot().usage.has(idle.id)).toBe(false);

		watch.watchUsage([idle.id]);
		await until(watch, snapshot => snapshot.usage.has(idle.id) && !snapshot.usage.has(busy.id));
		await idle.kill();
		await until(watch, snapshot => snapshot.usage.size === 0);
		await idle.start();
		await until(watch, snapshot => snapshot.usage.has(idle.id));
	});
});
