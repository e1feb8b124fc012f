import {labels} from '../cluster/labels.ts';
import {type Cluster, type Node, runningOf} from '../cluster/model.ts';
import {NotYet, Problem} from '../cluster/problem.ts';
import {kubernetesPort} from '../cluster/settings/port.ts';
import {readFile} from '../engine/containers.ts';
import type {Engine} from '../engine/engine.ts';
import type {PortForward} from '../engine/ssh/port-forward.ts';
import type {SshConnection} from '../engine/ssh/ssh-connection.ts';
import type {KubernetesApi} from './api.ts';
import {connectKubernetes, type KubernetesTarget} from './connect.ts';

/** Where k3d tells k3s to write its kubeconfig (K3S_KUBECONFIG_OUTPUT). */
const kubeconfigPath = '/output/kubeconfig.yaml';

/** How an API is reached. */
export interface AccessOptions {
	readonly signal?: AbortSignal;
}

/**
 * The kubeconfig that k3s wrote, as text, from the first server that runs and has one, else from a stopped one. Undefined while
 * no server has written it yet.
 */
export async function kubeconfigOf(
	engine: Engine,
	cluster: Cluster,
	{signal}: AccessOptions = {},
): Promise<string | undefined> {
	const servers = cluster.servers.toSorted((a, b) => runningOf([b]) - runningOf([a]));
	for (const server of servers) {
		const text = await readFile(engine, server.id, kubeconfigPath, signal);
		if (text !== undefined && text.trim() !== '') return text;
	}
	return undefined;
}

/**
 * The address at which a cluster's Kubernetes API is reached from here: the port that the load balancer, or without one a
 * server, publishes for 6443; while neither runs the one its labels tell. Undefined where nothing tells it.
 */
export function apiAddress(engine: Engine, cluster: Cluster): string | undefined {
	const binding = apiBinding(cluster);
	if (!binding) return undefined;
	const host = hostFor(engine, binding.hostIP);
	return `https://${host.includes(':') ? `[${host}]` : host}:${binding.port}`;
}

/** Where the engine's machine listens for the API; an empty address stands for all. */
function apiBinding(cluster: Cluster): {hostIP: string; port: number} | undefined {
	const published = [cluster.loadBalancer, ...cluster.servers]
		.filter((node): node is Node => node !== undefined)
		.flatMap(node => node.ports)
		.find(port => port.containerPort === kubernetesPort && port.protocol === 'tcp');
	const port = published?.hostPort ?? cluster.api?.port;
	if (port === undefined) return undefined;
	// Ports are published only while the container runs; the labels tell which address they will be bound to.
	const hostIP =
		published?.hostIP ?? cluster.servers.find(node => node.labels[labels.apiPort])?.labels[labels.apiHostIP];
	return {hostIP: hostIP ?? '', port};
}

/** Opens the Kubernetes API of a cluster. Throws a Problem while no server has written its kubeconfig, or without a port. */
export async function openKubernetes(
	engine: Engine,
	cluster: Cluster,
	options: AccessOptions = {},
): Promise<KubernetesApi> {
	const server = apiAddress(engine, cluster);
	const subject = `cluster "${cluster.name}"`;
	if (server === undefined) {
		throw new Problem(subject, 'its Kubernetes API is not published on any port', 'create it again with --api-port');
	}
	const kubeconfig = await kubeconfigOf(engine, cluster, options);
	if (kubeconfig === undefined) throw new NotYet(subject, 'no server has written its kubeconfig yet');
	const target = {kubeconfig, server, clusterName: cluster.name};
	return engine.ssh ? throughSsh(engine.ssh, cluster, target) : connectKubernetes(target);
}

/**
 * The API through a port of this machine that leads there by SSH: whether the API's own port is open to the outside does
 * not matter. Whoever closes the API closes the port.
 */
async function throughSsh(ssh: SshConnection, cluster: Cluster, target: KubernetesTarget): Promise<KubernetesApi> {
	const forward = await forwardApi(ssh, cluster);
	try {
		const api = await connectKubernetes({...target, server: `https://127.0.0.1:${forward.port}`});
		return {
			...api,
			close() {
				api.close();
				forward.close();
			},
		};
	} catch (error) {
		forward.close();
		throw error;
	}
}

/** Opens a port of this machine that leads to a cluster's API by SSH. `localPort` 0 takes a free one. */
export async function forwardApi(
	ssh: SshConnection,
	cluster: Cluster,
	{localPort = 0, onProblem}: {localPort?: number; onProblem?: (error: unknown) => void} = {},
): Promise<PortForward> {
	const binding = apiBinding(cluster);
	if (!binding) {
		throw new Problem(
			`cluster "${cluster.name}"`,
			'its Kubernetes API is not published on any port',
			'create it again with --api-port',
		);
	}
	const {forwardPort} = await import('../engine/ssh/port-forward.ts');
	const host = isEverywhere(binding.hostIP) ? '127.0.0.1' : binding.hostIP;
	return forwardPort(ssh, {host, port: binding.port, localPort}, onProblem);
}

/** A port bound to one address of this machine is reached only there. */
function hostFor(engine: Engine, hostIP: string): string {
	const isLocal = engine.endpoint.connection.kind === 'unix';
	return isLocal && !isEverywhere(hostIP) ? hostIP : engine.publishedHost;
}

function isEverywhere(hostIP: string): boolean {
	return hostIP === '' || hostIP === '0.0.0.0' || hostIP === '::';
}
