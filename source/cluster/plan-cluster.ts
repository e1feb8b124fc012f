import {isIPv4} from 'node:net';
import {clusterNameProblem, requireClusterName} from './cluster-name.ts';
import type {ClusterPlan, ContainerBody, HostAlias, PlannedContainer, PlannedFile} from './cluster-plan.ts';
import {type ClusterSpec, type Filtered, k3dVersion} from './cluster-spec.ts';
import {entrypointPath} from './entrypoint.ts';
import {appName, isReservedLabel, labels, names} from './labels.ts';
import {parseMemory} from './memory.ts';
import {parseFilter, selectNodes} from './node-filter.ts';
import {type PortMapping, parseApiPort, parsePort, portKey} from './port.ts';
import {Problem} from './problem.ts';
import {apiOnly, listenerKey, proxyConfigPath, proxyConfigText, withListener} from './proxy-config.ts';
import {freeAddresses, parseSubnet} from './subnet.ts';
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

interface Draft {
	readonly name: string;
	readonly role: 'server' | 'agent' | 'loadbalancer';
	readonly index: number;
	readonly ports: PortMapping[];
}

function requireCount(what: string, count: number, least: number): void {
	if (!Number.isInteger(count) || count < least) {
		throw new Problem(`${what}: ${count}`, `a cluster has at least ${least}`, `Give a whole number from ${least}.`);
	}
}

function requireKeyValue(kind: string, text: string): void {
	if (!/^[^=\s]+=/.test(text)) throw new Problem(`${kind} "${text}"`, 'it is not of the form KEY=VALUE');
}

/** Host aliases end up in shell scripts and hosts files, so nothing but addresses and host names may pass. */
export function requireHostAlias(alias: HostAlias): void {
	const subject = `host alias "${alias.ip}:${alias.hostnames.join(',')}"`;
	if (!isIPv4(alias.ip))
		throw new Problem(subject, `"${alias.ip}" is no IPv4 address`, 'Write it as in 10.0.0.5:db.local.');
	const wrong = alias.hostnames.find(name => clusterNameProblem(name.slice(0, 32)) !== undefined);
	if (wrong !== undefined || alias.hostnames.length === 0)
		throw new Problem(subject, `"${wrong ?? ''}" is no host name`);
}

/** The values whose filters pick this node. No filters: only allowed where there is one container to pick. */
function valuesFor(
	kind: string,
	settings: readonly Filtered<string>[],
	drafts: readonly Draft[],
	draft: Draft,
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

/** Sends the wished ports to the load balancer or to a node. Gives back the load balancer's listeners. */
function placePorts(spec: ClusterSpec, drafts: readonly Draft[]): {key: string; nodes: string[]}[] {
	const loadBalancer = drafts.find(draft => draft.role === 'loadbalancer');
	const workers = drafts.filter(draft => draft.role !== 'loadbalancer');
	const listeners: {key: string; nodes: string[]}[] = [];
	for (const {value, filters} of spec.ports) {
		const subject = `port "${value}"`;
		const mappings = parsePort(value);
		if (filters.length === 0 && drafts.length === 1) {
			throw new Problem(subject, 'it does not say for which node', `Write "${value}@server:0:direct".`);
		}
		const parsed = filters.map(filter => ({filter, ...parseFilter(filter)}));
		// A filter list that mentions the load balancer means "through it, to every node", as in k3d.
		const everywhere = filters.length === 0 || parsed.some(filter => filter.group === 'loadbalancer');
		const direct = everywhere ? [] : parsed.filter(filter => filter.suffix === 'direct');
		if (direct.length > 0 && direct.length < parsed.length) {
			throw new Problem(subject, 'it mixes "direct" with "proxy"', 'Give two ports, one of each kind.');
		}
		const nodes = everywhere
			? workers
			: selectNodes(
					parsed.map(({filter, suffix}) => (suffix === undefined ? filter : filter.slice(0, -suffix.length - 1))),
					workers,
				);
		if (direct.length > 0) {
			const [node, second] = nodes;
			if (node === undefined || second !== undefined) {
				throw new Problem(
					subject,
					`"direct" needs exactly one node, not ${nodes.length}`,
					'Name one, as in "server:0:direct".',
				);
			}
			node.ports.push(...mappings);
		} else if (loadBalancer) {
			loadBalancer.ports.push(...mappings);
			listeners.push(...mappings.map(mapping => ({key: listenerKey(mapping), nodes: nodes.map(node => node.name)})));
		} else {
			throw new Problem(
				subject,
				'it goes through the load balancer, which is switched off',
				`Leave out --no-lb, or publish on one node: "${value}@server:0:direct".`,
			);
		}
	}
	return listeners;
}

function requireDistinctHostPorts(drafts: readonly Draft[]): void {
	const seen: PortMapping[] = [];
	for (const port of drafts.flatMap(draft => draft.ports)) {
		if (port.hostPort === undefined) continue;
		const clash = seen.find(
			other =>
				other.hostPort === port.hostPort &&
				other.protocol === port.protocol &&
				(other.hostIP === port.hostIP || [other.hostIP, port.hostIP].some(ip => ip === '' || ip === '0.0.0.0')),
		);
		if (clash) {
			throw new Problem(
				`host port ${port.hostPort}/${port.protocol}`,
				`it is asked for twice, for ports ${clash.containerPort} and ${port.containerPort}`,
				'Give one of them another host port.',
			);
		}
		seen.push(port);
	}
}

function draftNodes(spec: ClusterSpec): Draft[] {
	const inRole = (role: 'server' | 'agent', count: number): Draft[] =>
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

function validate(spec: ClusterSpec): void {
	requireClusterName(spec.name);
	requireCount('servers', spec.servers, 1);
	requireCount('agents', spec.agents, 0);
	if (spec.image.trim() === '')
		throw new Problem('image', 'it is empty', 'Name one, such as rancher/k3s:v1.36.4-k3s1.');
	if (spec.network === 'host') {
		throw new Problem(
			'network "host"',
			'k3dui does not make clusters on the host network yet',
			'Leave out --network host.',
		);
	}
	if (spec.network !== undefined && spec.subnet !== undefined) {
		throw new Problem(
			`subnet ${spec.subnet}`,
			`the network ${spec.network} is already there and has its own`,
			'Give --subnet or --network, not both.',
		);
	}
	for (const {value} of spec.env) requireKeyValue('environment variable', value);
	for (const {value} of spec.k3sNodeLabels) requireKeyValue('node label', value);
	for (const {value} of spec.runtimeLabels) {
		requireKeyValue('label', value);
		const key = value.slice(0, value.indexOf('='));
		if (isReservedLabel(key)) throw new Problem(`label "${key}"`, 'k3d gives this label a meaning of its own');
	}
	for (const alias of spec.hostAliases) requireHostAlias(alias);
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
	validate(spec);
	const {host, port = surroundings.freePort} = parseApiPort(spec.apiPort);
	const api = {host, hostIP: isIPv4(host) ? host : (surroundings.apiHostIP ?? '0.0.0.0'), port};
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

	const containerFor = (draft: Draft): PlannedContainer => {
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
