import type {
	Controller,
	KubernetesEvent,
	Pod,
	Service,
	Workloads,
} from '../../source/kubernetes/workloads/workloads.ts';
import type {WorkloadsView} from '../../source/watch/snapshot.ts';
import {noon} from './fake-world.ts';

const minute = 60_000;

/** A pod that runs. */
export function fakePod(name: string, changes: Partial<Pod> = {}): Pod {
	return {
		kind: 'Pod',
		id: `uid-${name}`,
		namespace: 'shop',
		name,
		createdAt: noon - 5 * minute,
		ready: 1,
		total: 1,
		status: 'Running',
		health: 'good',
		restarts: 0,
		restartedAt: undefined,
		node: 'k3d-demo-agent-0',
		containers: [{name: 'main', hasLog: true, hasPrevious: false}],
		ports: [],
		labels: {app: name.split('-')[0] ?? name},
		...changes,
	};
}

export function fakeController(name: string, changes: Partial<Controller> = {}): Controller {
	return {
		kind: 'Deployment',
		id: `uid-${name}`,
		namespace: 'shop',
		name,
		createdAt: noon - 5 * minute,
		ready: 2,
		wanted: 2,
		updated: 2,
		available: 2,
		images: [`shop/${name}:1`],
		health: 'good',
		selector: {app: name},
		...changes,
	};
}

export function fakeService(name: string, changes: Partial<Service> = {}): Service {
	return {
		kind: 'Service',
		id: `uid-service-${name}`,
		namespace: 'shop',
		name,
		createdAt: noon - 5 * minute,
		type: 'ClusterIP',
		ports: [{name: 'http', port: 80, targetPort: undefined, nodePort: undefined, protocol: 'TCP'}],
		isPending: false,
		selector: {app: name},
		...changes,
	};
}

export function fakeEvent(reason: string, pod: string, changes: Partial<KubernetesEvent> = {}): KubernetesEvent {
	return {
		kind: 'Event',
		id: `uid-${reason}-${pod}`,
		namespace: 'shop',
		name: `${pod}.${reason}`,
		createdAt: noon - minute,
		isWarning: false,
		reason,
		message: `${reason} of ${pod}`,
		count: 1,
		lastAt: noon - minute,
		about: {kind: 'Pod', namespace: 'shop', name: pod},
		...changes,
	};
}

/** A small shop in cluster demo: two pods of web, one mailer that keeps failing, CoreDNS in kube-system. */
export function fakeShop(changes: Partial<Workloads> = {}): WorkloadsView {
	return {
		state: 'following',
		problem: undefined,
		usage: undefined,
		workloads: {
			pods: [
				fakePod('coredns-1', {namespace: 'kube-system', node: 'k3d-demo-server-0'}),
				fakePod('mailer-1', {
					node: 'k3d-demo-agent-1',
					ready: 0,
					status: 'CrashLoopBackOff',
					health: 'bad',
					restarts: 7,
					restartedAt: noon - 2 * minute,
				}),
				fakePod('web-1', {
					containers: [
						{name: 'init', hasLog: true, hasPrevious: false},
						{name: 'app', hasLog: true, hasPrevious: true},
						{name: 'late', hasLog: false, hasPrevious: false},
					],
				}),
				fakePod('web-2', {node: 'k3d-demo-server-0'}),
			],
			controllers: [
				fakeController('coredns', {namespace: 'kube-system', ready: 1, wanted: 1}),
				fakeController('mailer', {ready: 0, wanted: 1, health: 'bad'}),
				fakeController('web'),
				fakeController('svclb', {kind: 'DaemonSet', namespace: 'kube-system'}),
			],
			services: [
				fakeService('cart'),
				fakeService('traefik', {type: 'LoadBalancer', namespace: 'kube-system', selector: {app: 'traefik'}}),
			],
			ingresses: [
				{
					kind: 'Ingress',
					id: 'uid-ingress',
					namespace: 'shop',
					name: 'shop',
					createdAt: noon - minute,
					className: 'traefik',
					rules: [{host: 'shop.localhost', path: '/', tls: false}],
				},
			],
			events: [
				fakeEvent('BackOff', 'mailer-1', {isWarning: true, count: 9}),
				fakeEvent('Started', 'web-1'),
				fakeEvent('Pulled', 'coredns-1', {
					namespace: 'kube-system',
					about: {kind: 'Pod', namespace: 'kube-system', name: 'coredns-1'},
				}),
			],
			...changes,
		},
	};
}
