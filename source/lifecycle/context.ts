import type {Cluster} from '../cluster/model.ts';
import type {Engine} from '../engine/engine.ts';
import type {KubernetesApi} from '../kubernetes/api.ts';

/** What every verb works with. Opened and closed by whoever makes the lifecycle. */
export interface LifecycleContext {
	readonly engine: Engine;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** The user's home folder, where the default kubeconfig is. */
	readonly home: string;
	/** Opens the API of a running cluster. Fails while its server has not written a kubeconfig yet. */
	readonly openKubernetes: (cluster: Cluster, signal: AbortSignal) => Promise<KubernetesApi>;
	/** Keeps two operations of this process off one cluster until the returned function is called. */
	readonly claim: (cluster: string) => () => void;
}

/** For what only looks, and for parts of an operation that has the cluster already. */
export const withoutClaim: LifecycleContext['claim'] = () => () => {};

/** Does some work with a cluster's API that is opened and closed for it; for undoing, when what was open is closed. */
export async function withKubernetes(
	{openKubernetes}: Pick<LifecycleContext, 'openKubernetes'>,
	cluster: Cluster,
	signal: AbortSignal,
	work: (api: KubernetesApi) => Promise<void>,
): Promise<void> {
	const api = await openKubernetes(cluster, signal);
	try {
		await work(api);
	} finally {
		api.close();
	}
}
