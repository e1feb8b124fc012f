/** What runs in a cluster, as a person looks at it. Names are the API's own; words in `status` and the like are harmless to print. */
export interface Workloads {
	readonly pods: readonly Pod[];
	readonly controllers: readonly Controller[];
	readonly services: readonly Service[];
	readonly ingresses: readonly Ingress[];
	/** Warnings first, of each the newest first; no more than `mostEvents`. */
	readonly events: readonly KubernetesEvent[];
}

/** Events beyond these are not shown; the API forgets them after an hour. */
export const mostEvents = 500;

/** Whether something is as it should be; `busy` is on its way, `over` has ended well. */
export type Health = 'good' | 'busy' | 'bad' | 'over';

/** What every object has. Times are milliseconds since the epoch, whole seconds. */
export interface Named {
	/** The API's uid. */
	readonly id: string;
	readonly namespace: string;
	readonly name: string;
	readonly createdAt: number;
}

export interface Pod extends Named {
	readonly kind: 'Pod';
	/** Containers that are ready, of those that should be; sidecars included. */
	readonly ready: number;
	readonly total: number;
	/** As kubectl words it: `Running`, `Init:0/1`, `CrashLoopBackOff`. */
	readonly status: string;
	readonly health: Health;
	readonly restarts: number;
	/** When a container ended last before it was restarted. */
	readonly restartedAt: number | undefined;
	/** The Kubernetes node; undefined while none has been found for it. */
	readonly node: string | undefined;
	readonly containers: readonly PodContainerName[];
	/** TCP ports that its containers declare; it may listen on others. */
	readonly ports: readonly {readonly name: string | undefined; readonly port: number}[];
	readonly labels: Readonly<Record<string, string>>;
}

/** A container of a pod, for its log. */
export interface PodContainerName {
	readonly name: string;
	/** It was restarted, so that there is a log of the one before. */
	readonly hasPrevious: boolean;
	/** It has begun at some time, so that there is a log. */
	readonly hasLog: boolean;
}

export type ControllerKind = 'Deployment' | 'StatefulSet' | 'DaemonSet';

/** What keeps pods: a Deployment, a StatefulSet or a DaemonSet. */
export interface Controller extends Named {
	readonly kind: ControllerKind;
	readonly ready: number;
	readonly wanted: number;
	readonly updated: number;
	readonly available: number;
	readonly images: readonly string[];
	readonly health: Health;
	/** Labels of its pods; undefined where they cannot be told by labels alone. */
	readonly selector: Readonly<Record<string, string>> | undefined;
}

export interface ServicePort {
	readonly name: string | undefined;
	readonly port: number;
	/** The port of the pods, or the name of one; undefined for the same as `port`. */
	readonly targetPort: number | string | undefined;
	readonly nodePort: number | undefined;
	readonly protocol: 'TCP' | 'UDP' | 'SCTP';
}

export interface Service extends Named {
	readonly kind: 'Service';
	readonly type: string;
	readonly ports: readonly ServicePort[];
	/** The load balancer in the cluster has given it no address yet. */
	readonly isPending: boolean;
	readonly selector: Readonly<Record<string, string>> | undefined;
}

export interface Ingress extends Named {
	readonly kind: 'Ingress';
	readonly className: string | undefined;
	/** Host names, `` for all, with the paths below them. */
	readonly rules: readonly {readonly host: string; readonly path: string; readonly tls: boolean}[];
}

export interface KubernetesEvent extends Named {
	readonly kind: 'Event';
	readonly isWarning: boolean;
	readonly reason: string;
	readonly message: string;
	readonly count: number;
	/** When it happened last. */
	readonly lastAt: number;
	readonly about: {readonly kind: string; readonly namespace: string; readonly name: string};
}

/** What metrics-server says of a pod, by `namespace/name`. */
export interface PodUsage {
	/** Cores in use. */
	readonly cores: number;
	/** Bytes. */
	readonly memory: number;
}

/** The kinds of objects that can be looked at. */
export type ObjectKind = 'Pod' | ControllerKind | 'Service' | 'Ingress' | 'Event' | 'Node' | 'Secret';

/** Names one object of a cluster. */
export interface ObjectRef {
	readonly kind: ObjectKind;
	/** Empty for a Node. */
	readonly namespace: string;
	readonly name: string;
}
