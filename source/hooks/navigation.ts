import {goToActivity, moveInActivity} from './activity-keys.ts';
import {focusOn, isDetail, type ListName, moveCursor, type PanelName, panelNames} from './dashboard-state.ts';
import type {Key} from './keys.ts';
import {moveInPanel} from './list-keys.ts';
import {chooseRow, endChoosing, moveInLog} from './log-actions.ts';
import {clearMarks} from './marks.ts';
import {type Session, selectionOf, update} from './session.ts';
import {goToWorkload, moveInWorkloads} from './workloads-actions.ts';

/** False as long as there is nothing to move about in: no panels are shown then. */
export function hasPanels(session: Session): boolean {
	const {confirmedAt, clusters, registries} = session.watch.snapshot();
	return session.places.length > 1 || (confirmedAt !== undefined && clusters.length + registries.length > 0);
}

/** True where this panel is on screen and has the focus. */
export function isIn(session: Session, panel: PanelName): boolean {
	return session.store.get().focus === panel && hasPanels(session);
}

export function isLogFocused(session: Session): boolean {
	return isIn(session, 'log');
}

/** Gives the panel in focus the whole body, or gives that back. */
export function toggleZoom(session: Session): void {
	update(session, {zoomed: !session.store.get().zoomed});
}

export function jump(session: Session, panel: PanelName): void {
	session.store.set(focusOn(session.store.get(), panel));
}

const leastShare = 0.25;

/** Gives the lists more of the width beside a detail, or less. */
export function shiftSplit(session: Session, by: number): void {
	const share = (session.store.get().listShare ?? session.room.lists) + by;
	update(session, {listShare: Math.max(leastShare, Math.min(1 - leastShare, Math.round(share * 100) / 100))});
}

/** The next panel in the order of their numbers, or the one before, round and round. */
export function focusNext(session: Session, by: 1 | -1): void {
	const index = panelNames.indexOf(session.store.get().focus) + by + panelNames.length;
	jump(session, panelNames[index % panelNames.length] ?? 'clusters');
}

function moveTo(session: Session, list: ListName, index: number): void {
	const ids = selectionOf(session).idsOf(list);
	const to = Math.max(0, Math.min(ids.length - 1, index));
	session.store.set(moveCursor(session.store.get(), list, {id: ids[to], index: to}));
}

function moveInList(session: Session, list: ListName, key: Key): void {
	const {idsOf, indexes} = selectionOf(session);
	moveTo(session, list, moveInPanel(key, indexes[list], idsOf(list).length, session.room.pages[list]));
}

/** Moves the cursor of the list in focus, or scrolls the log. */
export function move(session: Session, key: Key): void {
	moveIn(session, session.store.get().focus, key);
}

/** Moves the cursor of a panel, or scrolls the log, whether or not it is in focus. */
export function moveIn(session: Session, panel: PanelName, key: Key): void {
	if (panel === 'log') moveInLog(session, key);
	else if (panel === 'workloads') moveInWorkloads(session, key);
	else if (panel === 'activity') moveInActivity(session, key);
	else moveInList(session, panel, key);
}

/** Goes to a panel, and there to a row, if to any. */
export function focusOnRow(session: Session, panel: PanelName, row: number | undefined): void {
	if (session.store.get().focus !== panel) jump(session, panel);
	if (row === undefined) return;
	if (panel === 'workloads') goToWorkload(session, row);
	else if (panel === 'activity') goToActivity(session, row);
	else if (panel === 'log') chooseRow(session, row);
	else if (!isDetail(panel)) moveTo(session, panel, row);
}

/** To the log of what is in focus; where that is in focus already, it takes the full width, or gives it back. */
export function openLogs(session: Session): void {
	if (session.store.get().focus === 'log') toggleZoom(session);
	else jump(session, 'log');
}

/** From a cluster to its nodes, from anything else to its log. */
export function drill(session: Session): void {
	const {focus} = session.store.get();
	jump(session, focus === 'clusters' ? 'nodes' : 'log');
}

/** True while a filter may leave out some of the panel in focus, and Esc ends it. */
export function isFiltered(session: Session): boolean {
	const {focus, filters, logFilter, log, marks} = session.store.get();
	if (marks.clusters.size > 0 || marks.nodes.size > 0) return false;
	return filters[focus] !== '' && (focus !== 'log' || (logFilter !== 'all' && !log.chosen));
}

/** One level back: out of what is chosen or marked, a filter, of a zoom, of a detail, to the clusters. */
export function back(session: Session): void {
	const state = session.store.get();
	const {focus, filters} = state;
	if (clearMarks(session) || (focus === 'log' && endChoosing(session))) return;
	if (filters[focus] !== '') {
		update(session, {filters: {...filters, [focus]: ''}, ...(focus === 'log' && {logFilter: 'all'})});
	} else if (focus === 'log' && state.logScope.kind !== 'focus') {
		update(session, {logScope: {kind: 'focus'}});
		// A pod's log was opened among the workloads.
		if (state.logScope.kind === 'pod') jump(session, 'workloads');
	} else if (state.zoomed) toggleZoom(session);
	else if (focus !== 'clusters') jump(session, isDetail(focus) ? state.cameFrom : 'clusters');
}
