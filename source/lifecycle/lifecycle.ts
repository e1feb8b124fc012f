import type {Readable} from 'node:stream';
import type {ClusterSpec} from '../cluster/cluster-spec.ts';
import type {ClusterChange} from '../cluster/compare/compare-specs.ts';
import type {ClusterPlan} from '../cluster/plan/cluster-plan.ts';
import type {NodeSettings} from '../cluster/plan/node-settings.ts';
import type {PortEditPlan, PortWishes, RoutedPort} from '../cluster/plan/plan-port-edit.ts';
import type {SpecReading} from '../cluster/read/read-spec.ts';
import type {RegistrySpec} from '../cluster/registries/registry-spec.ts';
import type {ControllerKind, ObjectRef} from '../kubernetes/workloads/workloads.ts';
import type {Operation} from './operation.ts';

/** What every verb takes. */
export interface VerbOptions {
	readonly signal?: AbortSignal;
	/** Milliseconds; 0 or undefined waits forever. */
	readonly timeout?: number;
	/** False returns once containers run, without waiting for Kubernetes to be ready. */
	readonly wait?: boolean;
}

/** What creating a cluster takes. */
export interface CreateOptions extends VerbOptions {
	/** Keeps what was made when creating fails. */
	readonly keepOnFailure?: boolean;
	/** Writes the cluster into the default kubeconfig. Default true. */
	readonly updateKubeconfig?: boolean;
	/** Makes it the current context. Default true. */
	readonly switchContext?: boolean;
}

/** What growing takes; of it, shrinking takes the numbers. */
export interface GrowOptions extends VerbOptions, NodeSettings {
	readonly servers?: number;
	readonly agents?: number;
	/** Names to use instead of the next numbers, with k3d's prefix; as many as nodes are wanted. */
	readonly names?: {readonly servers?: readonly string[]; readonly agents?: readonly string[]};
	/** Gives the new nodes the images that were imported into the others. Default false. */
	readonly importImages?: boolean;
}

/** What creating a cluster gives back. */
export interface CreatedCluster {
	readonly name: string;
	/** The Kubernetes API as it is reached from here: `https://127.0.0.1:36267`. */
	readonly api: string;
	/** The kubeconfig file the cluster was written into; undefined when it was not. */
	readonly kubeconfig: string | undefined;
}

/** Ports to publish and to take back on a cluster that exists. */
export type PortEdit = VerbOptions & PortWishes;

/** Where images come from. */
export type ImageSource =
	/** An image of the Docker Engine, by any of its names. */
	| {readonly kind: 'image'; readonly name: string}
	/** A file that `docker save` or the OCI layout's archive made, or a folder with an OCI layout. */
	| {readonly kind: 'path'; readonly path: string}
	/** Standard input. */
	| {readonly kind: 'stream'; readonly stream: Readable};

/** What importing gives back, for every node. */
export interface ImportedImages {
	readonly cluster: string;
	readonly node: string;
	/** Names of the images that were brought, in full: `docker.io/library/busybox:1.36`. */
	readonly imported: readonly string[];
	/** Names of those that were there already. */
	readonly skipped: readonly string[];
}

/** What creating a registry gives back. */
export interface CreatedRegistry {
	readonly name: string;
	/** Where to push from here: `localhost:5000`. */
	readonly pushTo: string;
	/** How pods and nodes name it: `k3d-registry:5000`. */
	readonly pullFrom: string;
}

/**
 * When nodes heed a change of their registries. `now`: at their next pull, without a restart. `after restart`: their k3s
 * is an old one, so they were started again, one after the other. `at start`: the cluster is stopped.
 */
export type RegistryEffect = 'now' | 'after restart' | 'at start';

/** What detaching a registry gives back. */
export interface DetachedRegistry {
	readonly registry: string;
	readonly cluster: string;
	readonly effect: RegistryEffect;
}

/** What attaching a registry gives back. */
export interface AttachedRegistry extends DetachedRegistry, Pick<CreatedRegistry, 'pushTo' | 'pullFrom'> {
	/** The registry it is a pull-through cache of, which cannot be pushed to; undefined for others. */
	readonly proxyOf: string | undefined;
}

/** What applying a config file takes. */
export interface ApplyOptions extends CreateOptions {
	/** Deletes the cluster and creates it anew where something differs that cannot be changed. */
	readonly recreate?: boolean;
	/** Changes what can be changed and leaves the rest as it is, with a warning each. */
	readonly skipUnchangeable?: boolean;
	/** The wish names no k3s image: nodes that are there keep theirs, whichever it is. */
	readonly anyImage?: boolean;
}

/** What applying a config file gives back. */
export interface Applied {
	readonly name: string;
	/** It was not there, or it was deleted and made anew. */
	readonly created: boolean;
	/** What was changed, in order; empty when nothing had to be. */
	readonly changes: readonly ClusterChange[];
	/** What differs still, because it cannot be changed and was to be skipped. */
	readonly skipped: readonly ClusterChange[];
	/** False where the cluster is stopped or partly so: what was changed takes effect when it starts. */
	readonly running: boolean;
}

