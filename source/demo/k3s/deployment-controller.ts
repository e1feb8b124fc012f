import type {Controller, ControllerContext} from './controllers.ts';
import {type Condition, timestamp, type WorkloadObject} from './objects.ts';
import {isOwned, ownedBy, templateHash} from './owned-pods.ts';

const revisionKey = 'deployment.kubernetes.io/revision';
const component = 'deployment-controller';

function amount(value: string | number | undefined, of: number, up: boolean): number {
	const text = String(value ?? '25%');
	if (!text.endsWith('%')) return Number(text);
	const exact = (Number.parseFloat(text) / 100) * of;
	return up ? Math.ceil(exact) : Math.floor(exact);
}

const replicasOf = (one: WorkloadObject) => one.spec.replicas ?? 1;
const revisionOf = (one: WorkloadObject) => Number(one.metadata.annotations?.[revisionKey] ?? 0);

/** Keeps one replica set per pod template and rolls from the old ones to the new. */
export const deploymentController: Controller = {
	resources: ['deployments.apps', 'replicasets.apps'],
	reconcile(context) {
		for (const deployment of context.store.list<WorkloadObject>('deployments.apps'))
			if (!deployment.metadata.deletionTimestamp) reconcileOne(context, deployment);
	},
};

function reconcileOne(context: ControllerContext, deployment: WorkloadObject): void {
	const {store} = context;
	const sets = store
		.list<WorkloadObject>('replicasets.apps', deployment.metadata.namespace)
		.filter(one => isOwned(one, deployment));
	const hash = templateHash(deployment.spec.template);
	const current =
		sets.find(one => one.metadata.labels?.['pod-template-hash'] === hash) ?? createSet(context, deployment, hash, sets);
	if (!current) return;
	const old = sets.filter(one => one !== current);
	const latest = Math.max(0, ...sets.map(revisionOf));
	// A template that comes back (rollback) becomes the newest revision again.
	if (old.some(one => revisionOf(one) >= revisionOf(current)))
		context.update('replicasets.apps', withRevision(current, latest + 1));
	if (!deployment.spec.paused) roll(context, deployment, current, old);
	removeHistory(context, deployment, old);
	updateStatus(context, deployment, hash);
}

function withRevision(one: WorkloadObject, revision: number): WorkloadObject {
	return {
		...one,
		metadata: {...one.metadata, annotations: {...one.metadata.annotations, [revisionKey]: String(revision)}},
	};
}

function createSet(
	context: ControllerContext,
	deployment: WorkloadObject,
	hash: string,
	sets: readonly WorkloadObject[],
) {
	const {name, namespace} = deployment.metadata;
	const {template, selector} = deployment.spec;
	const labels = {...template.metadata?.labels, 'pod-template-hash': hash};
	const revision = Math.max(0, ...sets.map(revisionOf)) + 1;
	return context.create('replicasets.apps', namespace, {
		apiVersion: 'apps/v1',
		kind: 'ReplicaSet',
		metadata: {
			name: `${name}-${hash}`,
			labels,
			annotations: {[revisionKey]: String(revision)},
			ownerReferences: [ownedBy(deployment)],
		},
		spec: {
			replicas: 0,
			selector: {...selector, matchLabels: {...selector.matchLabels, 'pod-template-hash': hash}},
			template: {...template, metadata: {...template.metadata, labels}},
		},
	}) as WorkloadObject | undefined;
}

/** One step of a rolling update: as many new pods as the surge allows, as few old ones as availability allows. */
function roll(
	context: ControllerContext,
	deployment: WorkloadObject,
	current: WorkloadObject,
	old: readonly WorkloadObject[],
): void {
	const desired = replicasOf(deployment);
	const {type, rollingUpdate} = deployment.spec.strategy ?? {};
	const oldTotal = old.reduce((sum, one) => sum + replicasOf(one), 0);
	if (type === 'Recreate' && oldTotal > 0) {
		for (const one of old) scaleTo(context, deployment, one, 0);
		return;
	}
	if (type === 'Recreate' && old.some(one => (one.status.replicas ?? 0) > 0)) return;
	const surge = amount(rollingUpdate?.maxSurge, desired, true);
	const unavailable = amount(rollingUpdate?.maxUnavailable, desired, false);
	const room = Math.max(0, desired + (oldTotal > 0 ? Math.max(surge, unavailable === 0 ? 1 : surge) : 0) - oldTotal);
	scaleTo(context, deployment, current, Math.min(desired, Math.max(replicasOf(current), room)));
	const available = [current, ...old].reduce((sum, one) => sum + (one.status.availableReplicas ?? 0), 0);
	let spare = Math.max(0, available - (desired - unavailable));
	for (const one of old) {
		const unready = Math.max(0, replicasOf(one) - (one.status.availableReplicas ?? 0));
		const less = Math.min(replicasOf(one), unready + spare);
		spare -= Math.max(0, less - unready);
		scaleTo(context, deployment, one, replicasOf(one) - less);
	}
}

