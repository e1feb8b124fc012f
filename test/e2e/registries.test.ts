import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {parse} from 'yaml';
import {defaultRegistrySpec, type RegistrySpec} from '../../source/cluster/registries/registry-spec.ts';
import {describeWithEngine} from '../setup/engine.ts';
import {describeOnBothEngines} from './engines.ts';
import {pushImage} from './push-image.ts';
import {openBuiltInWorld, openWorld, type World} from './world.ts';

const patience = 60_000;

const made: string[] = [];

/** A registry on its own, which is gone at the end whatever happens. */
async function makeRegistry(world: World, changes: Partial<RegistrySpec> = {}) {
	const spec = {...defaultRegistrySpec(`${world.name()}-reg`), image: world.images.registry, ...changes};
	made.push(spec.name);
	return world.lifecycle.createRegistry(spec).result;
}

async function close(world: World): Promise<void> {
	for (const name of made.splice(0)) await world.docker('rm', '-fv', name).catch(() => {});
	await world.close();
}

async function mirrorsOf(world: World, node: string): Promise<Record<string, {endpoint: string[]}>> {
	const text = await world.docker('exec', node, 'cat', '/etc/rancher/k3s/registries.yaml');
	return (parse(text) as {mirrors: Record<string, {endpoint: string[]}>}).mirrors;
}

async function hosting(world: World, cluster: string): Promise<Record<string, string> | undefined> {
	const map = ['-n', 'kube-public', 'get', 'configmap', 'local-registry-hosting', '--ignore-not-found', '-o', 'json'];
	const text = await world.kubectl(cluster, ...map);
	return text === '' ? undefined : parse(JSON.parse(text).data['localRegistryHosting.v1']);
}

async function namesInDns(world: World, cluster: string): Promise<string> {
	const map = ['-n', 'kube-system', 'get', 'configmap', 'coredns', '-o', 'jsonpath={.data.NodeHosts}'];
	return world.kubectl(cluster, ...map);
}

async function addressIn(world: World, cluster: string, container: string): Promise<string> {
	const [info] = JSON.parse(await world.docker('inspect', container));
	return info.NetworkSettings.Networks[`k3d-${cluster}`]?.IPAddress ?? 'nowhere';
}

/** Runs a pod and waits until its image was pulled, or could not be; gives back which. */
async function pull(world: World, cluster: string, pod: string, image: string): Promise<string> {
	await world.kubectl(cluster, 'run', pod, '--image', image, '--restart=Never');
	const condition = '{.status.containerStatuses[0].state}';
	for (;;) {
		// Every look is a kubectl, so this asks a few times a second.
		const state = await world.kubectl(cluster, 'get', 'pod', pod, '-o', `jsonpath=${condition}`);
		if (/running|terminated/.test(state)) return 'pulled';
		if (/ImagePull|ErrImage/.test(state)) return 'not pulled';
	}
}

