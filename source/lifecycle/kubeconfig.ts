import {existsSync} from 'node:fs';
import {rm} from 'node:fs/promises';
import type {Cluster} from '../cluster/model.ts';
import {Problem} from '../cluster/problem.ts';
import type {Engine} from '../engine/engine.ts';
import type {KubeconfigEntries} from '../kubernetes/kubeconfig.ts';
import {serverAddress} from '../kubernetes/server-address.ts';
import type {LifecycleContext} from './context.ts';

/**
 * A cluster's kubeconfig entries, read out of a server that has them; works on stopped containers too. With `tunnel` their
 * address is the one at which `k3dui tunnel` makes the API reachable on this machine.
 */
export async function readKubeconfig(
	engine: Engine,
	cluster: Cluster,
	signal?: AbortSignal,
	{tunnel = false}: {tunnel?: boolean} = {},
): Promise<KubeconfigEntries> {
	const {apiAddress, kubeconfigOf} = await import('../kubernetes/access.ts');
	const text = await kubeconfigOf(engine, cluster, signal ? {signal} : {});
	const published = cluster.api ? serverAddress(cluster.api, engine.publishedHost) : apiAddress(engine, cluster);
	const address = tunnel && published !== undefined ? `https://127.0.0.1:${new URL(published).port}` : published;
	if (text === undefined || address === undefined) {
		throw new Problem(
			`kubeconfig of cluster "${cluster.name}"`,
			text === undefined ? 'no server has written one yet' : 'its Kubernetes API is not published on any port',
			text === undefined ? 'Wait until the cluster is ready.' : 'Create the cluster again with --api-port.',
		);
	}
	const {entriesFrom} = await import('../kubernetes/kubeconfig.ts');
	return entriesFrom(text, cluster.name, address);
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

/**
 * Takes a cluster out of the user's default kubeconfig, and removes the file `kubeconfig merge` wrote for it alone. Gives
 * back the files that were changed or removed.
 */
export async function forgetKubeconfig(
	{env, home}: Pick<LifecycleContext, 'env' | 'home'>,
	cluster: string,
	signal?: AbortSignal,
): Promise<readonly string[]> {
	const {clusterKubeconfigFile, kubeconfigFiles, removeFromKubeconfig} = await import(
		'../kubernetes/kubeconfig-file.ts'
	);
	const changed = await removeFromKubeconfig(kubeconfigFiles(env, home), cluster, signal ? {signal} : {});
	const ownFile = clusterKubeconfigFile(env, home, cluster);
	if (!existsSync(ownFile)) return changed;
	await rm(ownFile, {force: true});
	return [...changed, ownFile];
}
