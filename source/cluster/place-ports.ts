import type {ClusterSpec} from './cluster-spec.ts';
import {type Filterable, parseFilter, selectNodes} from './node-filter.ts';
import {type PortMapping, parsePort} from './port.ts';
import {Problem} from './problem.ts';
import {listenerKey} from './proxy-config.ts';

/** A node of a cluster that is being planned; `ports` collects what it will publish. */
export interface NodeDraft extends Filterable {
	readonly name: string;
	readonly ports: PortMapping[];
}

/** Sends the wished ports to the load balancer or to a node. Gives back the load balancer's listeners. */
export function placePorts(spec: ClusterSpec, drafts: readonly NodeDraft[]): {key: string; nodes: string[]}[] {
	const loadBalancer = drafts.find(draft => draft.role === 'loadbalancer');
	const workers = drafts.filter(draft => draft.role !== 'loadbalancer');
	const listeners: {key: string; nodes: string[]}[] = [];
	for (const {value, filters} of spec.ports) {
		const subject = `port "${value}"`;
		const mappings = parsePort(value);
		if (filters.length === 0 && drafts.length === 1) {
			throw new Problem(subject, 'it does not say for which node', `Write "${value}@server:0:direct".`);
		}
		const parsed = filters.map(filter => ({filter, ...parseFilter(filter)}));
		// A filter list that mentions the load balancer means "through it, to every node", as in k3d.
		const everywhere = filters.length === 0 || parsed.some(filter => filter.group === 'loadbalancer');
		const direct = everywhere ? [] : parsed.filter(filter => filter.suffix === 'direct');
		if (direct.length > 0 && direct.length < parsed.length) {
			throw new Problem(subject, 'it mixes "direct" with "proxy"', 'Give two ports, one of each kind.');
		}
		const nodes = everywhere
			? workers
			: selectNodes(
					parsed.map(({filter, suffix}) => (suffix === undefined ? filter : filter.slice(0, -suffix.length - 1))),
					workers,
				);
		if (direct.length > 0) {
			const [node, second] = nodes;
			if (node === undefined || second !== undefined) {
				throw new Problem(
					subject,
					`"direct" needs exactly one node, not ${nodes.length}`,
					'Name one, as in "server:0:direct".',
				);
			}
			node.ports.push(...mappings);
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
		if (port.hostPort === undefined) continue;
		const clash = seen.find(
			other =>
				other.hostPort === port.hostPort &&
				other.protocol === port.protocol &&
				(other.hostIP === port.hostIP || [other.hostIP, port.hostIP].some(ip => ip === '' || ip === '0.0.0.0')),
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
