import {harmless} from '../engine/harmless.ts';
import {deleteCluster, deleteNode, refusal, restart, startOrStop, starts, type Target, targetOf} from './actions.ts';
import {type DashboardState, type ListName, type MarkableList, moveCursor} from './dashboard-state.ts';
import type {Place} from './place.ts';
import {type Session, say, selectionOf, sessionAt, update} from './session.ts';

function isMarkable(list: string): list is MarkableList {
	return list === 'clusters' || list === 'nodes';
}

/** Something that is marked, at its host. */
export interface MarkedTarget {
	readonly place: Place;
	readonly target: Target;
}

/** The list in focus, where its rows can be marked. */
function listInFocus(session: Session): MarkableList | undefined {
	const {focus} = session.store.get();
	return isMarkable(focus) ? focus : undefined;
}

/** The marked rows of a list that are in it now: what a filter hides is not acted on. */
export function shownMarks(
	{marks}: Pick<DashboardState, 'marks'>,
	list: ListName | 'workloads',
	ids: readonly string[],
): readonly string[] {
	return isMarkable(list) ? ids.filter(id => marks[list].has(id)) : [];
}

/** What is marked in the list in focus, in the order shown. */
export function markedTargets(session: Session): readonly MarkedTarget[] {
	const list = listInFocus(session);
	if (!list) return [];
	const {marks} = session.store.get();
	const {rows, nodes} = selectionOf(session);
	if (list === 'nodes') {
		return nodes
			.filter(({id}) => marks.nodes.has(id))
			.map(node => ({place: session.place, target: {kind: 'node', node, cluster: node.cluster}}));
	}
	return rows.flatMap(({id, sight, view}) =>
		view && marks.clusters.has(id) ? [{place: sight.place, target: {kind: 'cluster' as const, view}}] : [],
	);
}

function setMarks(session: Session, list: MarkableList, ids: Iterable<string>): void {
	update(session, {marks: {...session.store.get().marks, [list]: new Set(ids)}});
}

/** Marks the row with the cursor, or takes its mark, and moves on. */
export function toggleMark(session: Session): void {
	const list = listInFocus(session);
	if (!list) return;
	const selection = selectionOf(session);
	const index = selection.indexes[list];
	const ids = selection.idsOf(list);
	const id = ids[index];
	if (id === undefined) return;
	if (list === 'clusters' && !selection.rows[index]?.view) {
		say(session, 'this host has no cluster to mark', 'warning');
		return;
	}
	const marked = session.store.get().marks[list];
	setMarks(session, list, marked.has(id) ? [...marked].filter(each => each !== id) : [...marked, id]);
	const next = Math.min(index + 1, ids.length - 1);
	// The nodes in view stay those of the cluster that was just marked until the cursor has moved on.
	session.store.set(moveCursor(session.store.get(), list, {id: ids[next], index: next}));
}

/** Marks all rows that are shown; where all are, takes the marks. */
export function toggleAllMarks(session: Session): void {
	const list = listInFocus(session);
	if (!list) return;
	const {rows, nodes} = selectionOf(session);
	const ids = list === 'nodes' ? nodes.map(({id}) => id) : rows.filter(({view}) => view).map(({id}) => id);
	const marked = session.store.get().marks[list];
	setMarks(session, list, ids.every(id => marked.has(id)) ? [] : ids);
}

/** Takes the marks of the list in focus. Returns whether there were any. */
export function clearMarks(session: Session): boolean {
	const list = listInFocus(session);
	if (!list || session.store.get().marks[list].size === 0) return false;
	setMarks(session, list, []);
	return true;
}

function clusterNameOf(target: Target): string | undefined {
	return target.kind === 'cluster' ? target.view.cluster.name : target.cluster;
}

/** Targets that may not be worked on at the same time: those of one cluster. */
function byCluster(targets: readonly MarkedTarget[]): readonly (readonly MarkedTarget[])[] {
	const groups = Map.groupBy(targets, ({place, target}) => `${place.name}\n${clusterNameOf(target) ?? target.kind}`);
	return [...groups.values()];
}

