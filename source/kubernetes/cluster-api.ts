import {byName} from '../cluster/by-name.ts';
import {Problem} from '../cluster/problem.ts';
import type {KubernetesApi, Readiness} from './api.ts';
import {isStatus, statusMessage} from './api-problem.ts';
import {abortedBy, Client} from './client.ts';
import {PatchStrategy, setHeaderOptions, type V1Node} from './client-library.ts';
import type {Credentials} from './credentials.ts';
import {drain} from './drain.ts';
import {listAndWatch} from './list-watch.ts';
import type {KubernetesNode} from './node.ts';
import {nodeFrom} from './node-from.ts';
import {setNodeHosts} from './node-hosts.ts';
import {watchPodContainer} from './pod-container.ts';
import {podLog} from './pod-log.ts';
import {registryHosting, setRegistryHosting} from './registry-hosting.ts';
import {deletePod, restartWorkload, scaleWorkload} from './workloads/change-workloads.ts';
import {describeObject} from './workloads/describe-object.ts';
import {objectYaml} from './workloads/object-yaml.ts';
import {podUsage} from './workloads/pod-usage.ts';
import {readyPod} from './workloads/ready-pod.ts';
import {watchWorkloads} from './workloads/watch-workloads.ts';

/** The API of a cluster by the client library, which comes with this module: import it late. */
export function clusterApi(server: string, clusterName: string, credentials: Credentials): KubernetesApi {
	const client = new Client(server, clusterName, credentials);
	const {core} = client;
	const subjectOf = (node: string) => `node ${node} of cluster "${clusterName}"`;
	const list = (within: AbortSignal) => core.listNode({}, abortedBy(within));
	return {
		server: client.server,
		readiness: signal => readiness(client, signal),
		async nodes(signal) {
			const {items} = await client.call(client.subject, signal, list);
			return sorted(items);
		},
		watchNodes: (listener, signal) =>
			listAndWatch<V1Node>(client, {path: '/api/v1/nodes', list}, nodes => listener(sorted(nodes)), signal),
		async setSchedulable(name, schedulable, signal) {
			const body = {spec: {unschedulable: schedulable ? null : true}};
			await client.call(subjectOf(name), signal, within =>
				core.patchNode({name, body}, setHeaderOptions('Content-Type', PatchStrategy.MergePatch, abortedBy(within))),
			);
		},
		drain: (node, options) => drain(client, node, options),
		async deleteNode(name, signal) {
			try {
				await client.call(subjectOf(name), signal, within => core.deleteNode({name}, abortedBy(within)));
			} catch (error) {
				if (!isStatus(error, 404)) throw error;
			}
		},
		setNodeHosts: (lines, signal, gone) => setNodeHosts(client, lines, signal, gone),
		registryHosting: signal => registryHosting(client, signal),
		setRegistryHosting: (value, signal) => setRegistryHosting(client, value, signal),
		podLog: (request, signal) => podLog(client, request, signal),
		watchPodContainer: (of, listener, signal) => watchPodContainer(client, of, listener, signal),
		watchWorkloads: (listener, signal) => watchWorkloads(client, listener, signal),
		podUsage: signal => podUsage(client, signal),
		deletePod: (of, signal) => deletePod(client, of, signal),
		restartWorkload: (ref, signal) => restartWorkload(client, ref, Date.now(), signal),
		readyPod: (namespace, labels, signal) => readyPod(client, namespace, labels, signal),
		scaleWorkload: (ref, replicas, signal) => scaleWorkload(client, ref, replicas, signal),
		async forwardConnection(to, connection, signal) {
			const {forwardConnection} = await import('./port-forward.ts');
			await forwardConnection(client, to, connection, signal);
		},
		objectYaml: (ref, signal) => objectYaml(client, ref, signal),
		describeObject: (ref, signal) => describeObject(client, ref, signal),
		close: () => client.close(),
	};
}

function sorted(nodes: readonly V1Node[]): KubernetesNode[] {
	return nodes.map(nodeFrom).toSorted((a, b) => byName(a.name, b.name));
}

async function readiness(client: Client, signal: AbortSignal): Promise<Readiness> {
	try {
		const {status, body} = await client.readyz(signal);
		if (status === 200) return {ready: true, detail: ''};
		// `[-]etcd failed: reason withheld`, a line for every check.
		const failed = [...body.matchAll(/^\[-\](\S+)/gm)].map(match => match[1]);
		if (failed.length > 0) return {ready: false, detail: `not ready: ${failed.join(', ')}`};
		return {ready: false, detail: statusMessage(status, body)};
	} catch (error) {
		signal.throwIfAborted();
		return {ready: false, detail: error instanceof Problem ? error.reason : String(error)};
	}
}
