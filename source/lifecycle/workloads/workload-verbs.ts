import {Problem} from '../../cluster/problem.ts';
import type {KubernetesApi} from '../../kubernetes/api.ts';
import type {LifecycleContext} from '../context.ts';
import {withKubernetes} from '../context.ts';
import {findCluster} from '../find.ts';
import type {PodName, WorkloadName} from '../lifecycle.ts';
import type {Run} from '../operation.ts';

/** More pods than this are a slip of the finger on one machine. */
const mostReplicas = 1000;

/** Does one step with the API of a cluster. Other operations on the cluster's containers are not in its way. */
async function withApi(
	context: LifecycleContext,
	run: Run,
	cluster: string,
	step: string,
	work: (api: KubernetesApi, signal: AbortSignal) => Promise<void>,
): Promise<void> {
	const found = await run.step('look at the cluster', (_report, signal) =>
		findCluster(context.engine, cluster, signal),
	);
	await run.step(step, (_report, signal) => withKubernetes(context, found, signal, api => work(api, signal)));
}

/** Deletes a pod; what keeps it makes another one. One that is gone already is fine. */
export function deletePod(context: LifecycleContext, run: Run, cluster: string, pod: PodName): Promise<void> {
	const step = `delete pod ${pod.namespace}/${pod.name}`;
	return withApi(context, run, cluster, step, (api, signal) => api.deletePod(pod, signal));
}

/** Has a Deployment, StatefulSet or DaemonSet make its pods anew. Returns when Kubernetes has begun with that. */
export function restartWorkload(
	context: LifecycleContext,
	run: Run,
	cluster: string,
	workload: WorkloadName,
): Promise<void> {
	return withApi(context, run, cluster, 'ask for new pods', (api, signal) => api.restartWorkload(workload, signal));
}

/** Says how many pods a Deployment or a StatefulSet has. Returns when Kubernetes has begun with that. */
export async function scaleWorkload(
	context: LifecycleContext,
	run: Run,
	cluster: string,
	workload: WorkloadName,
	replicas: number,
): Promise<void> {
	const subject = `${workload.kind} ${workload.namespace}/${workload.name}`;
	if (workload.kind === 'DaemonSet') throw new Problem(subject, 'it has a pod on every node, and cannot be scaled');
	if (!Number.isInteger(replicas) || replicas < 0 || replicas > mostReplicas) {
		throw new Problem(subject, `${replicas} is no number of pods`, `Take one from 0 to ${mostReplicas}.`);
	}
	await withApi(context, run, cluster, `ask for ${replicas} pods`, async (api, signal) => {
		await api.scaleWorkload(workload, replicas, signal);
	});
}
