import {readFile} from 'node:fs/promises';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {parse} from 'yaml';
import {describeWithEngine} from '../setup/engine.ts';
import {openWorld, type World} from './world.ts';

const patience = 300_000;

/** `NAME STATUS` of every node that kubectl knows. */
async function kubernetesNodes(world: World, cluster: string): Promise<string[]> {
	const table = await world.kubectl(cluster, 'get', 'nodes', '--no-headers');
	return table
		.split('\n')
		.filter(line => line !== '')
		.map(line => line.split(/\s+/).slice(0, 2).join(' '))
		.sort();
}

async function proxyPorts(world: World, cluster: string): Promise<Record<string, string[]>> {
	const text = await world.docker('exec', `k3d-${cluster}-serverlb`, 'cat', '/etc/confd/values.yaml');
	return (parse(text) as {ports: Record<string, string[]>}).ports;
}

async function states(world: World, cluster: string): Promise<string[]> {
	const table = await world.docker(
		'ps',
		'-a',
		'--filter',
		`label=k3d.cluster=${cluster}`,
		'--format',
		'{{.Names}} {{.State}}',
	);
	return table.split('\n').sort();
}

describeWithEngine('the life of a cluster with one server', () => {
	let world: World;
	let name: string;
	beforeAll(async () => {
		world = await openWorld();
		name = world.name();
	}, patience);
	afterAll(() => world.close(), patience);

	it(
		'is created, with every node Ready and a kubeconfig that works',
		async () => {
			const operation = world.lifecycle.createCluster(
				world.spec(name, {agents: 2, ports: [{value: '0:80', filters: []}].slice(1)}),
			);
			const created = await operation.result;
			expect(created.kubeconfig).toBe(world.kubeconfig);
			expect(await kubernetesNodes(world, name)).toEqual([
				`k3d-${name}-agent-0 Ready`,
				`k3d-${name}-agent-1 Ready`,
				`k3d-${name}-server-0 Ready`,
			]);
			expect(await states(world, name)).toEqual([
				`k3d-${name}-agent-0 running`,
				`k3d-${name}-agent-1 running`,
				`k3d-${name}-server-0 running`,
				`k3d-${name}-serverlb running`,
			]);
			expect(await world.kubectl(name, 'config', 'current-context')).toBe(`k3d-${name}`);
			expect(operation.snapshot().warnings).toEqual([]);
		},
		patience,
	);

	it('started agents and load balancer before the first server was ready', async () => {
		const operation = world.lifecycle.operations().find(candidate => candidate.snapshot().verb === 'create');
		const steps = operation?.snapshot().steps ?? [];
		const ended = (step: string) => steps.find(({name: stepName}) => stepName === step)?.endedAt ?? Number.NaN;
		for (const node of ['agent-0', 'agent-1', 'serverlb']) {
			expect(ended(`start k3d-${name}-${node}`)).toBeLessThan(ended('wait for the Kubernetes API'));
		}
	});

	it(
		'knows the Docker host in every node and in CoreDNS',
		async () => {
			for (const node of ['server-0', 'agent-0', 'agent-1']) {
				expect(await world.docker('exec', `k3d-${name}-${node}`, 'cat', '/etc/hosts')).toMatch(
					/^[\d.]+ host\.k3d\.internal$/m,
				);
			}
			const hosts = await world.kubectl(
				name,
				'-n',
				'kube-system',
				'get',
				'configmap',
				'coredns',
				'-o',
				'jsonpath={.data.NodeHosts}',
			);
			expect(hosts).toMatch(/^[\d.]+ host\.k3d\.internal$/m);
			expect(hosts).toContain(`k3d-${name}-serverlb`);
			expect(hosts).toContain(`k3d-${name}-agent-1`);
		},
		patience,
	);

	it(
		'refuses to be created again, changing nothing',
		async () => {
			const before = await states(world, name);
			const {result} = world.lifecycle.createCluster(world.spec(name));
			await expect(result).rejects.toThrow(/it exists already/);
			expect(await states(world, name)).toEqual(before);
		},
		patience,
	);

	it(
		'refuses a second server, because of SQLite, changing nothing',
		async () => {
			const {result} = world.lifecycle.grow(name, {servers: 1});
			await expect(result).rejects.toThrow(/SQLite/);
			expect(await states(world, name)).toHaveLength(4);
		},
		patience,
	);

	it(
		'grows by an agent that is Ready',
		async () => {
			await expect(world.lifecycle.grow(name, {agents: 1}).result).resolves.toEqual([`k3d-${name}-agent-2`]);
			expect(await kubernetesNodes(world, name)).toContain(`k3d-${name}-agent-2 Ready`);
		},
		patience,
	);

	it(
		'shrinks cleanly: no container, no Node',
		async () => {
			await expect(world.lifecycle.shrink(name, {agents: 1}).result).resolves.toEqual([`k3d-${name}-agent-2`]);
			expect(await kubernetesNodes(world, name)).toEqual([
				`k3d-${name}-agent-0 Ready`,
				`k3d-${name}-agent-1 Ready`,
				`k3d-${name}-server-0 Ready`,
			]);
			expect(await states(world, name)).toHaveLength(4);
		},
		patience,
	);

	it(
		'refuses to lose its last server',
		async () => {
			await expect(world.lifecycle.shrink(name, {servers: 1}).result).rejects.toThrow(/last server/);
			await expect(world.lifecycle.deleteNode(`k3d-${name}-server-0`).result).rejects.toThrow(/last server/);
			expect(await states(world, name)).toHaveLength(4);
		},
		patience,
	);

	it(
		'stops everything at once, without a drain',
		async () => {
			const operation = world.lifecycle.stopCluster(name);
			await operation.result;
			expect((await states(world, name)).every(line => line.endsWith(' exited'))).toBe(true);
			// k3d's grace is ten seconds a node, one after another; k3s itself ends within one.
			const {startedAt, endedAt} = operation.snapshot();
			expect((endedAt ?? Number.NaN) - startedAt).toBeLessThan(8000);
		},
		patience,
	);

	it(
		'grows while it is stopped; the new node stays stopped',
		async () => {
			await world.lifecycle.grow(name, {agents: 1}).result;
			expect(await states(world, name)).toContain(`k3d-${name}-agent-2 created`);
		},
		patience,
	);

	it(
		'starts again, the new node joining, the old state kept',
		async () => {
			await world.lifecycle.startCluster(name).result;
			expect(await kubernetesNodes(world, name)).toEqual([
				`k3d-${name}-agent-0 Ready`,
				`k3d-${name}-agent-1 Ready`,
				`k3d-${name}-agent-2 Ready`,
				`k3d-${name}-server-0 Ready`,
			]);
		},
		patience,
	);

	it(
		'keeps its names when Docker restarts the containers by itself, in any order',
		async () => {
			const nodes = ['serverlb', 'agent-1', 'server-0', 'agent-0', 'agent-2'].map(node => `k3d-${name}-${node}`);
			await world.docker('restart', '-t', '1', ...nodes);
			expect(await world.docker('exec', `k3d-${name}-agent-0`, 'cat', '/etc/hosts')).toMatch(/host\.k3d\.internal/);
			await world.lifecycle.startCluster(name).result;
			expect((await kubernetesNodes(world, name)).filter(node => node.endsWith(' Ready'))).toHaveLength(4);
			const hosts = await world.kubectl(
				name,
				'-n',
				'kube-system',
				'get',
				'configmap',
				'coredns',
				'-o',
				'jsonpath={.data.NodeHosts}',
			);
			expect(hosts).toMatch(/host\.k3d\.internal/);
		},
		patience,
	);

	it(
		'repairs a hosts file that lost the name, and a load balancer that is down, on a running cluster',
		async () => {
			await world.docker(
				'exec',
				`k3d-${name}-agent-0`,
				'sh',
				'-c',
				'grep -v k3d.internal /etc/hosts >/tmp/h; cat /tmp/h >/etc/hosts',
			);
			await world.docker('stop', '-t', '1', `k3d-${name}-serverlb`);
			await world.lifecycle.startCluster(name).result;
			expect(await world.docker('exec', `k3d-${name}-agent-0`, 'cat', '/etc/hosts')).toMatch(/host\.k3d\.internal/);
			expect(await states(world, name)).toContain(`k3d-${name}-serverlb running`);
		},
		patience,
	);

	it(
		'says so, and does not wait forever, when the load balancer is down',
		async () => {
			await world.docker('stop', '-t', '1', `k3d-${name}-serverlb`);
			await expect(world.lifecycle.grow(name, {agents: 1}).result).rejects.toThrow(/its load balancer is exited/);
			await expect(world.lifecycle.shrink(name, {agents: 1}).result).rejects.toThrow(/its load balancer is exited/);
			const restart = world.lifecycle.restartNode(`k3d-${name}-agent-0`);
			await restart.result;
			expect(restart.snapshot().warnings.join()).toMatch(/cannot be seen: its load balancer is exited/);
			await world.lifecycle.startCluster(name).result;
		},
		patience,
	);

	it(
		'lets a paused node go on',
		async () => {
			await world.docker('pause', `k3d-${name}-agent-0`);
			await world.lifecycle.startNode(`k3d-${name}-agent-0`).result;
			expect(await states(world, name)).toContain(`k3d-${name}-agent-0 running`);
			expect(await kubernetesNodes(world, name)).toContain(`k3d-${name}-agent-0 Ready`);
		},
		patience,
	);

	it(
		'stops, starts and removes one node',
		async () => {
			const node = `k3d-${name}-agent-2`;
			await world.lifecycle.stopNode(node).result;
			expect(await states(world, name)).toContain(`${node} exited`);
			await world.lifecycle.startNode(node).result;
			expect(await kubernetesNodes(world, name)).toContain(`${node} Ready`);
			await world.lifecycle.restartNode(node).result;
			expect(await kubernetesNodes(world, name)).toContain(`${node} Ready`);
			await world.lifecycle.deleteNode(node).result;
			expect((await kubernetesNodes(world, name)).join()).not.toContain(node);
		},
		patience,
	);

	it(
		'refuses a second operation while one runs',
		async () => {
			const first = world.lifecycle.restartCluster(name);
			const second = world.lifecycle.stopCluster(name);
			await expect(second.result).rejects.toThrow(/at work on it already \(restart cluster/);
			await first.result;
		},
		patience,
	);

	it(
		'is deleted without a trace',
		async () => {
			await world.lifecycle.deleteCluster(name).result;
			expect(await world.remains(name)).toEqual([]);
			expect(await readFile(world.kubeconfig, 'utf8')).not.toContain(name);
			await expect(world.lifecycle.deleteCluster(name).result).rejects.toThrow(/no such cluster/);
		},
		patience,
	);
});

describeWithEngine('a cluster that nobody waits for', () => {
	let world: World;
	beforeAll(async () => {
		world = await openWorld();
	}, patience);
	afterAll(() => world.close(), patience);

	it(
		'is given back once its containers run, and gets ready by itself, all servers behind the load balancer',
		async () => {
			const name = world.name();
			const operation = world.lifecycle.createCluster(world.spec(name, {servers: 3, agents: 1}), {
				wait: false,
				updateKubeconfig: false,
			});
			await operation.result;
			expect(operation.snapshot().steps.filter(step => step.name.startsWith('wait'))).toEqual([]);
			expect((await states(world, name)).every(line => line.endsWith(' running'))).toBe(true);
			expect((await proxyPorts(world, name))['6443.tcp']).toHaveLength(3);
			await world.lifecycle.startCluster(name).result;
		},
		patience,
	);
});

describeWithEngine('a stopped cluster whose network was removed', () => {
	let world: World;
	beforeAll(async () => {
		world = await openWorld();
	}, patience);
	afterAll(() => world.close(), patience);

	it(
		'says so when it is to start, and can be deleted',
		async () => {
			const name = world.name();
			await world.lifecycle.createCluster(world.spec(name), {updateKubeconfig: false}).result;
			await world.lifecycle.stopCluster(name).result;
			await world.docker('network', 'rm', `k3d-${name}`);
			await expect(world.lifecycle.startCluster(name).result).rejects.toThrow(/network "k3d-.*it is gone/);
			await world.lifecycle.deleteCluster(name).result;
			expect(await world.remains(name)).toEqual([]);
		},
		patience,
	);
});

describeWithEngine('the life of a cluster with three servers', () => {
	let world: World;
	let name: string;
	beforeAll(async () => {
		world = await openWorld();
		name = world.name();
	}, patience);
	afterAll(() => world.close(), patience);
	const server = (index: number) => `k3d-${name}-server-${index}`;

	it(
		'is created; the load balancer sends to every server',
		async () => {
			await world.lifecycle.createCluster(world.spec(name, {servers: 3, agents: 1})).result;
			expect(await kubernetesNodes(world, name)).toEqual([
				`k3d-${name}-agent-0 Ready`,
				`${server(0)} Ready`,
				`${server(1)} Ready`,
				`${server(2)} Ready`,
			]);
			expect((await proxyPorts(world, name))['6443.tcp']).toEqual([server(0), server(1), server(2)]);
		},
		patience,
	);

	it(
		'works after a stop and a start, with the addresses it had',
		async () => {
			const address = (node: string) =>
				world.docker('inspect', '-f', `{{(index .NetworkSettings.Networks "k3d-${name}").IPAddress}}`, node);
			const before = await Promise.all([server(0), server(1), server(2)].map(address));
			await world.lifecycle.stopCluster(name).result;
			await world.lifecycle.startCluster(name).result;
			expect(await Promise.all([server(0), server(1), server(2)].map(address))).toEqual(before);
			expect((await kubernetesNodes(world, name)).every(node => node.endsWith(' Ready'))).toBe(true);
		},
		patience,
	);

	it(
		'grows by a server, which joins etcd and the load balancer',
		async () => {
			await expect(world.lifecycle.grow(name, {servers: 1}).result).resolves.toEqual([server(3)]);
			expect(await kubernetesNodes(world, name)).toContain(`${server(3)} Ready`);
			expect((await proxyPorts(world, name))['6443.tcp']).toContain(server(3));
		},
		patience,
	);

	it(
		'shrinks by a server, and the rest works on',
		async () => {
			await expect(world.lifecycle.shrink(name, {servers: 1}).result).resolves.toEqual([server(3)]);
			expect((await kubernetesNodes(world, name)).join()).not.toContain(server(3));
			expect((await proxyPorts(world, name))['6443.tcp']).toEqual([server(0), server(1), server(2)]);
		},
		patience,
	);

	it(
		'refuses to lose etcd’s majority, changing nothing',
		async () => {
			await world.lifecycle.stopNode(server(1)).result;
			const before = await states(world, name);
			await expect(world.lifecycle.shrink(name, {servers: 1}).result).rejects.toThrow(/etcd needs 2 of them/);
			await expect(world.lifecycle.shrink(name, {servers: 3}).result).rejects.toThrow(/last server/);
			expect(await states(world, name)).toEqual(before);
			await world.lifecycle.startNode(server(1)).result;
			expect(await kubernetesNodes(world, name)).toContain(`${server(1)} Ready`);
		},
		patience,
	);

	it(
		'is deleted without a trace',
		async () => {
			await world.lifecycle.deleteCluster(name).result;
			expect(await world.remains(name)).toEqual([]);
		},
		patience,
	);
});
