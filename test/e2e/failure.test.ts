import {existsSync} from 'node:fs';
import {rm, writeFile} from 'node:fs/promises';
import {type AddressInfo, createServer} from 'node:net';
import {afterAll, beforeAll, expect, it} from 'vitest';
import type {ClusterSpec} from '../../source/cluster/cluster-spec.ts';
import {openKubernetes} from '../../source/kubernetes/access.ts';
import {createLifecycle} from '../../source/lifecycle/create-lifecycle.ts';
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
		['write kubeconfig', 'running'],
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

	it.each(['server-0', 'agent-0', 'serverlb'])(
		'says that another program removed %s meanwhile, and leaves nothing',
		async node => {
			const name = world.name();
			const operation = world.lifecycle.createCluster(world.spec(name, {agents: 1}));
			await step(operation, `start k3d-${name}-serverlb`, 'done');
			await world.docker('rm', '-fv', `k3d-${name}-${node}`);
			await expect(operation.result).rejects.toThrow(`node k3d-${name}-${node}: another program removed it`);
			expect(await world.remains(name)).toEqual([]);
		},
		patience,
	);

	it(
		'keeps a cluster whose kubeconfig cannot be written, and says so',
		async () => {
			const name = world.name();
			await writeFile(world.kubeconfig, 'this: [is: no: kubeconfig');
			const operation = world.lifecycle.createCluster(world.spec(name));
			expect((await operation.result).kubeconfig).toBeUndefined();
			expect(operation.snapshot().warnings.join()).toMatch(/kubeconfig/);
			await rm(world.kubeconfig);
			await world.lifecycle.deleteCluster(name).result;
		},
		patience,
	);

	it.each<[string, (world: World, name: string) => Promise<string>, Partial<ClusterSpec>, RegExp]>([
		[
			'names the network that a subnet overlaps',
			async world => world.docker('network', 'inspect', 'bridge', '-f', '{{(index .IPAM.Config 0).Subnet}}'),
			{},
			/^subnet [\d./]+: network "bridge" has .*, which overlaps it/,
		],
		[
			'says that a container has the name of one of its nodes, and leaves that one',
			async (world, name) => {
				await world.docker('create', '--name', `k3d-${name}-agent-0`, world.images.k3s);
				return '';
			},
			{agents: 1},
			/^container k3d-.*-agent-0: another container of this name exists already/,
		],
		[
			'says that a file cannot be written where it shall be',
			async () => '',
			{
				volumes: [{value: '/usr/share:/data:ro', filters: ['server:0']}],
				files: [{content: 'x', destination: '/data/x', description: undefined, filters: ['server:0']}],
			},
			/^files of .*read-only/s,
		],
		['refuses more CPUs than there are', async () => '', {serversCpus: '4096'}, /^CPUs 4096: the engine has \d+/],
	])(
		'%s; nothing is left',
		async (_what, prepare, changes, reason) => {
			const name = world.name();
			const found = await prepare(world, name);
			const spec = world.spec(name, found === '' ? changes : {...changes, subnet: found});
			const operation = world.lifecycle.createCluster(spec);
			await expect(operation.result).rejects.toThrow(reason);
			expect(operation.snapshot().leftovers).toEqual([]);
			expect(await world.remains(name)).toEqual([]);
			const others = await world.docker('ps', '-aq', '--filter', `name=^k3d-${name}-`);
			if (others !== '') await world.docker('rm', '-fv', others);
			expect(others !== '').toBe(/another container/.test(reason.source));
		},
		patience,
	);

	it(
		'says that a host port is taken by a program that Docker does not know, and leaves nothing',
		async () => {
			const name = world.name();
			const holder = createServer();
			await new Promise<void>(resolve => holder.listen(0, '0.0.0.0', resolve));
			const {port} = holder.address() as AddressInfo;
			const {result} = world.lifecycle.createCluster(world.spec(name, {ports: [{value: `${port}:80`, filters: []}]}));
			await expect(result).rejects.toThrow(`host port ${port}/tcp: a program on this machine listens there already`);
			await new Promise(resolve => holder.close(resolve));
			expect(await world.remains(name)).toEqual([]);
		},
		patience,
	);

	it(
		'explains a load balancer that dies, keeps a volume that was there, and leaves nothing else',
		async () => {
			const name = world.name();
			const volume = `k3d-${name}-images`;
			await world.docker('volume', 'create', volume);
			// An image without nginx in it.
			const env = {...world.env, K3D_IMAGE_LOADBALANCER: world.images.k3s};
			const lifecycle = createLifecycle({
				...{engine: world.engine, env, home: '/nowhere'},
				openKubernetes: (cluster, signal) => openKubernetes(world.engine, cluster, {signal}),
			});
			const {result} = lifecycle.createCluster(world.spec(name), {updateKubeconfig: false});
			await expect(result).rejects.toThrow(`node k3d-${name}-serverlb: it ended`);
			await lifecycle.close();
			expect(await world.remains(name)).toEqual([]);
			expect(await world.docker('volume', 'ls', '-q', '--filter', `name=^${volume}$`)).toBe(volume);
			await world.docker('volume', 'rm', volume);
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

describeWithEngine('what k3d leaves behind', () => {
	let world: World;
	let name: string;
	beforeAll(async () => {
		world = await openWorld();
		// Its API is reached at this one address only.
		name = world.name();
		await world.lifecycle.createCluster(world.spec(name, {agents: 1, apiPort: '127.0.0.2:random'})).result;
	}, patience);
	afterAll(() => world.close(), patience);

	it(
		'the Node of a removed container makes room for a new one of its name, which has the registries too',
		async () => {
			const file = '/etc/rancher/k3s/registries.yaml';
			await world.docker(
				'exec',
				`k3d-${name}-server-0`,
				'sh',
				'-c',
				`mkdir -p /etc/rancher/k3s; echo mirrors: >${file}`,
			);
			const uid = () => world.kubectl(name, 'get', 'node', `k3d-${name}-agent-0`, '-o', 'jsonpath={.metadata.uid}');
			const before = await uid();
			await world.docker('rm', '-fv', `k3d-${name}-agent-0`);
			expect(await world.lifecycle.grow(name, {agents: 1}).result).toEqual([`k3d-${name}-agent-0`]);
			expect(await uid()).not.toBe(before);
			expect(await world.docker('exec', `k3d-${name}-agent-0`, 'cat', file)).toBe('mirrors:');
		},
		patience,
	);

	it(
		'a node that k3d’s script closed when it stopped takes pods again, whatever was repaired meanwhile',
		async () => {
			const node = `k3d-${name}-server-0`;
			const closed = () => world.kubectl(name, 'get', 'node', node, '-o', 'jsonpath={.spec.unschedulable}');
			const script = '#!/bin/sh\nfor s in /bin/k3d-entrypoint-*.sh; do sh $s; done\nexec /bin/k3s "$@"\n';
			await world.docker('exec', node, 'sh', '-c', `printf '%b' '${script}' >/bin/k3d-entrypoint.sh`);
			await world.lifecycle.startCluster(name).result;
			for (const start of [() => world.lifecycle.startCluster(name), () => world.lifecycle.startNode(node)]) {
				await world.docker('exec', node, 'sh', '-c', `printf '%b' '${script}' >/bin/k3d-entrypoint.sh`);
				await world.lifecycle.startNode(node).result;
				await world.kubectl(name, 'cordon', node);
				await world.lifecycle.stopNode(node).result;
				await start().result;
				expect(await closed()).toBe('');
			}
		},
		patience,
	);
});

describeWithEngine('a cluster whose name has capitals', () => {
	let world: World;
	let name: string;
	beforeAll(async () => {
		world = await openWorld();
		name = world.name();
	}, patience);
	afterAll(() => world.close(), patience);

	it(
		'becomes ready, grows and shrinks: Kubernetes makes the names lower case',
		async () => {
			const capitals = name.toUpperCase();
			await world.lifecycle.createCluster(world.spec(capitals), {updateKubeconfig: false}).result;
			try {
				await world.lifecycle.grow(capitals, {agents: 1}).result;
				expect(await world.lifecycle.shrink(capitals, {agents: 1}).result).toEqual([`k3d-${capitals}-agent-0`]);
			} finally {
				await world.lifecycle.deleteCluster(capitals).result;
			}
		},
		patience,
	);
});
