import {randomInt} from 'node:crypto';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {describeWithEngine} from '../setup/engine.ts';
import {openWorld, type World} from './world.ts';

const patience = 180_000;

/** A range that no default of Docker's is near. */
const freeRange = () => `10.${120 + randomInt(30)}.${randomInt(256)}.0/24`;

const state = (world: World, node: string, what: string) => world.docker('inspect', '-f', `{{${what}}}`, node);

/** The fixed addresses of a cluster's containers, running or not, by name. */
async function addresses(world: World, cluster: string): Promise<Record<string, string>> {
	const names = (await world.docker('ps', '-a', '--filter', `label=k3d.cluster=${cluster}`, '--format', '{{.Names}}'))
		.split('\n')
		.sort();
	const of = (name: string) =>
		state(world, name, `(index .NetworkSettings.Networks "k3d-${cluster}").IPAMConfig.IPv4Address`);
	return Object.fromEntries(await Promise.all(names.map(async name => [name, await of(name)] as const)));
}

describeWithEngine('nodes with limits, files and fixed addresses', () => {
	let world: World;
	let name: string;
	const node = (suffix: string) => `k3d-${name}-${suffix}`;
	beforeAll(async () => {
		world = await openWorld();
		name = world.name();
		await world.lifecycle.createCluster(
			world.spec(name, {
				...{agents: 1, subnet: freeRange(), serversMemory: '1g', agentsMemory: '256m', agentsCpus: '0.5'},
				ulimits: [{name: 'nofile', soft: 512, hard: 1000}],
				files: [{content: 'hello', destination: '/etc/greeting', description: undefined, filters: []}],
				loadBalancerOverrides: ['settings.workerConnections=300'],
			}),
		).result;
	}, patience);
	afterAll(() => world.close(), patience);

	it('see their own memory, and so does Kubernetes', async () => {
		expect(await world.docker('exec', node('server-0'), 'cat', '/proc/meminfo')).toMatch(/^MemTotal: 1073741 kB$/m);
		expect(await world.docker('exec', node('agent-0'), 'cat', '/proc/meminfo')).toMatch(/^MemTotal: 268435 kB$/m);
		const capacity = await world.kubectl(
			name,
			'get',
			'node',
			node('agent-0'),
			'-o',
			'jsonpath={.status.capacity.memory}',
		);
		expect(capacity).toBe('268435Ki');
		expect(await state(world, node('agent-0'), '.HostConfig.NanoCpus')).toBe('500000000');
	});

	it('have the limits of processes and the files, the load balancer too, and it its settings', async () => {
		for (const suffix of ['server-0', 'agent-0', 'serverlb']) {
			expect(await world.docker('exec', node(suffix), 'cat', '/etc/greeting')).toBe('hello');
			expect(await world.docker('exec', node(suffix), 'cat', '/proc/1/limits')).toMatch(/Max open files +512 +1000/);
		}
		expect(await world.docker('exec', node('serverlb'), 'cat', '/etc/nginx/nginx.conf')).toContain(
			'worker_connections 300',
		);
	});

	it(
		'keep their addresses through a stop, Docker’s own restarts in any order, growing and shrinking',
		async () => {
			const before = await addresses(world, name);
			expect(new Set(Object.values(before)).size).toBe(3);
			await world.lifecycle.stopCluster(name).result;
			// What does not run counts as taken.
			await world.lifecycle.grow(name, {agents: 1}).result;
			const grown = await addresses(world, name);
			expect(grown).toMatchObject(before);
			expect(new Set(Object.values(grown)).size).toBe(4);
			await world.lifecycle.startCluster(name).result;
			await world.docker('restart', '-t', '1', ...['serverlb', 'agent-1', 'agent-0', 'server-0'].map(node));
			await world.lifecycle.startCluster(name).result;
			for (const [container, address] of Object.entries(grown)) {
				const now = await state(world, container, `(index .NetworkSettings.Networks "k3d-${name}").IPAddress`);
				expect([container, now]).toEqual([container, address]);
			}
			// The new one has its peer's limits, to the byte, and sees them.
			expect(await world.docker('exec', node('agent-1'), 'cat', '/proc/meminfo')).toMatch(/^MemTotal: 268435 kB$/m);
			await world.lifecycle.shrink(name, {agents: 1}).result;
			expect(await addresses(world, name)).toEqual(before);
		},
		patience,
	);

	it(
		'can be made with settings of their own, and in further networks',
		async () => {
			const network = world.name();
			await world.docker('network', 'create', '--label', `k3d.cluster=${network}`, network);
			const added = `k3d-${world.name()}-0`;
			try {
				await world.lifecycle.grow(name, {
					...{agents: 1, names: {agents: [added]}, memory: '128m', networks: [network], runtimeLabels: ['team=a']},
				}).result;
				expect(await world.docker('exec', added, 'cat', '/proc/meminfo')).toMatch(/^MemTotal: 134217 kB$/m);
				expect(await state(world, added, '.Config.Labels.team')).toBe('a');
				const networks = JSON.parse(await state(world, added, 'json .NetworkSettings.Networks')) as object;
				expect(Object.keys(networks).sort()).toEqual([network, `k3d-${name}`].sort());
				await world.lifecycle.deleteNode(added).result;
			} finally {
				await world.docker('network', 'rm', network);
			}
		},
		patience,
	);

	it(
		'join a cluster elsewhere by its address, leave nothing when they may not, and can be removed',
		async () => {
			const gateway = await world.docker('network', 'inspect', 'bridge', '-f', '{{(index .IPAM.Config 0).Gateway}}');
			const port = (await world.docker('port', node('serverlb'), '6443/tcp')).split('\n')[0]?.split(':').at(-1);
			const url = `https://${gateway}:${port}`;
			const added = `k3d-${world.name()}-0`;
			const join = (token: string, timeout = 60_000) =>
				world.lifecycle.grow(url, {
					...{agents: 1, names: {agents: [added]}, image: world.images.k3s, memory: '128m', token, timeout},
				}).result;
			await expect(join('wrong', 3000)).rejects.toThrow(/longer than 3 s/);
			expect(await world.remains(url)).toEqual([]);

			const file = '/var/lib/rancher/k3s/server/node-token';
			await join(await world.docker('exec', node('server-0'), 'cat', file));
			await world.kubectl(name, 'wait', '--for=condition=Ready', '--timeout=60s', `node/${added}`);
			expect(await world.docker('exec', added, 'cat', '/etc/hosts')).toContain(`${gateway} host.k3d.internal`);
			expect(await state(world, added, 'json .Config.Labels')).toContain('"k3d.cluster.external":"true"');
			const removal = world.lifecycle.deleteNode(added);
			await removal.result;
			expect(removal.snapshot().warnings.join()).toContain(`kubectl delete node ${added}`);
			expect(await world.remains(url)).toEqual([]);
		},
		patience,
	);
});

