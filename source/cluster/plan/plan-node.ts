import {k3dVersion} from '../cluster-spec.ts';
import {appName, labels, labelsFrom} from '../labels.ts';
import type {Cluster} from '../model.ts';
import {argumentGroups} from '../settings/argument-groups.ts';
import {kubernetesPort} from '../settings/port.ts';
import type {ContainerBody} from './cluster-plan.ts';
import {entrypointPath} from './entrypoint.ts';
import {hostDefaults, kubeconfigVariable} from './k3d-container.ts';
import {type InspectedLimits, sharedLimits} from './node-limits.ts';
import {limitsFrom, type NodeSettings} from './node-settings.ts';

/** What planning a node reads of its peers; the Engine API's container inspection, wire names and all. */
export interface NodeInspection {
	readonly Name: string;
	/** The image's id. */
	readonly Image: string;
	readonly Config: {
		readonly Image: string;
		readonly Env: readonly string[] | null;
		readonly Cmd: readonly string[] | null;
		readonly Entrypoint?: string | readonly string[] | null | undefined;
		readonly Labels: Readonly<Record<string, string>>;
	};
	readonly HostConfig: InspectedLimits & {readonly Binds?: readonly string[] | null | undefined};
}

/** Arguments that belong to one node and never to its neighbour. Each takes a value. */
const ownFlags = [
	'--node-label',
	'--node-taint',
	'--node-name',
	'--node-ip',
	'--node-external-ip',
	'--advertise-address',
	'--bind-address',
	'--tls-san',
	'--token',
	'--server',
];

/** Arguments that found a cluster; a node that joins must not have them. */
const foundingFlags = ['--cluster-init', '--cluster-reset'];

/** Environment that is set for every node anew. */
const ownEnv = ['K3S_TOKEN', 'K3S_URL', 'K3S_KUBECONFIG_OUTPUT', 'K3S_NODE_NAME'];

/** Binds that k3d makes for one node: the files that feign a memory limit. */
const ownBinds = ['/proc/meminfo', '/sys/devices/system/edac'];

/** What else the certificate of a server names: whoever reaches the API under it, reaches it on any server. */
function tlsNamesOf(command: readonly string[]): string[] {
	return argumentGroups(command).flatMap(([flag = '', value]) => {
		if (flag === '--tls-san') return value ?? [];
		return flag.startsWith('--tls-san=') ? flag.slice('--tls-san='.length) : [];
	});
}

function sharedArguments(peers: readonly NodeInspection[]): string[] {
	const [first, ...others] = peers.map(peer => argumentGroups((peer.Config.Cmd ?? []).slice(1)));
	const known = others.map(other => new Set(other.map(group => group.join('\0'))));
	return (first ?? [])
		.filter(([flag = '']) => {
			const name = flag.split('=')[0] ?? '';
			return !ownFlags.includes(name) && !foundingFlags.includes(name);
		})
		.filter(group => known.every(peer => peer.has(group.join('\0'))))
		.flat();
}

/** The entries that every list has, in the first list's order. */
function shared(lists: readonly (readonly string[])[]): string[] {
	const [first = [], ...others] = lists;
	return [...new Set(first)].filter(entry => others.every(other => other.includes(entry)));
}

/** What planning a node has to know of it and of its cluster. */
export interface NodeWish {
	readonly cluster: Cluster;
	readonly role: 'server' | 'agent';
	readonly name: string;
	/** All servers and agents of the cluster. */
	readonly nodes: readonly {readonly role: 'server' | 'agent'; readonly inspection: NodeInspection}[];
	/** What the image itself sets, so that it is not repeated. */
	readonly imageEnv: readonly string[];
	/** A fixed address, where the cluster's network has them. */
	readonly address: string | undefined;
	readonly settings: NodeSettings;
}

/**
 * A node that joins a cluster. It has what belongs to the cluster, and what all its peers of the role have in
 * common; nothing that belongs to one of them (labels, taints, names, addresses, ports), where k3d clones the newest
 * (k3d #1107).
 */
