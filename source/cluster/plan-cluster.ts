import {isIPv4} from 'node:net';
import type {ClusterPlan, ContainerBody, PlannedContainer, PlannedFile} from './cluster-plan.ts';
import {type ClusterSpec, type Filtered, k3dVersion} from './cluster-spec.ts';
import {entrypointPath} from './entrypoint.ts';
import {appName, labels, names} from './labels.ts';
import {parseMemory} from './memory.ts';
import {selectNodes} from './node-filter.ts';
import {type NodeDraft, placePorts, requireDistinctHostPorts} from './place-ports.ts';
import {parseApiPort, portKey} from './port.ts';
import {Problem} from './problem.ts';
import {apiOnly, proxyConfigPath, proxyConfigText, withListener} from './proxy-config.ts';
import {freeAddresses, parseSubnet} from './subnet.ts';
import {validateSpec} from './validate-spec.ts';
import {parseVolume} from './volume.ts';

/** What planning has to know of the world; the caller finds it out. */
export interface Surroundings {
	/** True if the cluster's network is already there. */
	readonly networkExists: boolean;
	/** A port on the Docker host that is free, for the API of a cluster that asks for none. */
	readonly freePort: number;
	/** The address behind the API's host name, where it is a name and not an address. */
	readonly apiHostIP: string | undefined;
	/** Used where the spec has no token. */
	readonly randomToken: string;
	readonly proxyImage: string;
	/** Whether any entrypoint fix is on. */
	readonly useEntrypoint: boolean;
}

/** Where a node writes its kubeconfig; k3d sets it on every container. */
const kubeconfigEnv = 'K3S_KUBECONFIG_OUTPUT=/output/kubeconfig.yaml';

/** The values whose filters pick this node. No filters: only allowed where there is one container to pick. */
function valuesFor(
	kind: string,
	settings: readonly Filtered<string>[],
	drafts: readonly NodeDraft[],
	draft: NodeDraft,
): string[] {
	return settings
		.filter(({value, filters}) => {
			if (filters.length > 0) return selectNodes(filters, drafts).includes(draft);
			if (drafts.length > 1) {
				throw new Problem(
					`${kind} "${value}"`,
					'it does not say for which nodes',
					`Add a node filter: "${value}@server:*", "${value}@all".`,
				);
			}
			return true;
		})
		.map(({value}) => value);
}

function draftNodes(spec: ClusterSpec): NodeDraft[] {
	const inRole = (role: 'server' | 'agent', count: number): NodeDraft[] =>
		Array.from({length: count}, (_, index) => ({
			name: names.node(spec.name, role, index),
			role,
			index,
			ports: [],
		}));
	return [
		...inRole('server', spec.servers),
		...inRole('agent', spec.agents),
		...(spec.loadBalancer
			? [{name: names.loadBalancer(spec.name), role: 'loadbalancer' as const, index: 0, ports: []}]
			: []),
	];
}

/**
 * etcd knows its members by address, and Docker hands addresses out anew at every start; so a cluster of several
 * servers always gets a subnet with fixed addresses, where k3d leaves it to luck (k3d #550, #1452).
 */
function planSubnet(spec: ClusterSpec, surroundings: Surroundings): string | undefined {
	if (spec.network !== undefined || surroundings.networkExists) return undefined;
	if (spec.subnet !== undefined && spec.subnet !== 'auto') return parseSubnet(spec.subnet).cidr;
	return spec.subnet === 'auto' || spec.servers > 1 ? 'auto' : undefined;
}

/** The plan on a network that exists by now: its id and range as labels, and fixed addresses where it has a subnet. */
export function onNetwork(
	plan: ClusterPlan,
	network: {readonly id: string; readonly range: string | undefined},
): ClusterPlan {
	const addresses =
		plan.network.subnet === undefined || network.range === undefined
			? []
			: freeAddresses(parseSubnet(network.range), [], plan.containers.length);
	return {
		...plan,
		containers: plan.containers.map((container, index) => {
			const address = addresses[index];
			const {body} = container;
			return {
				...container,
				body: {
					...body,
					Labels: {
						...body.Labels,
						[labels.networkId]: network.id,
						...(network.range === undefined ? {} : {[labels.networkRange]: network.range}),
						...(address === undefined || container.role !== 'server' ? {} : {[labels.staticIP]: address}),
					},
					NetworkingConfig: {
						EndpointsConfig: {
							[plan.network.name]: address === undefined ? {} : {IPAMConfig: {IPv4Address: address}},
						},
					},
				},
			};
		}),
	};
}

/**
 * Works out everything that will exist for a wished cluster. Pure: the same spec and surroundings make the same plan.
 * Throws a Problem for a wish that cannot be met. Order, names, labels, environment and arguments follow
 * k3d v5.9.0, so that either tool can go on with what the other made.
 */
