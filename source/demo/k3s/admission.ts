import {randomInt, randomUUID} from 'node:crypto';
import type {
	KubernetesObject,
	NodeObject,
	PodObject,
	PodSpec,
	ServiceObject,
	Toleration,
	WorkloadObject,
} from './objects.ts';
import {timestamp} from './objects.ts';
import type {Resource} from './resources.ts';
import {alreadyExists, badRequest, forbidden, invalid, notFound} from './status-error.ts';
import type {Store} from './store.ts';

const suffixLetters = 'bcdfghjklmnpqrstvwxz2456789';

/** Five characters as Kubernetes appends to generated names. */
export function nameSuffix(length = 5): string {
	return Array.from({length}, () => suffixLetters[randomInt(suffixLetters.length)]).join('');
}

const dnsSubdomain = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
const looseNames = new Set(['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings']);

/**
 * Checks a new object and fills in what the API server would: name, uid, times, defaults of its kind, addresses.
 * @throws StatusError when the namespace is missing, the name is taken or malformed
 */
export function admit(
	store: Store,
	resource: Resource,
	namespace: string | undefined,
	object: KubernetesObject,
	now: number,
) {
	const metadata = {...object.metadata};
	if (!metadata.name && metadata.generateName) metadata.name = metadata.generateName + nameSuffix();
	if (!metadata.name)
		throw invalid(resource.kind, '', 'metadata.name: Required value: name or generateName is required');
	if (!looseNames.has(resource.plural) && (!dnsSubdomain.test(metadata.name) || metadata.name.length > 253))
		throw invalid(
			resource.kind,
			metadata.name,
			`metadata.name: Invalid value: "${metadata.name}": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character`,
		);
	if (resource.namespaced) {
		if (metadata.namespace && metadata.namespace !== namespace)
			throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
		checkNamespace(store, resource, namespace ?? 'default', metadata.name);
		metadata.namespace = namespace ?? 'default';
	} else delete metadata.namespace;
	if (store.get(resource.id, metadata.namespace, metadata.name)) throw alreadyExists(resource.id, metadata.name);
	metadata.uid = randomUUID();
	metadata.creationTimestamp = timestamp(now);
	delete metadata.deletionTimestamp;
	if (resource.hasStatus && !['nodes', 'pods', 'namespaces', 'services'].includes(resource.id)) metadata.generation = 1;
	const {status: _, ...spec} = object;
	const kept = resource.hasStatus && resource.id !== 'nodes' ? spec : object;
	return withDefaults(store, resource, {...kept, metadata} as KubernetesObject);
}

function checkNamespace(store: Store, resource: Resource, namespace: string, name: string): void {
	const found = store.get('namespaces', undefined, namespace);
	if (!found) throw notFound('namespaces', namespace);
	if (found.metadata.deletionTimestamp)
		throw forbidden(
			`${resource.id} "${name}" is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`,
		);
}

function withDefaults(store: Store, resource: Resource, object: KubernetesObject): KubernetesObject {
	switch (resource.id) {
		case 'namespaces': {
			const labels = {...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name};
			const metadata = {...object.metadata, labels};
			return {...object, metadata, spec: {finalizers: ['kubernetes']}, status: {phase: 'Active'}};
		}
		case 'nodes':
			return withPodCidr(store, object as NodeObject);
		case 'pods':
			return podDefaults(object as PodObject);
		case 'services':
			return serviceDefaults(store, object as ServiceObject);
		case 'secrets':
			return secretDefaults(object);
		case 'deployments.apps':
		case 'replicasets.apps':
		case 'statefulsets.apps':
		case 'daemonsets.apps':
			return workloadDefaults(resource, object as WorkloadObject);
		default:
			return object;
	}
}

/** Every node gets the first free /24 of 10.42.0.0/16, as the node IPAM controller hands them out. */
function withPodCidr(store: Store, node: NodeObject): NodeObject {
	const taken = new Set(store.list<NodeObject>('nodes').map(({spec}) => spec.podCIDR));
	let index = 0;
	while (taken.has(`10.42.${index}.0/24`)) index++;
	const podCIDR = `10.42.${index}.0/24`;
	return {...node, spec: {...node.spec, podCIDR, podCIDRs: [podCIDR]}};
}

function containerDefaults(spec: PodSpec): PodSpec {
	return {
		...spec,
		containers: spec.containers.map(container => ({
			...container,
			imagePullPolicy:
				container.imagePullPolicy ?? (/:(?!latest$)[^/]+$/.test(container.image) ? 'IfNotPresent' : 'Always'),
			resources: container.resources ?? {},
			terminationMessagePath: container.terminationMessagePath ?? '/dev/termination-log',
			terminationMessagePolicy: container.terminationMessagePolicy ?? 'File',
			...(container.ports && {ports: container.ports.map(port => ({...port, protocol: port.protocol ?? 'TCP'}))}),
		})),
		restartPolicy: spec.restartPolicy ?? 'Always',
		terminationGracePeriodSeconds: spec.terminationGracePeriodSeconds ?? 30,
		dnsPolicy: spec.dnsPolicy ?? 'ClusterFirst',
		securityContext: spec.securityContext ?? {},
		schedulerName: spec.schedulerName ?? 'default-scheduler',
	};
}