describeWithEngine('nodes that Kubernetes calls otherwise, or knows from before', () => {
	let world: World;
	let name: string;
	beforeAll(async () => {
		world = await openWorld();
		name = world.name();
		const k3sArgs = [
			{value: '--node-name=Boss', filters: ['server:0']},
			{value: '--with-node-id', filters: ['agent:*']},
		];
		await world.lifecycle.createCluster(world.spec(name, {agents: 1, k3sArgs})).result;
	}, patience);
	afterAll(() => world.close(), patience);

	const known = async () =>
		(await world.kubectl(name, 'get', 'nodes', '-o', 'jsonpath={.items[*].metadata.name}')).split(' ').sort();

	it(
		'become ready, start, grow and shrink',
		async () => {
			const withId = (index: number) => expect.stringMatching(new RegExp(`^k3d-${name}-agent-${index}-[0-9a-f]{8}$`));
			expect(await known()).toEqual(['boss', withId(0)]);
			await world.lifecycle.grow(name, {agents: 1}).result;
			expect(await known()).toEqual(['boss', withId(0), withId(1)]);
			await world.lifecycle.restartNode(`k3d-${name}-agent-1`).result;
			await world.lifecycle.shrink(name, {agents: 1}).result;
			expect(await known()).toEqual(['boss', withId(0)]);
		},
		patience,
	);

	it(
		'a stopped cluster that grows into the name of a Node that was left starts all the same',
		async () => {
			const plain = world.name();
			await world.lifecycle.createCluster(world.spec(plain, {agents: 1})).result;
			const agent = `k3d-${plain}-agent-0`;
			const uid = () => world.kubectl(plain, 'get', 'node', agent, '-o', 'jsonpath={.metadata.uid}');
			const before = await uid();
			await world.docker('rm', '-fv', agent);
			await world.lifecycle.stopCluster(plain).result;
			expect(await world.lifecycle.grow(plain, {agents: 1}).result).toEqual([agent]);
			await world.lifecycle.startCluster(plain).result;
			expect(await uid()).not.toBe(before);
		},
		patience,
	);
});

describeWithEngine('a cluster on the host’s network', () => {
	let world: World;
	beforeAll(async () => {
		world = await openWorld();
	}, patience);
	afterAll(() => world.close(), patience);

	it(
		'is created, starts again, cannot grow, and is deleted; its names are the host’s',
		async () => {
			const name = world.name();
			const created = await world.lifecycle.createCluster(world.spec(name, {network: 'host'})).result;
			expect(created.api).toMatch(/:6443$/);
			const server = `k3d-${name}-server-0`;
			const ready = () => world.kubectl(name, 'wait', '--for=condition=Ready', '--timeout=60s', `node/${server}`);
			await ready();
			expect(await world.docker('exec', server, 'cat', '/etc/hosts')).not.toContain('k3d.internal');
			await expect(world.lifecycle.createCluster(world.spec(world.name(), {network: 'host'})).result).rejects.toThrow(
				`network "host": cluster "${name}" is on it`,
			);
			await world.lifecycle.stopCluster(name).result;
			await world.lifecycle.startCluster(name).result;
			await ready();
			await expect(world.lifecycle.grow(name, {agents: 1}).result).rejects.toThrow(/on the host’s network/);
			await world.lifecycle.deleteCluster(name).result;
			expect(await world.remains(name)).toEqual([]);
		},
		patience,
	);
});
