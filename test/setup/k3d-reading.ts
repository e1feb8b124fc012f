import {parse} from 'yaml';

/** A container as `docker inspect` shows it, as far as k3d looks. */
export interface SeenContainer {
	readonly Name: string;
	readonly Created: string;
	readonly Config: {
		readonly Image: string;
		readonly Env: readonly string[] | null;
		readonly Cmd: readonly string[] | null;
		readonly Labels: Readonly<Record<string, string>>;
		readonly ExposedPorts?: Readonly<Record<string, object>>;
	};
	readonly HostConfig: {
		readonly Binds: readonly string[] | null;
		readonly Mounts?: readonly unknown[] | null;
		readonly RestartPolicy: {readonly Name: string};
		readonly PortBindings: Readonly<Record<string, readonly {readonly HostPort: string}[] | null>> | null;
	};
	readonly NetworkSettings: {readonly Networks: Readonly<Record<string, object>>};
}

/** All that k3d reads of a cluster. */
export interface SeenCluster {
	readonly name: string;
	/** All that Docker lists with the cluster's label. */
	readonly containers: readonly SeenContainer[];
	/** Names of all containers of the engine. */
	readonly neighbours: readonly string[];
	/** The networks of the engine, by name. */
	readonly networks: Readonly<
		Record<string, {readonly Id: string; readonly IPAM: {readonly Config: readonly {readonly Gateway?: string}[]}}>
	>;
	/** The volumes of the engine, by name. */
	readonly volumes: Readonly<Record<string, {readonly Labels: Readonly<Record<string, string>> | null}>>;
	/** `/etc/confd/values.yaml` of the load balancer, if there is one. */
	readonly proxyConfig: string | undefined;
	/** `/output/kubeconfig.yaml` of every server, by name. */
	readonly kubeconfigs: Readonly<Record<string, string>>;
}

const roleOf = ({Config}: SeenContainer) => Config.Labels['k3d.role'];
const nameOf = ({Name}: SeenContainer) => Name.slice(1);

/**
 * What k3d v5.9.0 would miss in a cluster, one sentence each: its own reading rules, transcribed from what it was seen to
 * do (its list, start, node create, image import, kubeconfig, port edit, registry reuse and delete). Nothing: k3d works on it.
 */
export function missedByK3d(cluster: SeenCluster): string[] {
	const nodes = cluster.containers.filter(container =>
		['server', 'agent', 'loadbalancer'].includes(roleOf(container) ?? ''),
	);
	return [
		...cluster.containers.flatMap(container => missedInContainer(cluster, container)),
		...nodes.flatMap(node => missedInNode(cluster, node)),
		...missedToStart(cluster, nodes),
		...missedForKubeconfig(cluster, nodes),
		...missedForProxy(cluster, nodes),
		...cluster.containers.filter(each => roleOf(each) === 'registry').flatMap(missedInRegistry),
	];
}

/** What lists, and finding one by its name, go by. */
function missedInContainer({name, neighbours}: SeenCluster, container: SeenContainer): string[] {
	const own = nameOf(container);
	const {Labels, Env} = container.Config;
	const bare = own.replace(/^k3d-/, '');
	return [
		...(Labels.app === 'k3d' ? [] : [`${own} has no label app=k3d, so it is in no list`]),
		...(Labels['k3d.cluster'] === name ? [] : [`${own} is not of the cluster`]),
		...(['server', 'agent', 'loadbalancer', 'registry'].includes(roleOf(container) ?? '')
			? []
			: [`${own} has no role`]),
		...(neighbours.filter(each => each === bare || each === `k3d-${bare}`).length === 1
			? []
			: [`${own} cannot be told from another by its name`]),
		...(Labels['k3d.version'] ? [] : [`${own} has no label k3d.version`]),
		...(container.HostConfig.RestartPolicy.Name === 'unless-stopped' ? [] : [`${own} does not restart`]),
		...(Env?.includes('K3S_KUBECONFIG_OUTPUT=/output/kubeconfig.yaml') ? [] : [`${own} is not told of the kubeconfig`]),
		// k3d copies binds to clones and knows no other mounts.
		...((container.HostConfig.Mounts ?? []).length === 0 ? [] : [`${own} has mounts that no clone gets`]),
	];
}

/** What a clone of a node, an import and a delete go by. */
function missedInNode({name, containers, networks, volumes}: SeenCluster, node: SeenContainer): string[] {
	const own = nameOf(node);
	const {Labels, Env, Cmd} = node.Config;
	const role = roleOf(node);
	const network = Labels['k3d.cluster.network'] ?? '';
	const volume = Labels['k3d.cluster.imageVolume'] ?? '';
	const external = Labels['k3d.cluster.network.external'];
	const volumeLabels = volumes[volume]?.Labels ?? {};
	const value = (key: string) => Env?.find(entry => entry.startsWith(`${key}=`))?.slice(key.length + 1);
	const url = value('K3S_URL');
	const members = containers.map(nameOf);
	const token = Labels['k3d.cluster.token'];
	return [
		...(networks[network] ? [] : [`${own} names no network that is there`]),
		...(Labels['k3d.cluster.network.id'] === networks[network]?.Id ? [] : [`${own} has the id of another network`]),
		...(network in node.NetworkSettings.Networks ? [] : [`${own} is not in the network that it names`]),
		...(external === 'true' || external === 'false' ? [] : [`${own} does not say whose the network is`]),
		...(node.HostConfig.Binds?.includes(`${volume}:/k3d/images`) ? [] : [`${own} does not have the image volume`]),
		...(volumeLabels.app === 'k3d' && volumeLabels['k3d.cluster'] === name
			? []
			: [`the image volume of ${own} would stay when the cluster is deleted`]),
		...(token ? [] : [`${own} has no token for a clone`]),
		...(Labels['k3d.cluster.url'] ? [] : [`${own} has no label k3d.cluster.url`]),
		...(role === 'loadbalancer' || value('K3S_TOKEN') === token
			? []
			: [`${own} joins with another token than it says`]),
		...(role === 'loadbalancer' || Cmd?.[0] === role ? [] : [`${own} is not told what it is`]),
		...(role !== 'agent' || members.includes(new URL(url ?? 'https://none').hostname)
			? []
			: [`${own} joins at no node of the cluster`]),
	];
}

