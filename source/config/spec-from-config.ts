import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {
	type ClusterSpec,
	defaultSpec,
	type FileSpec,
	type Filtered,
	type RegistriesSpec,
} from '../cluster/cluster-spec.ts';
import {defaultRegistrySpec, type RegistrySpec} from '../cluster/registries/registry-spec.ts';
import type {ConfigPath} from './config-path.ts';
import {parseDuration} from './duration.ts';
import type {Complaint} from './formats.ts';
import type {FileEntry, RegistryEntry, SimpleConfig} from './simple-config.ts';

/** How a cluster is to be made, as far as a config file says so. */
export interface ConfigOptions {
	readonly wait?: boolean;
	/** Milliseconds. */
	readonly timeout?: number;
	/** Keeps what was made when creating fails. */
	readonly keepOnFailure?: boolean;
	readonly updateKubeconfig?: boolean;
	readonly switchContext?: boolean;
}

/** What a config is turned into a spec with. */
export interface ConfigSurroundings {
	/** The cluster's name. */
	readonly name: string;
	/** From where relative paths of `files` count. */
	readonly folder: string;
	/** Throws for what is wrong with the value at a path. */
	fail(at: ConfigPath, complaint: Complaint): never;
}

/** Turns a valid config into what is asked for. Reads the files that it names. */
export async function specFromConfig(config: SimpleConfig, surroundings: ConfigSurroundings): Promise<ClusterSpec> {
	const {name} = surroundings;
	const base = defaultSpec(name);
	const {k3d, k3s, runtime} = config.options ?? {};
	return {
		...base,
		...apiOf(config.kubeAPI),
		servers: config.servers ?? base.servers,
		agents: config.agents ?? base.agents,
		image: config.image || base.image,
		network: config.network || undefined,
		subnet: config.subnet || undefined,
		token: config.token || undefined,
		volumes: filtered(config.volumes, 'volume'),
		ports: filtered(config.ports, 'port'),
		env: filtered(config.env, 'envVar'),
		k3sArgs: filtered(k3s?.extraArgs, 'arg'),
		k3sNodeLabels: filtered(k3s?.nodeLabels, 'label'),
		runtimeLabels: filtered(runtime?.labels, 'label'),
		hostAliases: (config.hostAliases ?? []).map(({ip, hostnames}) => ({ip, hostnames})),
		loadBalancer: !k3d?.disableLoadbalancer,
		imageVolume: !k3d?.disableImageVolume,
		loadBalancerOverrides: k3d?.loadbalancer?.configOverrides ?? [],
		serversMemory: runtime?.serversMemory || undefined,
		agentsMemory: runtime?.agentsMemory || undefined,
		serversCpus: runtime?.serversCpus || undefined,
		agentsCpus: runtime?.agentsCpus || undefined,
		gpus: runtime?.gpuRequest || undefined,
		hostPidMode: runtime?.hostPidMode ?? false,
		ulimits: (runtime?.ulimits ?? []).map(({name: limit, soft, hard}) => ({name: limit, soft, hard})),
		files: await Promise.all((config.files ?? []).map((entry, i) => fileOf(entry, i, surroundings))),
		registries: await registriesOf(config.registries, surroundings),
	};
}

/** What a config says about the way a cluster is made; what it does not say is left out. */
export function optionsFromConfig({options}: SimpleConfig): ConfigOptions {
	const {k3d, kubeconfig} = options ?? {};
	const timeout = millisecondsOf(k3d?.timeout);
	return {
		...(k3d?.wait === undefined ? {} : {wait: k3d.wait}),
		...(timeout === undefined ? {} : {timeout}),
		...(k3d?.disableRollback === undefined ? {} : {keepOnFailure: k3d.disableRollback}),
		...(kubeconfig?.updateDefaultKubeconfig === undefined
			? {}
			: {updateKubeconfig: kubeconfig.updateDefaultKubeconfig}),
		...(kubeconfig?.switchCurrentContext === undefined ? {} : {switchContext: kubeconfig.switchCurrentContext}),
	};
}

