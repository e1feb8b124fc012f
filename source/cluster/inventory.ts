import {byName} from './by-name.ts';
import type {ContainerListing} from './container-listing.ts';
import {appName, labels, names} from './labels.ts';
import type {Cluster, ClusterState, ContainerState, Inventory, Node, PublishedPort, Role} from './model.ts';
import {defaultNetwork, isRemoteCluster} from './remote-cluster.ts';

const containerStates: readonly ContainerState[] = [
	'created',
	'running',
	'paused',
	'restarting',
	'removing',
	'exited',
	'dead',
];

const roles: ReadonlyMap<string, Role> = new Map([
	['server', 'server'],
	['agent', 'agent'],
	['loadbalancer', 'loadbalancer'],
	['registry', 'registry'],
	// k3d marks its tools helper so.
	['noRole', 'tools'],
]);

function publishedPorts(listing: ContainerListing): PublishedPort[] {
	const ports = new Map<string, PublishedPort>();
	for (const {IP: hostIP = '', PrivatePort, PublicPort, Type} of listing.Ports) {
		if (PublicPort === undefined) continue;
		const protocol = Type === 'udp' || Type === 'sctp' ? Type : 'tcp';
		const key = `${PublicPort} ${PrivatePort} ${protocol}`;
		// Docker lists a port of all addresses twice, for 0.0.0.0 and for ::.
		if (hostIP === '::' && ports.has(key)) continue;
		ports.set(hostIP === '::' || hostIP === '0.0.0.0' || hostIP === '' ? key : `${hostIP} ${key}`, {
			hostIP: hostIP === '' || hostIP === '::' ? '0.0.0.0' : hostIP,
			hostPort: PublicPort,
			containerPort: PrivatePort,
			protocol,
		});
	}
	return [...ports.values()].toSorted((a, b) => a.containerPort - b.containerPort || a.hostPort - b.hostPort);
}

/** The words of a command as Docker lists it: those with spaces are in quotes. */
function wordsOf(command: string): string[] {
	return (command.match(/'(?:[^'\\\\]|\\\\.)*'|\S+/g) ?? []).map(word => word.replace(/^'(.*)'$/s, '$1'));
}

/** One container as a node; undefined for a container that is not k3d's. */
function nodeFrom(listing: ContainerListing): Node | undefined {
	const role = roles.get(listing.Labels[labels.role] ?? '');
	if (listing.Labels[labels.app] !== appName || role === undefined) return undefined;
	const cluster = listing.Labels[labels.cluster];
	return {
		id: listing.Id,
		// A container that is linked to has more names, with more slashes; its own has one.
		name: (listing.Names.find(name => name.lastIndexOf('/') === 0) ?? listing.Names[0] ?? '').replace(/^\//, ''),
		role,
		cluster: cluster === undefined || cluster === '' ? undefined : cluster,
		state: containerStates.find(state => state === listing.State) ?? 'dead',
		status: listing.Status,
		image: listing.Image,
		createdAt: listing.Created * 1000,
		ports: publishedPorts(listing),
		attachments: Object.entries(listing.NetworkSettings?.Networks ?? {}).map(([network, endpoint]) => ({
			network,
			address: endpoint.IPAddress === '' ? undefined : endpoint.IPAddress,
		})),
		isInit: listing.Labels[labels.init] === 'true',
		labels: listing.Labels,
		args: wordsOf(listing.Command ?? ''),
	};
}

/** The version in an image's tag (`…/k3s:v1.36.4-k3s1` is `v1.36.4+k3s1`); undefined where the tag tells none. */
export function versionOf(image: string): string | undefined {
	const match = /:(v\d+\.\d+\.\d+[^@/]*?)(?:@|$)/.exec(image);
	return match?.[1]?.replace(/-(k3s\d+|rc\d+)/, '+$1');
}

/**
 * A number that is greater for servers and agents that came later. Those that were made together differ by their index
 * only; nodes with names of their own came later, and Docker's times, which are whole seconds, tell their order.
 */
export function creationRank({name, cluster, role, createdAt}: Node): number {
	const prefix = `k3d-${cluster}-${role}-`;
	const index = name.startsWith(prefix) && /^\d{1,9}$/.test(name.slice(prefix.length));
	return index ? Number(name.slice(prefix.length)) : createdAt;
}

/** The first server first, then in creation order, which is the order that node filters count in. */
function byCreation(a: Node, b: Node): number {
	return Number(b.isInit) - Number(a.isInit) || creationRank(a) - creationRank(b) || byName(a.name, b.name);
}

function stateOf(nodes: readonly Node[]): ClusterState {
	const running = nodes.filter(node => node.state === 'running').length;
	if (running === 0) return 'stopped';
	return running === nodes.length ? 'running' : 'partial';
}

function clusterFrom(name: string, nodes: readonly Node[], registries: readonly Node[]): Cluster {
	const inRole = (role: Role) => nodes.filter(node => node.role === role).toSorted(byCreation);
	const servers = inRole('server');
	const agents = inRole('agent');
	const workers = [...servers, ...agents];
	const labelled = (key: string) => nodes.find(node => node.labels[key])?.labels[key];
	// Nodes of a cluster elsewhere are in Docker's own network unless they were given another, and share it with everybody.
	const isRemote = isRemoteCluster(name);
	const network = labelled(labels.network) ?? (isRemote ? defaultNetwork : `k3d-${name}`);
	const api = servers.find(node => node.labels[labels.apiPort]);
	const loadBalancers = inRole('loadbalancer');
	// An edit of ports that was killed leaves two, of which one may have the name.
	const loadBalancer =
		loadBalancers.find(node => node.name === (labelled(labels.loadBalancer) ?? names.loadBalancer(name))) ??
		loadBalancers.find(node => node.state === 'running') ??
		loadBalancers[0];
	return {
		name,
		state: stateOf(workers),
		servers,
		agents,
		loadBalancer,
		formerLoadBalancers: loadBalancers.filter(node => node !== loadBalancer),
		registries: registries.filter(
			registry =>
				registry.cluster === name ||
				(!isRemote && registry.attachments.some(attachment => attachment.network === network)),
		),
		tools: inRole('tools'),
		network: {name: network, external: isRemote || labelled(labels.networkExternal) === 'true'},
		imageVolume: labelled(labels.imageVolume),
		api: api ? {host: api.labels[labels.apiHost] ?? '0.0.0.0', port: Number(api.labels[labels.apiPort])} : undefined,
		version: workers.map(node => versionOf(node.image)).find(version => version !== undefined),
		createdAt: Math.min(...nodes.map(node => node.createdAt)),
	};
}

/**
 * Sorts a container list into clusters and registries by k3d's labels, whoever made them. Containers without the
 * labels are left out. A cluster exists when at least one server, agent or load balancer of it does, as in k3d.
 */
export function inventory(listings: readonly ContainerListing[]): Inventory {
	const nodes = listings.map(nodeFrom).filter(node => node !== undefined);
	const registries = nodes.filter(node => node.role === 'registry').toSorted((a, b) => byName(a.name, b.name));
	const clustered = Map.groupBy(
		nodes.filter(node => node.role !== 'registry' && node.cluster !== undefined),
		node => node.cluster ?? '',
	);
	const clusters = [...clustered]
		.filter(([, members]) => members.some(node => node.role !== 'tools'))
		.map(([name, members]) => clusterFrom(name, members, registries))
		.toSorted((a, b) => byName(a.name, b.name));
	return {clusters, registries};
}
