import {byName} from '../by-name.ts';
import type {Filtered} from '../cluster-spec.ts';
import {apiListener, listenerKey, type ProxyConfig} from '../load-balancer/proxy-config.ts';
import {portsOf} from '../plan/port-bindings.ts';
import {filtersFor} from '../settings/filters-for.ts';
import {kubernetesPort, type PortMapping} from '../settings/port.ts';
import type {ContainerReading, NodeReading} from './container-reading.ts';

/** Where the Kubernetes API is published, as far as the servers' labels tell it. */
export interface ApiReading {
	readonly host: string;
	readonly port: number | undefined;
}

/** The inverse of `parsePort`, of `length` ports that follow each other: `127.0.0.1:8080-8082:80-82/udp`. */
export function portRangeText(mapping: PortMapping, length = 1): string {
	const {hostIP, hostPort, hostPortTo, containerPort, protocol} = mapping;
	const range = (from: number) => (length === 1 ? `${from}` : `${from}-${from + length - 1}`);
	const address = hostIP === '' ? '' : hostIP.includes(':') ? `[${hostIP}]:` : `${hostIP}:`;
	const anyHost = address === '' ? '' : ':';
	const oneOf = hostPortTo === undefined ? undefined : `${hostPort}-${hostPortTo}:`;
	const host = oneOf ?? (hostPort === undefined ? anyHost : `${range(hostPort)}:`);
	return `${address}${host}${range(containerPort)}${protocol === 'tcp' ? '' : `/${protocol}`}`;
}

/** The ports a container was asked to publish, in the order of their numbers. */
export function mappingsOf({PortBindings = null}: ContainerReading['HostConfig']): PortMapping[] {
	// Where Docker published what it could choose is not what was asked for.
	return portsOf({HostConfig: {PortBindings}, NetworkSettings: {}}).toSorted(
		(a, b) =>
			a.containerPort - b.containerPort || byName(a.protocol, b.protocol) || (a.hostPort ?? 0) - (b.hostPort ?? 0),
	);
}

/** Whether a mapping is the one that k3d makes for the API; a person may have published the port again. */
function isApi({containerPort, protocol, hostPort}: PortMapping, api: ApiReading): boolean {
	return containerPort === kubernetesPort && protocol === 'tcp' && (api.port === undefined || hostPort === api.port);
}

/** Joins mappings that continue each other into one range: 8000:8000, 8001:8001, 8002:8002 is 8000-8002:8000-8002. */
function inRanges(mappings: readonly PortMapping[]): string[] {
	const texts: string[] = [];
	for (let i = 0; i < mappings.length; ) {
		const first = mappings[i] as PortMapping;
		let length = 1;
		for (let next = mappings[i + 1]; next; next = mappings[i + length]) {
			const continues =
				first.hostPort !== undefined &&
				[first, next].every(({hostPortTo}) => hostPortTo === undefined) &&
				next.hostPort === first.hostPort + length &&
				next.containerPort === first.containerPort + length &&
				next.hostIP === first.hostIP &&
				next.protocol === first.protocol;
			if (!continues) break;
			length++;
		}
		// Two ports are read more easily one by one.
		if (length < 3) length = 1;
		texts.push(portRangeText(first, length));
		i += length;
	}
	return texts;
}

/**
 * The ports a cluster was asked to publish: those of the load balancer with the nodes behind them, and those of single
 * nodes. What leads nowhere is a warning.
 */
export function readPorts(
	workers: readonly NodeReading[],
	loadBalancer: NodeReading | undefined,
	{proxy, api}: {proxy: ProxyConfig | undefined; api: ApiReading},
): {ports: Filtered<string>[]; warnings: string[]} {
	const warnings: string[] = [];
	const apiNode = loadBalancer ?? workers[0];
	const published = (node: NodeReading) => {
		const mappings = mappingsOf(node.container.HostConfig);
		const own = node === apiNode ? mappings.findIndex(mapping => isApi(mapping, api)) : -1;
		return mappings.filter((_, i) => i !== own);
	};
	const targets = (mapping: PortMapping): string[] => {
		const names = proxy?.ports[listenerKey(mapping)] ?? [];
		const picked = workers.filter(node => names.includes(node.name));
		if (picked.length === 0) {
			warnings.push(`Port ${portRangeText(mapping)} leads to no node of the cluster; it is written as leading to all.`);
		}
		return picked.length === 0 || picked.length === workers.length ? ['loadbalancer'] : filtersFor(picked, workers);
	};
	const proxied = loadBalancer ? published(loadBalancer).map(mapping => ({mapping, filters: targets(mapping)})) : [];
	const direct = workers.flatMap(node =>
		published(node).map(mapping => ({mapping, filters: [`${node.role}:${node.index}:direct`]})),
	);
	const grouped = Map.groupBy([...proxied, ...direct], ({filters}) => filters.join(';'));
	const keys = new Set(proxied.map(({mapping}) => listenerKey(mapping)));
	for (const key of Object.keys(proxy?.ports ?? {})) {
		if (key !== apiListener && !keys.has(key)) {
			warnings.push(
				`The load balancer listens on ${key.replace('.', '/')} without publishing it, which no config can ask for.`,
			);
		}
	}
	return {
		ports: [...grouped.values()].flatMap(entries =>
			inRanges(entries.map(({mapping}) => mapping)).map(value => ({value, filters: entries[0]?.filters ?? []})),
		),
		warnings,
	};
}