function millisecondsOf(timeout: string | number | undefined): number | undefined {
	return typeof timeout === 'number' ? timeout / 1_000_000 : timeout === undefined ? undefined : parseDuration(timeout);
}

/** A host without an address is resolved; an address alone is the host too. Source: k3d v5.9.0. */
function apiOf({host, hostIP, hostPort}: NonNullable<SimpleConfig['kubeAPI']> = {}): Partial<ClusterSpec> {
	const known = host || hostIP;
	const isRandom = !hostPort || hostPort === 'random';
	if (isRandom && (!known || (known === '0.0.0.0' && (!hostIP || hostIP === known)))) return {};
	if (!known) return {apiPort: hostPort};
	return {
		apiPort: `${known}:${hostPort || 'random'}`,
		apiHostIP: host && hostIP && host !== hostIP ? hostIP : undefined,
	};
}

function filtered<Key extends string>(
	entries: readonly ({readonly [key in Key]: string} & {readonly nodeFilters?: readonly string[]})[] = [],
	key: Key,
): Filtered<string>[] {
	return entries.map(entry => ({value: entry[key], filters: entry.nodeFilters ?? []}));
}

async function fileOf(entry: FileEntry, index: number, surroundings: ConfigSurroundings): Promise<FileSpec> {
	const {source, destination, description, nodeFilters = []} = entry;
	const content = source.includes('\n')
		? source
		: await textOf([path.resolve(surroundings.folder, source)], ['files', index, 'source'], surroundings);
	return {content, destination, description, filters: nodeFilters};
}

async function registriesOf(
	{create, use = [], config}: NonNullable<SimpleConfig['registries']> = {},
	surroundings: ConfigSurroundings,
): Promise<RegistriesSpec> {
	return {
		create: create && registryOf(create, surroundings.name),
		use,
		config:
			!config || config.includes('\n')
				? config || undefined
				: // k3d looks in the current folder only; beside the file is where people put it.
					await textOf(
						[path.resolve(config), path.resolve(surroundings.folder, config)],
						['registries', 'config'],
						surroundings,
					),
	};
}

function registryOf(entry: RegistryEntry, cluster: string): RegistrySpec {
	const base = defaultRegistrySpec(entry.name || `k3d-${cluster}-registry`);
	const {host, hostPort, image, volumes, enforcePortMatch, proxy} = entry;
	return {
		...base,
		host: host || base.host,
		port: !hostPort || hostPort === 'random' ? undefined : Number(hostPort),
		image: image || base.image,
		volumes: volumes ?? [],
		enforcePortMatch: enforcePortMatch ?? false,
		proxy: proxy?.remoteURL
			? {remoteURL: proxy.remoteURL, username: proxy.username || undefined, password: proxy.password || undefined}
			: undefined,
	};
}

/** The text of the first of these files that exists. */
async function textOf(
	candidates: readonly string[],
	at: ConfigPath,
	{fail}: Pick<ConfigSurroundings, 'fail'>,
): Promise<string> {
	const places = [...new Set(candidates)];
	for (const place of places) {
		try {
			return new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(await readFile(place));
		} catch (error) {
			const {code} = error as NodeJS.ErrnoException;
			if (code === 'ENOENT') continue;
			const reasons: Readonly<Record<string, string>> = {
				EISDIR: `${place} is a folder`,
				EACCES: `${place} may not be read`,
				ERR_ENCODING_INVALID_ENCODED_DATA: `${place} is no UTF-8 text`,
			};
			return fail(at, {reason: reasons[code ?? ''] ?? `${place} cannot be read: ${(error as Error).message}`});
		}
	}
	const hint = 'Correct the path, or write the content itself, in several lines after "|".';
	return fail(at, {reason: `there is no file ${places.join(' and no ')}`, hint});
}
