import type {Controller, ControllerContext} from './controllers.ts';
import type {KubernetesObject, NodeObject, PodObject, ServiceObject} from './objects.ts';
import {isReady, ownedBy} from './owned-pods.ts';
import {imageOf} from './system-images.ts';

const addressOf = ({status}: NodeObject) => status.addresses?.find(({type}) => type === 'InternalIP')?.address ?? '';

function subsetsOf({store}: ControllerContext, service: ServiceObject): unknown[] {
	const {selector = {}, ports = []} = service.spec;
	const pods = store
		.list<PodObject>('pods', service.metadata.namespace)
		.filter(
			({metadata, status}) =>
				status.podIP && Object.entries(selector).every(([key, value]) => metadata.labels?.[key] === value),
		);
	if (pods.length === 0) return [];
	const address = (pod: PodObject) => ({
		ip: pod.status.podIP,
		nodeName: pod.spec.nodeName,
		targetRef: {kind: 'Pod', namespace: pod.metadata.namespace, name: pod.metadata.name, uid: pod.metadata.uid},
	});
	const [ready, unready] = [pods.filter(isReady), pods.filter(pod => !isReady(pod))];
	return [
		{
			...(ready.length > 0 && {addresses: ready.map(address)}),
			...(unready.length > 0 && {notReadyAddresses: unready.map(address)}),
			ports: ports.map(({name, port, targetPort, protocol}) => ({
				...(name && {name}),
				port: Number(targetPort) || port,
				protocol: protocol ?? 'TCP',
			})),
		},
	];
}

function put(context: ControllerContext, namespace: string, name: string, subsets: unknown[]): void {
	const before = context.store.get('endpoints', namespace, name);
	const fields = {apiVersion: 'v1', kind: 'Endpoints', ...(subsets.length > 0 && {subsets})};
	if (before) context.update('endpoints', {...fields, metadata: before.metadata});
	else context.create('endpoints', namespace, {...fields, metadata: {name}});
}

/** Keeps the end points of services, of `default/kubernetes` too: the servers that answer, by which agents find others than their first. */
export const endpointsController: Controller = {
	resources: ['services', 'pods', 'nodes'],
	reconcile(context) {
		const {store} = context;
		const servers = store
			.list<NodeObject>('nodes')
			.filter(
				({metadata, status}) =>
					metadata.labels?.['node-role.kubernetes.io/control-plane'] &&
					!status.conditions?.some(({type, status: is}) => type === 'Ready' && is === 'Unknown'),
			);
		for (const service of store.list<ServiceObject>('services')) {
			const {namespace = 'default', name} = service.metadata;
			if (namespace === 'default' && name === 'kubernetes')
				put(
					context,
					namespace,
					name,
					servers.length > 0
						? [
								{
									addresses: servers.map(node => ({ip: addressOf(node)})),
									ports: [{name: 'https', port: service.spec.ports?.[0]?.targetPort, protocol: 'TCP'}],
								},
							]
						: [],
				);
			else if (service.spec.selector) put(context, namespace, name, subsetsOf(context, service));
		}
		for (const {metadata} of store.list('endpoints'))
			if (!store.get('services', metadata.namespace, metadata.name))
				store.delete('endpoints', metadata.namespace, metadata.name);
	},
};

/** k3s' ServiceLB: a daemon set of port forwarders for every service of type LoadBalancer, whose nodes' addresses become the service's. */
export const serviceLoadBalancer: Controller = {
	resources: ['services', 'pods', 'nodes'],
	reconcile(context) {
		const {store} = context;
		for (const service of store.list<ServiceObject>('services')) {
			if (service.spec.type !== 'LoadBalancer') continue;
			const name = `svclb-${service.metadata.name}-${service.metadata.uid?.slice(0, 8)}`;
			if (!store.get('daemonsets.apps', 'kube-system', name))
				context.create('daemonsets.apps', 'kube-system', forwarders(name, service));
			const nodes = store
				.list<PodObject>('pods', 'kube-system')
				.filter(pod => pod.metadata.labels?.app === name && isReady(pod) && !pod.metadata.deletionTimestamp)
				.map(pod => store.get<NodeObject>('nodes', undefined, pod.spec.nodeName ?? ''));
			const addresses = [...new Set(nodes.flatMap(node => (node ? [addressOf(node)] : [])))].sort();
			const loadBalancer = addresses.length > 0 ? {ingress: addresses.map(ip => ({ip, ipMode: 'VIP'}))} : {};
			context.update('services', {...service, status: {loadBalancer}});
		}
	},
};

function forwarders(name: string, service: ServiceObject): KubernetesObject {
	const labels = {
		app: name,
		'svccontroller.k3s.cattle.io/svcname': service.metadata.name,
		'svccontroller.k3s.cattle.io/svcnamespace': service.metadata.namespace ?? '',
	};
	return {
		apiVersion: 'apps/v1',
		kind: 'DaemonSet',
		metadata: {name, labels, ownerReferences: [ownedBy(service)]},
		spec: {
			selector: {matchLabels: {app: name}},
			template: {
				metadata: {labels},
				spec: {
					containers: (service.spec.ports ?? []).map(({port, protocol}) => ({
						name: `lb-${(protocol ?? 'TCP').toLowerCase()}-${port}`,
						image: imageOf.klipperLb,
						ports: [
							{
								name: `lb-${(protocol ?? 'TCP').toLowerCase()}-${port}`,
								containerPort: port,
								hostPort: port,
								protocol: protocol ?? 'TCP',
							},
						],
					})),
					tolerations: [
						'node-role.kubernetes.io/master',
						'node-role.kubernetes.io/control-plane',
						'CriticalAddonsOnly',
					].map(key => ({key, operator: 'Exists'})),
				},
			},
		},
	};
}