/** A pod, in a cluster. */
export type PodName = Pick<ObjectRef, 'namespace' | 'name'>;

/** What keeps pods, in a cluster. */
export type WorkloadName = PodName & {readonly kind: ControllerKind};

/** How many pods there shall be. */
export interface ScaleOptions extends VerbOptions {
	readonly replicas: number;
	/** How many there are meant to be now, as far as the one who asks knows: what undoing goes back to. */
	readonly from?: number;
}

export type {ClusterChange} from '../cluster/compare/compare-specs.ts';

/**
 * The verbs. A key press and a command line end in the same call. Every call starts at once and returns
 * the running operation; bad input fails the operation before anything was changed.
 */
export interface Lifecycle {
	/** What `createCluster` would make, without making it. Throws a Problem for bad input. */
	plan(spec: ClusterSpec): Promise<ClusterPlan>;
	createCluster(spec: ClusterSpec, options?: CreateOptions): Operation<CreatedCluster>;
	startCluster(name: string, options?: VerbOptions): Operation<void>;
	stopCluster(name: string, options?: VerbOptions): Operation<void>;
	restartCluster(name: string, options?: VerbOptions): Operation<void>;
	deleteCluster(name: string, options?: VerbOptions): Operation<void>;
	/** Adds nodes to a cluster, or to one elsewhere that is named by its address. Gives back their names. */
	grow(cluster: string, options: GrowOptions): Operation<readonly string[]>;
	/** Removes the newest nodes of a cluster. Gives back their names. */
	shrink(cluster: string, options: GrowOptions): Operation<readonly string[]>;
	startNode(name: string, options?: VerbOptions): Operation<void>;
	stopNode(name: string, options?: VerbOptions): Operation<void>;
	restartNode(name: string, options?: VerbOptions): Operation<void>;
	/** Removes one node cleanly: drained, deleted from Kubernetes, taken out of the load balancer. */
	deleteNode(name: string, options?: VerbOptions): Operation<void>;
	/** Changes the ports of a cluster through its load balancer. Gives back the ports that are published then. */
	editPorts(cluster: string, edit: PortEdit): Operation<readonly RoutedPort[]>;
	/** What `editPorts` would do, without doing it. Throws a Problem for a wish that cannot be met. */
	planPorts(cluster: string, edit: PortWishes): Promise<PortEditPlan>;
	/**
	 * Brings images into every running server and agent of clusters, all at once. What is there already is not sent.
	 * Fails when a node did not get all; the others have them then. Gives back what came into which node.
	 */
	importImages(
		clusters: readonly string[],
		sources: readonly ImageSource[],
		options?: VerbOptions,
	): Operation<readonly ImportedImages[]>;
	createRegistry(spec: RegistrySpec, options?: VerbOptions): Operation<CreatedRegistry>;
	deleteRegistry(name: string, options?: VerbOptions): Operation<void>;
	/** Makes a cluster pull from a registry, running or not. */
	attachRegistry(registry: string, cluster: string, options?: VerbOptions): Operation<AttachedRegistry>;
	/** Makes a cluster forget a registry that it does not own. */
	detachRegistry(registry: string, cluster: string, options?: VerbOptions): Operation<DetachedRegistry>;
	/** Deletes a pod of a cluster; what keeps it makes another one. */
	deletePod(cluster: string, pod: PodName, options?: VerbOptions): Operation<void>;
	/** Has a Deployment, StatefulSet or DaemonSet of a cluster make its pods anew. */
	restartWorkload(cluster: string, workload: WorkloadName, options?: VerbOptions): Operation<void>;
	/** Gives a Deployment or a StatefulSet of a cluster so many pods. */
	scaleWorkload(cluster: string, workload: WorkloadName, options: ScaleOptions): Operation<void>;
	/** What a cluster would be created from, read from its containers. Secrets are in it. Throws NotFound. */
	readSpec(cluster: string, signal?: AbortSignal): Promise<SpecReading>;
	/** What `apply` would change; changes nothing. A cluster that does not exist has one change: it is created. */
	compare(spec: ClusterSpec, options?: Pick<ApplyOptions, 'anyImage' | 'signal'>): Promise<readonly ClusterChange[]>;
	/** Creates a cluster, or changes it to what is asked for. Does nothing where nothing differs. */
	apply(spec: ClusterSpec, options?: ApplyOptions): Operation<Applied>;
	/** The running operations and the last ended ones, oldest first. */
	operations(): readonly Operation[];
	/** Calls back whenever any operation changes, until the returned function is called. */
	subscribe(listener: () => void): () => void;
	/** Cancels what runs and waits until everything has been undone. */
	close(): Promise<void>;
}
