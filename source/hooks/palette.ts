import fuzzysort from 'fuzzysort';
import {harmless} from '../engine/harmless.ts';
import {clusterRows} from './cluster-rows.ts';
import {type Dialog, moveCursor} from './dashboard-state.ts';
import {applies, panelsText, refusalOf, wordFor} from './keymap.ts';
import type {Key} from './keys.ts';
import {moveInRows} from './list-keys.ts';
import {hasPanels, jump} from './navigation.ts';
import {lookAt} from './place.ts';
import {readOnlyReason} from './requests.ts';
import {type Session, say, show} from './session.ts';
import {editText, insertText, type TextField, textField} from './text-field.ts';

/** The command palette: what is looked for, and which of the entries found has the cursor. */
export interface PaletteForm {
	readonly typed: TextField;
	readonly index: number;
}

/** Something that can be done now, or cannot and why. */
export interface PaletteEntry {
	/** What it does in a word or two: `stop`, `go to cluster dev`. */
	readonly title: string;
	/** The same in a sentence. */
	readonly help: string;
	/** The key that does it without the palette; empty where there is none. */
	readonly label: string;
	readonly refusal: string | undefined;
	readonly act: () => void;
}

/** An entry that matches, with the columns of its title that do. */
export interface FoundEntry {
	readonly entry: PaletteEntry;
	readonly matched: readonly number[];
}

/** Letters of a title that lie further apart than this says are no match (`fuzzysort` rates from 0 to 1). */
const leastScore = 0.3;

export function askPalette(session: Session): void {
	show(session, {kind: 'palette', form: {typed: textField(), index: 0}});
}

/** Everything that means something where the focus is, in the order of the key table, and every cluster to go to. */
function entriesOf(session: Session): readonly PaletteEntry[] {
	const bindings = session.keyTable
		.filter(binding => !binding.keyed && binding.name !== 'palette' && applies(binding, session))
		.map(
			(binding): PaletteEntry => ({
				title: wordFor(binding, session),
				help: binding.help,
				label: binding.label,
				refusal: refusalOf(binding, session),
				act: () => binding.act(session, binding.keys[0] ?? ''),
			}),
		);
	const state = session.store.get();
	const unfiltered = {...state, filters: {...state.filters, clusters: ''}};
	const rows = clusterRows(lookAt(session.places), unfiltered);
	const clusters = rows.flatMap(({id, sight, view}, index): PaletteEntry[] => {
		if (!view) return [];
		const host = session.places.length > 1 ? ` on ${sight.place.name}` : '';
		return [
			{
				title: harmless(`go to cluster ${view.cluster.name}${host}`),
				help: 'the cursor on it',
				label: '',
				refusal: undefined,
				act: () => {
					session.store.set(moveCursor({...session.store.get(), filters: unfiltered.filters}, 'clusters', {id, index}));
					jump(session, 'clusters');
				},
			},
		];
	});
	return [...bindings, ...clusters];
}

/** What works in other panels alone, with the reason why it does not here. */
function entriesElsewhere(session: Session): readonly PaletteEntry[] {
	if (!hasPanels(session)) return [];
	const {focus} = session.store.get();
	return session.keyTable.flatMap((binding): PaletteEntry[] => {
		const {panels = [], keyed, changes, name, help, label} = binding;
		if (keyed || panels.length === 0 || panels.includes(focus)) return [];
		const title = typeof binding.does === 'string' ? binding.does : name.replaceAll('-', ' ');
		const refusal = changes && session.readOnly ? readOnlyReason : `works ${panelsText(panels)}`;
		return [{title, help, label, refusal, act: () => {}}];
	});
}

/** How well an entry fits what is typed: by a word of its title, by its title's letters, by a word of its sentence; 0 where it does not. */
function match({title, help}: PaletteEntry, wanted: string): number {
	const hasWord = (text: string) => ` ${text.toLowerCase()}`.includes(` ${wanted}`);
	if (title.toLowerCase() === wanted) return 5;
	if (title.toLowerCase().startsWith(wanted)) return 4;
	if (hasWord(title)) return 3;
	if ((fuzzysort.single(wanted, title)?.score ?? 0) >= leastScore) return 2;
	return hasWord(help) ? 1 : 0;
}

/** The entries that match, the best first; of those that are called so, what cannot be done now comes behind what can. */
export function findEntries(session: Session, {typed}: PaletteForm): readonly FoundEntry[] {
	const wanted = typed.text.trim().toLowerCase();
	const here = entriesOf(session);
	if (wanted === '') {
		const found = here.map(entry => ({entry, matched: []}));
		return [...found.filter(({entry}) => !entry.refusal), ...found.filter(({entry}) => entry.refusal)];
	}
	const rated = [...here, ...entriesElsewhere(session)]
		.map(entry => ({entry, quality: match(entry, wanted)}))
		.filter(each => each.quality > 0);
	// What is only spoken of comes behind what is called so, also where that cannot be done now.
	const rank = ({entry, quality}: (typeof rated)[number]) => (quality > 1 ? 10 : 0) + (entry.refusal ? 0 : 5) + quality;
	return rated
		.toSorted((a, b) => rank(b) - rank(a))
		.map(({entry}) => ({entry, matched: fuzzysort.single(wanted, entry.title)?.indexes ?? []}));
}

/** What a key makes of the palette; undefined closes it. */
export function pressPaletteKey(session: Session, form: PaletteForm, key: Key): Dialog | undefined {
	const to = (changes: Partial<PaletteForm>): Dialog => ({kind: 'palette', form: {...form, ...changes}});
	if (key === 'escape') return undefined;
	const found = findEntries(session, form);
	const letters: Readonly<Record<Key, Key>> = {'ctrl+n': 'down', 'ctrl+p': 'up', tab: 'down', backtab: 'up'};
	const moved = moveInRows(letters[key] ?? key, form.index, found.length);
	if (moved !== undefined) return to({index: moved});
	if (key !== 'enter') {
		const typed = editText(form.typed, key);
		return typed ? to({typed, index: typed.text === form.typed.text ? form.index : 0}) : to({});
	}
	const entry = found[form.index]?.entry;
	if (!entry) return to({});
	if (entry.refusal !== undefined) {
		say(session, entry.refusal, 'warning');
		return to({});
	}
	// Closed first: what it does may open a dialog of its own.
	show(session, undefined);
	entry.act();
	return session.store.get().dialog;
}

export function pasteIntoPalette(form: PaletteForm, text: string): PaletteForm {
	return {typed: insertText(form.typed, text), index: 0};
}
