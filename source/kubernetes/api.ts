import type {Duplex, Readable} from 'node:stream';
import type {KubernetesNode} from './node.ts';
import type {ObjectRef, PodUsage, Workloads} from './workloads/workloads.ts';

/** The answer of `/readyz`, in one line a person can read. */
export interface Readiness {
	readonly ready: boolean;
	/** What is missing: the failed checks, or why nobody answered. Empty when ready. */
	readonly detail: string;
}

/** How a node is drained. */
export interface DrainOptions {
	readonly signal: AbortSignal;
	/** Milliseconds after which it gives up; pods that are left then are named in the error. */
	readonly timeout: number;
	/** Told after every pod that has gone. */
	readonly progress?: (gone: number, total: number) => void;
}

/** Which part of which container's log is asked for. */
export interface PodLogRequest {
	readonly namespace: string;
	readonly pod: string;
	readonly container: string;
	/** Of the container that was there before the last restart. */
	readonly previous?: boolean;
	readonly follow?: boolean;
	/** Lines from the end. */
	readonly tailLines?: number;
	/** RFC 3339. */
	readonly sinceTime?: string;
}

/** A TCP port of a pod. */
export interface PodPort {
	readonly namespace: string;
	readonly pod: string;
	readonly port: number;
}

/** How a container of a pod stands. */
export interface PodContainer {
	readonly isRunning: boolean;
	/** Whether it has run, now or before. */
	readonly hasLog: boolean;
	/** Another one each time it is started, in this pod or in one of the same name. */
	readonly run: string;
}

/** The API of one running cluster. Every call fails with a Problem that names the cluster's API address. */
export interface KubernetesApi {
	/** The address it talks to: `https://127.0.0.1:36267`. */
	readonly server: string;
	/** Asks `/readyz?verbose` once. Never throws for an API that does not answer; it is just not ready. */
	readiness(signal: AbortSignal): Promise<Readiness>;
	nodes(signal: AbortSignal): Promise<readonly KubernetesNode[]>;
	/**
	 * Lists the nodes and keeps the list true, calling back after the first list and every change.
	 * Ends normally when the signal aborts; fails when the connection is lost or refused.
	 */
	watchNodes(listener: (nodes: readonly KubernetesNode[]) => void, signal: AbortSignal): Promise<void>;
	/** Marks a node unschedulable, or schedulable again. A node that does not exist is a Problem. */
	setSchedulable(node: string, schedulable: boolean, signal: AbortSignal): Promise<void>;
	/**
	 * Evicts the pods of a cordoned node as `kubectl drain --ignore-daemonsets --delete-emptydir-data --force` does:
	 * DaemonSet and mirror pods stay.
	 */
	drain(node: string, options: DrainOptions): Promise<void>;
	/** Deletes the Node; one that is already gone is fine. k3s drops the etcd member then. */
	deleteNode(node: string, signal: AbortSignal): Promise<void>;
	/**
	 * Makes CoreDNS answer these lines (`IP NAME…`) by the config map kube-system/coredns, key NodeHosts; lines of
	 * others stay, lines for the same names are replaced, and names in `gone` lose theirs. Returns false while k3s has not made the map yet.
	 */
	setNodeHosts(lines: readonly string[], signal: AbortSignal, gone?: readonly string[]): Promise<boolean>;
	/** The value of `localRegistryHosting.v1` in kube-public/local-registry-hosting; undefined where there is none. */
	registryHosting(signal: AbortSignal): Promise<string | undefined>;
	/**
	 * Writes that value, or removes the config map. Returns false where it has to be tried again: Kubernetes has not
	 * made the namespace yet, or somebody else writes. Source: KEP-1755.
	 */
	setRegistryHosting(value: string | undefined, signal: AbortSignal): Promise<boolean>;
	/**
	 * A container's log as text, a time before each line. Back-pressure holds; ends with the signal. What is followed may
	 * not be given back before it has a line.
	 */
	podLog(request: PodLogRequest, signal: AbortSignal): Promise<Readable>;
	/** Keeps telling how a container stands, as `watchNodes` does of nodes; undefined where there is no such pod. */
	watchPodContainer(
		of: Pick<PodLogRequest, 'namespace' | 'pod' | 'container'>,
		listener: (container: PodContainer | undefined) => void,
		signal: AbortSignal,
	): Promise<void>;
	/** Keeps telling what runs in all namespaces, as `watchNodes` does of nodes. */
	watchWorkloads(listener: (workloads: Workloads) => void, signal: AbortSignal): Promise<void>;
	/** What pods use, by `namespace/name`; undefined where no metrics-server answers. */
	podUsage(signal: AbortSignal): Promise<ReadonlyMap<string, PodUsage> | undefined>;
	/** Deletes a pod; one that is already gone is fine. */
	deletePod(of: Pick<ObjectRef, 'namespace' | 'name'>, signal: AbortSignal): Promise<void>;
	/** Has a Deployment, StatefulSet or DaemonSet make its pods anew. */
	restartWorkload(ref: ObjectRef, signal: AbortSignal): Promise<void>;
	/** Gives a Deployment or a StatefulSet so many pods. Gives back how many it should have had before. */
	scaleWorkload(ref: ObjectRef, replicas: number, signal: AbortSignal): Promise<number>;
	/** The name of a pod with these labels that is ready; undefined where there is none. */
	readyPod(
		namespace: string,
		labels: Readonly<Record<string, string>>,
		signal: AbortSignal,
	): Promise<string | undefined>;
	/** Joins a connection with a port of a pod until either ends it. Fails where that cannot be, or nothing listens there; with NotFound where there is no such pod, before anything is read. */
	forwardConnection(to: PodPort, connection: Duplex, signal: AbortSignal): Promise<void>;
	/** An object as YAML; a Secret's values are hidden. */
	objectYaml(ref: ObjectRef, signal: AbortSignal): Promise<string>;
	/** What there is to know of an object, with its events, in lines for a person. */
	describeObject(ref: ObjectRef, signal: AbortSignal): Promise<readonly string[]>;
	close(): void;
}
