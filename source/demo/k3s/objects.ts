/** The parts of Kubernetes' object model that the stand-in reads and writes; everything else is carried along untouched. */

export interface OwnerReference {
	apiVersion: string;
	kind: string;
	name: string;
	uid: string;
	controller?: boolean;
	blockOwnerDeletion?: boolean;
}

export interface Metadata {
	name: string;
	namespace?: string;
	generateName?: string;
	uid?: string;
	resourceVersion?: string;
	generation?: number;
	creationTimestamp?: string | null;
	deletionTimestamp?: string;
	deletionGracePeriodSeconds?: number;
	labels?: Record<string, string>;
	annotations?: Record<string, string>;
	finalizers?: string[];
	ownerReferences?: OwnerReference[];
}

export interface KubernetesObject {
	apiVersion: string;
	kind: string;
	metadata: Metadata;
	[field: string]: unknown;
}

export interface Condition {
	type: string;
	status: 'True' | 'False' | 'Unknown';
	reason?: string;
	message?: string;
	lastHeartbeatTime?: string;
	lastTransitionTime?: string;
	lastUpdateTime?: string;
	lastProbeTime?: string | null;
}

export interface Taint {
	key: string;
	value?: string;
	effect: string;
	timeAdded?: string;
}

export interface Toleration {
	key?: string;
	operator?: string;
	value?: string;
	effect?: string;
	tolerationSeconds?: number;
}

export interface NodeObject extends KubernetesObject {
	spec: {podCIDR?: string; podCIDRs?: string[]; providerID?: string; unschedulable?: boolean; taints?: Taint[]};
	status: {
		addresses?: {type: string; address: string}[];
		capacity?: Record<string, string>;
		allocatable?: Record<string, string>;
		conditions?: Condition[];
		daemonEndpoints?: {kubeletEndpoint: {Port: number}};
		images?: {names: string[]; sizeBytes: number}[];
		nodeInfo?: Record<string, string>;
	};
}

export interface Container {
	name: string;
	image: string;
	command?: string[];
	args?: string[];
	ports?: {name?: string; containerPort: number; hostPort?: number; protocol?: string}[];
	resources?: {requests?: Record<string, string>; limits?: Record<string, string>};
	imagePullPolicy?: string;
	[field: string]: unknown;
}

export interface ContainerStatus {
	name: string;
	image: string;
	imageID: string;
	containerID?: string;
	ready: boolean;
	started?: boolean;
	restartCount: number;
	state: {
		waiting?: {reason: string; message?: string};
		running?: {startedAt: string};
		terminated?: {exitCode: number; reason: string; startedAt?: string; finishedAt?: string};
	};
	lastState: Partial<ContainerStatus['state']>;
}

export interface PodSpec {
	containers: Container[];
	nodeName?: string;
	nodeSelector?: Record<string, string>;
	tolerations?: Toleration[];
	terminationGracePeriodSeconds?: number;
	hostNetwork?: boolean;
	restartPolicy?: string;
	priority?: number;
	[field: string]: unknown;
}

export interface PodObject extends KubernetesObject {
	spec: PodSpec;
	status: {
		phase?: string;
		reason?: string;
		message?: string;
		conditions?: Condition[];
		containerStatuses?: ContainerStatus[];
		podIP?: string;
		podIPs?: {ip: string}[];
		hostIP?: string;
		hostIPs?: {ip: string}[];
		startTime?: string;
		qosClass?: string;
	};
}

export interface LabelSelector {
	matchLabels?: Record<string, string>;
	matchExpressions?: {key: string; operator: string; values?: string[]}[];
}

export interface PodTemplate {
	metadata?: {labels?: Record<string, string>; annotations?: Record<string, string>};
	spec: PodSpec;
}

/** Deployments, replica sets, stateful sets and daemon sets share this much. */
export interface WorkloadObject extends KubernetesObject {
	spec: {
		replicas?: number;
		selector: LabelSelector;
		template: PodTemplate;
		strategy?: {type?: string; rollingUpdate?: {maxSurge?: string | number; maxUnavailable?: string | number}};
		revisionHistoryLimit?: number;
		paused?: boolean;
		serviceName?: string;
		[field: string]: unknown;
	};
	status: Record<string, unknown> & {replicas?: number; readyReplicas?: number; availableReplicas?: number};
}

export interface ServiceObject extends KubernetesObject {
	spec: {
		type?: string;
		clusterIP?: string;
		clusterIPs?: string[];
		selector?: Record<string, string>;
		externalIPs?: string[];
		externalName?: string;
		ports?: {name?: string; port: number; targetPort?: number | string; nodePort?: number; protocol?: string}[];
		[field: string]: unknown;
	};
	status: {loadBalancer?: {ingress?: {ip: string}[]}};
}

export interface ConfigMapObject extends KubernetesObject {
	data?: Record<string, string>;
}

export interface LeaseObject extends KubernetesObject {
	spec: {holderIdentity?: string; leaseDurationSeconds?: number; renewTime?: string};
}

export interface EventObject extends KubernetesObject {
	involvedObject: {kind: string; namespace?: string; name: string; uid?: string; fieldPath?: string};
	reason: string;
	message: string;
	type: string;
	count?: number;
	firstTimestamp?: string | null;
	lastTimestamp?: string | null;
	source?: {component?: string; host?: string};
}

/** True for a plain JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** RFC 3339 in whole seconds, as Kubernetes writes times. */
export function timestamp(milliseconds: number): string {
	return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** RFC 3339 in microseconds, as leases have it. */
export function microTimestamp(milliseconds: number): string {
	return `${new Date(milliseconds).toISOString().slice(0, 23)}000Z`;
}
