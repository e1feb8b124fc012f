/** What k3d calls a container's role (label `k3d.role`). `tools` is k3d's short-lived helper, labelled `noRole`. */
export type Role = 'server' | 'agent' | 'loadbalancer' | 'registry' | 'tools';

/** A container's state in Docker's words. */
export type ContainerState = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

/** A port of a container that is published on the Docker host. */
export interface PublishedPort {
	/** The host address it listens on; `0.0.0.0` for all. */
	readonly hostIP: string;
	readonly hostPort: number;
	readonly containerPort: number;
	readonly protocol: 'tcp' | 'udp' | 'sctp';
}

/** A network a container is attached to. */
export interface Attachment {
	readonly network: string;
	/** IPv4; undefined while the container does not run. */
	readonly address: string | undefined;
}

/** One container that carries k3d's labels. */
export interface Node {
	/** Docker's container id, full length. */
	readonly id: string;
	readonly name: string;
	readonly role: Role;
	/** The owning cluster; undefined for a standalone registry. */
	readonly cluster: string | undefined;
	readonly state: ContainerState;
	/** Docker's words: `Up 3 minutes`. Its numbers age; draw ages from the times instead. */
	readonly status: string;
	/** The image as it was named at creation. */
	readonly image: string;
	/** Milliseconds since the epoch. */
	readonly createdAt: number;
	readonly ports: readonly PublishedPort[];
	readonly attachments: readonly Attachment[];
	/** The first of several servers, which founded the etcd cluster (label `k3d.server.init`). */
	readonly isInit: boolean;
	readonly labels: Readonly<Record<string, string>>;
	/** The words it was started with: `server`, `--tls-san` and so on; with what starts k3s before them. */
	readonly args: readonly string[];
}

/** Where a cluster's Kubernetes API is published, from the servers' labels. */
export interface ApiEndpoint {
	/** As the user gave it: a name, an address or `0.0.0.0`. */
	readonly host: string;
	readonly port: number;
}

/** `running`: every server and agent runs. `stopped`: none does. `partial`: some do. */
export type ClusterState = 'running' | 'partial' | 'stopped';

/** A cluster as its labelled containers tell it. Lists are in creation order: server 0 first. */
export interface Cluster {
	readonly name: string;
	readonly state: ClusterState;
	readonly servers: readonly Node[];
	readonly agents: readonly Node[];
	readonly loadBalancer: Node | undefined;
	/** Load balancers that an edit of ports left when it was killed, k3d's or ours: `k3d-demo-serverlb-LwqsC`. */
	readonly formerLoadBalancers: readonly Node[];
	/** Registries attached to the cluster's network, owned by it or not. */
	readonly registries: readonly Node[];
	/** k3d's tools containers that were left over. */
	readonly tools: readonly Node[];
	readonly network: {readonly name: string; readonly external: boolean};
	/** Undefined with `--no-image-volume`. */
	readonly imageVolume: string | undefined;
	readonly api: ApiEndpoint | undefined;
	/** From the first server's image tag, `v1.36.4+k3s1`; undefined where the tag tells no version. */
	readonly version: string | undefined;
	/** Milliseconds since the epoch; the oldest node's. */
	readonly createdAt: number;
}

/** All that carries k3d's labels on one Docker host. */
export interface Inventory {
	/** Sorted by name, numbers in it as numbers: c2 before c10. */
	readonly clusters: readonly Cluster[];
	/** Every registry, owned or standalone, sorted the same way. */
	readonly registries: readonly Node[];
}

/** Servers, agents, load balancer, registries and tools of a cluster, in the order a person reads them. */
export function nodesOf(cluster: Cluster): Node[] {
	return [
		...cluster.servers,
		...cluster.agents,
		...(cluster.loadBalancer ? [cluster.loadBalancer] : []),
		...cluster.formerLoadBalancers,
		...cluster.registries,
		...cluster.tools,
	];
}

/** True for a container that holds the host ports it publishes: others only want them when they start. */
export function holdsPorts({state}: Pick<Node, 'state'>): boolean {
	return state === 'running' || state === 'paused' || state === 'restarting';
}

/** Servers and agents, the nodes that run pods; servers first. */
export function workersOf({servers, agents}: Pick<Cluster, 'servers' | 'agents'>): Node[] {
	return [...servers, ...agents];
}

/** Whether a container is in a network. */
export function isAttached({attachments}: Node, network: string): boolean {
	return attachments.some(attachment => attachment.network === network);
}

/** How many of these containers run. */
export function runningOf(nodes: readonly Node[]): number {
	return nodes.filter(node => node.state === 'running').length;
}
