import type {Cluster} from '../../cluster/model.ts';
import type {Engine} from '../../engine/engine.ts';
import type {KubernetesNode} from '../../kubernetes/node.ts';

/** What Kubernetes says of a cluster's nodes, by their names there; undefined where it does not answer. */
export type KubernetesAnswer = ReadonlyMap<string, KubernetesNode> | undefined;

/** How long a list waits for the API of a cluster that runs, in milliseconds. */
const patience = 5000;

/** Asks the Kubernetes of each of these clusters of which a server runs for its nodes, all at once. */
export async function askKubernetes(
	engine: Engine,
	clusters: readonly Cluster[],
	signal: AbortSignal,
): Promise<ReadonlyMap<string, KubernetesAnswer>> {
	const answers = clusters
		.filter(({servers}) => servers.some(({state}) => state === 'running'))
		.map(async cluster => [cluster.name, await nodesOf(engine, cluster, signal)] as const);
	return new Map(await Promise.all(answers));
}

async function nodesOf(engine: Engine, cluster: Cluster, outer: AbortSignal): Promise<KubernetesAnswer> {
	const signal = AbortSignal.any([outer, AbortSignal.timeout(patience)]);
	try {
		const {openKubernetes} = await import('../../kubernetes/access.ts');
		const api = await openKubernetes(engine, cluster, {signal});
		try {
			return new Map((await api.nodes(signal)).map(node => [node.name, node]));
		} finally {
			api.close();
		}
	} catch {
		// Why it does not answer is not a list's to say.
		outer.throwIfAborted();
		return undefined;
	}
}
