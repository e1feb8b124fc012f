import {appName, labels} from '../cluster/labels.ts';
import {type Cluster, type Node, nodesOf} from '../cluster/model.ts';
import {toProblem} from '../cluster/problem.ts';
import {removeContainer} from '../engine/containers.ts';
import {disconnect, findNetwork, removeNetwork} from '../engine/networks.ts';
import {listVolumes, removeVolume} from '../engine/volumes.ts';
import type {LifecycleContext} from './context.ts';
import {findCluster} from './find.ts';
import {forgetKubeconfig} from './kubeconfig.ts';
import type {Run} from './operation.ts';

/** Networks that are Docker's own: every registry of k3d is in one of them, besides the clusters'. */
const dockersOwn = ['bridge', 'host', 'none'];

/** Whether a registry serves somebody else too, so that it must outlive this cluster. */
function servesOthers(registry: Node, cluster: Cluster): boolean {
	return (
		registry.cluster !== cluster.name ||
		registry.attachments.some(({network}) => network !== cluster.network.name && !dockersOwn.includes(network))
	);
}

/**
 * Deletes a cluster: its containers all at once, then its network and volumes, and its entry in the default
 * kubeconfig. What is gone already is fine. A network that others still use stays, with a warning.
 */
export async function deleteCluster(context: LifecycleContext, run: Run, name: string): Promise<void> {
	const {engine} = context;
	const release = context.claim(name);
	try {
		const cluster = await run.step('look at the cluster', (_report, signal) => findCluster(engine, name, signal));
		run.remains(`cluster "${name}" is deleted in part; delete it again to finish`);
		const keepsOn = cluster.registries.filter(registry => servesOthers(registry, cluster));
		await Promise.all([
			...nodesOf(cluster)
				.filter(node => !keepsOn.includes(node))
				.map(node => run.step(`remove ${node.name}`, (_report, signal) => removeContainer(engine, node.id, signal))),
			// On a network that is not the cluster's own, somebody else put the registries of others.
			...keepsOn
				.filter(registry => registry.cluster === name || !cluster.network.external)
				.map(registry =>
					run.step(`detach ${registry.name}`, (_report, signal) =>
						disconnect(engine, cluster.network.name, registry.id, signal),
					),
				),
			run.step('remove the kubeconfig entry', async (_report, signal) => {
				try {
					await forgetKubeconfig(context, name, signal);
				} catch (error) {
					signal.throwIfAborted();
					run.warn(`The kubeconfig still names the cluster. ${toProblem(error).message}`);
				}
			}),
		]);
		await Promise.all([deleteNetwork(context, run, cluster), deleteVolumes(context, run, name)]);
	} finally {
		release();
	}
}

async function deleteNetwork({engine}: LifecycleContext, run: Run, cluster: Cluster): Promise<void> {
	const {name, external} = cluster.network;
	if (external) return;
	await run.step(`remove network ${name}`, async (report, signal) => {
		const network = await findNetwork(engine, name, signal);
		if (!network) return report.skip('it was gone');
		if (network.labels[labels.app] !== appName) return report.skip('k3d did not make it');
		if (network.members.length > 0) {
			report.skip('it is in use');
			run.warn(
				`Network ${name} stays, because ${network.members.map(member => member.name).join(', ')} is still in it. ` +
					`Remove it later: docker network rm ${name}`,
			);
			return;
		}
		await removeNetwork(engine, network.id, signal);
	});
}

async function deleteVolumes({engine}: LifecycleContext, run: Run, cluster: string): Promise<void> {
	const volumes = await listVolumes(engine, ['app=k3d', `${labels.cluster}=${cluster}`], run.signal);
	await Promise.all(
		volumes.map(volume =>
			run.step(`remove volume ${volume}`, async (report, signal) => {
				try {
					await removeVolume(engine, volume, signal);
				} catch (error) {
					signal.throwIfAborted();
					report.skip('it stays');
					run.warn(`${toProblem(error).message}. Remove it later: docker volume rm ${volume}`);
				}
			}),
		),
	);
}
