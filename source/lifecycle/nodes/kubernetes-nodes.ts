import {isNamed, type NodeName} from '../../cluster/node-name.ts';
import type {KubernetesApi} from '../../kubernetes/api.ts';

/** The names of the Nodes that a container has, or that earlier containers of its name have left. */
export async function nodeNamesOf(api: KubernetesApi, wanted: NodeName, signal: AbortSignal): Promise<string[]> {
	return (await api.nodes(signal)).filter(node => isNamed(node, wanted)).map(node => node.name);
}

/** Deletes the Nodes of a container; none is fine. */
export async function deleteNodesOf(api: KubernetesApi, wanted: NodeName, signal: AbortSignal): Promise<void> {
	for (const name of await nodeNamesOf(api, wanted, signal)) await api.deleteNode(name, signal);
}

/**
 * Deletes the Node that an earlier container of this name has left, before the new one joins: k3s keeps a password
 * for every Node, and refuses the new one as long as the old is there. `since` is when the new container was made, in
 * milliseconds; a Node that is younger is its own.
 */
export async function deleteStaleNode(
	api: KubernetesApi,
	wanted: NodeName,
	{since, signal}: {since: number; signal: AbortSignal},
): Promise<void> {
	const stale = (await api.nodes(signal)).filter(node => isNamed(node, wanted) && (node.createdAt ?? since) < since);
	for (const {name} of stale) await api.deleteNode(name, signal);
}
