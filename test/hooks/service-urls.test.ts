import {describe, expect, test} from 'vitest';
import {ingressUrls, serviceUrls} from '../../source/hooks/service-urls.ts';
import type {Ingress, Service, ServicePort} from '../../source/kubernetes/workloads/workloads.ts';
import {fakeCluster} from '../components/fake-world.ts';

// Its load balancer publishes 80 at 0.0.0.0:8080.
const cluster = fakeCluster('demo');
const [server] = cluster.servers;

const port = (number: number, more: Partial<ServicePort> = {}): ServicePort => ({
	name: undefined,
	port: number,
	targetPort: undefined,
	nodePort: undefined,
	protocol: 'TCP',
	...more,
});

function service(type: string, ...ports: readonly ServicePort[]): Service {
	return {
		kind: 'Service',
		id: 'u',
		namespace: 'shop',
		name: 'web',
		createdAt: 0,
		type,
		ports,
		isPending: false,
		selector: undefined,
	};
}

function ingress(...rules: Ingress['rules']): Ingress {
	return {kind: 'Ingress', id: 'i', namespace: 'shop', name: 'web', createdAt: 0, className: undefined, rules};
}

const urls = (of: Service) => serviceUrls(of, cluster, '192.0.2.7');

describe('a service', () => {
	test('of type LoadBalancer is reached where the cluster publishes its port', () => {
		expect(urls(service('LoadBalancer', port(80)))).toEqual(['http://192.0.2.7:8080']);
	});

	test('is reached nowhere without a published port, inside the cluster only, or by another protocol', () => {
		expect(urls(service('LoadBalancer', port(9000)))).toEqual([]);
		expect(urls(service('ClusterIP', port(80)))).toEqual([]);
		expect(urls(service('LoadBalancer', port(80, {protocol: 'UDP'})))).toEqual([]);
	});

	test('by a node port that a node publishes itself, at the address it is bound to', () => {
		const published = {hostIP: '127.0.0.1', hostPort: 31000, containerPort: 30090, protocol: 'tcp' as const};
		const own = {...cluster, servers: server ? [{...server, ports: [published]}] : []};
		const of = service('NodePort', port(9090, {nodePort: 30090, name: 'grpc'}));
		expect(serviceUrls(of, own, '192.0.2.7')).toEqual(['127.0.0.1:31000']);
		expect(
			serviceUrls(of, {...own, servers: own.servers.map(node => ({...node, state: 'exited' as const}))}, 'x'),
		).toEqual([]);
	});

	test('speaks TLS where its port says so', () => {
		const published = {hostIP: '', hostPort: 9443, containerPort: 443, protocol: 'tcp' as const};
		const proxy = cluster.loadBalancer && {...cluster.loadBalancer, ports: [published]};
		const of = service('LoadBalancer', port(443));
		expect(serviceUrls(of, {...cluster, loadBalancer: proxy}, '::1')).toEqual(['https://[::1]:9443']);
	});
});

describe('an ingress', () => {
	const controller = service('LoadBalancer', port(80), port(443));
	const at = (...rules: Ingress['rules']) => ingressUrls(ingress(...rules), [controller], cluster, '127.0.0.1');

	test('is reached by its name and its path, at the port of the service before it', () => {
		expect(at({host: 'shop.localhost', path: '/', tls: false}, {host: '', path: '/api', tls: false})).toEqual([
			'http://shop.localhost:8080',
			'http://127.0.0.1:8080/api',
		]);
	});

	test('is not reached with TLS where only port 80 is published, and not at all without a controller', () => {
		expect(at({host: 'shop.test', path: '/', tls: true})).toEqual([]);
		expect(ingressUrls(ingress({host: '', path: '/', tls: false}), [], cluster, '127.0.0.1')).toEqual([]);
	});
});