describeOnBothEngines('a cluster with registries', open => {
	let world: World;
	let name: string;
	let own: string;
	let port: string;
	beforeAll(async () => {
		world = await open();
		name = world.name();
		own = `${name}.localhost`;
	}, patience);
	afterAll(() => close(world), patience);

	it(
		'is made with one of its own, which its nodes pull from and programs find',
		async () => {
			const create = {...defaultRegistrySpec(own), image: world.images.registry};
			const config = 'mirrors:\n  example.test:\n    endpoint: [http://example.test:5000]\n';
			const operation = world.lifecycle.createCluster(world.spec(name, {registries: {create, use: [], config}}));
			await operation.result;
			expect(operation.snapshot().warnings).toEqual([]);
			port = (await world.docker('port', own, '5000/tcp')).split(':').at(-1) ?? '';
			expect(await mirrorsOf(world, `k3d-${name}-server-0`)).toEqual({
				'example.test': {endpoint: ['http://example.test:5000'], rewrite: {}},
				[`${own}:5000`]: {endpoint: [`http://${own}:5000`], rewrite: {}},
				[`${own}:${port}`]: {endpoint: [`http://${own}:5000`], rewrite: {}},
			});
			expect(await hosting(world, name)).toEqual({
				host: `localhost:${port}`,
				hostFromContainerRuntime: `${own}:5000`,
				hostFromClusterNetwork: `${own}:5000`,
				help: expect.stringContaining('k3d.io'),
			});
			expect(await namesInDns(world, name)).toContain(`${await addressIn(world, name, own)} ${own}`);
		},
		patience,
	);

	it(
		'runs what was pushed to it, by the name of either port',
		async () => {
			await pushImage(`localhost:${port}`, 'app', '1');
			expect(await pull(world, name, 'inside', `${own}:5000/app:1`)).toBe('pulled');
			expect(await pull(world, name, 'outside', `${own}:${port}/app:1`)).toBe('pulled');
		},
		patience,
	);

	it(
		'is connected to another one while it runs, and heeds it without a restart',
		async () => {
			const other = await makeRegistry(world);
			await pushImage(other.pushTo, 'app', '2');
			const image = `${other.pullFrom}/app:2`;
			expect(await pull(world, name, 'before', image)).toBe('not pulled');
			const started = await world.docker('inspect', '-f', '{{.State.StartedAt}}', `k3d-${name}-server-0`);

			const attached = await world.lifecycle.attachRegistry(other.name, name).result;
			expect(attached).toMatchObject({registry: other.name, cluster: name, effect: 'now', pullFrom: other.pullFrom});
			expect(await pull(world, name, 'after', image)).toBe('pulled');
			expect(await world.docker('inspect', '-f', '{{.State.StartedAt}}', `k3d-${name}-server-0`)).toBe(started);
			expect(Object.keys(await mirrorsOf(world, `k3d-${name}-server-0`))).toContain('example.test');
			expect(await namesInDns(world, name)).toContain(`${await addressIn(world, name, other.name)} ${other.name}`);
			// There can be one only, and it was told of its own.
			expect(await hosting(world, name)).toMatchObject({host: `localhost:${port}`});

			const again = world.lifecycle.attachRegistry(other.name, name);
			await again.result;
			const written = again.snapshot().steps.filter(step => step.name.startsWith('write registries'));
			expect(written.map(({state}) => state)).toEqual(['skipped']);
		},
		patience,
	);

	it(
		'gives its registries to a node that joins, and knows one that was made again on another port',
		async () => {
			const [other] = (
				await world.docker('network', 'inspect', `k3d-${name}`, '-f', '{{range .Containers}}{{.Name}} {{end}}')
			)
				.split(' ')
				.filter(member => member.endsWith('-reg'));
			if (other === undefined) throw new Error('the registry is not connected');
			await world.lifecycle.deleteRegistry(other).result;
			const spec = {...defaultRegistrySpec(other), image: world.images.registry};
			const {pushTo} = await world.lifecycle.createRegistry(spec).result;
			const [node = ''] = await world.lifecycle.grow(name, {agents: 1}).result;
			const mirrors = await mirrorsOf(world, node);
			const now = pushTo.split(':').at(-1);
			expect(Object.keys(mirrors).sort()).toEqual(
				['example.test', `${own}:5000`, `${own}:${port}`, `${other}:5000`, `${other}:${now}`].sort(),
			);
			expect(await addressIn(world, name, other)).toBe('nowhere');

			await world.lifecycle.stopNode(other).result;
			await world.lifecycle.startCluster(name).result;
			expect(await mirrorsOf(world, `k3d-${name}-server-0`)).toEqual(mirrors);
			expect(await namesInDns(world, name)).toContain(`${await addressIn(world, name, other)} ${other}`);
			await pushImage(pushTo, 'app', '3');
			expect(await pull(world, name, 'anew', `${other}:${now}/app:3`)).toBe('pulled');

			await world.lifecycle.detachRegistry(other, name).result;
			for (const each of [node, `k3d-${name}-server-0`]) {
				expect(Object.keys(await mirrorsOf(world, each)).filter(key => key.startsWith(other))).toEqual([]);
			}
			expect(await namesInDns(world, name)).not.toContain(other);
			expect(await pull(world, name, 'gone', `${other}:${now}/app:4`)).toBe('not pulled');
			await world.lifecycle.deleteRegistry(other).result;
		},
		patience,
	);

	it(
		'does not give up the registry that is its own, which goes with it; others stay',
		async () => {
			const {result} = world.lifecycle.detachRegistry(own, name);
			await expect(result).rejects.toThrow(/it was made with cluster .* and goes with it/);
			const used = await makeRegistry(world);
			await world.lifecycle.attachRegistry(used.name, name).result;
			await world.lifecycle.deleteCluster(name).result;
			expect(await world.remains(name)).toEqual([]);
			expect(
				await world.docker('inspect', '-f', '{{range $n, $_ := .NetworkSettings.Networks}}{{$n}}{{end}}', used.name),
			).toBe('bridge');
			await world.lifecycle.deleteRegistry(used.name).result;
		},
		patience,
	);

	it(
		'leaves the registries as they were when it cannot be made',
		async () => {
			const used = await makeRegistry(world);
			await world.lifecycle.stopNode(used.name).result;
			const broken = world.name();
			const create = {...defaultRegistrySpec(`${broken}-own`), image: world.images.registry};
			const operation = world.lifecycle.createCluster(
				world.spec(broken, {registries: {create, use: [used.name], config: undefined}}),
			);
			await new Promise<void>(resolve => {
				const stop = operation.subscribe(() => {
					const isThere = operation
						.snapshot()
						.steps.some(step => step.name === `start ${used.name}` && step.state === 'done');
					if (!isThere) return;
					stop();
					operation.cancel();
					resolve();
				});
			});
			await expect(operation.result).rejects.toThrow();
			expect(operation.snapshot().leftovers).toEqual([]);
			expect(await world.remains(broken)).toEqual([]);
			const [info] = JSON.parse(await world.docker('inspect', used.name));
			expect([info.State.Running, Object.keys(info.NetworkSettings.Networks)]).toEqual([false, ['bridge']]);
			await world.lifecycle.deleteRegistry(used.name).result;
		},
		patience,
	);
});

