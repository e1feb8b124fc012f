import {labels} from '../cluster/labels.ts';
import {type Cluster, type Node, runningOf} from '../cluster/model.ts';
import {Problem} from '../cluster/problem.ts';
import {readFile} from '../engine/containers.ts';
import type {Engine} from '../engine/engine.ts';
import type {KubernetesApi} from './api.ts';
import {connectKubernetes} from './connect.ts';

/** Where k3d tells k3s to write its kubeconfig (K3S_KUBECONFIG_OUTPUT). */
const kubeconfigPath = '/output/kubeconfig.yaml';

/** The port of the Kubernetes API in servers and load balancers. */
const apiPort = 6443;

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
	const published = [cluster.loadBalancer, ...cluster.servers]
		.filter((node): node is Node => node !== undefined)
		.flatMap(node => node.ports)
		.find(port => port.containerPort === apiPort && port.protocol === 'tcp');
	const port = published?.hostPort ?? cluster.api?.port;
	if (port === undefined) return undefined;
	// Ports are published only while the container runs; the labels tell which address they will be bound to.
	const hostIP =
		published?.hostIP ?? cluster.servers.find(node => node.labels[labels.apiPort])?.labels[labels.apiHostIP];
	const host = hostFor(engine, hostIP ?? '');
	return `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
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
	if (kubeconfig === undefined) throw new Problem(subject, 'no server has written its kubeconfig yet');
	return connectKubernetes({kubeconfig, server, clusterName: cluster.name});
}

/** A port bound to one address of this machine is reached only there. */
function hostFor(engine: Engine, hostIP: string): string {
	const isLocal = engine.endpoint.connection.kind === 'unix';
	return isLocal && hostIP !== '0.0.0.0' && hostIP !== '::' && hostIP !== '' ? hostIP : engine.publishedHost;
}
