import type {Cluster} from '../cluster/model.ts';
import {Problem} from '../cluster/problem.ts';
import {readFile} from '../engine/containers.ts';
import type {Engine} from '../engine/engine.ts';
import type {KubeconfigEntries} from '../kubernetes/kubeconfig.ts';
import {serverAddress} from '../kubernetes/server-address.ts';
import type {LifecycleContext} from './context.ts';

/** Where a k3s node writes its kubeconfig (`K3S_KUBECONFIG_OUTPUT`). */
const pathInNode = '/output/kubeconfig.yaml';

/** A cluster's kubeconfig entries, read out of the first server that has them; works on stopped containers too. */
export async function readKubeconfig(
	engine: Engine,
	cluster: Cluster,
	signal?: AbortSignal,
): Promise<KubeconfigEntries> {
	for (const server of cluster.servers) {
		const text = await readFile(engine, server.id, pathInNode, signal);
		if (text === undefined) continue;
		const {entriesFrom} = await import('../kubernetes/kubeconfig.ts');
		const api = cluster.api ?? {host: '0.0.0.0', port: 6443};
		return entriesFrom(text, cluster.name, serverAddress(api, engine.publishedHost));
	}
	throw new Problem(
		`kubeconfig of cluster "${cluster.name}"`,
		'no server has written one yet',
		'Wait until the cluster is ready.',
	);
}

/** Writes a cluster into the user's default kubeconfig and gives back the file. */
export async function saveKubeconfig(
	{engine, env, home}: Pick<LifecycleContext, 'engine' | 'env' | 'home'>,
	cluster: Cluster,
	{switchContext, signal}: {switchContext: boolean; signal?: AbortSignal},
): Promise<string> {
	const entries = await readKubeconfig(engine, cluster, signal);
	const {kubeconfigFiles, mergeKubeconfig} = await import('../kubernetes/kubeconfig-file.ts');
	return mergeKubeconfig(kubeconfigFiles(env, home), entries, {switchContext, ...(signal ? {signal} : {})});
}

/** Takes a cluster out of the user's default kubeconfig. */
export async function forgetKubeconfig(
	{env, home}: LifecycleContext,
	cluster: string,
	signal?: AbortSignal,
): Promise<void> {
	const {kubeconfigFiles, removeFromKubeconfig} = await import('../kubernetes/kubeconfig-file.ts');
	await removeFromKubeconfig(kubeconfigFiles(env, home), cluster, signal ? {signal} : {});
}