describe('a stopped cluster', () => {
	let world: World;
	beforeAll(async () => {
		world = await openBuiltInWorld();
	}, patience);
	afterAll(() => close(world), patience);

	it(
		'takes a registry, which it knows once it starts, and gives it up again',
		async () => {
			const name = world.name();
			await world.lifecycle.createCluster(world.spec(name)).result;
			await world.lifecycle.stopCluster(name).result;
			const other = await makeRegistry(world);
			await pushImage(other.pushTo, 'app', '1');
			await pushImage(other.pushTo, 'app', '2');
			expect(await world.lifecycle.attachRegistry(other.name, name).result).toMatchObject({effect: 'at start'});
			await world.lifecycle.startCluster(name).result;
			expect(await pull(world, name, 'with', `${other.pullFrom}/app:1`)).toBe('pulled');
			expect(await hosting(world, name)).toMatchObject({host: other.pushTo});

			await world.lifecycle.stopCluster(name).result;
			expect(await world.lifecycle.detachRegistry(other.name, name).result).toMatchObject({effect: 'at start'});
			await world.lifecycle.startCluster(name).result;
			expect(await addressIn(world, name, other.name)).toBe('nowhere');
			expect(await hosting(world, name)).toBeUndefined();
			expect(await pull(world, name, 'without', `${other.pullFrom}/app:2`)).toBe('not pulled');
			await world.lifecycle.deleteRegistry(other.name).result;
		},
		patience,
	);
});

describe('an old k3s, which reads its registries only when it starts', () => {
	let world: World;
	beforeAll(async () => {
		world = await openBuiltInWorld();
	}, patience);
	afterAll(() => close(world), patience);

	it(
		'is started again, one node after the other',
		async () => {
			const name = world.name();
			const env = [{value: 'K3S_STAND_IN_VERSION=v1.26.9+k3s1', filters: ['server:*', 'agent:*']}];
			await world.lifecycle.createCluster(world.spec(name, {agents: 1, env})).result;
			const other = await makeRegistry(world);
			await pushImage(other.pushTo, 'app', '1');
			expect(await pull(world, name, 'before', `${other.pullFrom}/app:1`)).toBe('not pulled');
			const operation = world.lifecycle.attachRegistry(other.name, name);
			expect(await operation.result).toMatchObject({effect: 'after restart'});
			const steps = operation.snapshot().steps.map(step => step.name);
			const order = [`wait for k3d-${name}-server-0 to be Ready`, `stop k3d-${name}-agent-0`].map(step =>
				steps.indexOf(step),
			);
			expect(order).toEqual(order.toSorted((a, b) => a - b));
			expect(order).not.toContain(-1);
			expect(await pull(world, name, 'after', `${other.pullFrom}/app:1`)).toBe('pulled');
			await world.lifecycle.deleteRegistry(other.name).result;
		},
		patience,
	);
});

describeWithEngine('a pull-through cache', () => {
	let world: World;
	beforeAll(async () => {
		world = await openWorld();
	}, patience);
	afterAll(() => close(world), patience);

	it(
		'brings what another registry has, under its own name, to nodes that cannot reach that',
		async () => {
			const network = `${world.name()}-lab`;
			await world.docker('network', 'create', network);
			const upstream = await makeRegistry(world, {network});
			const remoteURL = `http://${upstream.pullFrom}`;
			const cache = await makeRegistry(world, {network, proxy: {remoteURL, username: undefined, password: undefined}});
			try {
				await pushImage(upstream.pushTo, 'app', '1');
				const name = world.name();
				const registries = {create: undefined, use: [cache.name], config: undefined};
				await world.lifecycle.createCluster(world.spec(name, {registries})).result;
				expect(await pull(world, name, 'through', `${upstream.pullFrom}/app:1`)).toBe('pulled');
				expect(await pull(world, name, 'missing', `${upstream.pullFrom}/app:2`)).toBe('not pulled');
				// Nobody can push to a cache, so nobody is told of it.
				expect(await hosting(world, name)).toBeUndefined();
				await world.lifecycle.deleteCluster(name).result;
			} finally {
				for (const {name} of [upstream, cache]) await world.lifecycle.deleteRegistry(name).result;
				await world.docker('network', 'rm', network);
			}
		},
		patience,
	);
});
