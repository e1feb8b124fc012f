import {harmless} from '../../engine/harmless.ts';
import {type ControllerObject, timeOf} from './objects.ts';
import type {Controller, ControllerKind, Health} from './workloads.ts';

/** A Deployment, StatefulSet or DaemonSet of the API as k3dui shows it. Lists do not say of their items which kind they are. */
export function controllerFrom(kind: ControllerKind, {metadata = {}, spec, status = {}}: ControllerObject): Controller {
	const isDaemonSet = kind === 'DaemonSet';
	const wanted = isDaemonSet ? (status.desiredNumberScheduled ?? 0) : (spec?.replicas ?? 1);
	const ready = (isDaemonSet ? status.numberReady : status.readyReplicas) ?? 0;
	const updated = (isDaemonSet ? status.updatedNumberScheduled : status.updatedReplicas) ?? 0;
	const {matchLabels, matchExpressions = []} = spec?.selector ?? {};
	return {
		kind,
		id: metadata.uid ?? '',
		namespace: metadata.namespace ?? '',
		name: metadata.name ?? '',
		createdAt: timeOf(metadata.creationTimestamp) ?? 0,
		ready,
		wanted,
		updated,
		available: (isDaemonSet ? status.numberAvailable : status.availableReplicas) ?? 0,
		images: (spec?.template?.spec?.containers ?? []).map(({image = ''}) => harmless(image, {limit: 200})),
		health: healthOf(ready, wanted, updated, status.conditions ?? []),
		selector: matchExpressions.length === 0 ? matchLabels : undefined,
	};
}

function healthOf(
	ready: number,
	wanted: number,
	updated: number,
	conditions: NonNullable<NonNullable<ControllerObject['status']>['conditions']>,
): Health {
	if (wanted === 0) return 'over';
	if (ready >= wanted && updated >= wanted) return 'good';
	// A Deployment says when it has given up waiting (progressDeadlineSeconds).
	const isStuck = conditions.some(({type, status}) => type === 'Progressing' && status === 'False');
	return isStuck || ready === 0 ? 'bad' : 'busy';
}