/** DefaultTolerationSeconds: pods stay five minutes on a node that vanished. */
function defaultTolerations(given: readonly Toleration[] = []): Toleration[] {
	const keys = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];
	const missing = keys.filter(key => !given.some(one => (one.key === key || !one.key) && one.effect !== 'NoSchedule'));
	return [...given, ...missing.map(key => ({key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300}))];
}

function podDefaults(pod: PodObject): PodObject {
	if (!pod.spec?.containers?.length) throw invalid('Pod', pod.metadata.name, 'spec.containers: Required value');
	const spec = containerDefaults(pod.spec);
	const resources = spec.containers.some(({resources: one}) => one?.requests || one?.limits);
	return {
		...pod,
		spec: {
			...spec,
			tolerations: defaultTolerations(spec.tolerations),
			serviceAccountName: spec.serviceAccountName ?? 'default',
			serviceAccount: spec.serviceAccountName ?? 'default',
			enableServiceLinks: true,
			preemptionPolicy: 'PreemptLowerPriority',
			priority: spec.priority ?? (String(spec.priorityClassName ?? '').startsWith('system-') ? 2_000_000_000 : 0),
		},
		status: {phase: 'Pending', qosClass: resources ? 'Burstable' : 'BestEffort'},
	};
}

function serviceDefaults(store: Store, service: ServiceObject): ServiceObject {
	const {spec} = service;
	const type = spec.type ?? 'ClusterIP';
	const services = store.list<ServiceObject>('services');
	if (type === 'ExternalName') return {...service, spec: {...spec, type}, status: {loadBalancer: {}}};
	const clusterIP = spec.clusterIP ?? freeClusterIp(new Set(services.map(one => one.spec.clusterIP ?? '')));
	const takenPorts = new Set(services.flatMap(one => one.spec.ports?.map(({nodePort}) => nodePort) ?? []));
	const ports = spec.ports?.map(port => ({
		...port,
		protocol: port.protocol ?? 'TCP',
		targetPort: port.targetPort ?? port.port,
		...(type !== 'ClusterIP' && {nodePort: port.nodePort ?? freeNodePort(takenPorts)}),
	}));
	return {
		...service,
		spec: {
			...spec,
			type,
			clusterIP,
			clusterIPs: [clusterIP],
			ipFamilies: ['IPv4'],
			ipFamilyPolicy: 'SingleStack',
			sessionAffinity: spec.sessionAffinity ?? 'None',
			...(ports && {ports}),
		},
		status: {loadBalancer: {}},
	};
}

function freeClusterIp(taken: ReadonlySet<string>): string {
	for (;;) {
		const address = `10.43.${randomInt(256)}.${randomInt(1, 255)}`;
		if (!taken.has(address) && address !== '10.43.0.1' && address !== '10.43.0.10') return address;
	}
}

function freeNodePort(taken: Set<number | undefined>): number {
	for (;;) {
		const port = randomInt(30_000, 32_768);
		if (taken.has(port)) continue;
		taken.add(port);
		return port;
	}
}

function secretDefaults(secret: KubernetesObject): KubernetesObject {
	const {stringData, ...rest} = secret;
	const encoded = Object.entries((stringData ?? {}) as Record<string, string>).map(([key, value]) => [
		key,
		Buffer.from(value).toString('base64'),
	]);
	const data = {...(rest.data as object | undefined), ...Object.fromEntries(encoded)};
	return {...rest, metadata: secret.metadata, type: secret.type ?? 'Opaque', data} as KubernetesObject;
}

/** Fills in the defaults of a workload's pod template, on updates too. */
export function completeTemplate(workload: WorkloadObject): WorkloadObject {
	const {template} = workload.spec;
	return {...workload, spec: {...workload.spec, template: {...template, spec: containerDefaults(template.spec)}}};
}

function workloadDefaults(resource: Resource, workload: WorkloadObject): WorkloadObject {
	const {spec, metadata} = workload;
	if (!spec?.template?.spec?.containers?.length)
		throw invalid(resource.kind, metadata.name, 'spec.template.spec.containers: Required value');
	if (!spec.selector) throw invalid(resource.kind, metadata.name, 'spec.selector: Required value');
	const labels = spec.template.metadata?.labels ?? {};
	const missing = Object.entries(spec.selector.matchLabels ?? {}).some(([key, value]) => labels[key] !== value);
	if (missing)
		throw invalid(
			resource.kind,
			metadata.name,
			`spec.template.metadata.labels: Invalid value: ${JSON.stringify(labels)}: \`selector\` does not match template \`labels\``,
		);
	const {template} = completeTemplate(workload).spec;
	const rollingUpdate = {maxSurge: '25%', maxUnavailable: '25%'};
	const deployment = {
		strategy: {type: 'RollingUpdate', ...(spec.strategy?.type !== 'Recreate' && {rollingUpdate}), ...spec.strategy},
		revisionHistoryLimit: spec.revisionHistoryLimit ?? 10,
		progressDeadlineSeconds: spec.progressDeadlineSeconds ?? 600,
	};
	return {
		...workload,
		spec: {
			...(resource.id !== 'daemonsets.apps' && {replicas: 1}),
			...spec,
			template,
			...(resource.id === 'deployments.apps' && deployment),
		},
		status: {},
	};
}
