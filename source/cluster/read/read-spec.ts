import {isIPv4} from 'node:net';
import {type ClusterSpec, defaultSpec, type Filtered, type RegistriesSpec} from '../cluster-spec.ts';
import {labels, names} from '../labels.ts';
import {apiOnly, type ProxyConfig} from '../load-balancer/proxy-config.ts';
import type {HostAlias} from '../plan/cluster-plan.ts';
import {filtersFor} from '../settings/filters-for.ts';
import {gpusText} from '../settings/gpus-text.ts';
import {memoryText} from '../settings/memory.ts';
import type {ContainerReading, ImageReading, NodeReading} from './container-reading.ts';
import {readHostAliases} from './host-aliases.ts';
import {type AskedOfNode, askedOfNode} from './read-node.ts';
import {type ApiReading, readPorts} from './read-ports.ts';
import {registrySpecFrom} from './read-registry.ts';
import {sharedSequence} from './shared-sequence.ts';

/** What a cluster would be created from. */
export interface SpecReading {
	/** Secrets are in it: the token, and whatever arguments and variables hold. */
	readonly spec: ClusterSpec;
	/** What could not be told, or cannot be asked for, one sentence each. */
	readonly warnings: readonly string[];
}

/** All that is read of a cluster to tell what it would be created from. */
export interface ClusterReading {
	readonly name: string;
	/** Servers, agents and load balancer, in creation order each. */
	readonly nodes: readonly NodeReading[];
	/** Registries in the cluster's network. */
	readonly registries: readonly {readonly container: ContainerReading; readonly image: ImageReading}[];
	/** The load balancer's configuration; undefined where there is none or it cannot be read. */
	readonly proxy: ProxyConfig | undefined;
	/** What is in the nodes' registries.yaml that is not ours, as text. */
	readonly registriesConfig: string | undefined;
}

type Warn = (sentence: string) => void;

/** What something that all nodes of a kind should have in common is; of several, the first, with a warning. */
function common<Value>(
	what: string,
	nodes: readonly NodeReading[],
	read: (container: ContainerReading) => Value,
	warn: Warn,
): Value | undefined {
	const [first] = nodes;
	if (!first) return undefined;
	const value = read(first.container);
	const other = nodes.find(node => JSON.stringify(read(node.container)) !== JSON.stringify(value));
	if (other)
		warn(
			`${other.name} differs from ${first.name} in its ${what}, which no config can ask for; the latter’s is taken.`,
		);
	return value;
}

/** An image by its name; k3d names that of a node it added by its id. */
function imageName({container, image}: Pick<NodeReading, 'container' | 'image'>): string {
	const given = container.Config.Image;
	return given.startsWith('sha256:') ? (image.names[0] ?? given) : given;
}

function readImage(workers: readonly NodeReading[], warn: Warn): string {
	const [first] = workers;
	if (!first) return '';
	const named = workers.find(
		node => node.container.Image === first.container.Image && !imageName(node).startsWith('sha256:'),
	);
	const name = imageName(named ?? first);
	const other = workers.find(node => node.container.Image !== first.container.Image && imageName(node) !== name);
	if (other) warn(`${other.name} runs ${imageName(other)}, and a config can name one image only; ${name} is taken.`);
	return name;
}

function readApi(servers: readonly NodeReading[]): ApiReading & {readonly hostIP: string | undefined} {
	const label = (key: string) =>
		servers.map(({container}) => container.Config.Labels[key]).find(value => value !== undefined && value !== '');
	const port = Number(label(labels.apiPort));
	return {
		host: label(labels.apiHost) ?? '0.0.0.0',
		hostIP: label(labels.apiHostIP),
		port: Number.isInteger(port) && port > 0 ? port : undefined,
	};
}

function aliasesIn(text: string | undefined, warn: Warn): readonly HostAlias[] {
	const {aliases, malformed, isList} = readHostAliases(text);
	if (!isList) warn('Its host aliases cannot be read.');
	for (const entry of malformed) warn(`The host alias ${entry} is not well-formed and left out.`);
	return aliases;
}

function readRegistries(
	{name, registries, registriesConfig}: ClusterReading,
	network: string,
	warn: Warn,
): RegistriesSpec {
	const specs = registries.map(({container, image}) => ({
		owned: container.Config.Labels[labels.cluster] === name,
		spec: registrySpecFrom(container, imageName({container, image}), network),
	}));
	const [create, ...furtherOwned] = specs.filter(({owned}) => owned);
	for (const {spec} of furtherOwned) {
		warn(`Registry ${spec.name} is the cluster's own too, and a config can make only one; it has to exist before.`);
	}
	return {
		create: create?.spec,
		use: specs.filter(registry => registry !== create).map(({spec}) => spec.name),
		config: registriesConfig,
	};
}

/** The range of the cluster's own network, where its nodes have fixed addresses in it. */
function readSubnet(workers: readonly NodeReading[]): string | undefined {
	const isFixed = workers.some(({container}) => container.Config.Labels[labels.staticIP] !== undefined);
	const range = workers.map(({container}) => container.Config.Labels[labels.networkRange]).find(Boolean);
	return isFixed ? range : undefined;
}

