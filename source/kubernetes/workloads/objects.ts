/** The parts of Kubernetes' objects that are read here, as the API spells them in JSON. Everything may be missing. */

export interface Metadata {
	readonly name?: string;
	readonly namespace?: string;
	readonly uid?: string;
	readonly resourceVersion?: string;
	readonly creationTimestamp?: string | null;
	readonly deletionTimestamp?: string;
	readonly labels?: Readonly<Record<string, string>>;
	readonly annotations?: Readonly<Record<string, string>>;
	readonly ownerReferences?: readonly {readonly kind: string; readonly name: string; readonly controller?: boolean}[];
	readonly managedFields?: unknown;
}

export interface ApiObject {
	readonly apiVersion?: string;
	readonly kind?: string;
	readonly metadata?: Metadata;
}

export interface ContainerStatus {
	readonly name: string;
	readonly image?: string;
	readonly ready?: boolean;
	readonly started?: boolean;
	readonly restartCount?: number;
	readonly state?: ContainerState;
	readonly lastState?: ContainerState;
}

export interface ContainerState {
	readonly waiting?: {readonly reason?: string; readonly message?: string};
	readonly running?: {readonly startedAt?: string};
	readonly terminated?: {
		readonly exitCode?: number;
		readonly signal?: number;
		readonly reason?: string;
		readonly message?: string;
		readonly startedAt?: string | null;
		readonly finishedAt?: string | null;
	};
}

export interface ContainerSpec {
	readonly name: string;
	readonly image?: string;
	readonly ports?: readonly {readonly name?: string; readonly containerPort: number; readonly protocol?: string}[];
	/** `Always` makes an init container a sidecar. */
	readonly restartPolicy?: string;
}

export interface Condition {
	readonly type: string;
	readonly status: string;
	readonly reason?: string;
	readonly message?: string;
}

export interface PodObject extends ApiObject {
	readonly spec?: {
		readonly nodeName?: string;
		readonly containers?: readonly ContainerSpec[];
		readonly initContainers?: readonly ContainerSpec[];
		readonly readinessGates?: readonly unknown[];
	};
	readonly status?: {
		readonly phase?: string;
		readonly reason?: string;
		readonly message?: string;
		readonly podIP?: string;
		readonly conditions?: readonly Condition[];
		readonly containerStatuses?: readonly ContainerStatus[];
		readonly initContainerStatuses?: readonly ContainerStatus[];
	};
}

/** A Deployment, StatefulSet or DaemonSet. */
export interface ControllerObject extends ApiObject {
	readonly spec?: {
		readonly replicas?: number;
		readonly paused?: boolean;
		readonly selector?: {
			readonly matchLabels?: Readonly<Record<string, string>>;
			readonly matchExpressions?: readonly unknown[];
		};
		readonly template?: {readonly spec?: {readonly containers?: readonly ContainerSpec[]}};
	};
	readonly status?: {
		readonly readyReplicas?: number;
		readonly updatedReplicas?: number;
		readonly availableReplicas?: number;
		readonly desiredNumberScheduled?: number;
		readonly numberReady?: number;
		readonly updatedNumberScheduled?: number;
		readonly numberAvailable?: number;
		readonly conditions?: readonly Condition[];
	};
}

export interface ServiceObject extends ApiObject {
	readonly spec?: {
		readonly type?: string;
		readonly clusterIP?: string;
		readonly externalName?: string;
		readonly selector?: Readonly<Record<string, string>>;
		readonly ports?: readonly {
			readonly name?: string;
			readonly port: number;
			readonly targetPort?: number | string;
			readonly nodePort?: number;
			readonly protocol?: string;
		}[];
	};
	readonly status?: {
		readonly loadBalancer?: {readonly ingress?: readonly {readonly ip?: string; readonly hostname?: string}[]};
	};
}

export interface IngressObject extends ApiObject {
	readonly spec?: {
		readonly ingressClassName?: string;
		readonly defaultBackend?: unknown;
		readonly tls?: readonly {readonly hosts?: readonly string[]}[];
		readonly rules?: readonly {
			readonly host?: string;
			readonly http?: {readonly paths?: readonly {readonly path?: string}[]};
		}[];
	};
}

export interface EventObject extends ApiObject {
	readonly type?: string;
	readonly reason?: string;
	readonly message?: string;
	readonly count?: number;
	readonly firstTimestamp?: string | null;
	readonly lastTimestamp?: string | null;
	readonly eventTime?: string | null;
	readonly series?: {readonly count?: number; readonly lastObservedTime?: string};
	readonly involvedObject?: {readonly kind?: string; readonly namespace?: string; readonly name?: string};
}

/** Milliseconds since the epoch; undefined where there is no time. */
export function timeOf(text: string | null | undefined): number | undefined {
	const time = Date.parse(text ?? '');
	return Number.isNaN(time) ? undefined : time;
}
