import {isIP} from 'node:net';
import {type Cluster, nodesOf} from '../cluster/model.ts';
import type {Ingress, Service, ServicePort} from '../kubernetes/workloads/workloads.ts';

/** Addresses that mean "all of them", which nobody can connect to everywhere. */
const everywhere = ['', '0.0.0.0', '::'];

/** Names and numbers by which a port says that TLS is spoken there. */
const secure = /^https|websecure|^tls/i;
const plain = /^http|^web/i;

/** Where a TCP port of the cluster's nodes is reached on the Docker host: `127.0.0.1:8080`. */
function placesOf(cluster: Cluster, nodePort: number, publishedHost: string): readonly {host: string; port: number}[] {
	// The load balancer leads to all nodes, so it comes before a node's own port.
	const found = [...(cluster.loadBalancer ? [cluster.loadBalancer] : []), ...nodesOf(cluster)]
		.filter(({state}) => state === 'running')
		.flatMap(({ports}) => ports)
		.filter(({containerPort, protocol}) => containerPort === nodePort && protocol === 'tcp')
		.map(({hostIP, hostPort}) => ({host: everywhere.includes(hostIP) ? publishedHost : hostIP, port: hostPort}));
	return found.filter(({port}, index) => found.findIndex(each => each.port === port) === index);
}

function authority(host: string, port: number): string {
	return `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}

/** `https://…` where the port's name or number says so, `http://…` likewise; otherwise without a scheme. */
function urlOf({name = '', port}: ServicePort, host: string, hostPort: number): string {
	const place = authority(host, hostPort);
	if (secure.test(name) || port === 443) return `https://${place}`;
	if (plain.test(name) || port === 80 || port === 8080) return `http://${place}`;
	return place;
}

/**
 * Where a service is reached from here: a LoadBalancer's port is one of every node (k3s' ServiceLB), and so is a node
 * port; it is reached where the cluster publishes that port. Empty where it publishes none, and for what is not TCP.
 */
export function serviceUrls({ports, type}: Service, cluster: Cluster, publishedHost: string): readonly string[] {
	const urls = ports.flatMap(each => {
		if (each.protocol !== 'TCP') return [];
		const onNodes = [...(type === 'LoadBalancer' ? [each.port] : []), ...(each.nodePort ? [each.nodePort] : [])];
		return onNodes
			.flatMap(port => placesOf(cluster, port, publishedHost))
			.map(({host, port}) => urlOf(each, host, port));
	});
	return [...new Set(urls)];
}

const webPort = 80;
const securePort = 443;

/**
 * Where an ingress is reached from here: at the ports 80 and 443 of the service that stands before the ingress
 * controller, by the names of its rules, which have to lead to the Docker host. Names in `.localhost` do by themselves
 * (RFC 6761).
 */
export function ingressUrls(
	{rules}: Ingress,
	services: readonly Service[],
	cluster: Cluster,
	publishedHost: string,
): readonly string[] {
	const serves = (port: number) =>
		services.some(({type, ports}) => type === 'LoadBalancer' && ports.some(each => each.port === port));
	const urls = rules.flatMap(({host, path, tls}) => {
		const port = tls ? securePort : webPort;
		if (!serves(port)) return [];
		return placesOf(cluster, port, publishedHost).map(place => {
			const name = host === '' || host.startsWith('*') ? place.host : host;
			return `${tls ? 'https' : 'http'}://${authority(name, place.port)}${path === '/' ? '' : path}`;
		});
	});
	return [...new Set(urls)];
}
