import {isIPv4} from 'node:net';
import {type ClusterSpec, k3dVersion} from '../cluster-spec.ts';
import {appName, labels, names} from '../labels.ts';
import {
	apiOnly,
	type ProxyConfig,
	proxyConfigPath,
	proxyConfigText,
	withListener,
} from '../load-balancer/proxy-config.ts';
import {withOverrides} from '../load-balancer/proxy-override.ts';
import {kubernetesPort, parseApiPort} from '../settings/port.ts';
import {freeAddresses, parseSubnet} from '../settings/subnet.ts';
import {parseVolume} from '../settings/volume.ts';
import type {ClusterPlan} from './cluster-plan.ts';
import {isHostNetwork, onHostNetwork} from './host-network.ts';
import {type NodeDraft, placePorts, requireDistinctHostPorts} from './place-ports.ts';
import {type ClusterFrame, planContainer} from './plan-container.ts';
import {validateSpec} from './validate-spec.ts';

/** What planning has to know of the world; the caller finds it out. */
export interface Surroundings {
	/** True if the cluster's network is already there. */
	readonly networkExists: boolean;
	/** A port on the Docker host that is free, for the API of a cluster that asks for none. */
	readonly freePort: number;
	/** The address behind the API's host name, where it is a name and not an address. */
	readonly apiHostIP: string | undefined;
	/** What the Docker host is called from here, where it is another machine: the API's certificate has to name it. */
	readonly certificateName?: string | undefined;
	/** Used where the spec has no token. */
	readonly randomToken: string;
	readonly proxyImage: string;
	/** Whether any entrypoint fix is on. */
	readonly useEntrypoint: boolean;
}

function draftNodes(spec: ClusterSpec): NodeDraft[] {
	const inRole = (role: 'server' | 'agent', count: number): NodeDraft[] =>
		Array.from({length: count}, (_, index) => ({
			name: names.node(spec.name, role, index),
			role,
			index,
			ports: [],
		}));
	return [
		...inRole('server', spec.servers),
		...inRole('agent', spec.agents),
		...(spec.loadBalancer
			? [{name: names.loadBalancer(spec.name), role: 'loadbalancer' as const, index: 0, ports: []}]
			: []),
	];
}

/**
 * etcd knows its members by address, and Docker hands addresses out anew at every start; so a cluster of several
 * servers always gets a subnet with fixed addresses, where k3d leaves it to luck (k3d #550, #1452).
 */
function planSubnet(spec: ClusterSpec, surroundings: Surroundings): string | undefined {
	if (spec.network !== undefined || surroundings.networkExists) return undefined;
	if (spec.subnet !== undefined && spec.subnet !== 'auto') return parseSubnet(spec.subnet).cidr;
	return spec.subnet === 'auto' || spec.servers > 1 ? 'auto' : undefined;
}

/**
 * Works out everything that will exist for a wished cluster. Pure: the same spec and surroundings make the same plan.
 * Throws a Problem for a wish that cannot be met. Order, names, labels, environment and arguments follow
 * k3d v5.9.0, so that either tool can go on with what the other made.
 */
