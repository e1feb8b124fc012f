import {type Node, nodesOf} from '../../cluster/model.ts';
import {removeContainer, stopContainer} from '../../engine/containers.ts';
import type {LifecycleContext} from '../context.ts';
import {findCluster} from '../find.ts';
import type {Run} from '../operation.ts';

/**
 * Seconds between the stop signal and SIGKILL: Docker's own default, of which k3s needs one unless k3d's script
 * drains. k3d's proxy does not heed its stop signal at all (recordings/events/cluster-stop.jsonl) and holds nothing
 * that could be lost, so it gets one second instead of wasting ten.
 */
function graceOf(node: Node): number {
	return node.role === 'loadbalancer' ? 1 : 10;
}

/** Stops one container; one that is gone by now counts as stopped. */
export async function stopNodeContainer({engine}: LifecycleContext, run: Run, node: Node): Promise<void> {
	await run.step(`stop ${node.name}`, async (report, signal) => {
		if (node.state === 'exited' || node.state === 'created') return report.skip('it was not running');
		await stopContainer(engine, node.id, graceOf(node), signal);
		run.remains(`${node.name} is stopped`);
	});
}

/** Stops everything of a cluster at once. Nothing is drained: the pods are there again at the next start. */
export async function stopCluster(context: LifecycleContext, run: Run, name: string): Promise<void> {
	const release = context.claim(name);
	try {
		const cluster = await run.step('look at the cluster', (_report, signal) =>
			findCluster(context.engine, name, signal),
		);
		await Promise.all([
			...nodesOf(cluster)
				// A registry that others made may serve other clusters too.
				.filter(node => node.cluster === name && node.role !== 'tools')
				.map(node => stopNodeContainer(context, run, node)),
			...cluster.tools.map(node => removeTools(context, run, node)),
		]);
	} finally {
		release();
	}
}

/** k3d's tools container holds nothing; k3d makes a new one whenever it wants one. */
async function removeTools({engine}: LifecycleContext, run: Run, node: Node): Promise<void> {
	await run.step(`remove ${node.name}`, () => removeContainer(engine, node.id));
}
