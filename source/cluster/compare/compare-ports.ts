import type {ClusterSpec, Filtered} from '../cluster-spec.ts';
import {apiOnly, listenerKey, type ProxyConfig, withNode, withoutNode} from '../load-balancer/proxy-config.ts';
import type {ClusterPlan} from '../plan/cluster-plan.ts';
import {mappingsOf, portRangeText} from '../read/read-ports.ts';
import {filtersFor} from '../settings/filters-for.ts';
import type {Filterable} from '../settings/node-filter.ts';
import {kubernetesPort, type PortMapping, parsePort} from '../settings/port.ts';
import type {ClusterChange} from './compare-specs.ts';

interface Plans {
	readonly wished: ClusterPlan;
	readonly actual: ClusterPlan;
}

/** Whether a wish for a port is met by one that is published. */
function meets(published: PortMapping, wish: PortMapping): boolean {
	const every = (address: string) => (address === '0.0.0.0' ? '' : address);
	const {hostPort: from, hostPortTo: to = from} = wish;
	const number = published.hostPort ?? 0;
	const isIn = from === undefined || to === undefined || (number >= from && (published.hostPortTo ?? number) <= to);
	return listenerKey(published) === listenerKey(wish) && every(published.hostIP) === every(wish.hostIP) && isIn;
}

/** Takes away pairs that meet each other; gives back what is left of both. */
function unmatched<Wish extends PortMapping>(
	wishes: readonly Wish[],
	published: readonly PortMapping[],
): {missing: Wish[]; surplus: PortMapping[]} {
	const surplus = [...published];
	// Those that name their port first, so that one which takes any does not take it.
	const isOpen = ({hostPort, hostPortTo}: PortMapping) => Number(hostPort === undefined || hostPortTo !== undefined);
	const ordered = wishes.toSorted((a, b) => isOpen(a) - isOpen(b));
	const missing = ordered.filter(wish => {
		const at = surplus.findIndex(mapping => meets(mapping, wish));
		if (at !== -1) surplus.splice(at, 1);
		return at === -1;
	});
	return {missing, surplus};
}

const isDirect = ({filters}: Filtered<string>) => filters.some(filter => filter.endsWith(':direct'));

/** The load balancer's published ports, without the API's, and what was written for each. */
function proxied(spec: ClusterSpec): (PortMapping & {filters: readonly string[]})[] {
	return spec.ports
		.filter(port => !isDirect(port))
		.flatMap(({value, filters}) => parsePort(value).map(mapping => ({...mapping, filters})));
}

/** Ports that nodes publish themselves: fixed with their containers, of which those that stay count. */
function compareDirect({wished, actual}: Plans): ClusterChange[] {
	const portsOf = (plan: ClusterPlan, name: string) =>
		mappingsOf(plan.containers.find(container => container.name === name)?.body.HostConfig ?? {}).filter(
			({containerPort, hostPort}) => containerPort !== kubernetesPort || hostPort !== plan.api.port,
		);
	const kept = actual.containers.filter(
		({name, role}) => role !== 'loadbalancer' && wished.containers.some(container => container.name === name),
	);
	const refusal = 'it is published on the node itself, which is fixed when the node is made';
	return kept.flatMap(({name}) => {
		const {missing, surplus} = unmatched(portsOf(wished, name), portsOf(actual, name));
		return [
			...missing.map(port => ({kind: 'add' as const, what: `port ${portRangeText(port)} of ${name}`, refusal})),
			...surplus.map(port => ({kind: 'remove' as const, what: `port ${portRangeText(port)} of ${name}`, refusal})),
		];
	});
}

/** What growing and shrinking make of the load balancer by themselves. */
function afterResizing(config: ProxyConfig, {wished, actual}: Plans): ProxyConfig {
	const workers = (plan: ClusterPlan) => plan.containers.filter(({role}) => role !== 'loadbalancer');
	const has = (plan: ClusterPlan, name: string) => plan.containers.some(container => container.name === name);
	const leaving = workers(actual).filter(({name}) => !has(wished, name));
	const coming = workers(wished).filter(({name}) => !has(actual, name));
	const grown = coming.reduce((current, {name, role}) => {
		const peers = workers(actual).filter(peer => peer.role === role);
		const node = {name, role: role === 'server' ? ('server' as const) : ('agent' as const)};
		return withNode(
			current,
			node,
			peers.map(peer => peer.name),
		);
	}, config);
	return leaving.reduce((current, {name}) => withoutNode(current, name), grown);
}