/** What `cluster start` goes by: the gateway, and the server that comes first of several. */
function missedToStart({networks}: SeenCluster, nodes: readonly SeenContainer[]): string[] {
	const [network] = nodes.map(({Config}) => Config.Labels['k3d.cluster.network']).filter(Boolean);
	const servers = nodes.filter(node => roleOf(node) === 'server');
	const first = servers.filter(
		({Config}) => Config.Labels['k3d.server.init'] === 'true' && Config.Cmd?.includes('--cluster-init'),
	);
	return [
		...(networks[network ?? '']?.IPAM.Config[0]?.Gateway ? [] : ['its network has no gateway']),
		...(servers.length <= 1 || first.length === 1 ? [] : [`${first.length} of its servers start first`]),
	];
}

/** What `kubeconfig get` goes by: Docker's first server that has an API port. */
function missedForKubeconfig({kubeconfigs}: SeenCluster, nodes: readonly SeenContainer[]): string[] {
	const newestFirst = nodes.toSorted((a, b) => (a.Created < b.Created ? 1 : -1));
	const server = newestFirst.find(node => roleOf(node) === 'server' && node.Config.Labels['k3d.server.api.port']);
	if (!server) return ['no server says where its API is'];
	const {Labels} = server.Config;
	const {
		clusters = [],
		users = [],
		contexts = [],
	} = (parse(kubeconfigs[nameOf(server)] ?? '') ?? {}) as Record<string, {name: string}[]>;
	const published = nodes.flatMap(({HostConfig}) =>
		['6443', '6443/tcp'].flatMap(key => (HostConfig.PortBindings?.[key] ?? []).map(({HostPort}) => HostPort)),
	);
	return [
		...([clusters, users, contexts].every(entries => entries.length === 1 && entries[0]?.name === 'default')
			? []
			: ['the kubeconfig has no entries named default']),
		...(Labels['k3d.server.api.host'] && Labels['k3d.server.api.hostIP'] ? [] : ['no server says the host of its API']),
		...(published.includes(Labels['k3d.server.api.port'] ?? '') ? [] : ['the API is published at another port']),
	];
}

/** What editing ports and adding a server go by. */
function missedForProxy({proxyConfig}: SeenCluster, nodes: readonly SeenContainer[]): string[] {
	const [proxy, ...more] = nodes.filter(node => roleOf(node) === 'loadbalancer');
	if (!proxy) return [];
	const members = nodes.map(nameOf);
	const {ports = {}, settings} = (parse(proxyConfig ?? '') ?? {}) as {
		ports?: Record<string, string[]>;
		settings?: {workerConnections?: number};
	};
	const servers = nodes.filter(node => roleOf(node) === 'server').map(nameOf);
	const published = Object.keys(proxy.HostConfig.PortBindings ?? {}).map(key =>
		(key.includes('/') ? key : `${key}/tcp`).replace('/', '.'),
	);
	const labelled = nodes.filter(({Config}) => Config.Labels['k3d.server.loadbalancer'] !== nameOf(proxy)).map(nameOf);
	return [
		...(more.length === 0 ? [] : ['it has several load balancers']),
		...labelled.map(node => `${node} does not name the load balancer`),
		...(typeof settings?.workerConnections === 'number' ? [] : ['the load balancer has no number of connections']),
		...published.filter(key => !(key in ports)).map(key => `port ${key} of the load balancer leads nowhere`),
		...Object.values(ports)
			.flat()
			.filter(target => !members.includes(target))
			.map(target => `the load balancer sends to ${target}, which is not there`),
		...servers
			.filter(server => !ports['6443.tcp']?.includes(server))
			.map(server => `the load balancer does not send to the API of ${server}`),
	];
}

/** What `--registry-use` goes by. */
function missedInRegistry(registry: SeenContainer): string[] {
	const {ExposedPorts = {}, Labels} = registry.Config;
	const [port, ...more] = Object.keys(ExposedPorts);
	const bindings = registry.HostConfig.PortBindings?.[port ?? ''] ?? [];
	return port !== undefined &&
		more.length === 0 &&
		bindings.length <= 1 &&
		Labels['k3s.registry.port.internal'] === port.replace('/tcp', '') &&
		Labels['k3s.registry.port.external'] === bindings[0]?.HostPort
		? []
		: [`${nameOf(registry)} does not have one port that its labels tell`];
}
