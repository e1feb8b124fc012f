/** One kind of object that the API serves. */
export interface Resource {
	readonly group: string;
	readonly version: string;
	readonly plural: string;
	readonly singular: string;
	readonly kind: string;
	readonly namespaced: boolean;
	readonly shortNames: readonly string[];
	readonly subresources: readonly string[];
	readonly inAll: boolean;
	/** Its place in the store; also `resource.group` in messages. */
	readonly id: string;
	/** Whether writing `spec` counts generations and `status` is written apart. */
	readonly hasStatus: boolean;
}

function resource(
	groupVersion: string,
	plural: string,
	kind: string,
	options: {cluster?: true; short?: string; sub?: string; all?: true} = {},
): Resource {
	const [group, version] = groupVersion.includes('/') ? groupVersion.split('/') : ['', groupVersion];
	const subresources = options.sub?.split(' ') ?? [];
	return {
		group: group ?? '',
		version: version ?? 'v1',
		plural,
		singular: kind.toLowerCase(),
		kind,
		namespaced: !options.cluster,
		shortNames: options.short?.split(' ') ?? [],
		subresources,
		inAll: options.all ?? false,
		id: group ? `${plural}.${group}` : plural,
		hasStatus: subresources.includes('status'),
	};
}

/** What the stand-in serves: what k3dui and kubectl's everyday commands touch. */
export const resources: readonly Resource[] = [
	resource('v1', 'namespaces', 'Namespace', {cluster: true, short: 'ns', sub: 'status finalize'}),
	resource('v1', 'nodes', 'Node', {cluster: true, short: 'no', sub: 'status'}),
	resource('v1', 'pods', 'Pod', {short: 'po', sub: 'status log eviction', all: true}),
	resource('v1', 'events', 'Event', {short: 'ev'}),
	resource('v1', 'configmaps', 'ConfigMap', {short: 'cm'}),
	resource('v1', 'secrets', 'Secret'),
	resource('v1', 'services', 'Service', {short: 'svc', sub: 'status', all: true}),
	resource('v1', 'endpoints', 'Endpoints', {short: 'ep'}),
	resource('v1', 'serviceaccounts', 'ServiceAccount', {short: 'sa', sub: 'token'}),
	resource('v1', 'persistentvolumes', 'PersistentVolume', {cluster: true, short: 'pv', sub: 'status'}),
	resource('v1', 'persistentvolumeclaims', 'PersistentVolumeClaim', {short: 'pvc', sub: 'status'}),
	resource('v1', 'replicationcontrollers', 'ReplicationController', {short: 'rc', sub: 'status', all: true}),
	resource('v1', 'limitranges', 'LimitRange', {short: 'limits'}),
	resource('v1', 'resourcequotas', 'ResourceQuota', {short: 'quota', sub: 'status'}),
	resource('apps/v1', 'deployments', 'Deployment', {short: 'deploy', sub: 'status scale', all: true}),
	resource('apps/v1', 'replicasets', 'ReplicaSet', {short: 'rs', sub: 'status scale', all: true}),
	resource('apps/v1', 'daemonsets', 'DaemonSet', {short: 'ds', sub: 'status', all: true}),
	resource('apps/v1', 'statefulsets', 'StatefulSet', {short: 'sts', sub: 'status scale', all: true}),
	resource('apps/v1', 'controllerrevisions', 'ControllerRevision'),
	resource('batch/v1', 'jobs', 'Job', {sub: 'status', all: true}),
	resource('batch/v1', 'cronjobs', 'CronJob', {short: 'cj', sub: 'status', all: true}),
	resource('autoscaling/v1', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler', {
		short: 'hpa',
		sub: 'status',
		all: true,
	}),
	resource('policy/v1', 'poddisruptionbudgets', 'PodDisruptionBudget', {short: 'pdb', sub: 'status'}),
	resource('networking.k8s.io/v1', 'ingresses', 'Ingress', {short: 'ing', sub: 'status'}),
	resource('networking.k8s.io/v1', 'ingressclasses', 'IngressClass', {cluster: true}),
	resource('networking.k8s.io/v1', 'networkpolicies', 'NetworkPolicy', {short: 'netpol'}),
	resource('storage.k8s.io/v1', 'storageclasses', 'StorageClass', {cluster: true, short: 'sc'}),
	resource('scheduling.k8s.io/v1', 'priorityclasses', 'PriorityClass', {cluster: true, short: 'pc'}),
	resource('coordination.k8s.io/v1', 'leases', 'Lease'),
	resource('rbac.authorization.k8s.io/v1', 'roles', 'Role'),
	resource('rbac.authorization.k8s.io/v1', 'rolebindings', 'RoleBinding'),
	resource('rbac.authorization.k8s.io/v1', 'clusterroles', 'ClusterRole', {cluster: true}),
	resource('rbac.authorization.k8s.io/v1', 'clusterrolebindings', 'ClusterRoleBinding', {cluster: true}),
	resource('metrics.k8s.io/v1beta1', 'nodes', 'NodeMetrics', {cluster: true}),
	resource('metrics.k8s.io/v1beta1', 'pods', 'PodMetrics'),
];

/** Finds a resource by its place in a URL. */
export function findResource(group: string, version: string, plural: string): Resource | undefined {
	return resources.find(one => one.group === group && one.version === version && one.plural === plural);
}

/** Finds a resource by what an object says it is, for manifests. */
export function resourceOfKind(apiVersion: string, kind: string): Resource | undefined {
	return resources.find(one => one.kind === kind && groupVersion(one) === apiVersion);
}

/** `v1` or `apps/v1`. */
export function groupVersion({group, version}: Resource): string {
	return group ? `${group}/${version}` : version;
}
