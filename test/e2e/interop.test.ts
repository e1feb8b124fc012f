import {afterAll, beforeAll, expect, it} from 'vitest';
import {parse} from 'yaml';
import {defaultRegistrySpec} from '../../source/cluster/registries/registry-spec.ts';
import {findFreePort} from '../../source/lifecycle/networks/host-ports.ts';
import {describeWithEngine} from '../setup/engine.ts';
import {recordedText} from '../setup/recorded.ts';
import {describeOnBothEngines} from './engines.ts';
import {type K3dMade, makeAsK3d} from './k3d-made.ts';
import {buildProgram, k3dui} from './program.ts';
import {missedIn} from './see-cluster.ts';
import {openWorld, type World} from './world.ts';

const patience = 180_000;

/** What a command prints that has to end well. */
async function printed(world: World, ...args: string[]): Promise<string> {
	const {code, stdout, stderr} = await k3dui(world, ...args);
	expect([code, stderr]).toEqual([0, expect.anything()]);
	return stdout;
}

/** `NAME STATUS` of every Node; SchedulingDisabled is part of the status. */
async function kubernetesNodes(world: World, cluster: string): Promise<string[]> {
	const table = await world.kubectl(cluster, 'get', 'nodes', '--no-headers');
	return table
		.split('\n')
		.map(line => line.split(/\s+/).slice(0, 2).join(' '))
		.sort();
}

const inspect = async (world: World, container: string, what: string): Promise<unknown> =>
	JSON.parse(await world.docker('inspect', '-f', `{{json ${what}}}`, container));

const proxyPorts = async (world: World, name: string): Promise<Record<string, string[]>> =>
	(parse(await world.docker('exec', `k3d-${name}-serverlb`, 'cat', '/etc/confd/values.yaml')) as {ports: never}).ports;

/** A table's cells; k3d pads columns to the widest name, and names differ here. */
const cells = (table: string) =>
	table
		.trim()
		.split('\n')
		.map(line => line.trim().split(/ {3,}/));

