import {Document, isScalar, Scalar, visit} from 'yaml';
import type {ClusterSpec, Filtered} from '../cluster/cluster-spec.ts';
import {defaultRegistrySpec, type RegistrySpec} from '../cluster/registries/registry-spec.ts';
import {durationText} from './duration.ts';
import {newestVersion, type RegistryEntry, type SimpleConfig} from './simple-config.ts';
import type {ConfigOptions} from './spec-from-config.ts';

/** How a config file is written. */
export interface WriteOptions {
	/** How the cluster is to be made; what is left out is not written. */
	readonly options?: ConfigOptions;
	/** Writes what equals the default too. */
	readonly isComplete?: boolean;
	/** A comment at the file's beginning; several lines are possible. */
	readonly comment?: string;
	readonly format?: 'yaml' | 'json';
}

/**
 * A config file in the newest version that, read back, asks for the same cluster. It is in YAML, or in JSON without
 * the comment. Texts that look like variables are written so that reading does not replace them. Two things have no
 * place in k3d's file: files and a registries.yaml without any line break get one at their end, and whether a new
 * registry lets images be deleted, and in which network else it is, are as they are by default.
 */
export function configText(spec: ClusterSpec, {options, isComplete, comment, format}: WriteOptions = {}): string {
	const config = configFrom(spec, options, isComplete);
	// JSON and YAML have an escape for the dollar sign where Go's os.ExpandEnv has none.
	if (format === 'json') return `${JSON.stringify(config, null, 2).replaceAll('$', '\\u0024')}\n`;
	const document = new Document(config, {aliasDuplicateObjects: false});
	visit(document, {
		Seq(_, list) {
			if (list.items.every(item => isScalar(item) && String(item.value).length < 40)) list.flow = true;
		},
		Scalar(_, scalar) {
			if (typeof scalar.value !== 'string') return;
			if (needsQuotes.test(scalar.value)) scalar.type = Scalar.QUOTE_DOUBLE;
		},
	});
	const head = comment === undefined ? '' : comment.replaceAll('$', '').replace(/^/gm, '# ').concat('\n');
	const text = document.toString({
		lineWidth: 0,
		flowCollectionPadding: false,
		doubleQuotedMinMultiLineLength: Number.POSITIVE_INFINITY,
	});
	return head + text.replaceAll('$', '\\x24');
}

/** Variables, line breaks that are not everybody's, and blanks where YAML's blocks lose them. */
const needsQuotes = /[$\r\u0085\u2028\u2029\uFEFF]|^[ \t]|\n[ \t]+(\n|$)/;

/** A spec as the object that the file has. */
function configFrom(spec: ClusterSpec, options: ConfigOptions = {}, isComplete = false): SimpleConfig {
	const given = <Value>(value: Value, isDefault: boolean): Value | undefined =>
		isDefault && !isComplete ? undefined : value;
	const {registries} = spec;
	return withoutGaps({
		apiVersion: newestVersion,
		kind: 'Simple',
		metadata: {name: spec.name},
		servers: spec.servers,
		agents: spec.agents,
		kubeAPI: apiOf(spec, isComplete),
		image: spec.image,
		network: spec.network,
		subnet: spec.subnet,
		token: spec.token,
		volumes: entries(spec.volumes, 'volume'),
		ports: entries(spec.ports, 'port'),
		env: entries(spec.env, 'envVar'),
		files: spec.files.map(({content, destination, description, filters}) => ({
			source: inline(content),
			destination,
			description,
			nodeFilters: filters,
		})),
		hostAliases: spec.hostAliases,
		registries: {
			create: registries.create && registryEntry(registries.create),
			use: registries.use,
			config: registries.config === undefined ? undefined : inline(registries.config),
		},
		options: {
			k3d: {
				wait: given(options.wait ?? true, options.wait === undefined),
				timeout: options.timeout === undefined ? undefined : durationText(options.timeout),
				disableLoadbalancer: given(!spec.loadBalancer, spec.loadBalancer),
				disableImageVolume: given(!spec.imageVolume, spec.imageVolume),
				disableRollback: given(options.keepOnFailure ?? false, options.keepOnFailure === undefined),
				loadbalancer: {configOverrides: spec.loadBalancerOverrides},
			},
			k3s: {extraArgs: entries(spec.k3sArgs, 'arg'), nodeLabels: entries(spec.k3sNodeLabels, 'label')},
			kubeconfig: {
				updateDefaultKubeconfig: given(options.updateKubeconfig ?? true, options.updateKubeconfig === undefined),
				switchCurrentContext: given(options.switchContext ?? true, options.switchContext === undefined),
			},
			runtime: {
				gpuRequest: spec.gpus,
				serversMemory: spec.serversMemory,
				agentsMemory: spec.agentsMemory,
				serversCpus: spec.serversCpus,
				agentsCpus: spec.agentsCpus,
				hostPidMode: given(spec.hostPidMode, !spec.hostPidMode),
				labels: entries(spec.runtimeLabels, 'label'),
				ulimits: spec.ulimits,
			},
		},
	}) as SimpleConfig;
}

function apiOf({apiPort = '', apiHostIP}: ClusterSpec, isComplete: boolean) {
	const colon = apiPort.lastIndexOf(':');
	const host = colon === -1 ? undefined : apiPort.slice(0, colon);
	const port = apiPort.slice(colon + 1) || (host === undefined && !isComplete ? undefined : 'random');
	// An address alone is the host too when it is read, so a host has to stand beside it.
	if (apiHostIP !== undefined) return {host: host ?? '0.0.0.0', hostIP: apiHostIP, hostPort: port};
	return {host, hostPort: port};
}

function entries(values: readonly Filtered<string>[], key: string) {
	return values.map(({value, filters}) => ({[key]: value, nodeFilters: filters}));
}

/** What has no line break is taken for a path. */
function inline(content: string): string {
	return content.includes('\n') ? content : `${content}\n`;
}

function registryEntry({name, host, port, image, volumes, enforcePortMatch, proxy}: RegistrySpec): RegistryEntry {
	const base = defaultRegistrySpec(name);
	return withoutGaps({
		name,
		host,
		hostPort: port === undefined ? 'random' : String(port),
		image: image === base.image ? undefined : image,
		volumes,
		enforcePortMatch: enforcePortMatch || undefined,
		proxy,
	}) as RegistryEntry;
}

/** Without what is undefined, and without the objects and lists that are empty then. */
function withoutGaps(value: unknown): unknown {
	if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(withoutGaps);
	if (typeof value !== 'object' || value === null) return value;
	const filled = Object.entries(value)
		.map(([key, each]) => [key, withoutGaps(each)] as const)
		.filter(([, each]) => each !== undefined);
	return filled.length === 0 ? undefined : Object.fromEntries(filled);
}