/**
 * Acts on what belongs to one cluster, one after the other. What cannot be acted on is left; where one fails or is
 * cancelled, all that would have come after it. Gives back why what was left was left.
 */
async function actInTurn(
	session: Session,
	targets: readonly MarkedTarget[],
	act: (session: Session, target: Target) => void,
): Promise<readonly string[]> {
	const reasons: string[] = [];
	for (const {place, target} of targets) {
		const there = sessionAt(session, place);
		const reason = reasons[0] ?? refusal(there, clusterNameOf(target));
		if (reason !== undefined) {
			reasons.push(reason);
			continue;
		}
		const before = new Set(there.lifecycle.operations());
		act(there, target);
		const begun = there.lifecycle.operations().find(operation => !before.has(operation));
		try {
			await begun?.result;
		} catch {
			const {verb, subject, state} = begun?.snapshot() ?? {};
			if (targets.at(-1)?.target !== target) reasons.push(`${verb} ${harmless(subject ?? '')} ${state}`);
		}
	}
	return reasons;
}

/** Acts on all of them; clusters at the same time. Says afterwards what was left as it is. */
function actOnEach(
	session: Session,
	targets: readonly MarkedTarget[],
	act: (session: Session, target: Target) => void,
): void {
	clearMarks(session);
	const done = Promise.all(byCluster(targets).map(group => actInTurn(session, group, act)));
	done.then(all => {
		const reasons = [...new Set(all.flat())];
		if (reasons.length > 0) say(session, `not everything was done: ${reasons.join('; ')}`, 'warning');
	});
}

/** What the start key acts on of what is marked: what does not run, and where all of it runs, all. */
function toStartOrStop(targets: readonly MarkedTarget[]): readonly MarkedTarget[] {
	const toStart = targets.filter(({target}) => starts(target));
	return toStart.length > 0 ? toStart : targets;
}

/** What the start key does: `stop`, or where something is marked `start 1 of 2 marked`. */
export function startOrStopWord(session: Session): string {
	const marked = markedTargets(session);
	if (marked.length === 0) {
		const target = targetOf(session);
		return target && !starts(target) ? 'stop' : 'start';
	}
	const targets = toStartOrStop(marked);
	const verb = targets.some(({target}) => starts(target)) ? 'start' : 'stop';
	return `${verb} ${targets.length < marked.length ? `${targets.length} of ` : ''}${marked.length} marked`;
}

/** Starts what is marked and does not run; where all of it runs, stops it. */
export function startOrStopMarked(session: Session, targets: readonly MarkedTarget[]): void {
	const those = toStartOrStop(targets);
	if (those.length < targets.length)
		say(session, `${those.length} of ${targets.length} marked: the others run already`);
	actOnEach(session, those, startOrStop);
}

export function restartMarked(session: Session, targets: readonly MarkedTarget[]): void {
	actOnEach(session, targets, restart);
}

/** Deletes them; each is an operation of its own. */
export function deleteMarked(session: Session, targets: readonly MarkedTarget[]): void {
	actOnEach(session, targets, (there, target) => {
		if (target.kind === 'cluster') deleteCluster(there, target.view.cluster.name);
		else if (target.cluster !== undefined) deleteNode(there, target.node.name, target.cluster);
	});
}

/** `3 clusters`, `1 node`. */
export function countedTargets(targets: readonly MarkedTarget[]): string {
	const noun = targets[0]?.target.kind ?? 'cluster';
	return `${targets.length} ${noun}${targets.length === 1 ? '' : 's'}`;
}

/** Their names, harmless, with the host where there are several. */
export function namesOf(session: Session, targets: readonly MarkedTarget[]): readonly string[] {
	return targets.map(({place, target}) => {
		const name = harmless(target.kind === 'cluster' ? target.view.cluster.name : target.node.name);
		return session.places.length > 1 ? `${name} on ${place.name}` : name;
	});
}

/** A verb with how many it acts on, where some are marked: `stop 3`. */
export function markedWord(session: Session, verb: string): string {
	const {length} = markedTargets(session);
	return length > 0 ? `${verb} ${length} marked` : verb;
}