describeWithEngine('a cluster that k3d made, with one server', () => {
	let world: World;
	let made: K3dMade;
	let name: string;
	const node = (suffix: string) => `k3d-${name}-${suffix}`;
	const run = (...args: string[]) => printed(world, ...args);
	beforeAll(async () => {
		await buildProgram();
		world = await openWorld();
		made = await makeAsK3d(world, 'rec');
		({name} = made);
	}, patience);
	afterAll(() => world.close(), patience);

	it('lacks nothing that k3d needs, by the same rules that are held against ours', async () => {
		expect(await missedIn(world, name)).toEqual([]);
	});

	it('is listed as k3d lists it', async () => {
		const [heading, ...rows] = cells(made.as(recordedText('k3d/cluster-list.txt')));
		const clusters = cells(await run('cluster', 'list'));
		expect(clusters[0]).toEqual(heading);
		expect(clusters).toEqual(expect.arrayContaining(rows));
		const nodes = cells(await run('node', 'list'));
		expect(nodes).toEqual(expect.arrayContaining(cells(made.as(recordedText('k3d/node-list.txt')))));
		const registries = cells(await run('registry', 'list'));
		expect(registries).toEqual(expect.arrayContaining(cells(made.as(recordedText('k3d/registry-list.txt')))));
	});

	it('is described to programs as k3d describes it', async () => {
		/** Without what no two clusters have in common. */
		const lasting = (text: string) =>
			(JSON.parse(text) as {name: string; nodes: Record<string, unknown>[]}[])
				.filter(cluster => cluster.name === name)
				.map(cluster => ({...cluster, nodes: cluster.nodes.map(each => ({...each, created: '', IP: ''}))}));
		// A label of the stand-in images; k3d shows all that begin with its name.
		const shown = (await run('cluster', 'list', '-o', 'json', '--token')).replace(/,\s*"k3dui.stand-in": "true"/g, '');
		expect(lasting(shown)).toEqual(
			lasting(made.as(recordedText('k3d/cluster-list.json'))).map(cluster => ({
				...cluster,
				clusterToken: expect.any(String),
			})),
		);
	});

	it('gives the settings of the recorded command as a config file, which asks for no change', async () => {
		const file = await run('config', 'from', name);
		const config = parse(file);
		expect(config).toMatchObject({
			...{metadata: {name}, servers: 1, agents: 2, image: world.images.k3s},
			kubeAPI: {hostPort: String(made.port(36_267))},
			hostAliases: [{ip: '10.9.8.7', hostnames: ['db.test']}],
			env: [{envVar: 'GREETING=hello', nodeFilters: ['server:0']}],
			registries: {create: {name: `${name}-reg`, hostPort: String(made.port(5100)), image: world.images.registry}},
			options: {k3s: {nodeLabels: [{label: 'tier=gold', nodeFilters: ['agent:1']}]}},
		});
		expect(config.ports).toHaveLength(3);
		expect(config.ports).toEqual(
			expect.arrayContaining([
				{port: `${made.port(8080)}:80`, nodeFilters: ['loadbalancer']},
				{port: `${made.port(8443)}:443`, nodeFilters: ['agent:0']},
				{port: `${made.port(9000)}:9000/udp`, nodeFilters: ['loadbalancer']},
			]),
		);
		expect(parse(config.registries.config).mirrors).toEqual({
			'example.test': expect.objectContaining({endpoint: ['http://example.test:5000']}),
		});
		const applied = await k3dui({...world, stdin: file}, 'apply', '-f', '-', '-o', 'json');
		expect([applied.code, applied.stderr]).toEqual([0, expect.anything()]);
		expect(JSON.parse(applied.stdout)).toMatchObject({created: false, changes: []});
	});

	it(
		'has the clone that k3d adds, and all its nodes get images',
		async () => {
			const extra = await made.addExtra();
			await world.kubectl(name, 'wait', '--for=condition=Ready', '--timeout=60s', `node/${extra}`);
			const image = `${name}-app:1`;
			await world.docker('tag', world.images.tools, image);
			try {
				await run('image', 'import', image, '-c', name);
			} finally {
				await world.docker('rmi', image);
			}
			for (const each of ['server-0', 'agent-0', 'agent-1', 'extra-0'].map(node)) {
				expect(await world.docker('exec', each, 'ctr', '-n', 'k8s.io', 'images', 'ls', '-q')).toContain(image);
			}
			expect(await run('logs', extra)).toContain('Successfully registered node');
		},
		patience,
	);

	it(
		'gets a port, and all others lead where they led',
		async () => {
			const before = await proxyPorts(world, name);
			const labels = await inspect(world, node('serverlb'), '.Config.Labels');
			const bindings = (await inspect(world, node('serverlb'), '.HostConfig.PortBindings')) as object;
			const port = made.port(8090);
			await run('cluster', 'edit', name, '--port-add', `${port}:8090@loadbalancer`);
			const workers = ['server-0', 'agent-0', 'agent-1', 'extra-0'].map(node);
			expect(await proxyPorts(world, name)).toEqual({...before, '8090.tcp': expect.arrayContaining(workers)});
			expect(before['443.tcp']).toEqual([node('agent-0')]);
			expect(await inspect(world, node('serverlb'), '.Config.Labels')).toEqual(labels);
			const after = (await inspect(world, node('serverlb'), '.HostConfig.PortBindings')) as object;
			const keys = (object: object) =>
				Object.keys(object)
					.map(key => key.replace(/^6443$/, '6443/tcp'))
					.sort();
			expect(keys(after)).toEqual([...keys(bindings), '8090/tcp'].sort());
			// k3d waits for this line.
			await expect.poll(() => run('logs', node('serverlb')), {timeout: 10_000}).toContain('start worker processes');
			expect(await missedIn(world, name)).toEqual([]);

			await run('node', 'edit', node('serverlb'), '--port-delete', `${port}:8090`);
			expect(await proxyPorts(world, name)).toEqual(before);
		},
		patience,
	);

	it('has the kubeconfig entries that k3d gives it', async () => {
		const context = `k3d-${name}`;
		const config = parse(await run('kubeconfig', 'get', name));
		expect(config).toMatchObject({
			'current-context': context,
			clusters: [{name: context, cluster: {server: expect.stringMatching(`:${made.port(36_267)}$`)}}],
			users: [{name: `admin@${context}`}],
			contexts: [{name: context, context: {cluster: context, user: `admin@${context}`}}],
		});
		await run('kubeconfig', 'remove', name);
		await run('kubeconfig', 'merge', name, '-d');
		await run('kubeconfig', 'prune');
		await run('kubeconfig', 'switch', name);
		expect(await world.kubectl(name, 'config', 'current-context')).toBe(context);
		expect(await kubernetesNodes(world, name)).toHaveLength(4);
	});

	it(
		'pulls from another registry, too, and no longer',
		async () => {
			const other = `${name}-other`;
			const file = '/etc/rancher/k3s/registries.yaml';
			const mirrors = async () =>
				Object.keys(
					(parse(await world.docker('exec', node('extra-0'), 'cat', file)) as {mirrors: object}).mirrors,
				).sort();
			const before = await mirrors();
			await world.lifecycle.createRegistry({...defaultRegistrySpec(other), image: world.images.registry}).result;
			try {
				await run('registry', 'connect', other, name);
				expect(await mirrors()).toEqual(expect.arrayContaining([...before, `${other}:5000`]));
				await run('registry', 'disconnect', other, name);
				expect(await mirrors()).toEqual(before);
			} finally {
				await world.lifecycle.deleteRegistry(other).result;
			}
			await run('registry', 'stop', `${name}-reg`);
			await run('registry', 'start', `${name}-reg`);
			expect(await inspect(world, `${name}-reg`, '.State.Running')).toBe(true);
		},
		patience,
	);

	it(
		'grows by an agent that has all that k3d needs, and by no server',
		async () => {
			await run('cluster', 'grow', name, '--agents', '1');
			expect(await kubernetesNodes(world, name)).toContain(`${node('agent-2')} Ready`);
			const recorded = (await inspect(world, node('agent-0'), '.Config.Labels')) as object;
			expect(await inspect(world, node('agent-2'), '.Config.Labels')).toEqual({
				...recorded,
				'k3d.version': expect.any(String),
			});
			expect(await missedIn(world, name)).toEqual([]);
			const grown = await k3dui(world, 'cluster', 'grow', name, '--servers', '1');
			expect(grown).toMatchObject({code: 1, stderr: expect.stringContaining('SQLite')});
		},
		patience,
	);

	it(
		'loses the clone and what k3dui added, and Kubernetes forgets them',
		async () => {
			await run('node', 'stop', node('extra-0'));
			await run('node', 'start', node('extra-0'));
			await run('node', 'delete', node('extra-0'));
			await run('cluster', 'shrink', name, '--agents', '1');
			const rest = ['agent-0', 'agent-1', 'server-0'].map(each => `${node(each)} Ready`);
			expect(await kubernetesNodes(world, name)).toEqual(rest);
			expect(await missedIn(world, name)).toEqual([]);
		},
		patience,
	);

	it(
		'starts after k3d’s stop, with its drained server open for pods again',
		async () => {
			await made.stop();
			await run('cluster', 'start', name);
			expect(await kubernetesNodes(world, name)).toEqual(
				['agent-0', 'agent-1', 'server-0'].map(each => `${node(each)} Ready`),
			);
			// It was drained indeed.
			const log = await world.docker('exec', node('server-0'), 'sh', '-c', 'cat /var/log/k3d-entrypoints_*');
			expect(log).toMatch(/ cordoned$/m);
			const hosts = await world.docker('exec', node('server-0'), 'cat', '/etc/hosts');
			expect(hosts).toMatch(/^10\.9\.8\.7\s+db\.test$/m);
			expect(hosts).toMatch(/host\.k3d\.internal$/m);
			expect(await missedIn(world, name)).toEqual([]);
		},
		patience,
	);

	it(
		'restarts and works, and stops',
		async () => {
			await run('cluster', 'restart', name);
			expect(await kubernetesNodes(world, name)).toHaveLength(3);
			await run('cluster', 'stop', name);
			expect(cells(await run('cluster', 'list', name))[1]).toEqual([name, '0/1', '0/2', 'true']);
		},
		patience,
	);

	it(
		'is deleted with its registry, and nothing stays',
		async () => {
			await run('cluster', 'delete', name);
			expect(await world.remains(name)).toEqual([]);
			expect(await world.docker('ps', '-aq', '--filter', `name=${name}`)).toBe('');
			expect((await world.docker('volume', 'ls', '-q')).includes(name)).toBe(false);
			await expect(world.kubectl(name, 'get', 'nodes')).rejects.toThrow(/context/);
		},
		patience,
	);
});

