import type {Cluster, Node, Role} from '../../source/cluster/model.ts';
import type {KubernetesNode} from '../../source/kubernetes/node.ts';
import type {OperationSnapshot, Step} from '../../source/lifecycle/operation.ts';
import type {ClusterView, RegistryView, Snapshot, Usage} from '../../source/watch/snapshot.ts';

/** The moment all fake data is told from: 2026-11-22 12:00 UTC. */
export const noon = Date.UTC(2026, 10, 22, 12);

const minute = 60_000;

/** A container that runs since `age` milliseconds before noon. */
export function fakeNode(name: string, role: Role, cluster: string | undefined, changes: Partial<Node> = {}): Node {
	return {
		id: `id-${name}`,
		name,
		role,
		cluster,
		state: 'running',
		status: 'Up 3 minutes',
		image: 'docker.io/rancher/k3s:v1.36.4-k3s1',
		createdAt: noon - 42 * minute,
		ports: [],
		attachments: [{network: `k3d-${cluster}`, address: '172.18.0.3'}],
		isInit: false,
		labels: {},
		args: [],
		...changes,
	};
}

export interface FakeClusterOptions {
	readonly servers?: number;
	readonly agents?: number;
	readonly stopped?: boolean;
	readonly loadBalancer?: boolean;
	readonly createdAt?: number;
}

/** A cluster as k3d names its nodes, all running or all stopped. */
export function fakeCluster(name: string, options: FakeClusterOptions = {}): Cluster {
	const {servers = 1, agents = 2, stopped = false, loadBalancer = true, createdAt = noon - 42 * minute} = options;
	const common: Partial<Node> = {createdAt, ...(stopped ? {state: 'exited', status: 'Exited (137) 2 hours ago'} : {})};
	let address = 2;
	const make = (suffix: string, role: Role, changes: Partial<Node> = {}) =>
		fakeNode(`k3d-${name}-${suffix}`, role, name, {
			...common,
			attachments: [{network: `k3d-${name}`, address: stopped ? undefined : `172.18.0.${address++}`}],
			...changes,
		});
	const proxy = make('serverlb', 'loadbalancer', {
		image: 'ghcr.io/k3d-io/k3d-proxy:5.9.0',
		ports: stopped
			? []
			: [
					{hostIP: '0.0.0.0', hostPort: 36267, containerPort: 6443, protocol: 'tcp'},
					{hostIP: '0.0.0.0', hostPort: 8080, containerPort: 80, protocol: 'tcp'},
				],
	});
	return {
		name,
		state: stopped ? 'stopped' : 'running',
		servers: Array.from({length: servers}, (_, i) => make(`server-${i}`, 'server', {isInit: i === 0 && servers > 1})),
		agents: Array.from({length: agents}, (_, i) => make(`agent-${i}`, 'agent')),
		loadBalancer: loadBalancer ? proxy : undefined,
		formerLoadBalancers: [],
		registries: [],
		tools: [],
		network: {name: `k3d-${name}`, external: false},
		imageVolume: `k3d-${name}-images`,
		api: {host: '0.0.0.0', port: 36267},
		version: 'v1.36.4+k3s1',
		createdAt,
	};
}

export function readyNode(name: string, changes: Partial<KubernetesNode> = {}): KubernetesNode {
	return {
		name,
		hostname: name,
		createdAt: noon - 42 * minute,
		ready: 'ready',
		reason: undefined,
		schedulable: true,
		version: 'v1.36.4+k3s1',
		roles: [],
		reportedAt: noon,
		...changes,
	};
}

/** What the watch makes of a cluster: its nodes Ready, its load balancer leading to all of them. */
export function viewOf(cluster: Cluster): ClusterView {
	const nodes = [...cluster.servers, ...cluster.agents].map(node => node.name);
	return {
		cluster,
		kubernetes:
			cluster.state === 'stopped'
				? {state: 'off'}
				: {state: 'connected', since: noon, nodes: new Map(nodes.map(name => [name, readyNode(name)]))},
		routes: cluster.loadBalancer && [
			{port: 6443, protocol: 'tcp', backends: cluster.servers.map(node => node.name)},
			{port: 80, protocol: 'tcp', backends: nodes},
		],
	};
}

export function fakeRegistry(name: string, changes: Partial<RegistryView> = {}): RegistryView {
	return {
		node: fakeNode(name, 'registry', undefined, {
			ports: [{hostIP: '0.0.0.0', hostPort: 5100, containerPort: 5000, protocol: 'tcp'}],
			image: 'docker.io/library/registry:2',
		}),
		proxyOf: undefined,
		usedBy: ['demo'],
		...changes,
	};
}

/** A live snapshot of these clusters. */
export function fakeSnapshot(
	clusters: readonly (Cluster | ClusterView)[] = [fakeCluster('demo'), fakeCluster('old', {stopped: true, agents: 0})],
	changes: Partial<Snapshot> = {},
): Snapshot {
	const views = clusters.map(each => ('cluster' in each ? each : viewOf(each)));
	const registries = changes.registries ?? [fakeRegistry('k3d-registry')];
	return {
		endpoint: 'unix:///var/run/docker.sock',
		publishedHost: '127.0.0.1',
		connection: {state: 'connected', since: noon},
		engine: {name: 'box', version: '28.2.2', apiVersion: '1.50', cpus: 8, memory: 16 * 1024 ** 3},
		confirmedAt: noon,
		inventory: {clusters: views.map(view => view.cluster), registries: registries.map(view => view.node)},
		clusters: views,
		registries,
		usage: new Map(
			views.flatMap(({cluster}) =>
				[...cluster.servers, ...cluster.agents].map((node, i): [string, Usage] => [
					node.id,
					{cores: 0.07 + i * 0.31, memory: (480 + 210 * i) * 1024 ** 2, memoryLimit: 16 * 1024 ** 3},
				]),
			),
		),
		forwards: [],
		operations: [],
		...changes,
	};
}

export function fakeStep(id: number, name: string, changes: Partial<Step> = {}): Step {
	return {
		id,
		name,
		state: 'done',
		startedAt: noon - 9000,
		endedAt: noon - 7000,
		measure: undefined,
		detail: undefined,
		undo: false,
		...changes,
	};
}

export function fakeOperation(
	id: number,
	verb: string,
	subject: string,
	changes: Partial<OperationSnapshot> = {},
): OperationSnapshot {
	return {
		id,
		verb,
		subject,
		state: 'running',
		steps: [],
		startedAt: noon - 12_000,
		endedAt: undefined,
		problem: undefined,
		leftovers: [],
		warnings: [],
		...changes,
	};
}
