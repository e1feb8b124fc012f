import type {ClusterSpec, Filtered} from '../cluster-spec.ts';
import {apiListener, listenerKey} from '../load-balancer/proxy-config.ts';
import {Problem} from '../problem.ts';
import {type Filterable, parseFilter, selectNodes, withoutSuffix} from '../settings/node-filter.ts';
import {addressesOverlap, kubernetesPort, type PortMapping, parsePort} from '../settings/port.ts';

/** A node of a cluster that is being planned; `ports` collects what it will publish. */
export interface NodeDraft extends Filterable {
	readonly name: string;
	readonly ports: PortMapping[];
}

/** Where one wished port goes. */
export interface PlacedPort<Item> {
	readonly mappings: readonly PortMapping[];
	/** `direct`: published on the one node. `proxy`: by the load balancer, which forwards to the nodes. */
	readonly way: 'proxy' | 'direct';
	readonly nodes: readonly Item[];
}

/** Whether a port is where the load balancer takes the Kubernetes API. */
function isApi(port: PortMapping): boolean {
	return listenerKey(port) === apiListener;
}

/**
 * Finds out where a port goes, among the servers and agents of a cluster. Without filters, and with any that begins with
 * `loadbalancer`, it goes through the load balancer to every node, as in k3d. Throws a Problem for what cannot be.
 */
export function placePort<Item extends Filterable>(
	{value, filters}: Filtered<string>,
	workers: readonly Item[],
): PlacedPort<Item> {
	const subject = `port "${value}"`;
	const mappings = parsePort(value);
	const parsed = filters.map(filter => ({filter, ...parseFilter(filter)}));
	const everywhere = filters.length === 0 || parsed.some(filter => filter.group === 'loadbalancer');
	const direct = everywhere ? [] : parsed.filter(filter => filter.suffix === 'direct');
	if (direct.length > 0 && direct.length < parsed.length) {
		throw new Problem(subject, 'it mixes "direct" with "proxy"', 'Give two ports, one of each kind.');
	}
	const nodes = everywhere
		? workers
		: selectNodes(
				parsed.map(({filter}) => withoutSuffix(filter)),
				workers,
			);
	if (nodes.length === 0) throw new Problem(subject, 'its filters pick no node');
	if (direct.length > 0) {
		if (nodes.length !== 1) {
			throw new Problem(
				subject,
				`"direct" needs exactly one node, not ${nodes.length}`,
				'Name one, as in "server:0:direct".',
			);
		}
		return {mappings, way: 'direct', nodes};
	}
	if (!mappings.some(isApi)) return {mappings, way: 'proxy', nodes};
	// One listener serves all host ports that lead to it: an agent behind the API's would break the API.
	const servers = nodes.filter(node => node.role === 'server');
	if (servers.length === 0 || (!everywhere && servers.length < nodes.length)) {
		throw new Problem(
			subject,
			`port ${kubernetesPort} of the load balancer is the Kubernetes API, which only servers have`,
			`Write "${value}@server:*".`,
		);
	}
	return {mappings, way: 'proxy', nodes: servers};
}

/** Sends the wished ports to the load balancer or to a node. Gives back the load balancer's listeners. */
export function placePorts(spec: ClusterSpec, drafts: readonly NodeDraft[]): {key: string; nodes: string[]}[] {
	const loadBalancer = drafts.find(draft => draft.role === 'loadbalancer');
	const workers = drafts.filter(draft => draft.role !== 'loadbalancer');
	const listeners: {key: string; nodes: string[]}[] = [];
	for (const port of spec.ports) {
		const {value, filters} = port;
		const subject = `port "${value}"`;
		const twin = spec.ports.find(other => other !== port && other.value === value);
		if (twin) {
			const all = [...new Set([...filters, ...twin.filters])].join(';');
			throw new Problem(subject, 'it is given twice', `Give it once${all === '' ? '' : `: "${value}@${all}"`}.`);
		}
		if (filters.length === 0 && drafts.length === 1) {
			throw new Problem(subject, 'it does not say for which node', `Write "${value}@server:0:direct".`);
		}
		const {mappings, way, nodes} = placePort(port, workers);
		if (way === 'direct') {
			nodes[0]?.ports.push(...mappings);
		} else if (loadBalancer) {
			loadBalancer.ports.push(...mappings);
			listeners.push(...mappings.map(mapping => ({key: listenerKey(mapping), nodes: nodes.map(node => node.name)})));
		} else {
			throw new Problem(
				subject,
				'it goes through the load balancer, which is switched off',
				`Leave out --no-lb, or publish on one node: "${value}@server:0:direct".`,
			);
		}
	}
	return listeners;
}

/** Throws a Problem if two nodes would publish the same port of the Docker host. */
export function requireDistinctHostPorts(drafts: readonly NodeDraft[]): void {
	const seen: PortMapping[] = [];
	for (const port of drafts.flatMap(draft => draft.ports)) {
		if (port.hostPort === undefined || port.hostPortTo !== undefined) continue;
		const clash = seen.find(
			other =>
				other.hostPort === port.hostPort &&
				other.protocol === port.protocol &&
				addressesOverlap(other.hostIP, port.hostIP),
		);
		if (clash) {
			throw new Problem(
				`host port ${port.hostPort}/${port.protocol}`,
				`it is asked for twice, for ports ${clash.containerPort} and ${port.containerPort}`,
				'Give one of them another host port.',
			);
		}
		seen.push(port);
	}
}