function scaleTo(context: ControllerContext, deployment: WorkloadObject, set: WorkloadObject, replicas: number): void {
	const before = replicasOf(set);
	if (before === replicas) return;
	const latest =
		context.store.get<WorkloadObject>('replicasets.apps', set.metadata.namespace, set.metadata.name) ?? set;
	context.update('replicasets.apps', {...latest, spec: {...latest.spec, replicas}});
	const word = replicas > before ? 'up' : 'down';
	const message = `Scaled ${word} replica set ${set.metadata.name} from ${before} to ${replicas}`;
	context.event({about: deployment, reason: 'ScalingReplicaSet', message, component});
}

function removeHistory({store}: ControllerContext, deployment: WorkloadObject, old: readonly WorkloadObject[]): void {
	const empty = old
		.filter(one => replicasOf(one) === 0 && !one.status.replicas)
		.sort((a, b) => revisionOf(b) - revisionOf(a));
	for (const one of empty.slice(deployment.spec.revisionHistoryLimit ?? 10))
		store.delete('replicasets.apps', one.metadata.namespace, one.metadata.name);
}

function updateStatus(context: ControllerContext, deployment: WorkloadObject, hash: string): void {
	const {store, timers} = context;
	const sets = store
		.list<WorkloadObject>('replicasets.apps', deployment.metadata.namespace)
		.filter(one => isOwned(one, deployment));
	const current = sets.find(one => one.metadata.labels?.['pod-template-hash'] === hash);
	const sum = (field: 'replicas' | 'readyReplicas' | 'availableReplicas') =>
		sets.reduce((total, one) => total + (one.status[field] ?? 0), 0);
	const desired = replicasOf(deployment);
	const unavailable = amount(deployment.spec.strategy?.rollingUpdate?.maxUnavailable, desired, false);
	const [replicas, ready, available] = [sum('replicas'), sum('readyReplicas'), sum('availableReplicas')];
	const updated = current?.status.replicas ?? 0;
	const enough = available >= desired - unavailable;
	const complete = updated === desired && replicas === desired && available === desired;
	const at = timestamp(timers.now());
	const condition = (type: string, status: 'True' | 'False', reason: string, message: string): Condition => {
		const old = (deployment.status.conditions as Condition[] | undefined)?.find(one => one.type === type);
		if (old?.status === status && old.reason === reason && old.message === message) return old;
		const lastTransitionTime = old?.status === status ? (old.lastTransitionTime ?? at) : at;
		return {type, status, reason, message, lastUpdateTime: at, lastTransitionTime};
	};
	const status = {
		observedGeneration: deployment.metadata.generation ?? 1,
		...(replicas && {replicas}),
		...(updated && {updatedReplicas: updated}),
		...(ready && {readyReplicas: ready}),
		...(available && {availableReplicas: available}),
		...(desired > available && {unavailableReplicas: Math.max(desired, replicas) - available}),
		conditions: [
			enough
				? condition('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.')
				: condition(
						'Available',
						'False',
						'MinimumReplicasUnavailable',
						'Deployment does not have minimum availability.',
					),
			complete
				? condition(
						'Progressing',
						'True',
						'NewReplicaSetAvailable',
						`ReplicaSet "${current?.metadata.name}" has successfully progressed.`,
					)
				: condition(
						'Progressing',
						'True',
						'ReplicaSetUpdated',
						`ReplicaSet "${current?.metadata.name}" is progressing.`,
					),
		],
	};
	const revision = current ? revisionOf(current) : 1;
	context.update('deployments.apps', withRevision({...deployment, status}, revision));
}