for (const subnet of [true, false]) {
	describeWithEngine(
		`a cluster that k3d made, with three servers and ${subnet ? 'a range' : 'no range'} of its own`,
		() => {
			let world: World;
			let name: string;
			let made: K3dMade;
			const node = (suffix: string) => `k3d-${name}-${suffix}`;
			const run = (...args: string[]) => printed(world, ...args);
			const addresses = () =>
				Promise.all(
					['server-0', 'server-1', 'server-2'].map(each =>
						inspect(world, node(each), `(index .NetworkSettings.Networks "k3d-${name}").IPAddress`),
					),
				);
			const ready = ['agent-0', 'server-0', 'server-1', 'server-2'];
			beforeAll(async () => {
				world = await openWorld();
				made = await makeAsK3d(world, 'ha', {subnet});
				({name} = made);
			}, patience);
			afterAll(() => world.close(), patience);

			it(
				'starts after k3d’s stop, with the addresses etcd knows, all members and nobody drained',
				async () => {
					const before = await addresses();
					expect(await missedIn(world, name)).toEqual([]);
					await made.stop();
					await run('cluster', 'start', name);
					expect(await addresses()).toEqual(before);
					expect(await kubernetesNodes(world, name)).toEqual(ready.map(each => `${node(each)} Ready`));
				},
				patience,
			);

			if (!subnet) return;
			it(
				'gets a server that k3d could start, and loses it',
				async () => {
					const extra = node('extra-0');
					await run('node', 'create', `${name}-extra`, '--cluster', name, '--role', 'server');
					expect(await kubernetesNodes(world, name)).toContain(`${extra} Ready`);
					expect((await proxyPorts(world, name))['6443.tcp']).toContain(extra);
					expect(await inspect(world, extra, '.Config.Labels')).toMatchObject({
						'k3d.server.init': 'false',
						'k3d.node.staticIP': await inspect(
							world,
							extra,
							`(index .NetworkSettings.Networks "k3d-${name}").IPAddress`,
						),
					});
					expect(await missedIn(world, name)).toEqual([]);
					await run('node', 'delete', extra);
					expect(await kubernetesNodes(world, name)).toHaveLength(4);
					expect(await missedIn(world, name)).toEqual([]);
				},
				patience,
			);

			it(
				'is deleted without a trace',
				async () => {
					await run('cluster', 'delete', name);
					expect(await world.remains(name)).toEqual([]);
				},
				patience,
			);
		},
	);
}

describeOnBothEngines('a cluster that k3dui made', open => {
	let world: World;
	beforeAll(async () => {
		world = await open();
	}, patience);
	afterAll(() => world.close(), patience);

	it(
		'has all that k3d needs of it, as made and after every change',
		async () => {
			const name = world.name();
			const create = {...defaultRegistrySpec(`${name}-reg`), image: world.images.registry};
			await world.lifecycle.createCluster(
				world.spec(name, {
					...{servers: 2, agents: 1, registries: {create, use: [], config: undefined}},
					ports: [{value: `${await findFreePort()}:80`, filters: ['loadbalancer']}],
				}),
			).result;
			expect(await missedIn(world, name)).toEqual([]);
			await world.lifecycle.grow(name, {servers: 1, agents: 1}).result;
			expect(await missedIn(world, name)).toEqual([]);
		},
		patience,
	);
});
