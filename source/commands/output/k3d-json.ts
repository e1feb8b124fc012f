import type {ContainerInspectInfo} from 'dockerode';
import {labels} from '../../cluster/labels.ts';
import type {ProxyConfig} from '../../cluster/load-balancer/proxy-config.ts';
import {type Cluster, runningOf} from '../../cluster/model.ts';
import {maskSettings} from './secrets.ts';

/** Whether data has secrets in it. */
export interface SecretsOptions {
	/** Shows the secrets that nodes join with; they are masked otherwise. */
	readonly showSecrets: boolean;
}

/** What k3d tells of a cluster that is asked for by name only. */
export interface ClusterDetails {
	/** Names of its volumes. */
	readonly volumes: readonly string[];
	/** Undefined where there is no load balancer, or it has no configuration that can be read. */
	readonly proxyConfig: ProxyConfig | undefined;
}

/**
 * A cluster as `k3d cluster list -o json` has it, keys and all, so that programs written for it work unchanged. Unlike
 * k3d, which leaves the token in the environment and the labels of every node, secrets are masked.
 * `nodes` are the inspected containers, newest first. Source: k3d v5.9.0, and its recorded output.
 */
export function clusterJson(
	cluster: Cluster,
	nodes: readonly ContainerInspectInfo[],
	options: SecretsOptions & {readonly details?: ClusterDetails | undefined},
): Record<string, unknown> {
	const {details} = options;
	const loadBalancer = nodes.find(({Id}) => Id === cluster.loadBalancer?.id);
	return {
		name: cluster.name,
		network: {
			name: cluster.network.name,
			id: '',
			...(cluster.network.external ? {isExternal: true} : {}),
			ipam: {ipPrefix: '', Managed: false},
			Members: null,
		},
		...(options.showSecrets ? {clusterToken: tokenOf(cluster)} : {}),
		nodes: nodes.map(node => nodeJson(node, options)),
		InitNode: null,
		...(details && loadBalancer
			? {
					serverLoadBalancer: {
						node: nodeJson(loadBalancer, options),
						...(details.proxyConfig ? {config: details.proxyConfig} : {}),
					},
				}
			: {}),
		...(cluster.imageVolume === undefined ? {} : {imageVolume: cluster.imageVolume}),
		...(details && details.volumes.length > 0 ? {volumes: details.volumes} : {}),
		serversRunning: runningOf(cluster.servers),
		serversCount: cluster.servers.length,
		agentsRunning: runningOf(cluster.agents),
		agentsCount: cluster.agents.length,
		hasLoadbalancer: cluster.loadBalancer !== undefined,
	};
}

/** The secret a cluster's nodes join with; the empty text when no label tells it. */
export function tokenOf(cluster: Cluster): string {
	return [...cluster.servers, ...cluster.agents].map(node => node.labels[labels.token]).find(token => token) ?? '';
}

/** A node as `k3d node list -o json` has it. */
export function nodeJson(node: ContainerInspectInfo, {showSecrets}: SecretsOptions): Record<string, unknown> {
	const {Config, HostConfig, State, NetworkSettings} = node;
	const all = Config.Labels;
	const k3dLabels = Object.fromEntries(
		Object.entries(all)
			.filter(([key]) => key.startsWith('k3d'))
			.sort(([a], [b]) => (a < b ? -1 : 1)),
	);
	const ports: Readonly<Record<string, unknown>> = HostConfig.PortBindings ?? {};
	const settings = {variables: Config.Env ?? [], arguments: Config.Cmd ?? [], labels: k3dLabels};
	const shown = showSecrets ? settings : maskSettings(settings);
	const network = NetworkSettings.Networks[all[labels.network] ?? ''];
	return {
		name: node.Name.replace(/^\//, ''),
		role: all[labels.role] ?? '',
		image: node.Image,
		...(HostConfig.Binds && HostConfig.Binds.length > 0 ? {volumes: HostConfig.Binds} : {}),
		env: shown.variables,
		Cmd: shown.arguments.length > 0 ? shown.arguments : null,
		...(Object.keys(ports).length > 0 ? {portMappings: ports} : {}),
		restart: HostConfig.RestartPolicy?.Name === 'unless-stopped' || HostConfig.RestartPolicy?.Name === 'always',
		created: node.Created,
		runtimeLabels: shown.labels,
		Networks: Object.keys(NetworkSettings.Networks),
		ExtraHosts: HostConfig.ExtraHosts ?? null,
		serverOpts: serverOptions(all),
		agentOpts: {},
		GPURequest: '',
		Memory: HostConfig.Memory ? humanSize(HostConfig.Memory) : '',
		State: {Running: State.Running, Status: State.Status, Started: ''},
		IP: {IP: network?.IPAddress ?? '', Static: Boolean(all[labels.staticIP])},
		K3dEntrypoint: false,
	};
}

function serverOptions(all: Readonly<Record<string, string>>): Record<string, unknown> {
	const host = all[labels.apiHost] ?? '';
	return {
		...(all[labels.init] === 'true' ? {isInitializingServer: true} : {}),
		kubeAPI: {
			Port: '',
			Binding: {HostIp: all[labels.apiHostIP] ?? '', HostPort: all[labels.apiPort] ?? ''},
			...(host === '' ? {} : {host}),
		},
	};
}

/** Bytes in decimal units with four digits, `1.074GB`: how k3d prints memory. Source: docker/go-units HumanSize. */
function humanSize(bytes: number): string {
	const units = ['B', 'kB', 'MB', 'GB', 'TB'];
	const exponent = Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
	return `${Number((bytes / 1000 ** exponent).toPrecision(4))}${units[exponent]}`;
}
