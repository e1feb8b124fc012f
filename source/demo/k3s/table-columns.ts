import {ageOf} from './age.ts';
import type {
	ConfigMapObject,
	EventObject,
	KubernetesObject,
	LeaseObject,
	NodeObject,
	PodObject,
	ServiceObject,
	WorkloadObject,
} from './objects.ts';

/** One column: its name, whether only `-o wide` shows it, and how a cell is read. */
export interface Column<T extends KubernetesObject = KubernetesObject> {
	readonly name: string;
	readonly wide?: true;
	readonly type?: 'string' | 'integer';
	cell(object: T, now: number): string | number;
}

// biome-ignore format: one column a line
const age: Column = {name: 'Age', cell: ({metadata}, now) => ageOf(metadata.creationTimestamp, now)};
const name: Column = {name: 'Name', cell: ({metadata}) => metadata.name};

function columns<T extends KubernetesObject>(...list: Column<T>[]): Column[] {
	return list;
}

function selectorText(labels: Record<string, string> | undefined): string {
	const text = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
	return text.length > 0 ? text.join(',') : '<none>';
}

function nodeStatus({spec, status}: NodeObject): string {
	const ready = status.conditions?.find(({type}) => type === 'Ready');
	const word = ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown';
	return spec.unschedulable ? `${word},SchedulingDisabled` : word;
}

function nodeRoles({metadata}: NodeObject): string {
	const prefix = 'node-role.kubernetes.io/';
	const roles = Object.keys(metadata.labels ?? {})
		.filter(key => key.startsWith(prefix))
		.map(key => key.slice(prefix.length));
	return roles.sort().join(',') || '<none>';
}

const nodeAddress = ({status}: NodeObject, type: string) =>
	status.addresses?.find(one => one.type === type)?.address ?? '<none>';

/** The STATUS column of pods, from phase, container states and deletion (kubectl's `printPod`). */
export function podStatus({metadata, status}: PodObject): string {
	let word = status.reason ?? status.phase ?? 'Pending';
	for (const {state} of status.containerStatuses ?? []) {
		if (state.waiting) word = state.waiting.reason;
		else if (state.terminated) word = state.terminated.reason;
	}
	if (metadata.deletionTimestamp) return status.reason === 'NodeLost' ? 'Unknown' : 'Terminating';
	return word;
}

const restarts = ({status}: PodObject) =>
	(status.containerStatuses ?? []).reduce((sum, {restartCount}) => sum + restartCount, 0);

const templateContainers = (object: WorkloadObject) => object.spec.template.spec.containers;
const containerColumns: Column<WorkloadObject>[] = [
	{
		name: 'Containers',
		wide: true,
		cell: object =>
			templateContainers(object)
				.map(one => one.name)
				.join(','),
	},
	{
		name: 'Images',
		wide: true,
		cell: object =>
			templateContainers(object)
				.map(one => one.image)
				.join(','),
	},
	{name: 'Selector', wide: true, cell: ({spec}) => selectorText(spec.selector.matchLabels)},
];

const count = (object: WorkloadObject, field: string) => Number(object.status?.[field] ?? 0);

function externalIp({spec, status}: ServiceObject): string {
	if (spec.type === 'LoadBalancer') return status?.loadBalancer?.ingress?.map(({ip}) => ip).join(',') || '<pending>';
	return spec.externalName ?? (spec.externalIPs?.join(',') || '<none>');
}

