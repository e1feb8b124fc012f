import {kubernetesName} from '../../cluster/labels.ts';
import {type Cluster, type Node, runningOf} from '../../cluster/model.ts';
import type {KubernetesNode} from '../../kubernetes/node.ts';
import {uptime} from '../../watch/uptime.ts';
import type {KubernetesAnswer} from './ask-kubernetes.ts';

/** A booting k3s answers within a minute or not soon; as the dashboard has it. In milliseconds. */
const bootTime = 60_000;

/**
 * How a cluster is, in the words of the dashboard: by its containers, and where they all run by its Kubernetes.
 * `running`, `stopped`, `partial (2/3)`, `starting`, `no API`, `not ready (2/3)`.
 */
export function clusterStatus({state, servers, agents}: Cluster, answer: KubernetesAnswer): string {
	const nodes = [...servers, ...agents];
	if (state === 'stopped') return 'stopped';
	if (state === 'partial') return `partial (${runningOf(nodes)}/${nodes.length})`;
	if (answer === undefined) {
		return servers.some(({status}) => uptime(status) < bootTime) ? 'starting' : 'no API';
	}
	const ready = nodes.filter(({name}) => answer.get(kubernetesName(name))?.ready === 'ready').length;
	return ready < nodes.length ? `not ready (${ready}/${nodes.length})` : 'running';
}

/** What Kubernetes says of a node, as kubectl writes it; `-` for what it does not know. */
export function nodeStatus(node: Node, answer: KubernetesAnswer): string {
	if (node.state !== 'running' || (node.role !== 'server' && node.role !== 'agent')) return '-';
	const known: KubernetesNode | undefined = answer?.get(kubernetesName(node.name));
	if (!known) return '-';
	const ready = {ready: 'Ready', 'not ready': 'NotReady', unknown: 'Unknown'}[known.ready];
	return known.schedulable ? ready : `${ready},SchedulingDisabled`;
}
