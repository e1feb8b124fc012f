import type {Pod} from '../kubernetes/workloads/workloads.ts';
import type {LogSource} from '../watch/snapshot.ts';
import type {Key} from './keys.ts';
import {moveInPanel} from './list-keys.ts';
import {openPodLog} from './log-actions.ts';
import {type Session, say, update} from './session.ts';
import {type WorkloadsState, type WorkloadTab, workloadTabs} from './workloads-state.ts';
import {chosenWorkload, type WorkloadRow, workloadsInView} from './workloads-view.ts';

function change(session: Session, changes: Partial<WorkloadsState>): void {
	update(session, {workloads: {...session.store.get().workloads, ...changes}});
}

/** To the next tab, or the one before, round and round. */
export function turnTab(session: Session, by: 1 | -1): void {
	const {tab} = session.store.get().workloads;
	const index = workloadTabs.indexOf(tab) + by + workloadTabs.length;
	change(session, {tab: workloadTabs[index % workloadTabs.length] ?? tab});
}

/** Only what is in the next namespace; after the last, everything again. */
export function turnNamespace(session: Session, by: 1 | -1): void {
	const {namespaces, namespace} = workloadsInView(session);
	const choices = [undefined, ...namespaces];
	const next = choices[(choices.indexOf(namespace) + by + choices.length) % choices.length];
	change(session, {namespace: next});
	say(session, next === undefined ? 'all namespaces' : `only namespace ${next}`);
}

/** The whole cluster, or only the node with the cursor. */
export function toggleWide(session: Session): void {
	change(session, {isWide: !session.store.get().workloads.isWide});
}

/** Moves the cursor of the tab in view. */
export function moveInWorkloads(session: Session, key: Key): void {
	const {rows, index} = workloadsInView(session);
	goToWorkload(session, Math.max(0, moveInPanel(key, index, rows.length, session.room.pages.workloads)));
}

/** Puts the cursor of the tab in view on a row. */
export function goToWorkload(session: Session, index: number): void {
	const {tab, rows} = workloadsInView(session);
	setCursor(session, tab, rows[index], index);
}

function setCursor(session: Session, tab: WorkloadTab, row: WorkloadRow | undefined, index: number): void {
	const {cursors} = session.store.get().workloads;
	// Where events come in at the top, the cursor stays with the newest until somebody moves it.
	const id = tab === 'events' && index === 0 ? undefined : row?.id;
	change(session, {cursors: {...cursors, [tab]: {id, index}}});
}

/** The pods that a row is about: itself, or those that carry its labels. */
export function podsOf(session: Session, row: WorkloadRow): readonly Pod[] {
	const pods = session.workloads.current?.view().workloads?.pods ?? [];
	switch (row.kind) {
		case 'Pod':
			return [row];
		case 'Event': {
			const {kind, namespace, name} = row.about;
			return pods.filter(pod => kind === 'Pod' && pod.namespace === namespace && pod.name === name);
		}
		case 'Ingress':
			return [];
		default: {
			const wanted = Object.entries(row.selector ?? {});
			if (wanted.length === 0) return [];
			return pods.filter(
				pod => pod.namespace === row.namespace && wanted.every(([label, value]) => pod.labels[label] === value),
			);
		}
	}
}

/** A pod's logs: of each container, before it the one that was there before the last restart. */
function sourcesOf(cluster: string, {namespace, name, containers}: Pod): readonly LogSource[] {
	return containers
		.filter(({hasLog}) => hasLog)
		.flatMap(({name: container, hasPrevious}) => {
			const source = {kind: 'pod' as const, cluster, namespace, pod: name, container};
			return hasPrevious ? [{...source, previous: true}, source] : [source];
		});
}

/** Logs that are followed at once, at most: each is a connection. */
const mostSources = 20;

/** Why no log can be shown of the row with the cursor. */
export function podLogRefusal(session: Session): string | undefined {
	const row = chosenWorkload(session);
	if (!row) return 'nothing is selected here';
	const pods = podsOf(session, row);
	if (pods.length === 0) return row.kind === 'Event' ? 'this is not about a pod that is there' : 'it has no pods';
	return pods.some(({containers}) => containers.some(({hasLog}) => hasLog))
		? undefined
		: 'none of its containers has begun yet';
}

/** Opens the log of the pod with the cursor: all its containers. Of what has several pods, those of all. */
export function openChosenLog(session: Session): void {
	const row = chosenWorkload(session);
	const {cluster} = workloadsInView(session);
	if (!row || !cluster) return;
	const sources = podsOf(session, row).flatMap(pod => sourcesOf(cluster.cluster.name, pod));
	const title = row.kind === 'Event' ? row.about.name : row.name;
	openPodLog(session, `${title} (${row.namespace})`, sources.slice(0, mostSources));
	if (sources.length > mostSources) {
		say(session, `only the first ${mostSources} of its ${sources.length} logs are shown`, 'warning');
	}
}

/** Copies where the row with the cursor is reached, or its name. */
export function copyChosen(session: Session): void {
	const row = chosenWorkload(session);
	if (!row) {
		say(session, 'nothing is selected here', 'warning');
		return;
	}
	const url = 'urls' in row ? row.urls[0] : undefined;
	const text = url ?? (row.kind === 'Event' ? row.message : row.name);
	const {isCopied, where} = session.copy(`${text}\n`);
	say(session, `${url === undefined ? 'its name' : url}: ${where}`, isCopied ? 'good' : 'warning');
}