export function planNode(wish: NodeWish): ContainerBody {
	const {cluster, role, name, nodes, settings} = wish;
	const ofRole = nodes.filter(node => node.role === role).map(node => node.inspection);
	const any = nodes.map(node => node.inspection);
	// k3d names the image of a node it added by its id; the name says more.
	const like = [...ofRole, ...any].find(node => !node.Config.Image.startsWith('sha256:')) ?? any[0];
	const label = (key: string) => any.map(node => node.Config.Labels[key]).find(value => value !== undefined);
	const server = nodes.find(node => node.role === 'server')?.inspection;
	const token = settings.token ?? label(labels.token) ?? environmentOf(any, 'K3S_TOKEN') ?? '';
	const url = joinAddress(label(labels.clusterURL), cluster);
	const tlsNames = new Set([
		server?.Config.Labels[labels.apiHost] ?? '0.0.0.0',
		...(cluster.loadBalancer ? [cluster.loadBalancer.name] : []),
		...tlsNamesOf(server?.Config.Cmd ?? []),
	]);
	const copied = [
		labels.cluster,
		labels.clusterURL,
		labels.imageVolume,
		labels.network,
		labels.networkId,
		labels.networkRange,
		labels.networkExternal,
		labels.hostAliases,
		labels.loadBalancer,
	].flatMap(key => {
		const value = label(key);
		return value === undefined ? [] : [[key, value] as const];
	});
	const serverLabels = [labels.apiHost, labels.apiHostIP, labels.apiPort].flatMap(key => {
		const value = server?.Config.Labels[key];
		return value === undefined ? [] : [[key, value] as const];
	});
	const limits = {...sharedLimits(ofRole.map(node => node.HostConfig)), ...limitsFrom(settings)};
	return {
		Hostname: name,
		Image: settings.image ?? like?.Config.Image ?? '',
		Env: [
			...shared(ofRole.map(node => node.Config.Env ?? [])).filter(
				entry => !wish.imageEnv.includes(entry) && !ownEnv.includes(entry.split('=')[0] ?? ''),
			),
			`K3S_TOKEN=${token}`,
			`K3S_URL=${url}`,
			kubeconfigVariable,
		],
		Cmd: [
			role,
			...sharedArguments(ofRole),
			...(settings.k3sArgs ?? []),
			...(settings.nodeLabels ?? []).flatMap(nodeLabel => ['--node-label', nodeLabel]),
			...(role === 'server' ? [...tlsNames].flatMap(tlsName => ['--tls-san', tlsName]) : []),
		],
		// A memory limit is made visible by a script.
		...(usesEntrypoint(like) || limits.Memory !== undefined ? {Entrypoint: [entrypointPath]} : {}),
		Labels: {
			...labelsFrom(settings.runtimeLabels ?? []),
			[labels.app]: appName,
			[labels.version]: k3dVersion,
			[labels.role]: role,
			[labels.token]: token,
			...Object.fromEntries(copied),
			...(role === 'server'
				? {
						...Object.fromEntries(serverLabels),
						[labels.init]: 'false',
						...(wish.address === undefined ? {} : {[labels.staticIP]: wish.address}),
					}
				: {}),
		},
		HostConfig: {
			Binds: shared((ofRole.length > 0 ? ofRole : any).map(node => node.HostConfig.Binds ?? [])).filter(
				bind => !ownBinds.includes(bind.split(':')[1] ?? ''),
			),
			NetworkMode: 'bridge',
			PortBindings: {},
			...hostDefaults,
			...limits,
		},
		NetworkingConfig: {
			EndpointsConfig: {
				[cluster.network.name]: wish.address === undefined ? {} : {IPAMConfig: {IPv4Address: wish.address}},
			},
		},
	};
}

/** Whether a node starts through k3d's entrypoint script. */
export function usesEntrypoint(node: NodeInspection | undefined): boolean {
	return [node?.Config.Entrypoint ?? []].flat().includes(entrypointPath);
}

function environmentOf(nodes: readonly NodeInspection[], key: string): string | undefined {
	const entry = nodes.flatMap(node => node.Config.Env ?? []).find(text => text.startsWith(`${key}=`));
	return entry?.slice(key.length + 1);
}

/** Where to join: the server the cluster was made with, unless it is gone or down; else the load balancer or another. */
function joinAddress(url: string | undefined, {servers, loadBalancer}: Cluster): string {
	const host = /^https:\/\/([^:/]+)/.exec(url ?? '')?.[1];
	const founder = servers.find(server => server.name === host);
	const running = servers.filter(server => server.state === 'running');
	if (url !== undefined && founder && (running.includes(founder) || running.length === 0)) return url;
	const other = loadBalancer ?? running[0] ?? servers[0];
	return `https://${other?.name ?? ''}:${kubernetesPort}`;
}

/** The names of the next nodes of a role, after the highest number in use. */
export function nextNames(cluster: Cluster, role: 'server' | 'agent', count: number): string[] {
	const prefix = `k3d-${cluster.name}-${role}-`;
	const taken = (role === 'server' ? cluster.servers : cluster.agents)
		.filter(node => node.name.startsWith(prefix))
		.map(node => Number(node.name.slice(prefix.length)))
		.filter(Number.isInteger);
	const first = Math.max(-1, ...taken) + 1;
	return Array.from({length: count}, (_, i) => `${prefix}${first + i}`);
}

/**
 * Why a cluster cannot get more servers; undefined when it can. A single server keeps its state in SQLite, which
 * nobody else can join (k3d #332); etcd or an external datastore can be shared.
 */
export function serverGrowthProblem(servers: readonly NodeInspection[]): string | undefined {
	const canShare = servers.some(
		server =>
			server.Config.Labels[labels.init] !== undefined ||
			(server.Config.Cmd ?? []).some(
				argument => argument === '--cluster-init' || argument.startsWith('--datastore-endpoint'),
			),
	);
	return canShare ? undefined : 'its single server keeps the cluster in SQLite, which a second server cannot join';
}