function nodesOf({containers}: ClusterPlan): (Filterable & {name: string})[] {
	const counts = {server: 0, agent: 0, loadbalancer: 0};
	return containers.map(({name, role}) => ({name, role, index: counts[role]++}));
}

const isSameSet = (a: readonly string[], b: readonly string[]) =>
	a.length === b.length && a.every(item => b.includes(item));

/** Listeners whose ports stay published and lead to other nodes. */
function compareTargets(plans: Plans, expected: ProxyConfig, wanted: ProxyConfig): ClusterChange[] {
	const workers = nodesOf(plans.wished).filter(({role}) => role !== 'loadbalancer');
	const filters = (names: readonly string[]) =>
		filtersFor(
			workers.filter(({name}) => names.includes(name)),
			workers,
		).join(';') || 'nothing';
	return Object.entries(wanted.ports).flatMap(([key, nodes]) => {
		const before = expected.ports[key];
		// A listener that comes is told as the port that is added.
		if (!before || isSameSet(before, nodes)) return [];
		const what = `port ${key.replace('.', '/')} leads to: ${filters(before)} → ${filters(nodes)}`;
		return [{kind: 'change' as const, what, refusal: undefined}];
	});
}

/** Settings of the load balancer; one that the wish does not name and k3d may have set stays. */
function compareSettings(
	actual: ProxyConfig,
	wanted: ProxyConfig,
): {settings: ProxyConfig['settings']; changes: ClusterChange[]} {
	const defaults = apiOnly([]).settings;
	const settings: Record<string, number> = {...wanted.settings};
	for (const [key, value] of Object.entries(actual.settings)) {
		// k3d raises it with every server, unasked.
		if (key === 'workerConnections' && wanted.settings[key] === defaults[key]) settings[key] = value;
	}
	const keys = [...new Set([...Object.keys(actual.settings), ...Object.keys(settings)])];
	const changes = keys
		.filter(key => actual.settings[key] !== settings[key])
		.map(key => ({
			kind: 'change' as const,
			what: `load balancer settings.${key}: ${actual.settings[key] ?? 'default'} → ${settings[key] ?? 'default'}`,
			refusal: undefined,
		}));
	return {settings, changes};
}

/** Differences in what is published, and in what the load balancer does with it. */
export function comparePorts(
	wished: ClusterSpec,
	actual: ClusterSpec,
	plans: Plans,
): {
	changes: ClusterChange[];
	edit: {add: Filtered<string>[]; remove: string[]};
	proxy: ProxyConfig | undefined;
} {
	const direct = compareDirect(plans);
	const wanted = plans.wished.proxy;
	const current = plans.actual.proxy;
	// Without a load balancer before or after there is nothing to route; that is a difference of its own.
	if (!wanted || !current) return {changes: direct, edit: {add: [], remove: []}, proxy: undefined};
	const {missing, surplus} = unmatched(proxied(wished), proxied(actual));
	const {settings, changes: settingChanges} = compareSettings(current, wanted);
	const text = (port: PortMapping, filters: readonly string[]) =>
		`port ${portRangeText(port)}@${filters.join(';') || 'loadbalancer'}`;
	return {
		changes: [
			...direct,
			...surplus.map(port => ({kind: 'remove' as const, what: `port ${portRangeText(port)}`, refusal: undefined})),
			...missing.map(port => ({kind: 'add' as const, what: text(port, port.filters), refusal: undefined})),
			...compareTargets(plans, afterResizing(current, plans), wanted),
			...settingChanges,
		],
		edit: {
			add: missing.map(port => ({value: portRangeText(port), filters: port.filters})),
			// With the protocol, since without it any would be meant.
			remove: surplus.map(
				port =>
					`${port.hostPort === undefined ? ':' : ''}${portRangeText({...port, protocol: 'tcp'})}/${port.protocol}`,
			),
		},
		proxy: {...wanted, settings},
	};
}
