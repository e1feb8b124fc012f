import {setTimeout as delay} from 'node:timers/promises';
import type {Cluster} from '../../cluster/model.ts';
import {toProblem} from '../../cluster/problem.ts';
import {pullAddress, type Registry} from '../../cluster/registries/registry.ts';
import {hostingText, isOwnHosting, registryToHost} from '../../cluster/registries/registry-hosting.ts';
import type {KubernetesApi} from '../../kubernetes/api.ts';
import {type LifecycleContext, withKubernetes} from '../context.ts';
import type {Run} from '../operation.ts';

/** How long the API may take to have its namespace kube-public, in milliseconds. */
const namespacePatience = 60_000;

/**
 * Tells Tilt, ctlptl, skaffold and the like which registry a cluster has, through the Kubernetes API; or
 * that it has none any more. What somebody else has told stays.
 */
export async function tellOfRegistry(
	context: LifecycleContext,
	run: Run,
	{
		cluster,
		api,
		registries,
		undo = false,
	}: {
		cluster: Cluster;
		api: KubernetesApi;
		registries: readonly Registry[];
		/** Takes it back when the operation fails. */
		undo?: boolean;
	},
): Promise<void> {
	await run.step('tell Kubernetes of the registry', async (report, signal) => {
		const limit = AbortSignal.any([signal, AbortSignal.timeout(namespacePatience)]);
		try {
			const before = await api.registryHosting(limit);
			const chosen = registryToHost(registries, before);
			const after = chosen && hostingText(chosen);
			const isForeign = before !== undefined && !isOwnHosting(before);
			if (before === after || isForeign) {
				return report.skip(isForeign ? 'somebody else has told it already' : 'nothing changes');
			}
			while (!(await api.setRegistryHosting(after, limit))) await delay(300, undefined, {signal: limit});
			if (!undo) return;
			const map = 'config map kube-public/local-registry-hosting';
			run.undo(`restore ${map}`, map, undoSignal =>
				withKubernetes(context, cluster, undoSignal, async open => {
					await open.setRegistryHosting(before, undoSignal);
				}),
			);
		} catch (error) {
			signal.throwIfAborted();
			report.skip();
			const names = registries.map(pullAddress).join(', ');
			run.warn(`Programs that push cannot look up the registry ${names}: ${toProblem(error).message}`);
		}
	});
}

/**
 * The same when a cluster has started: also of a registry that was taken away while it was stopped. Where there is
 * nothing to tell and nothing was told, it is no step.
 */
export async function tellOfRegistryAtStart(
	context: LifecycleContext,
	run: Run,
	{cluster, api, registries}: {cluster: Cluster; api: KubernetesApi; registries: readonly Registry[]},
): Promise<void> {
	// An API that does not say leaves things as they are.
	const told = registries.length > 0 ? undefined : await api.registryHosting(run.signal).catch(() => undefined);
	if (registries.length === 0 && !isOwnHosting(told ?? '')) return;
	await tellOfRegistry(context, run, {cluster, api, registries});
}
