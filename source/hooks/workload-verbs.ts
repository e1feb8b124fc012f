import {isObjectKind} from '../kubernetes/workloads/object-path.ts';
import type {ObjectRef} from '../kubernetes/workloads/workloads.ts';
import type {PodName, WorkloadName} from '../lifecycle/lifecycle.ts';
import {refusal} from './actions.ts';
import {type ObjectReading, openObject} from './object-view.ts';
import {type Session, say, show} from './session.ts';
import {chosenWorkload, type WorkloadRow, workloadsInView} from './workloads-view.ts';

/** Why nothing can be changed in the cluster in view. What is done to its containers meanwhile is not in the way. */
function changeRefusal(session: Session): string | undefined {
	return chosenWorkload(session) ? refusal(session, undefined) : 'nothing is selected here';
}

/** Does something to the workloads of a cluster, unless nobody answers; says so then and gives back false. */
function begin(session: Session, start: () => void): boolean {
	const reason = refusal(session, undefined);
	if (reason !== undefined) {
		say(session, reason, 'warning');
		return false;
	}
	start();
	return true;
}

/** What keeps pods and can be told to make them anew; undefined for any other row. */
function workloadOf(row: WorkloadRow | undefined): WorkloadName | undefined {
	if (row?.kind !== 'Deployment' && row?.kind !== 'StatefulSet' && row?.kind !== 'DaemonSet') return undefined;
	const {kind, namespace, name} = row;
	return {kind, namespace, name};
}

function clusterInView(session: Session): string {
	return workloadsInView(session).cluster?.cluster.name ?? '';
}

/** Why the row with the cursor cannot be deleted. */
export function podDeletionRefusal(session: Session): string | undefined {
	const row = chosenWorkload(session);
	if (row && row.kind !== 'Pod') return 'only pods are deleted here';
	return changeRefusal(session);
}

/** Asks before the pod with the cursor is deleted. */
export function askPodDeletion(session: Session): void {
	const row = chosenWorkload(session);
	if (row?.kind !== 'Pod') return;
	const {namespace, name} = row;
	show(session, {kind: 'delete-pod', cluster: clusterInView(session), pod: {namespace, name}, answer: 'no'});
}

export function deletePod(session: Session, cluster: string, pod: PodName): boolean {
	return begin(session, () => session.lifecycle.deletePod(cluster, pod));
}

/** Why the row with the cursor cannot be restarted. */
export function restartRefusal(session: Session): string | undefined {
	const row = chosenWorkload(session);
	if (row && !workloadOf(row)) return 'only deployments, stateful sets and daemon sets make their pods anew';
	return changeRefusal(session);
}

/** Has what has the cursor make its pods anew. */
export function restartChosen(session: Session): void {
	const workload = workloadOf(chosenWorkload(session));
	if (workload) begin(session, () => session.lifecycle.restartWorkload(clusterInView(session), workload));
}

/** Why the row with the cursor cannot be scaled. */
export function scaleRefusal(session: Session): string | undefined {
	const row = chosenWorkload(session);
	if (row?.kind === 'DaemonSet') return 'a daemon set has a pod on every node';
	if (row && !workloadOf(row)) return 'only deployments and stateful sets are scaled';
	return changeRefusal(session);
}

/** Asks how many pods what has the cursor shall have. */
export function askScale(session: Session): void {
	const row = chosenWorkload(session);
	const workload = workloadOf(row);
	if (!workload || !row || !('wanted' in row)) return;
	const {wanted} = row;
	show(session, {
		kind: 'scale',
		form: {cluster: clusterInView(session), workload, from: wanted, replicas: wanted, isFresh: true, focus: 'number'},
	});
}

export function scaleWorkload(
	session: Session,
	{cluster, workload, from, replicas}: {cluster: string; workload: WorkloadName; from: number; replicas: number},
): boolean {
	return begin(session, () => session.lifecycle.scaleWorkload(cluster, workload, {replicas, from}));
}

/** What is looked at: the row with the cursor; of an event, what it is about. */
function refOf(row: WorkloadRow | undefined): ObjectRef | undefined {
	if (row?.kind !== 'Event') return row && {kind: row.kind, namespace: row.namespace, name: row.name};
	const {kind, namespace, name} = row.about;
	return isObjectKind(kind) ? {kind, namespace, name} : {kind: 'Event', namespace: row.namespace, name: row.name};
}

/** Why there is nothing to look at. */
export function readingRefusal(session: Session): string | undefined {
	return chosenWorkload(session) ? undefined : 'nothing is selected here';
}

/** Opens what there is to know of the row with the cursor. */
export function readChosen(session: Session, reading: ObjectReading): void {
	const ref = refOf(chosenWorkload(session));
	if (ref) show(session, openObject(session, {cluster: clusterInView(session), ref, reading}));
}
