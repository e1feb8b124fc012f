import {kubernetesName} from './labels.ts';

/** How a container's Node is called in Kubernetes. All lower case, as the kubelet makes it. */
export interface NodeName {
	/** The container's host name, by which k3s marks the Node (annotation `k3s.io/hostname`), whatever it calls it. */
	readonly hostname: string;
	readonly name: string;
	/** k3s appends an id of its own making: `k3d-dev-agent-0-1f9a0c3e` (`--with-node-id`). */
	readonly hasId: boolean;
}

/** The last value of a flag in `--flag value` or `--flag=value`; a switch alone is `true`. */
function lastOf(flag: string, args: readonly string[]): string | undefined {
	const index = args.findLastIndex(word => word === flag || word.startsWith(`${flag}=`));
	const word = args[index];
	if (word === undefined) return undefined;
	return word === flag ? (args[index + 1] ?? 'true') : word.slice(flag.length + 1);
}

/** The name k3s will register with, by its arguments and environment. Source: k3s, pkg/agent/config/config.go. */
export function nodeNameOf(container: string, args: readonly string[], env: readonly string[] = []): NodeName {
	const variable = env.findLast(entry => entry.startsWith('K3S_NODE_NAME='))?.slice('K3S_NODE_NAME='.length);
	const hasId = args.some(word => word === '--with-node-id' || /^--with-node-id=(true|t|1)$/i.test(word));
	return {
		hostname: kubernetesName(container),
		name: kubernetesName(lastOf('--node-name', args) || variable || container),
		hasId,
	};
}

/** Whether a Node of Kubernetes is the one that is meant. */
export function isNamed(
	node: {readonly name: string; readonly hostname: string | undefined},
	wanted: NodeName,
): boolean {
	if (!wanted.hasId && node.name === wanted.name) return true;
	if (node.hostname?.toLowerCase() === wanted.hostname) return true;
	const id = node.name.startsWith(`${wanted.name}-`) ? node.name.slice(wanted.name.length + 1) : '';
	return wanted.hasId && /^[0-9a-f]{8}$/.test(id);
}

/** The Node of a container among those that Kubernetes has, by their names. */
export function nodeFor<Known extends {readonly name: string; readonly hostname: string | undefined}>(
	nodes: ReadonlyMap<string, Known>,
	{name, args}: {readonly name: string; readonly args: readonly string[]},
): Known | undefined {
	const wanted = nodeNameOf(name, args);
	return nodes.get(wanted.name) ?? [...nodes.values()].find(node => isNamed(node, wanted));
}
