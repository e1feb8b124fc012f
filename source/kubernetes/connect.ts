import type {V1Node} from '@kubernetes/client-node';
import {Problem} from '../cluster/problem.ts';
import type {KubernetesApi, Readiness} from './api.ts';
import {statusFrom} from './api-problem.ts';
import {drain} from './drain.ts';
import {listAndWatch} from './list-watch.ts';
import type {KubernetesNode} from './node.ts';
import {nodeFrom} from './node-from.ts';
import {setNodeHosts} from './node-hosts.ts';
import {type Credentials, isStatus, Transport} from './transport.ts';

export interface KubernetesTarget {
	/** The text of the kubeconfig that k3s wrote; its first cluster and user are taken. */
	readonly kubeconfig: string;
	/** Where the API is reached from here, `https://127.0.0.1:36267`; the kubeconfig's own address is not used. */
	readonly server: string;
	/** k3d's name of the cluster, for messages. */
	readonly clusterName: string;
}

/** Opens the API of a cluster; talks to nobody yet. Throws a Problem for a kubeconfig without credentials. */
export async function connectKubernetes({kubeconfig, server, clusterName}: KubernetesTarget): Promise<KubernetesApi> {
	const transport = new Transport(server, clusterName, await credentialsFrom(kubeconfig, clusterName, server));
	const nodePath = (name: string) => `/api/v1/nodes/${encodeURIComponent(name)}`;
	const subjectOf = (node: string) => `node ${node} of cluster "${clusterName}"`;
	return {
		server: transport.server,
		readiness: signal => readiness(transport, signal),
		async nodes(signal) {
			const list = await transport.json<{items?: V1Node[]}>(transport.subject, {path: '/api/v1/nodes', signal});
			return sorted(list.items ?? []);
		},
		watchNodes: (listener, signal) =>
			listAndWatch<V1Node>(transport, {path: '/api/v1/nodes'}, nodes => listener(sorted(nodes.values())), signal),
		async setSchedulable(node, schedulable, signal) {
			const body = {spec: {unschedulable: schedulable ? null : true}};
			await transport.json(subjectOf(node), {method: 'PATCH', path: nodePath(node), body, signal});
		},
		drain: (node, options) => drain(transport, node, options),
		async deleteNode(node, signal) {
			try {
				await transport.json(subjectOf(node), {method: 'DELETE', path: nodePath(node), signal});
			} catch (error) {
				if (!isStatus(error, 404)) throw error;
			}
		},
		setNodeHosts: (lines, signal) => setNodeHosts(transport, lines, signal),
		close: () => transport.close(),
	};
}

const byName = new Intl.Collator('en', {numeric: true});

function sorted(nodes: Iterable<V1Node>): KubernetesNode[] {
	return Array.from(nodes, nodeFrom).toSorted((a, b) => byName.compare(a.name, b.name));
}

async function readiness(transport: Transport, signal: AbortSignal): Promise<Readiness> {
	try {
		const {status, headers, body} = await transport.answer({path: '/readyz', query: {verbose: ''}, signal});
		if (status === 200) return {ready: true, detail: ''};
		// `[-]etcd failed: reason withheld`, a line for every check.
		const failed = [...body.matchAll(/^\[-\](\S+)/gm)].map(match => match[1]);
		if (failed.length > 0) return {ready: false, detail: `not ready: ${failed.join(', ')}`};
		return {ready: false, detail: statusFrom(status, headers, body).message};
	} catch (error) {
		signal.throwIfAborted();
		return {ready: false, detail: error instanceof Problem ? error.reason : String(error)};
	}
}

/** The authority and the identity in a kubeconfig that k3s wrote. */
export async function credentialsFrom(kubeconfig: string, clusterName: string, server: string): Promise<Credentials> {
	// Brings the YAML parser with it.
	const {entriesFrom} = await import('./kubeconfig.ts');
	const {clusters, users} = entriesFrom(kubeconfig, clusterName, server);
	const cluster = clusters.cluster as Record<string, unknown>;
	const user = users.user as Record<string, unknown>;
	const ca = pem(cluster['certificate-authority-data']);
	const cert = pem(user['client-certificate-data']);
	const key = pem(user['client-key-data']);
	const token = typeof user.token === 'string' ? user.token : undefined;
	if (ca === undefined || ((cert === undefined || key === undefined) && token === undefined)) {
		throw new Problem(`kubeconfig of cluster "${clusterName}"`, 'what k3s wrote has no certificates in it');
	}
	return {ca, cert, key, token};
}

function pem(base64: unknown): string | undefined {
	return typeof base64 === 'string' ? Buffer.from(base64, 'base64').toString('utf8') : undefined;
}
