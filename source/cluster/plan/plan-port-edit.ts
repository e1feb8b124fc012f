import type {Filtered} from '../cluster-spec.ts';
import {
	apiListener,
	listenerKey,
	type ProxyConfig,
	withListener,
	withoutListener,
} from '../load-balancer/proxy-config.ts';
import type {Cluster} from '../model.ts';
import {Problem} from '../problem.ts';
import type {Filterable} from '../settings/node-filter.ts';
import {addressCovers, addressesOverlap, type PortMapping, portText} from '../settings/port.ts';
import {findPorts} from '../settings/port-pattern.ts';
import {placePort} from './place-ports.ts';

/** A port that the load balancer publishes, and the nodes that get what arrives there. */
export interface RoutedPort extends PortMapping {
	readonly nodes: readonly string[];
}

/** What the load balancer is like before an edit. */
export interface BalancerState {
	readonly published: readonly PortMapping[];
	readonly config: ProxyConfig;
}

/** What a person asks for. */
export interface PortWishes {
	/** `[HOST:][HOSTPORT:]PORT[/PROTOCOL]` with node filters; none means every node, through the load balancer. */
	readonly add?: readonly Filtered<string>[];
	/** In the same grammar; what is left out matches anything: `8080:` is a host port, `:80` a container's. */
	readonly remove?: readonly string[];
}

/** What an edit of ports would do. */
export interface PortEditPlan {
	/** What is published afterwards, the Kubernetes API included. */
	readonly ports: readonly RoutedPort[];
	readonly added: readonly RoutedPort[];
	readonly removed: readonly RoutedPort[];
	/** Ports that are published before and after, and lead to other nodes then. */
	readonly rerouted: readonly RoutedPort[];
	readonly config: ProxyConfig;
	/** `replace`: the container is made anew, because Docker cannot change what a container publishes. */
	readonly means: 'replace' | 'configure' | 'nothing';
	/** What was asked for and is so already, one sentence each. */
	readonly notes: readonly string[];
}

interface Worker extends Filterable {
	readonly name: string;
}

/** Servers and agents as filters count them: in the order in which they were made. */
function workersOf({servers, agents}: Cluster): Worker[] {
	return [
		...servers.map(({name}, index) => ({name, role: 'server' as const, index})),
		...agents.map(({name}, index) => ({name, role: 'agent' as const, index})),
	];
}

const isSamePort = (one: PortMapping, other: PortMapping) => portText(one) === portText(other);

/** Whether a port that is published is what a wish asks for. */
function satisfies(port: PortMapping, wish: PortMapping): boolean {
	const {hostPort} = port;
	const isWishedHostPort =
		wish.hostPort === undefined ||
		(hostPort !== undefined && hostPort >= wish.hostPort && hostPort <= (wish.hostPortTo ?? wish.hostPort));
	return listenerKey(port) === listenerKey(wish) && isWishedHostPort && addressCovers(port.hostIP, wish.hostIP);
}

function routed(port: PortMapping, config: ProxyConfig): RoutedPort {
	return {...port, nodes: config.ports[listenerKey(port)] ?? []};
}

/** The ports to remove. The one of the Kubernetes API must stay: kubeconfigs name it. */
function findRemoved(cluster: Cluster, published: readonly PortMapping[], patterns: readonly string[]): PortMapping[] {
	const removed = new Set<PortMapping>();
	for (const pattern of patterns) {
		for (const port of findPorts(pattern, published)) {
			if (listenerKey(port) === apiListener && port.hostPort === cluster.api?.port) {
				throw new Problem(
					`port "${pattern}"`,
					`${portText(port)} is the Kubernetes API of cluster "${cluster.name}", which is not reached without it`,
					'Choose its port when you create a cluster: --api-port.',
				);
			}
			removed.add(port);
		}
	}
	return [...removed];
}

function clashProblem(wish: PortMapping, holder: PortMapping): Problem {
	const subject = `port "${portText(wish)}"`;
	return listenerKey(wish) === listenerKey(holder)
		? new Problem(
				subject,
				`it is published on ${holder.hostIP || 'all addresses'} already`,
				`To change that, remove it in the same edit: --port-delete ${portText(holder)}`,
			)
		: new Problem(
				subject,
				`host port ${wish.hostPort} leads to port ${holder.containerPort} already`,
				`Choose another host port, or remove it in the same edit: --port-delete ${portText(holder)}`,
			);
}

/**
 * Works out what adding and removing ports of a cluster would do. What stays published keeps its host port and where it
 * leads to. Throws a Problem for a wish that cannot be met. Pure.
 */
export function planPortEdit(
	cluster: Cluster,
	{published, config: before}: BalancerState,
	{add = [], remove = []}: PortWishes,
): PortEditPlan {
	if (add.length === 0 && remove.length === 0) {
		throw new Problem(`cluster "${cluster.name}"`, 'there is no port to add or to remove');
	}
	const removed = findRemoved(cluster, published, remove);
	let current = published.filter(port => !removed.includes(port));
	let config = before;
	for (const key of new Set(removed.map(listenerKey))) {
		if (key !== apiListener && !current.some(port => listenerKey(port) === key)) config = withoutListener(config, key);
	}
	const notes: string[] = [];
	for (const wish of add) {
		const {mappings, way, nodes} = placePort(wish, workersOf(cluster));
		if (way === 'direct') {
			throw new Problem(
				`port "${wish.value}"`,
				'a port that is published directly on a node can only be chosen when the node is made',
				'Leave out ":direct", and it goes through the load balancer.',
			);
		}
		for (const mapping of mappings) {
			const key = listenerKey(mapping);
			const wider = withListener(
				config,
				key,
				nodes.map(node => node.name),
			);
			const there = current.find(port => satisfies(port, mapping));
			if (!there) {
				const holder = current.find(
					port =>
						port.hostPort === mapping.hostPort &&
						mapping.hostPort !== undefined &&
						mapping.hostPortTo === undefined &&
						port.protocol === mapping.protocol &&
						addressesOverlap(port.hostIP, mapping.hostIP),
				);
				if (holder) throw clashProblem(mapping, holder);
				current = [...current, mapping];
			} else if (wider.ports[key]?.length === config.ports[key]?.length) {
				notes.push(`${portText(there)} is published already, and leads there.`);
			}
			config = wider;
		}
	}
	const ports = current.map(port => routed(port, config));
	const isKept = (port: PortMapping) => published.some(other => isSamePort(other, port));
	const gone = published.filter(port => !current.some(other => isSamePort(other, port)));
	const added = ports.filter(port => !isKept(port));
	const targets = (port: RoutedPort) => JSON.stringify(port.nodes);
	return {
		ports,
		added,
		removed: gone.map(port => routed(port, before)),
		rerouted: ports.filter(port => isKept(port) && targets(port) !== targets(routed(port, before))),
		config,
		means:
			added.length + gone.length > 0
				? 'replace'
				: JSON.stringify(config) === JSON.stringify(before)
					? 'nothing'
					: 'configure',
		notes,
	};
}
