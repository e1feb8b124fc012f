import {Problem} from '../cluster/problem.ts';
import type {Engine} from '../engine/engine.ts';
import {withPatience} from '../engine/patience.ts';
import {type LifecycleContext, withoutClaim} from './context.ts';
import type {Lifecycle, VerbOptions, WorkloadName} from './lifecycle.ts';
import {type Operation, type OperationOptions, type Run, startOperation} from './operation.ts';

/** How many ended operations are remembered for the screen. */
const remembered = 20;

/** Everything a lifecycle is made of but what it keeps itself. */
export type LifecycleOptions = Omit<LifecycleContext, 'claim'>;

/** The engine for one operation, which says once that its connection broke and was mended. */
function patientEngine(engine: Engine, run: Run): Engine {
	let isSaid = false;
	return withPatience(engine, ({reason}) => {
		if (isSaid) return;
		isSaid = true;
		run.warn(`The connection to ${engine.endpoint.url} broke meanwhile (${reason}); k3dui looked again and went on.`);
	});
}

function workloadWords({kind, namespace, name}: WorkloadName): string {
	return `${kind.toLowerCase()} ${namespace}/${name}`;
}

/** The verbs on one engine, each loaded when it is first used. Makes no request by itself. */
export function createLifecycle(options: LifecycleOptions): Lifecycle {
	const claims = new Map<string, string>();
	const listeners = new Set<() => void>();
	let operations: readonly Operation[] = [];

	const notify = () => {
		for (const listener of listeners) listener();
	};

	function start<Result>(
		verb: string,
		subject: string,
		work: (context: LifecycleContext, run: Run) => Promise<Result>,
		{signal, timeout, keepOnFailure}: VerbOptions & {keepOnFailure?: boolean},
	): Operation<Result> {
		const claim = (cluster: string) => {
			const holder = claims.get(cluster);
			if (holder !== undefined) {
				throw new Problem(
					`cluster "${cluster}"`,
					`k3dui is at work on it already (${holder})`,
					'Wait until that has ended, or cancel it.',
				);
			}
			claims.set(cluster, `${verb} ${subject}`);
			return () => claims.delete(cluster);
		};
		const operationOptions: OperationOptions = {
			...(signal ? {signal} : {}),
			...(timeout === undefined ? {} : {timeout}),
			...(keepOnFailure === undefined ? {} : {keepOnFailure}),
		};
		const operation = startOperation(
			verb,
			subject,
			run => work({...options, claim, engine: patientEngine(options.engine, run)}, run),
			operationOptions,
		);
		const ended = operations.filter(other => other.snapshot().endedAt !== undefined);
		const forgotten = new Set(ended.slice(0, Math.max(0, ended.length - remembered)));
		operations = [...operations.filter(other => !forgotten.has(other)), operation];
		operation.subscribe(notify);
		notify();
		return operation;
	}

	return {
		async plan(spec) {
			const {planCreation} = await import('./create/plan-creation.ts');
			return (await planCreation({...options, claim: withoutClaim}, spec)).plan;
		},
		createCluster: (spec, verbOptions = {}) =>
			start(
				'create',
				`cluster ${spec.name}`,
				async (context, run) =>
					(await import('./create/create-cluster.ts')).createCluster(context, run, spec, verbOptions),
				verbOptions,
			),
		startCluster: (name, verbOptions = {}) =>
			start(
				'start',
				`cluster ${name}`,
				async (context, run) =>
					(await import('./running/start-cluster.ts')).startCluster(context, run, name, verbOptions),
				verbOptions,
			),
		stopCluster: (name, verbOptions = {}) =>
			start(
				'stop',
				`cluster ${name}`,
				async (context, run) => (await import('./running/stop-cluster.ts')).stopCluster(context, run, name),
				verbOptions,
			),
		restartCluster: (name, verbOptions = {}) =>
			start(
				'restart',
				`cluster ${name}`,
				async (context, run) => {
					await (await import('./running/stop-cluster.ts')).stopCluster(context, run, name);
					await (await import('./running/start-cluster.ts')).startCluster(context, run, name, verbOptions);
				},
				verbOptions,
			),
		deleteCluster: (name, verbOptions = {}) =>
			start(
				'delete',
				`cluster ${name}`,
				async (context, run) => (await import('./delete-cluster.ts')).deleteCluster(context, run, name),
				verbOptions,
			),
		grow: (cluster, growOptions) =>
			start(
				'grow',
				`cluster ${cluster}`,
				async (context, run) => (await import('./nodes/grow.ts')).grow(context, run, cluster, growOptions),
				growOptions,
			),
		shrink: (cluster, growOptions) =>
			start(
				'shrink',
				`cluster ${cluster}`,
				async (context, run) => (await import('./nodes/remove-nodes.ts')).shrink(context, run, cluster, growOptions),
				growOptions,
			),
		startNode: (name, verbOptions = {}) =>
			start(
				'start',
				`node ${name}`,
				async (context, run) => (await import('./nodes/node-verbs.ts')).startNode(context, run, name, verbOptions),
				verbOptions,
			),
		stopNode: (name, verbOptions = {}) =>
			start(
				'stop',
				`node ${name}`,
				async (context, run) => (await import('./nodes/node-verbs.ts')).stopNode(context, run, name),
				verbOptions,
			),
		restartNode: (name, verbOptions = {}) =>
			start(
				'restart',
				`node ${name}`,
				async (context, run) => (await import('./nodes/node-verbs.ts')).restartNode(context, run, name, verbOptions),
				verbOptions,
			),
		deleteNode: (name, verbOptions = {}) =>
			start(
				'delete',
				`node ${name}`,
				async (context, run) => (await import('./nodes/remove-nodes.ts')).deleteNode(context, run, name),
				verbOptions,
			),
		editPorts: (cluster, edit) =>
			start(
				'edit ports of',
				`cluster ${cluster}`,
				async (context, run) => (await import('./load-balancer/edit-ports.ts')).editPorts(context, run, cluster, edit),
				edit,
			),
		planPorts: async (cluster, edit) =>
			(await import('./load-balancer/edit-ports.ts')).planPorts({...options, claim: withoutClaim}, cluster, edit),
		importImages: (clusters, sources, verbOptions = {}) =>
			start(
				'import images into',
				`cluster ${clusters.join(', ')}`,
				async (context, run) =>
					(await import('./images/import-images.ts')).importImages(context, run, clusters, sources),
				verbOptions,
			),
		createRegistry: (spec, verbOptions = {}) =>
			start(
				'create',
				`registry ${spec.name}`,
				async (context, run) => (await import('./registries/registry-verbs.ts')).createRegistry(context, run, spec),
				verbOptions,
			),
		deleteRegistry: (name, verbOptions = {}) =>
			start(
				'delete',
				`registry ${name}`,
				async (context, run) => (await import('./registries/registry-verbs.ts')).deleteRegistry(context, run, name),
				verbOptions,
			),
		attachRegistry: (registry, cluster, verbOptions = {}) =>
			start(
				'attach',
				`registry ${registry} to cluster ${cluster}`,
				async (context, run) =>
					(await import('./registries/attach-registry.ts')).attachRegistry(context, run, registry, cluster),
				verbOptions,
			),
		detachRegistry: (registry, cluster, verbOptions = {}) =>
			start(
				'detach',
				`registry ${registry} from cluster ${cluster}`,
				async (context, run) =>
					(await import('./registries/attach-registry.ts')).detachRegistry(context, run, registry, cluster),
				verbOptions,
			),
		deletePod: (cluster, pod, verbOptions = {}) =>
			start(
				'delete',
				`pod ${pod.namespace}/${pod.name} of cluster ${cluster}`,
				async (context, run) => (await import('./workloads/workload-verbs.ts')).deletePod(context, run, cluster, pod),
				verbOptions,
			),
		restartWorkload: (cluster, workload, verbOptions = {}) =>
			start(
				'restart',
				`${workloadWords(workload)} of cluster ${cluster}`,
				async (context, run) =>
					(await import('./workloads/workload-verbs.ts')).restartWorkload(context, run, cluster, workload),
				verbOptions,
			),
		scaleWorkload: (cluster, workload, scaleOptions) =>
			start(
				'scale',
				`${workloadWords(workload)} of cluster ${cluster}`,
				async (context, run) =>
					(await import('./workloads/workload-verbs.ts')).scaleWorkload(
						context,
						run,
						cluster,
						workload,
						scaleOptions.replicas,
					),
				scaleOptions,
			),
		readSpec: async (cluster, signal) =>
			(await import('./apply/read-cluster.ts')).readClusterSpec(options.engine, cluster, signal),
		async compare(spec, compareOptions = {}) {
			const {compareCluster, creation} = await import('./apply/compare-cluster.ts');
			const found = await compareCluster(options, spec, compareOptions);
			return found ? found.comparison.changes : [creation(spec)];
		},
		apply: (spec, verbOptions = {}) =>
			start(
				'apply',
				`cluster ${spec.name}`,
				async (context, run) => (await import('./apply/apply.ts')).applySpec(context, run, spec, verbOptions),
				verbOptions,
			),
		operations: () => operations,
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		async close() {
			for (const operation of operations) operation.cancel('k3dui is ending');
			await Promise.allSettled(operations.map(operation => operation.result));
		},
	};
}