export function planCluster(given: ClusterSpec, surroundings: Surroundings): ClusterPlan {
	validateSpec(given);
	const isOnHost = isHostNetwork(given.network);
	const spec = isOnHost ? onHostNetwork(given) : given;
	const {host, port = surroundings.freePort} = parseApiPort(spec.apiPort);
	const resolved = isIPv4(host) ? host : (surroundings.apiHostIP ?? '0.0.0.0');
	const api = {host, hostIP: spec.apiHostIP ?? resolved, port};
	const token = spec.token ?? surroundings.randomToken;
	const network = spec.network ?? names.network(spec.name);
	const drafts = draftNodes(spec);
	const proxyConfig = planPorts(spec, drafts, isOnHost ? undefined : api);
	const subnet = planSubnet(spec, surroundings);
	// Too small a range is found out before anything is made.
	if (subnet !== undefined && subnet !== 'auto') freeAddresses(parseSubnet(subnet), [], drafts.length);

	const url = `https://${names.node(spec.name, 'server', 0)}:${kubernetesPort}`;
	const imageVolume = spec.imageVolume ? names.imageVolume(spec.name) : undefined;
	const frame: ClusterFrame = {
		spec,
		drafts,
		token,
		url,
		network,
		api,
		certificateName: surroundings.certificateName,
		imageVolume,
		sharedLabels: {
			[labels.app]: appName,
			[labels.version]: k3dVersion,
			[labels.cluster]: spec.name,
			[labels.clusterURL]: url,
			[labels.token]: token,
			...(imageVolume === undefined ? {} : {[labels.imageVolume]: imageVolume}),
			[labels.network]: network,
			[labels.networkExternal]: String(spec.network !== undefined || surroundings.networkExists),
			[labels.loadBalancer]: spec.loadBalancer ? names.loadBalancer(spec.name) : '',
			...(spec.hostAliases.length === 0
				? {}
				: {[labels.hostAliases]: JSON.stringify(spec.hostAliases.map(({ip, hostnames}) => ({ip, hostnames})))}),
		},
		proxyImage: surroundings.proxyImage,
		proxyFiles: [{path: proxyConfigPath, mode: 0o744, content: proxyConfigText(proxyConfig)}],
		useEntrypoint: surroundings.useEntrypoint,
	};
	const containers = drafts.map(draft => planContainer(frame, draft));
	return {
		name: spec.name,
		token,
		network: {name: network, create: spec.network === undefined && !surroundings.networkExists, subnet},
		volumes: [
			...new Set([
				...(imageVolume === undefined ? [] : [imageVolume]),
				...spec.volumes.flatMap(({value}) => parseVolume(value).managedVolume ?? []),
			]),
		],
		images: [...new Set(containers.map(container => container.body.Image))],
		proxy: spec.loadBalancer ? proxyConfig : undefined,
		containers,
		registry: undefined,
		usedRegistries: [],
		secrets: [],
		hostAliases: spec.hostAliases,
		api,
		warnings:
			spec.servers > 1 && spec.servers % 2 === 0
				? [`Of ${spec.servers} servers no more may fail than of ${spec.servers - 1}: etcd needs a majority.`]
				: [],
	};
}

/** The labels of a volume that goes with its cluster. */
export function volumeLabels(cluster: string): Record<string, string> {
	return {[labels.app]: appName, [labels.cluster]: cluster, [labels.version]: k3dVersion};
}

/** Gives every port to the node that publishes it, and gives back what the load balancer has to do. */
function planPorts(
	spec: ClusterSpec,
	drafts: readonly NodeDraft[],
	api: {readonly hostIP: string; readonly port: number} | undefined,
): ProxyConfig {
	const listeners = placePorts(spec, drafts);
	const apiNode = drafts.find(draft => draft.role === (spec.loadBalancer ? 'loadbalancer' : 'server'));
	if (api)
		apiNode?.ports.push({hostIP: api.hostIP, hostPort: api.port, containerPort: kubernetesPort, protocol: 'tcp'});
	requireDistinctHostPorts(drafts);
	const servers = drafts.filter(draft => draft.role === 'server').map(draft => draft.name);
	const config = listeners.reduce((grown, {key, nodes}) => withListener(grown, key, nodes), apiOnly(servers));
	return withOverrides(config, spec.loadBalancerOverrides);
}

/**
 * Throws a Problem for a wish that no engine could meet, without asking one: it is planned for a world in which
 * nothing is in its way.
 */
export function requirePlannable(spec: ClusterSpec): void {
	planCluster(spec, {
		networkExists: false,
		// No port of the user's can be the same.
		freePort: 0,
		apiHostIP: undefined,
		randomToken: 'random',
		proxyImage: '',
		useEntrypoint: true,
	});
}
