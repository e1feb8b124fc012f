import type {ClusterPlan} from '../cluster/cluster-plan.ts';
import type {ClusterSpec} from '../cluster/cluster-spec.ts';
import type {Operation} from './operation.ts';

/** What every verb takes. */
export interface VerbOptions {
	readonly signal?: AbortSignal;
	/** Milliseconds; 0 or undefined waits forever. */
	readonly timeout?: number;
	/** False returns once containers run, without waiting for Kubernetes to be ready. */
	readonly wait?: boolean;
}

export interface CreateOptions extends VerbOptions {
	/** Keeps what was made when creating fails. */
	readonly keepOnFailure?: boolean;
	/** Writes the cluster into the default kubeconfig. Default true. */
	readonly updateKubeconfig?: boolean;
	/** Makes it the current context. Default true. */
	readonly switchContext?: boolean;
}

export interface GrowOptions extends VerbOptions {
	readonly servers?: number;
	readonly agents?: number;
	/** Names to use instead of the next numbers, with k3d's prefix; as many as nodes are wanted. */
	readonly names?: {readonly servers?: readonly string[]; readonly agents?: readonly string[]};
	/** Another image than the cluster's. */
	readonly image?: string;
	/** Further arguments for k3s on the new nodes. */
	readonly k3sArgs?: readonly string[];
	/** Kubernetes labels of the new nodes, `KEY=VALUE`. */
	readonly nodeLabels?: readonly string[];
}

/** What creating a cluster gives back. */
export interface CreatedCluster {
	readonly name: string;
	/** The Kubernetes API as it is reached from here: `https://127.0.0.1:36267`. */
	readonly api: string;
	/** The kubeconfig file the cluster was written into; undefined when it was not. */
	readonly kubeconfig: string | undefined;
}

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
	/** Adds nodes to a cluster. Gives back their names. */
	grow(cluster: string, options: GrowOptions): Operation<readonly string[]>;
	/** Removes the newest nodes of a cluster. Gives back their names. */
	shrink(cluster: string, options: GrowOptions): Operation<readonly string[]>;
	startNode(name: string, options?: VerbOptions): Operation<void>;
	stopNode(name: string, options?: VerbOptions): Operation<void>;
	restartNode(name: string, options?: VerbOptions): Operation<void>;
	/** Removes one node cleanly: drained, deleted from Kubernetes, taken out of the load balancer. */
	deleteNode(name: string, options?: VerbOptions): Operation<void>;
	/** The running operations and the last ended ones, oldest first. */
	operations(): readonly Operation[];
	/** Calls back whenever any operation changes, until the returned function is called. */
	subscribe(listener: () => void): () => void;
	/** Cancels what runs and waits until everything has been undone. */
	close(): Promise<void>;
}
