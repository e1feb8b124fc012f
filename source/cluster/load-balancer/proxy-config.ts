import {kubernetesPort, type PortMapping} from '../settings/port.ts';

/** What k3d's proxy image reads from `/etc/confd/values.yaml`. Source: k3d v5.9.0, pkg/types/loadbalancer.go. */
export interface ProxyConfig {
	/** By `<port>.<protocol>`: names of the nodes that get what arrives there, on the same port. */
	readonly ports: Readonly<Record<string, readonly string[]>>;
	readonly settings: Readonly<Record<string, number>>;
}

/** Where the proxy image looks for its configuration. It reloads when the file changes. */
export const proxyConfigPath = '/etc/confd/values.yaml';

/** k3d's default for nginx' worker_connections. */
const workerConnections = 1024;

/** `80.tcp`, the key of a listener. */
export function listenerKey(port: Pick<PortMapping, 'containerPort' | 'protocol'>): string {
	return `${port.containerPort}.${port.protocol}`;
}

/** The key of the Kubernetes API's listener. */
export const apiListener = listenerKey({containerPort: kubernetesPort, protocol: 'tcp'});

/** A configuration that sends the Kubernetes API to the servers and nothing else. */
export function apiOnly(servers: readonly string[]): ProxyConfig {
	return {ports: {[apiListener]: servers}, settings: {workerConnections}};
}

/** The same configuration with one more listener, or with more nodes behind one that is there. */
export function withListener(config: ProxyConfig, key: string, nodes: readonly string[]): ProxyConfig {
	const backends = [...new Set([...(config.ports[key] ?? []), ...nodes])];
	return {...config, ports: {...config.ports, [key]: backends}};
}

/** The same configuration without a listener. */
export function withoutListener(config: ProxyConfig, key: string): ProxyConfig {
	const {[key]: _, ...ports} = config.ports;
	return {...config, ports};
}

/** The same configuration without a node that went away. A listener that loses its last node goes too. */
export function withoutNode(config: ProxyConfig, node: string): ProxyConfig {
	return onlyNodes(config, name => name !== node);
}

/** The same configuration with some of the nodes only; itself where that is all. A listener without nodes goes. */
export function onlyNodes(config: ProxyConfig, isWanted: (node: string) => boolean): ProxyConfig {
	if (Object.values(config.ports).flat().every(isWanted)) return config;
	const ports = Object.entries(config.ports)
		.map(([key, nodes]) => [key, nodes.filter(isWanted)] as const)
		.filter(([, nodes]) => nodes.length > 0);
	return {...config, ports: Object.fromEntries(ports)};
}

/**
 * The same configuration with a new node: a server joins the API's listener; a node of either role joins every
 * other listener that every other node of its role is behind, since that is what `servers:*` and `agents:*` made.
 */
export function withNode(
	config: ProxyConfig,
	node: {readonly name: string; readonly role: 'server' | 'agent'},
	peers: readonly string[],
): ProxyConfig {
	let grown = config;
	for (const [key, nodes] of Object.entries(config.ports)) {
		const isApi = key === apiListener && node.role === 'server';
		const isWholeRole = peers.length > 0 && peers.every(peer => nodes.includes(peer));
		if (isApi || (key !== apiListener && isWholeRole)) grown = withListener(grown, key, [node.name]);
	}
	return grown;
}

/** The file's text. Written by hand because it must not load a YAML library: keys and names need no quoting. */
export function proxyConfigText(config: ProxyConfig): string {
	const ports = Object.entries(config.ports).flatMap(([key, nodes]) => [
		`  ${key}:`,
		...nodes.map(node => `  - ${node}`),
	]);
	const settings = Object.entries(config.settings).map(([key, value]) => `  ${key}: ${value}`);
	return ['ports:', ...ports, 'settings:', ...settings, ''].join('\n');
}

/** Reads the file's text back; what is not understood is left out. Needs the parsed YAML, not the text. */
export function proxyConfigFrom(document: unknown): ProxyConfig {
	const {ports, settings} = (document ?? {}) as {ports?: Record<string, unknown>; settings?: Record<string, unknown>};
	return {
		ports: Object.fromEntries(
			Object.entries(ports ?? {}).map(([key, nodes]) => [key, Array.isArray(nodes) ? nodes.map(String) : []]),
		),
		settings: Object.fromEntries(
			Object.entries(settings ?? {})
				.map(([key, value]) => [key, Number(value)] as const)
				.filter(([, value]) => Number.isFinite(value)),
		),
	};
}
