import type {Cluster, Inventory, Node} from '../cluster/model.ts';
import type {Problem} from '../cluster/problem.ts';
import type {Attempt} from '../engine/other-engines.ts';
import type {KubernetesNode} from '../kubernetes/node.ts';
import type {OperationSnapshot} from '../lifecycle/operation.ts';
import type {Forward, ForwardRequest} from './forwards.ts';
import type {LogFollower, LogOptions, LogSource} from './log/log.ts';
import type {WorkloadsFollower} from './workloads.ts';

export type {Forward, ForwardRequest} from './forwards.ts';
export type {LogFollower, LogLine, LogOptions, LogSource, LogState, OlderState} from './log/log.ts';
export type {WorkloadsFollower, WorkloadsView} from './workloads.ts';

/** How things stand with the Docker Engine. Times are milliseconds since the epoch. */
export type Connection =
	| {readonly state: 'connecting'; readonly since: number}
	| {readonly state: 'connected'; readonly since: number}
	| {
			readonly state: 'broken';
			readonly since: number;
			readonly problem: Problem;
			readonly retryAt: number;
			/** What came of asking elsewhere, as long as this engine has never answered. */
			readonly others?: readonly Attempt[];
	  };

/** What the engine says of itself, once it has answered. */
export interface EngineSummary {
	/** The Docker host's name. */
	readonly name: string;
	/** Docker's version, `28.2.2`. */
	readonly version: string;
	readonly apiVersion: string;
	readonly cpus: number;
	/** Bytes. */
	readonly memory: number;
}

/** How things stand with one cluster's Kubernetes API. */
export type KubernetesView =
	| {readonly state: 'off'}
	| {
			readonly state: 'connecting';
			readonly since: number;
			readonly problem: Problem | undefined;
			/**
			 * A problem is to be expected: the servers started less than a minute ago and their API has not answered yet, or
			 * they have just been seen for the first time and lack the kubeconfig that k3s writes when it starts.
			 */
			readonly booting: boolean;
	  }
	| {readonly state: 'connected'; readonly since: number; readonly nodes: ReadonlyMap<string, KubernetesNode>};

/** One sample of a container's use, from Docker's stats. */
export interface Usage {
	/** Cores in use: 1.5 is one and a half cores, what `docker stats` prints as 150 %. */
	readonly cores: number;
	/** Bytes, without the page cache, as `docker stats` counts. */
	readonly memory: number;
	/** Cores in use over time, the mean of three seconds each, the newest last; none in the first seconds. */
	readonly trend?: readonly number[];
	/** Bytes the container may use at most; the host's memory without a limit. */
	readonly memoryLimit: number;
}

/** One listener of the load balancer. */
export interface ProxyRoute {
	/** The port in the load balancer's container; the same on every backend. */
	readonly port: number;
	readonly protocol: 'tcp' | 'udp';
	/** Node names. */
	readonly backends: readonly string[];
}

/** One cluster with everything that is known of it. */
export interface ClusterView {
	readonly cluster: Cluster;
	readonly kubernetes: KubernetesView;
	/** The load balancer's routes, from its own configuration; undefined until read or where there is none. */
	readonly routes: readonly ProxyRoute[] | undefined;
}

/** One registry with everything that is known of it. */
export interface RegistryView {
	readonly node: Node;
	/** The remote it is a pull-through proxy of; undefined for an ordinary one. */
	readonly proxyOf: string | undefined;
	/** Names of the clusters whose network it is attached to. */
	readonly usedBy: readonly string[];
}

/**
 * Everything the screen is drawn from, at one moment. Immutable: every change makes a new one that shares
 * what did not change, so a view may compare by identity.
 */
export interface Snapshot {
	/** Where the engine is, as a person would write it: `unix:///var/run/docker.sock`. */
	readonly endpoint: string;
	/** The host under which ports that this engine publishes are reached from here. */
	readonly publishedHost: string;
	readonly connection: Connection;
	readonly engine: EngineSummary | undefined;
	/** The last moment at which the engine is known to have agreed with this; milliseconds since the epoch. */
	readonly confirmedAt: number | undefined;
	readonly inventory: Inventory;
	/** In the order of `inventory.clusters`. */
	readonly clusters: readonly ClusterView[];
	readonly registries: readonly RegistryView[];
	/** By container id; only for nodes that were asked for with `watchUsage`. */
	readonly usage: ReadonlyMap<string, Usage>;
	/** Ports of this machine that lead into pods; oldest first. */
	readonly forwards: readonly Forward[];
	/** Running operations, and the last ended ones; oldest first. */
	readonly operations: readonly OperationSnapshot[];
}

/** The live snapshot: what hooks subscribe to. */
export interface Watch {
	snapshot(): Snapshot;
	/** Calls back after every change, until the returned function is called. */
	subscribe(listener: () => void): () => void;
	/** Samples the use of these containers (ids) and no others; replaces the list of the call before. */
	watchUsage(ids: readonly string[]): void;
	/** Follows the log of these sources, merged. The caller closes it. */
	followLog(sources: readonly LogSource[], options?: LogOptions): LogFollower;
	/** Follows what runs in a cluster, by its name. The caller closes it. */
	followWorkloads(cluster: string): WorkloadsFollower;
	/** Has a port of this machine lead into a pod. Fails with a Problem; ends with `stopForward`, or with the cluster. */
	startForward(request: ForwardRequest): Promise<Forward>;
	/** The port of this machine itself where it is free, else one a little above it that is; itself where none is. */
	freePort(port: number): Promise<number>;
	/** Ends a forward, by its id, with the connections that it has. */
	stopForward(id: number): void;
	/** Tries a broken connection again now. */
	retry(): void;
	close(): void;
}
