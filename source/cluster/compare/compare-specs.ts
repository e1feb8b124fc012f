import type {ClusterSpec, Filtered} from '../cluster-spec.ts';
import type {ProxyConfig} from '../load-balancer/proxy-config.ts';
import type {ClusterPlan} from '../plan/cluster-plan.ts';
import {planCluster} from '../plan/plan-cluster.ts';
import {parseApiPort} from '../settings/port.ts';
import {compareNodes} from './compare-nodes.ts';
import {comparePorts} from './compare-ports.ts';
import {compareRegistries, type RegistryEdit} from './compare-registries.ts';
import {compareWhole} from './compare-whole.ts';

/** One difference between a cluster and what is asked for. */
export interface ClusterChange {
	readonly kind: 'add' | 'remove' | 'change';
	/** In one line, without secrets: `2 agents`, `port 8080:80`, `image v1.31 → v1.32`. */
	readonly what: string;
	/** Why it cannot be done on the cluster as it is; undefined when it can. */
	readonly refusal: string | undefined;
}

/** What comparing has to know besides the two specs. */
export interface Circumstances {
	/** The wish names no image, so that any will do. */
	readonly anyImage: boolean;
	/** Names of all registries there are. */
	readonly registries: readonly string[];
	/** Why the cluster cannot get more servers, or lose some; undefined where it can. */
	readonly serversRefusal: string | undefined;
}

/** What has to be done so that a cluster becomes what is asked for. */
export interface Comparison {
	/** In the order in which they are done. */
	readonly changes: readonly ClusterChange[];
	/** The wish with what it leaves open as the cluster has it, and its plan. */
	readonly wished: ClusterSpec;
	readonly plan: ClusterPlan;
	/** Volumes that nodes to come need and that go with the cluster. */
	readonly volumes: readonly string[];
	/** How many more there shall be; fewer where it is below zero; none where that cannot be. */
	readonly servers: number;
	readonly agents: number;
	readonly ports: {readonly add: readonly Filtered<string>[]; readonly remove: readonly string[]};
	/** What the load balancer shall do in the end, by the names that planning gives to nodes; undefined where it stays. */
	readonly proxy: ProxyConfig | undefined;
	readonly registries: RegistryEdit;
}

/** What a wish leaves open is no difference: it is filled in with what the cluster has. */
function filledIn(desired: ClusterSpec, actual: ClusterSpec, anyImage: boolean): ClusterSpec {
	const {host, port} = parseApiPort(desired.apiPort);
	const had = parseApiPort(actual.apiPort);
	const usesDefaultNetwork = desired.network === undefined && actual.network === `k3d-${actual.name}`;
	const leavesApiOpen = desired.apiPort === undefined || desired.apiPort === '';
	const openSubnet = desired.subnet === undefined || (desired.subnet === 'auto' && actual.subnet !== undefined);
	return {
		...desired,
		image: anyImage ? actual.image : desired.image,
		apiPort: leavesApiOpen ? actual.apiPort : `${host}:${port ?? had.port ?? 'random'}`,
		apiHostIP: desired.apiHostIP ?? (leavesApiOpen || host === had.host ? actual.apiHostIP : undefined),
		network: usesDefaultNetwork ? actual.network : desired.network,
		subnet: openSubnet && desired.network === undefined ? actual.subnet : desired.subnet,
		token: desired.token ?? actual.token,
	};
}

function compareCount(
	role: 'server' | 'agent',
	{wished, actual, refusal}: {wished: number; actual: number; refusal: string | undefined},
): ClusterChange[] {
	const more = wished - actual;
	if (more === 0) return [];
	const count = Math.abs(more);
	return [
		{
			kind: more > 0 ? 'add' : 'remove',
			what: `${count} ${role}${count === 1 ? '' : 's'} (${actual} → ${wished})`,
			refusal,
		},
	];
}

/**
 * Compares what is asked for with what a cluster would be created from. Pure. Both are planned, so that two ways of
 * writing the same are no difference. Settings of nodes that come or go are none either: nodes come as they are asked
 * for. Throws a Problem for a wish that cannot be planned.
 */
export function compareSpecs(desired: ClusterSpec, actual: ClusterSpec, circumstances: Circumstances): Comparison {
	const wished = filledIn(desired, actual, circumstances.anyImage);
	const surroundings = {
		networkExists: false,
		freePort: parseApiPort(actual.apiPort).port ?? 0,
		apiHostIP: actual.apiHostIP,
		randomToken: actual.token ?? 'unknown',
		proxyImage: '',
		useEntrypoint: true,
	};
	const pair = {wished: planCluster(wished, surroundings), actual: planCluster(actual, surroundings)};
	const isRefused = wished.servers !== actual.servers && circumstances.serversRefusal !== undefined;
	const servers = isRefused ? 0 : wished.servers - actual.servers;
	const agents = wished.agents - actual.agents;
	const counts = [
		...compareCount('server', {
			wished: wished.servers,
			actual: actual.servers,
			refusal: circumstances.serversRefusal,
		}),
		...compareCount('agent', {wished: wished.agents, actual: actual.agents, refusal: undefined}),
	];
	const ports = comparePorts(wished, actual, pair);
	const registries = compareRegistries(wished.registries, actual.registries, circumstances.registries);
	return {
		changes: [
			...compareWhole(wished, actual),
			...compareNodes(pair),
			...counts.filter(change => change.kind === 'add'),
			...registries.changes,
			...ports.changes,
			...counts.filter(change => change.kind === 'remove'),
		],
		wished,
		plan: pair.wished,
		volumes: pair.wished.volumes.filter(volume => !pair.actual.volumes.includes(volume)),
		servers,
		agents,
		ports: ports.edit,
		proxy: isRefused ? undefined : ports.proxy,
		registries: registries.edit,
	};
}