/** What the user changed of the load balancer's settings. */
function readOverrides(proxy: ProxyConfig | undefined): string[] {
	const defaults = apiOnly([]).settings;
	return Object.entries(proxy?.settings ?? {})
		.filter(([key, value]) => defaults[key] !== value)
		.map(([key, value]) => `settings.${key}=${value}`);
}

function warnOfNames({name, nodes}: ClusterReading, warn: Warn): void {
	for (const node of nodes) {
		if (node.role === 'loadbalancer') continue;
		const given = names.node(name, node.role, node.index);
		if (given !== node.name) warn(`${node.name} would be called ${given}: a config cannot name nodes.`);
	}
}

/**
 * Works out what a cluster would be created from, so that planning that makes the same containers again. Pure. The
 * filters are the shortest there are. What k3d or k3dui add of their own is left out; what a spec has no words for is a
 * warning.
 */
export function readSpec(reading: ClusterReading): SpecReading {
	const warnings: string[] = [];
	const warn = (sentence: string) => warnings.push(sentence);
	const {name, nodes, proxy} = reading;
	const servers = nodes.filter(node => node.role === 'server');
	const agents = nodes.filter(node => node.role === 'agent');
	const workers = [...servers, ...agents];
	const loadBalancer = nodes.find(node => node.role === 'loadbalancer');
	const label = (key: string) => nodes.map(({container}) => container.Config.Labels[key]).find(Boolean);

	const asked = new Map(
		nodes.map(node => [node, askedOfNode(node, {servers: servers.length, loadBalancer: loadBalancer?.name})]),
	);
	const shared = (values: (of: AskedOfNode) => readonly string[]): Filtered<string>[] =>
		sharedSequence([...asked].map(([owner, of]) => ({owner, values: values(of)}))).map(({value, owners}) => ({
			value,
			filters: filtersFor(owners, nodes),
		}));

	const network = label(labels.network) ?? names.network(name);
	const isOnHost = workers.some(({container}) => container.HostConfig.NetworkMode === 'host');
	const isExternal = label(labels.networkExternal) === 'true' || network !== names.network(name);
	const api = readApi(servers);
	const {ports, warnings: portWarnings} = isOnHost
		? {ports: [], warnings: []}
		: readPorts(workers, loadBalancer, {proxy, api});
	warnings.push(...portWarnings);
	const apiPort = api.port === undefined ? undefined : `${api.host === '0.0.0.0' ? '' : `${api.host}:`}${api.port}`;

	const memory = (of: readonly NodeReading[]) => {
		const bytes = common('memory limit', of, ({HostConfig}) => HostConfig.Memory ?? 0, warn) ?? 0;
		return bytes > 0 ? memoryText(bytes) : undefined;
	};
	const cpus = (of: readonly NodeReading[]) => {
		const billionths = common('CPU limit', of, ({HostConfig}) => HostConfig.NanoCpus ?? 0, warn) ?? 0;
		return billionths > 0 ? String(billionths / 1e9) : undefined;
	};
	const ulimits = common('ulimits', nodes, ({HostConfig}) => HostConfig.Ulimits ?? [], warn) ?? [];
	const devices = common('devices', workers, ({HostConfig}) => HostConfig.DeviceRequests ?? [], warn) ?? [];
	const gpus = devices.map(gpusText);
	if (gpus.length > 1 || (gpus.length === 1 && gpus[0] === undefined)) {
		warn('Its nodes have devices that no config can ask for.');
	}
	warnOfNames(reading, warn);

	const spec: ClusterSpec = {
		...defaultSpec(name),
		servers: servers.length,
		agents: agents.length,
		image: readImage(workers, warn),
		apiPort,
		// What the API's name resolved to then need not be what it resolves to now.
		apiHostIP: isIPv4(api.host) && api.hostIP === api.host ? undefined : api.hostIP,
		ports,
		volumes: shared(of => of.volumes),
		env: shared(of => of.env),
		k3sArgs: shared(of => of.k3sArgs.map(group => group.join('\0'))).flatMap(({value, filters}) =>
			value.split('\0').map(word => ({value: word, filters})),
		),
		k3sNodeLabels: shared(of => of.nodeLabels),
		runtimeLabels: shared(of => of.runtimeLabels),
		hostAliases: aliasesIn(label(labels.hostAliases), warn),
		network: isOnHost ? 'host' : isExternal ? network : undefined,
		subnet: isExternal || isOnHost ? undefined : readSubnet(workers),
		token: label(labels.token),
		loadBalancer: loadBalancer !== undefined,
		imageVolume: label(labels.imageVolume) !== undefined,
		serversMemory: memory(servers),
		agentsMemory: memory(agents),
		serversCpus: cpus(servers),
		agentsCpus: cpus(agents),
		gpus: gpus[0],
		hostPidMode: common('process space', workers, ({HostConfig}) => HostConfig.PidMode === 'host', warn) ?? false,
		ulimits: ulimits.map(({Name = '', Soft = -1, Hard = -1}) => ({name: Name, soft: Soft, hard: Hard})),
		loadBalancerOverrides: loadBalancer ? readOverrides(proxy) : [],
		registries: readRegistries(reading, network, warn),
	};
	return {spec, warnings};
}
