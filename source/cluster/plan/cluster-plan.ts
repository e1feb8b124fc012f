import type {ProxyConfig} from '../load-balancer/proxy-config.ts';
import type {DeviceRequest} from '../settings/device-requests.ts';
import type {Ulimit} from '../settings/ulimit.ts';

/** One line of a hosts file. */
export interface HostAlias {
	readonly ip: string;
	readonly hostnames: readonly string[];
}

/** A file that is put into a container before it starts. */
export interface PlannedFile {
	/** Absolute path in the container. */
	readonly path: string;
	/** Unix permission bits. */
	readonly mode: number;
	readonly content: string;
}

/** A container that will be made. `body` is the Engine API's create request, wire names and all. */
export interface PlannedContainer {
	readonly name: string;
	readonly role: 'server' | 'agent' | 'loadbalancer';
	readonly body: ContainerBody;
	readonly files: readonly PlannedFile[];
}

/** The container of a registry that will be made. */
export interface PlannedRegistry {
	readonly name: string;
	readonly body: ContainerBody;
}

/** What the Engine API takes to create a container. Source: Docker Engine API 1.41, POST /containers/create. */
export interface ContainerBody {
	readonly Hostname: string;
	readonly Image: string;
	readonly Env: readonly string[];
	readonly Cmd: readonly string[];
	readonly Entrypoint?: readonly string[];
	readonly Labels: Readonly<Record<string, string>>;
	readonly ExposedPorts?: Readonly<Record<string, Record<string, never>>>;
	readonly HostConfig: {
		readonly Binds: readonly string[];
		readonly NetworkMode: string;
		readonly PortBindings: Readonly<Record<string, readonly {readonly HostIp: string; readonly HostPort: string}[]>>;
		readonly RestartPolicy: {readonly Name: string};
		readonly Privileged: boolean;
		readonly UsernsMode: string;
		readonly Init: boolean;
		readonly Tmpfs: Readonly<Record<string, string>>;
		/** Bytes. */
		readonly Memory?: number;
		/** Billionths of a CPU. */
		readonly NanoCpus?: number;
		readonly Ulimits?: readonly Ulimit[];
		readonly DeviceRequests?: readonly DeviceRequest[];
		readonly PidMode?: string;
	};
	readonly NetworkingConfig: {
		readonly EndpointsConfig: Readonly<
			Record<string, {readonly IPAMConfig?: {readonly IPv4Address: string}; readonly Aliases?: readonly string[]}>
		>;
	};
}

/** Everything that will exist once a cluster has been made: plain data, read by tests and `--dry-run`. */
export interface ClusterPlan {
	readonly name: string;
	/** Secret. Not for printing. */
	readonly token: string;
	/** `subnet` is a CIDR, `auto` for one that Docker chooses and that is then kept, or undefined to leave it to Docker. */
	readonly network: {readonly name: string; readonly create: boolean; readonly subnet: string | undefined};
	/** Volumes to make; they go with the cluster. */
	readonly volumes: readonly string[];
	/** Images that are needed, each once. */
	readonly images: readonly string[];
	/** What the load balancer will do once every server has joined; undefined without one. */
	readonly proxy: ProxyConfig | undefined;
	/** Server 0 first, then servers, agents, load balancer. */
	readonly containers: readonly PlannedContainer[];
	/** The registry that is made with the cluster and goes with it, if any. */
	readonly registry: PlannedRegistry | undefined;
	/** Names of the registries that are there already and that the nodes will pull from. */
	readonly usedRegistries: readonly string[];
	/** Texts besides the token that are not for printing: passwords of registries. */
	readonly secrets: readonly string[];
	/** Names for the hosts files and CoreDNS. */
	readonly hostAliases: readonly HostAlias[];
	readonly api: {readonly host: string; readonly hostIP: string; readonly port: number};
	/** What a person should know, one sentence each. */
	readonly warnings: readonly string[];
}
