import {byName} from '../cluster/by-name.ts';
import type {Node} from '../cluster/model.ts';
import {serverAddress} from '../kubernetes/server-address.ts';
import type {ClusterView} from '../watch/snapshot.ts';

/** One way into a cluster: a port on the Docker host, what it leads to and who answers there. */
export interface Route {
	readonly id: string;
	/** The port of the Kubernetes API. */
	readonly isApi: boolean;
	/** `0.0.0.0:8080` as it is bound; for the Kubernetes API the URL to use; undefined for a listener that is not published. */
	readonly host: string | undefined;
	/** `80/tcp`. */
	readonly target: string;
	/** Node names; undefined while the load balancer's configuration has not been read. */
	readonly backends: readonly string[] | undefined;
	/** How many of the backends' containers run. */
	readonly up: number;
	/** The container that publishes the port: the load balancer, or a node. */
	readonly through: Node;
}

/** Kubernetes' API in every k3s node and in the load balancer. */
const apiPort = 6443;

/** A host address with its port; IPv6 in brackets. */
function hostPort(ip: string, port: number): string {
	return `${ip.includes(':') ? `[${ip}]` : ip}:${port}`;
}

/**
 * The ways into a cluster, the API's first, then by port: what the load balancer listens on, and what nodes publish
 * themselves (`--port …@server:0:direct`, or a cluster without a load balancer).
 */
export function routesOf({cluster, routes}: ClusterView, publishedHost: string): Route[] {
	const nodes = [...cluster.servers, ...cluster.agents];
	const running = new Set(nodes.filter(node => node.state === 'running').map(node => node.name));
	const found: Route[] = [];
	const add = (through: Node, target: number, protocol: string, host: string | undefined, isApi: boolean) => {
		const isProxy = through.role === 'loadbalancer';
		const backends = isProxy
			? routes?.find(route => route.port === target && route.protocol === protocol)?.backends
			: [through.name];
		found.push({
			id: `${through.name} ${host ?? ''} ${target}/${protocol}`,
			isApi,
			host,
			target: `${target}/${protocol}`,
			backends,
			up: backends?.filter(name => running.has(name)).length ?? 0,
			through,
		});
	};

	for (const node of [...(cluster.loadBalancer ? [cluster.loadBalancer] : []), ...nodes]) {
		for (const port of node.ports) {
			const isApi = port.containerPort === apiPort && port.protocol === 'tcp' && node.role !== 'agent';
			const host = cluster.api?.port === port.hostPort ? cluster.api.host : port.hostIP;
			const address = isApi
				? serverAddress({host, port: port.hostPort}, publishedHost)
				: hostPort(port.hostIP, port.hostPort);
			add(node, port.containerPort, port.protocol, address, isApi);
		}
	}
	const proxy = cluster.loadBalancer;
	if (proxy) {
		for (const {port, protocol} of routes ?? []) {
			const published = proxy.ports.some(each => each.containerPort === port && each.protocol === protocol);
			// A stopped container publishes nothing; where the API will be is known from the labels.
			const api = port === apiPort ? cluster.api : undefined;
			if (!published) add(proxy, port, protocol, api && serverAddress(api, publishedHost), port === apiPort);
		}
		if (cluster.api && !found.some(route => route.isApi)) {
			add(proxy, apiPort, 'tcp', serverAddress(cluster.api, publishedHost), true);
		}
	}
	const order = (route: Route) => (route.isApi ? 0 : Number.parseInt(route.target, 10));
	return found.toSorted((a, b) => order(a) - order(b) || byName(a.host ?? '', b.host ?? ''));
}
