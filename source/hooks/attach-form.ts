import {harmless} from '../engine/harmless.ts';
import type {Snapshot} from '../watch/snapshot.ts';
import {attachRegistry, detachRegistry} from './actions.ts';
import {pressAnswer} from './answer.ts';
import {placeOf} from './cursor.ts';
import type {Answer, Cursor, Dialog} from './dashboard-state.ts';
import type {Key} from './keys.ts';
import {moveInRows} from './list-keys.ts';
import {type Session, say} from './session.ts';

/** The dialog that says which registry serves which cluster: one of them is given, the other is chosen. */
export interface AttachForm {
	/** Which of the two is given. */
	readonly given: 'registry' | 'cluster';
	readonly name: string;
	readonly cursor: Cursor;
	/** The answer to whether the one with the cursor is detached; undefined as long as that is no question. */
	readonly detach: {readonly name: string; readonly answer: Answer} | undefined;
}

/** What there is to choose from. */
export interface AttachRow {
	readonly name: string;
	readonly isAttached: boolean;
	/** True for a registry that was made with the cluster: the two cannot be parted. */
	readonly isOwn: boolean;
}

export function attachForm(given: AttachForm['given'], name: string): AttachForm {
	return {given, name, cursor: {id: undefined, index: 0}, detach: undefined};
}

/** The clusters of the given registry, or the registries of the given cluster, all there are, in the order shown. */
export function attachRows({given, name}: AttachForm, {clusters, registries}: Snapshot): readonly AttachRow[] {
	if (given === 'cluster') {
		return registries.map(({node, usedBy}) => ({
			name: node.name,
			isAttached: usedBy.includes(name),
			isOwn: node.cluster === name,
		}));
	}
	const registry = registries.find(({node}) => node.name === name);
	return clusters.map(({cluster}) => ({
		name: cluster.name,
		isAttached: registry?.usedBy.includes(cluster.name) ?? false,
		isOwn: registry?.node.cluster === cluster.name,
	}));
}

/** The registry and the cluster that a row is about. */
export function pairOf({given, name}: AttachForm, other: string): {registry: string; cluster: string} {
	return given === 'registry' ? {registry: name, cluster: other} : {registry: other, cluster: name};
}

/** What a key makes of the dialog; undefined closes it. Enter attaches; what is attached is detached after a question. */
export function pressAttachKey(session: Session, form: AttachForm, key: Key): Dialog | undefined {
	const to = (changes: Partial<AttachForm>): Dialog => ({kind: 'attach', form: {...form, ...changes}});
	const {detach} = form;
	if (detach) {
		const answer = pressAnswer(detach.answer, key);
		if (answer === 'leave') return to({detach: undefined});
		if (answer !== 'act') return to({detach: {...detach, answer}});
		const {registry, cluster} = pairOf(form, detach.name);
		return detachRegistry(session, registry, cluster) ? undefined : to({detach: undefined});
	}
	if (key === 'escape' || key === 'q') return undefined;
	const rows = attachRows(form, session.watch.snapshot());
	const names = rows.map(row => row.name);
	const at = placeOf(names, form.cursor);
	const moved = moveInRows(key === 'j' ? 'down' : key === 'k' ? 'up' : key, at, rows.length);
	if (moved !== undefined) return to({cursor: {id: names[moved], index: moved}});
	const row = rows[at];
	if (!row || key !== 'enter') return to({});
	if (row.isAttached && row.isOwn) {
		const {registry, cluster} = pairOf(form, row.name);
		say(session, `${harmless(registry)} was made with ${harmless(cluster)} and goes with it`, 'warning');
		return to({});
	}
	if (row.isAttached) return to({detach: {name: row.name, answer: 'no'}});
	const {registry, cluster} = pairOf(form, row.name);
	return attachRegistry(session, registry, cluster) ? undefined : to({});
}
