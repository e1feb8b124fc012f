import type {Node} from '../../cluster/model.ts';
import type {LifecycleContext} from '../context.ts';
import {engineFacts} from '../create/surroundings.ts';
import {findAll} from '../find.ts';
import type {Run} from '../operation.ts';
import {addNamesToCoreDns} from '../running/hosts.ts';
import {unreachableReason, waitForApi} from '../running/readiness.ts';
import {readRegistries, registriesOf} from './cluster-registries.ts';
import {tellOfRegistry} from './registry-hosting.ts';

/** How long the API of a running cluster may take to answer, in milliseconds. */
const apiPatience = 60_000;

/** Makes a running cluster's DNS and its config map right. What cannot be told now is told at the next start. */
export async function tellCluster(
	context: LifecycleContext,
	run: Run,
	clusterName: string,
	gone: readonly string[],
): Promise<void> {
	const {engine} = context;
	const [inventory, facts] = await Promise.all([findAll(engine, run.signal), engineFacts(context, run.signal)]);
	const cluster = inventory.clusters.find(({name}) => name === clusterName);
	if (!cluster?.servers.some(({state}) => state === 'running')) return;
	const api = await run.step('wait for the Kubernetes API', async (report, signal) => {
		const limit = AbortSignal.any([signal, AbortSignal.timeout(apiPatience)]);
		const unreachable = unreachableReason(cluster);
		try {
			if (unreachable === undefined) return await waitForApi(context, cluster, report, limit);
		} catch (error) {
			signal.throwIfAborted();
			if (!limit.aborted) throw error;
		}
		report.skip('it is not reached');
		const reason = unreachable ?? 'the Kubernetes API does not answer';
		run.warn(`Pods cannot look up registries yet: ${reason}. Then: k3dui cluster start ${clusterName}`);
		return undefined;
	});
	if (!api) return;
	try {
		const registries = await readRegistries(
			engine,
			await registriesOf(engine, cluster, inventory, run.signal),
			run.signal,
		);
		await tellOfRegistry(context, run, {cluster, api, registries, undo: true});
		await addNamesToCoreDns(engine, {cluster, api, facts, run, gone});
	} finally {
		api.close();
	}
}

/** The same for every running cluster that has this registry in its network: a registry that starts has a new address. */
export async function tellUsers(context: LifecycleContext, run: Run, registry: Node): Promise<void> {
	const {clusters} = await findAll(context.engine, run.signal);
	const users = clusters.filter(({registries}) => registries.some(({id}) => id === registry.id));
	await Promise.all(users.map(({name}) => tellCluster(context, run, name, [])));
}
