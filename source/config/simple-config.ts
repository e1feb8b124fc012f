/** A value and the nodes it is for. */
type For<Key extends string> = {readonly [key in Key]: string} & {readonly nodeFilters?: readonly string[]};

/** k3d's config file, `kind: Simple`, in its newest version. What it means is in `schema.ts`. */
export interface SimpleConfig {
	readonly apiVersion: string;
	readonly kind: string;
	readonly metadata?: {readonly name?: string};
	readonly servers?: number;
	readonly agents?: number;
	readonly kubeAPI?: {readonly host?: string; readonly hostIP?: string; readonly hostPort?: string};
	readonly image?: string;
	readonly network?: string;
	readonly subnet?: string;
	readonly token?: string;
	readonly volumes?: readonly For<'volume'>[];
	readonly ports?: readonly For<'port'>[];
	readonly env?: readonly For<'envVar'>[];
	readonly files?: readonly FileEntry[];
	readonly hostAliases?: readonly {readonly ip: string; readonly hostnames: readonly string[]}[];
	readonly registries?: {
		readonly create?: RegistryEntry;
		readonly use?: readonly string[];
		readonly config?: string;
	};
	readonly options?: {
		readonly k3d?: {
			readonly wait?: boolean;
			/** A number is nanoseconds, as k3d's own migration writes it. */
			readonly timeout?: string | number;
			readonly disableLoadbalancer?: boolean;
			readonly disableImageVolume?: boolean;
			readonly disableRollback?: boolean;
			readonly loadbalancer?: {readonly configOverrides?: readonly string[]};
		};
		readonly k3s?: {readonly extraArgs?: readonly For<'arg'>[]; readonly nodeLabels?: readonly For<'label'>[]};
		readonly kubeconfig?: {readonly updateDefaultKubeconfig?: boolean; readonly switchCurrentContext?: boolean};
		readonly runtime?: RuntimeOptions;
	};
}

/** One entry of `files`. */
export interface FileEntry {
	readonly source: string;
	readonly destination: string;
	readonly description?: string;
	readonly nodeFilters?: readonly string[];
}

/** `registries.create`. */
export interface RegistryEntry {
	readonly name?: string;
	readonly host?: string;
	readonly hostPort?: string;
	readonly image?: string;
	readonly volumes?: readonly string[];
	readonly enforcePortMatch?: boolean;
	readonly proxy?: {readonly remoteURL?: string; readonly username?: string; readonly password?: string};
}

/** `options.runtime`. k3d lets other keys pass here, so this is where ours are that it does not know. */
export interface RuntimeOptions {
	readonly gpuRequest?: string;
	readonly serversMemory?: string;
	readonly agentsMemory?: string;
	readonly serversCpus?: string;
	readonly agentsCpus?: string;
	readonly hostPidMode?: boolean;
	readonly labels?: readonly For<'label'>[];
	readonly ulimits?: readonly {readonly name: string; readonly soft: number; readonly hard: number}[];
}

/** The newest `apiVersion`, the one that is written. */
export const newestVersion = 'k3d.io/v1alpha5';
