import {Problem} from '../cluster/problem.ts';
import type {Engine} from '../engine/engine.ts';
import {withPatience} from '../engine/patience.ts';
import {applySpec} from './apply/apply.ts';
import {compareCluster, creation} from './apply/compare-cluster.ts';
import {readClusterSpec} from './apply/read-cluster.ts';
import {type LifecycleContext, withoutClaim} from './context.ts';
import {createCluster} from './create/create-cluster.ts';
import {planCreation} from './create/plan-creation.ts';
import {deleteCluster} from './delete-cluster.ts';
import type {Lifecycle, VerbOptions, WorkloadName} from './lifecycle.ts';
import {grow} from './nodes/grow.ts';
import {restartNode, startNode, stopNode} from './nodes/node-verbs.ts';
import {deleteNode, shrink} from './nodes/remove-nodes.ts';
import {type Operation, type OperationOptions, type Run, startOperation} from './operation.ts';
import {attachRegistry, detachRegistry} from './registries/attach-registry.ts';
import {createRegistry, deleteRegistry} from './registries/registry-verbs.ts';
import {startCluster} from './running/start-cluster.ts';
import {stopCluster} from './running/stop-cluster.ts';

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

/** The verbs on one engine. Makes no request by itself. */
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
		plan: async spec => (await planCreation({...options, claim: withoutClaim}, spec)).plan,
		createCluster: (spec, verbOptions = {}) =>
			start(
				'create',
				`cluster ${spec.name}`,
				(context, run) => createCluster(context, run, spec, verbOptions),
				verbOptions,
			),
		startCluster: (name, verbOptions = {}) =>
			start('start', `cluster ${name}`, (context, run) => startCluster(context, run, name, verbOptions), verbOptions),
		stopCluster: (name, verbOptions = {}) =>
			start('stop', `cluster ${name}`, (context, run) => stopCluster(context, run, name), verbOptions),
		restartCluster: (name, verbOptions = {}) =>
			start(
				'restart',
				`cluster ${name}`,
				async (context, run) => {
					await stopCluster(context, run, name);
					await startCluster(context, run, name, verbOptions);
				},
				verbOptions,
			),
		deleteCluster: (name, verbOptions = {}) =>
			start('delete', `cluster ${name}`, (context, run) => deleteCluster(context, run, name), verbOptions),
		grow: (cluster, growOptions) =>
			start('grow', `cluster ${cluster}`, (context, run) => grow(context, run, cluster, growOptions), growOptions),
		shrink: (cluster, growOptions) =>
			start('shrink', `cluster ${cluster}`, (context, run) => shrink(context, run, cluster, growOptions), growOptions),
		startNode: (name, verbOptions = {}) =>
			start('start', `node ${name}`, (context, run) => startNode(context, run, name, verbOptions), verbOptions),
		stopNode: (name, verbOptions = {}) =>
			start('stop', `node ${name}`, (context, run) => stopNode(context, run, name), verbOptions),
		restartNode: (name, verbOptions = {}) =>
			start('restart', `node ${name}`, (context, run) => restartNode(context, run, name, verbOptions), verbOptions),
		deleteNode: (name, verbOptions = {}) =>
			start('delete', `node ${name}`, (context, run) => deleteNode(context, run, name), verbOptions),
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
			start('create', `registry ${spec.name}`, (context, run) => createRegistry(context, run, spec), verbOptions),
		deleteRegistry: (name, verbOptions = {}) =>
			start('delete', `registry ${name}`, (context, run) => deleteRegistry(context, run, name), verbOptions),
		attachRegistry: (registry, cluster, verbOptions = {}) =>
			start(
				'attach',
				`registry ${registry} to cluster ${cluster}`,
				(context, run) => attachRegistry(context, run, registry, cluster),
				verbOptions,
			),
		detachRegistry: (registry, cluster, verbOptions = {}) =>
			start(
				'detach',
				`registry ${registry} from cluster ${cluster}`,
				(context, run) => detachRegistry(context, run, registry, cluster),
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
		readSpec: (cluster, signal) => readClusterSpec(options.engine, cluster, signal),
		async compare(spec, compareOptions = {}) {
			const found = await compareCluster(options, spec, compareOptions);
			return found ? found.comparison.changes : [creation(spec)];
		},
		apply: (spec, verbOptions = {}) =>
			start('apply', `cluster ${spec.name}`, (context, run) => applySpec(context, run, spec, verbOptions), verbOptions),
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