export function planCluster(spec: ClusterSpec, surroundings: Surroundings): ClusterPlan {
	validateSpec(spec);
	const {host, port = surroundings.freePort} = parseApiPort(spec.apiPort);
	const resolved = isIPv4(host) ? host : (surroundings.apiHostIP ?? '0.0.0.0');
	const api = {host, hostIP: spec.apiHostIP ?? resolved, port};
	const token = spec.token ?? surroundings.randomToken;
	const network = spec.network ?? names.network(spec.name);
	const drafts = draftNodes(spec);
	const serverNames = drafts.filter(draft => draft.role === 'server').map(draft => draft.name);
	const isHighlyAvailable = spec.servers > 1;
	const url = `https://${names.node(spec.name, 'server', 0)}:6443`;

	const listeners = placePorts(spec, drafts);
	const apiNode = drafts.find(draft => (spec.loadBalancer ? draft.role === 'loadbalancer' : draft.role === 'server'));
	apiNode?.ports.push({hostIP: api.hostIP, hostPort: api.port, containerPort: 6443, protocol: 'tcp'});
	requireDistinctHostPorts(drafts);
	const proxyConfig = listeners.reduce(
		(config, {key, nodes}) => withListener(config, key, nodes),
		apiOnly(serverNames),
	);

	const volumes = spec.volumes.map(({value, filters}) => ({...parseVolume(value), filters}));
	const imageVolume = spec.imageVolume ? names.imageVolume(spec.name) : undefined;
	const loadBalancerName = spec.loadBalancer ? names.loadBalancer(spec.name) : '';
	const sharedLabels: Record<string, string> = {
		[labels.app]: appName,
		[labels.version]: k3dVersion,
		[labels.cluster]: spec.name,
		[labels.clusterURL]: url,
		[labels.token]: token,
		...(imageVolume === undefined ? {} : {[labels.imageVolume]: imageVolume}),
		[labels.network]: network,
		[labels.networkExternal]: String(spec.network !== undefined || surroundings.networkExists),
		[labels.loadBalancer]: loadBalancerName,
		...(spec.hostAliases.length === 0
			? {}
			: {[labels.hostAliases]: JSON.stringify(spec.hostAliases.map(({ip, hostnames}) => ({ip, hostnames})))}),
	};

	const containerFor = (draft: NodeDraft): PlannedContainer => {
		const isServer = draft.role === 'server';
		const isProxy = draft.role === 'loadbalancer';
		const isJoiner = draft.role === 'agent' || (isServer && draft.index > 0);
		const userLabels = valuesFor('label', spec.runtimeLabels, drafts, draft).map(label => {
			const equals = label.indexOf('=');
			return [label.slice(0, equals), label.slice(equals + 1)] as const;
		});
		const arguments_ = isProxy
			? []
			: [
					draft.role,
					...valuesFor('k3s argument', spec.k3sArgs, drafts, draft),
					...(isServer && draft.index === 0 && isHighlyAvailable ? ['--cluster-init'] : []),
					...valuesFor('node label', spec.k3sNodeLabels, drafts, draft).flatMap(label => ['--node-label', label]),
					...(isServer
						? ['--tls-san', api.host, ...(loadBalancerName === '' ? [] : ['--tls-san', loadBalancerName])]
						: []),
				];
		const memoryText = isServer ? spec.serversMemory : draft.role === 'agent' ? spec.agentsMemory : undefined;
		const files: PlannedFile[] = isProxy
			? [{path: proxyConfigPath, mode: 0o744, content: proxyConfigText(proxyConfig)}]
			: [];
		const body: ContainerBody = {
			Hostname: draft.name,
			Image: isProxy ? surroundings.proxyImage : spec.image,
			Env: [
				...valuesFor('environment variable', spec.env, drafts, draft),
				...(isProxy ? [] : [`K3S_TOKEN=${token}`]),
				...(isJoiner ? [`K3S_URL=${url}`] : []),
				kubeconfigEnv,
			],
			Cmd: arguments_,
			...(surroundings.useEntrypoint && !isProxy ? {Entrypoint: [entrypointPath]} : {}),
			Labels: {
				...Object.fromEntries(userLabels),
				...sharedLabels,
				[labels.role]: draft.role,
				...(isServer
					? {
							[labels.apiHost]: api.host,
							[labels.apiHostIP]: api.hostIP,
							[labels.apiPort]: String(api.port),
							...(isHighlyAvailable ? {[labels.init]: String(draft.index === 0)} : {}),
						}
					: {}),
			},
			ExposedPorts: Object.fromEntries(draft.ports.map(port => [portKey(port), {}])),
			HostConfig: {
				Binds: [
					...(imageVolume === undefined ? [] : [`${imageVolume}:/k3d/images`]),
					...volumes
						.filter(({filters}) => filters.length === 0 || selectNodes(filters, drafts).includes(draft))
						.map(({bind}) => bind),
				],
				NetworkMode: 'bridge',
				PortBindings: Object.fromEntries(
					[...Map.groupBy(draft.ports, portKey)].map(([key, ports]) => [
						key,
						ports.map(({hostIP, hostPort}) => ({HostIp: hostIP, HostPort: String(hostPort ?? '')})),
					]),
				),
				RestartPolicy: {Name: 'unless-stopped'},
				Privileged: true,
				UsernsMode: 'host',
				Init: true,
				Tmpfs: {'/run': '', '/var/run': ''},
				...(memoryText === undefined ? {} : {Memory: parseMemory(memoryText)}),
			},
			NetworkingConfig: {
				EndpointsConfig: {[network]: {}},
			},
		};
		return {name: draft.name, role: draft.role, body, files};
	};

	const containers = drafts.map(containerFor);
	return {
		name: spec.name,
		token,
		network: {
			name: network,
			create: spec.network === undefined && !surroundings.networkExists,
			subnet: planSubnet(spec, surroundings),
		},
		volumes: [
			...new Set([
				...(imageVolume === undefined ? [] : [imageVolume]),
				...volumes.flatMap(({managedVolume}) => managedVolume ?? []),
			]),
		],
		images: [...new Set(containers.map(container => container.body.Image))],
		proxy: spec.loadBalancer ? proxyConfig : undefined,
		containers,
		hostAliases: spec.hostAliases,
		api,
		warnings:
			isHighlyAvailable && spec.servers % 2 === 0
				? [`${spec.servers} servers survive no more failures than ${spec.servers - 1}: etcd needs a majority.`]
				: [],
	};
}