const servicePorts = ({spec}: ServiceObject) =>
	(spec.ports ?? [])
		.map(({port, nodePort, protocol = 'TCP'}) => (nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`))
		.join(',') || '<none>';

const dataCount = (object: KubernetesObject) => Object.keys((object as ConfigMapObject).data ?? {}).length;

/** Columns by `Resource.id`, named and ordered as the API server's printers have them. */
export const tableColumns: Readonly<Record<string, readonly Column[]>> = {
	namespaces: columns(name, {name: 'Status', cell: one => String((one.status as {phase?: string})?.phase ?? '')}, age),
	nodes: columns<NodeObject>(
		name,
		{name: 'Status', cell: nodeStatus},
		{name: 'Roles', cell: nodeRoles},
		age,
		{name: 'Version', cell: ({status}) => status.nodeInfo?.kubeletVersion ?? ''},
		{name: 'Internal-IP', wide: true, cell: node => nodeAddress(node, 'InternalIP')},
		{name: 'External-IP', wide: true, cell: node => nodeAddress(node, 'ExternalIP')},
		{name: 'OS-Image', wide: true, cell: ({status}) => status.nodeInfo?.osImage ?? '<unknown>'},
		{name: 'Kernel-Version', wide: true, cell: ({status}) => status.nodeInfo?.kernelVersion ?? '<unknown>'},
		{
			name: 'Container-Runtime',
			wide: true,
			cell: ({status}) => status.nodeInfo?.containerRuntimeVersion ?? '<unknown>',
		},
	),
	pods: columns<PodObject>(
		name,
		{
			name: 'Ready',
			cell: ({spec, status}) =>
				`${(status.containerStatuses ?? []).filter(({ready}) => ready).length}/${spec.containers.length}`,
		},
		{name: 'Status', cell: podStatus},
		{name: 'Restarts', cell: pod => String(restarts(pod))},
		age,
		{name: 'IP', wide: true, cell: ({status}) => status.podIP ?? '<none>'},
		{name: 'Node', wide: true, cell: ({spec}) => spec.nodeName ?? '<none>'},
		{name: 'Nominated Node', wide: true, cell: () => '<none>'},
		{name: 'Readiness Gates', wide: true, cell: () => '<none>'},
	),
	events: columns<EventObject>(
		{name: 'Last Seen', cell: (event, now) => ageOf(event.lastTimestamp ?? event.metadata.creationTimestamp, now)},
		{name: 'Type', cell: ({type}) => type},
		{name: 'Reason', cell: ({reason}) => reason},
		{name: 'Object', cell: ({involvedObject: {kind, name: of}}) => `${kind.toLowerCase()}/${of}`},
		{name: 'Subobject', wide: true, cell: ({involvedObject}) => involvedObject.fieldPath ?? ''},
		{name: 'Source', wide: true, cell: ({source}) => [source?.component, source?.host].filter(Boolean).join(', ')},
		{name: 'Message', cell: ({message}) => message},
		{name: 'First Seen', wide: true, cell: ({firstTimestamp}, now) => ageOf(firstTimestamp, now)},
		{name: 'Count', wide: true, cell: event => String(event.count ?? 1)},
		{...name, wide: true},
	),
	configmaps: columns(name, {name: 'Data', cell: dataCount}, age),
	secrets: columns(
		name,
		{name: 'Type', cell: one => String(one.type ?? 'Opaque')},
		{name: 'Data', cell: dataCount},
		age,
	),
	services: columns<ServiceObject>(
		name,
		{name: 'Type', cell: ({spec}) => spec.type ?? 'ClusterIP'},
		{name: 'Cluster-IP', cell: ({spec}) => spec.clusterIP ?? '<none>'},
		{name: 'External-IP', cell: externalIp},
		{name: 'Port(s)', cell: servicePorts},
		age,
		{name: 'Selector', wide: true, cell: ({spec}) => selectorText(spec.selector)},
	),
	endpoints: columns(
		name,
		{
			name: 'Endpoints',
			cell: one => {
				const subsets = (one.subsets ?? []) as {addresses?: {ip: string}[]; ports?: {port: number}[]}[];
				const all = subsets.flatMap(({addresses = [], ports = []}) =>
					addresses.flatMap(({ip}) => ports.map(({port}) => `${ip}:${port}`)),
				);
				return all.slice(0, 3).join(',') + (all.length > 3 ? ` + ${all.length - 3} more...` : '') || '<none>';
			},
		},
		age,
	),
	'deployments.apps': columns<WorkloadObject>(
		name,
		{name: 'Ready', cell: one => `${count(one, 'readyReplicas')}/${one.spec.replicas ?? 1}`},
		{name: 'Up-to-date', type: 'integer', cell: one => count(one, 'updatedReplicas')},
		{name: 'Available', type: 'integer', cell: one => count(one, 'availableReplicas')},
		age,
		...containerColumns,
	),
	'replicasets.apps': columns<WorkloadObject>(
		name,
		{name: 'Desired', type: 'integer', cell: one => one.spec.replicas ?? 1},
		{name: 'Current', type: 'integer', cell: one => count(one, 'replicas')},
		{name: 'Ready', type: 'integer', cell: one => count(one, 'readyReplicas')},
		age,
		...containerColumns,
	),
	'daemonsets.apps': columns<WorkloadObject>(
		name,
		{name: 'Desired', type: 'integer', cell: one => count(one, 'desiredNumberScheduled')},
		{name: 'Current', type: 'integer', cell: one => count(one, 'currentNumberScheduled')},
		{name: 'Ready', type: 'integer', cell: one => count(one, 'numberReady')},
		{name: 'Up-to-date', type: 'integer', cell: one => count(one, 'updatedNumberScheduled')},
		{name: 'Available', type: 'integer', cell: one => count(one, 'numberAvailable')},
		{name: 'Node Selector', cell: one => selectorText(one.spec.template.spec.nodeSelector)},
		age,
		...containerColumns,
	),
	'statefulsets.apps': columns<WorkloadObject>(
		name,
		{name: 'Ready', cell: one => `${count(one, 'readyReplicas')}/${one.spec.replicas ?? 1}`},
		age,
		...containerColumns.slice(0, 2),
	),
	'leases.coordination.k8s.io': columns<LeaseObject>(
		name,
		{name: 'Holder', cell: ({spec}) => spec.holderIdentity ?? ''},
		age,
	),
	'storageclasses.storage.k8s.io': columns(
		{
			name: 'Name',
			cell: ({metadata}) =>
				metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true'
					? `${metadata.name} (default)`
					: metadata.name,
		},
		{name: 'Provisioner', cell: one => String(one.provisioner ?? '')},
		{name: 'ReclaimPolicy', cell: one => String(one.reclaimPolicy ?? 'Delete')},
		{name: 'VolumeBindingMode', cell: one => String(one.volumeBindingMode ?? 'Immediate')},
		{name: 'AllowVolumeExpansion', cell: one => String(one.allowVolumeExpansion ?? false)},
		age,
	),
	serviceaccounts: columns(name, {name: 'Secrets', cell: one => ((one.secrets as unknown[]) ?? []).length}, age),
};

/** What kinds without columns of their own get. */
export const plainColumns: readonly Column[] = [
	name,
	{...age, name: 'Created At', cell: one => one.metadata.creationTimestamp ?? ''},
];
