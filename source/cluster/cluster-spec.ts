import type {RegistrySpec} from './registries/registry-spec.ts';

/** Which nodes a setting is for, in k3d's filter grammar: `server:0`, `agent:*`, `loadbalancer`, `all`. */
export type NodeFilter = string;

/** A value with the nodes it is for; no filters means the setting's own default. */
export interface Filtered<Value> {
	readonly value: Value;
	readonly filters: readonly NodeFilter[];
}

/** A file that is put into nodes before they start. */
export interface FileSpec {
	readonly content: string;
	/** Absolute path in the node; k3d's short names of places are allowed at its beginning. */
	readonly destination: string;
	readonly description: string | undefined;
	/** None: every node. */
	readonly filters: readonly NodeFilter[];
}

/** A limit of the nodes' processes: `nofile`, in the units of setrlimit; -1 for none. */
export interface UlimitSpec {
	readonly name: string;
	readonly soft: number;
	readonly hard: number;
}

/** The registries of a cluster. */
export interface RegistriesSpec {
	/** A registry that is made with the cluster and goes with it. */
	readonly create: RegistrySpec | undefined;
	/** Registries that exist already, by name, with or without k3d's prefix: `[http(s)://]HOST[:PORT]`. */
	readonly use: readonly string[];
	/** The text of a registries.yaml of the user's, which wins over what we write. */
	readonly config: string | undefined;
}

/**
 * What a person asks for when creating a cluster: flags, config file and dialog all end here.
 * Strings are as the user wrote them; `planCluster` validates them.
 */
export interface ClusterSpec {
	readonly name: string;
	readonly servers: number;
	readonly agents: number;
	readonly image: string;
	/** `[HOST:]PORT` of the Kubernetes API on the Docker host; undefined for a free port on all addresses. */
	readonly apiPort: string | undefined;
	/** The IPv4 address the API is bound to where it is not the one that `apiPort` names; config files can tell the two apart. */
	readonly apiHostIP: string | undefined;
	/** k3d's port grammar without the filters: `[HOST:][HOSTPORT:]PORT[/PROTOCOL]`. */
	readonly ports: readonly Filtered<string>[];
	/** `[SOURCE:]DESTINATION[:OPTIONS]`. */
	readonly volumes: readonly Filtered<string>[];
	/** `KEY=VALUE`. */
	readonly env: readonly Filtered<string>[];
	/** One argument for k3s each: `--disable=traefik`. */
	readonly k3sArgs: readonly Filtered<string>[];
	/** Kubernetes node labels, `KEY=VALUE`. */
	readonly k3sNodeLabels: readonly Filtered<string>[];
	/** Docker labels, `KEY=VALUE`. */
	readonly runtimeLabels: readonly Filtered<string>[];
	/** Hosts-file lines for every node and CoreDNS. */
	readonly hostAliases: readonly {readonly ip: string; readonly hostnames: readonly string[]}[];
	/** An existing network to use instead of an own one. */
	readonly network: string | undefined;
	/** CIDR of the cluster's own network, or `auto`; undefined lets Docker choose. */
	readonly subnet: string | undefined;
	/** The secret nodes join with; undefined makes a random one. */
	readonly token: string | undefined;
	readonly loadBalancer: boolean;
	readonly imageVolume: boolean;
	/** Docker-style memory limits, `1g`; undefined for none. */
	readonly serversMemory: string | undefined;
	readonly agentsMemory: string | undefined;
	/** How many CPUs a node may use, `1.5`; undefined for all. k3d has no such limit. */
	readonly serversCpus: string | undefined;
	readonly agentsCpus: string | undefined;
	/** Docker's `--gpus` syntax: `all`, `device=0,1`; undefined for none. */
	readonly gpus: string | undefined;
	/** Nodes see the Docker host's processes. */
	readonly hostPidMode: boolean;
	readonly ulimits: readonly UlimitSpec[];
	readonly files: readonly FileSpec[];
	/** `settings.workerConnections=2048`: changes of the load balancer's configuration. */
	readonly loadBalancerOverrides: readonly string[];
	readonly registries: RegistriesSpec;
}

/** k3s' stable channel on 2026-08-27 (k3s-io/k3s#14553). */
export const defaultK3sImage = 'docker.io/rancher/k3s:v1.36.4-k3s1';

/** k3d's own proxy image, so that k3d can edit the load balancers we make. */
export const defaultProxyImage = 'ghcr.io/k3d-io/k3d-proxy:5.9.0';

/** The k3d release whose objects we make (label `k3d.version`) and whose rules we follow. */
export const k3dVersion = 'v5.9.0';

/** A cluster with one server and k3d's defaults for all the rest. */
export function defaultSpec(name: string): ClusterSpec {
	return {
		name,
		servers: 1,
		agents: 0,
		image: defaultK3sImage,
		apiPort: undefined,
		apiHostIP: undefined,
		ports: [],
		volumes: [],
		env: [],
		k3sArgs: [],
		k3sNodeLabels: [],
		runtimeLabels: [],
		hostAliases: [],
		network: undefined,
		subnet: undefined,
		token: undefined,
		loadBalancer: true,
		imageVolume: true,
		serversMemory: undefined,
		agentsMemory: undefined,
		serversCpus: undefined,
		agentsCpus: undefined,
		gpus: undefined,
		hostPidMode: false,
		ulimits: [],
		files: [],
		loadBalancerOverrides: [],
		registries: {create: undefined, use: [], config: undefined},
	};
}
