import {distance} from 'fastest-levenshtein';
import type {KeyOverrides} from '../../settings/settings.ts';
import {isPrintable, type Key} from '../keys.ts';
import type {KeyBinding} from './key-binding.ts';

export interface RemappedKeys {
	readonly table: readonly KeyBinding[];
	/** What of the wishes could not be done, one sentence each; those bindings keep their keys. */
	readonly problems: readonly string[];
}

const named: Readonly<Record<Key, string>> = {
	up: '↑',
	down: '↓',
	left: '←',
	right: '→',
	pageup: 'PgUp',
	pagedown: 'PgDn',
	home: 'Home',
	end: 'End',
	enter: 'Enter',
	escape: 'Esc',
	tab: 'Tab',
	backtab: 'Shift-Tab',
	backspace: 'Backspace',
	delete: 'Del',
	' ': 'Space',
};

/** These end and suspend the dashboard wherever the focus is: with another meaning there might be no way out. */
const reserved: readonly Key[] = ['ctrl+c', 'ctrl+z', 'escape'];

/** What further away than this is another word. */
const mostTypos = 3;

/** A key as it is shown: `s`, `Ctrl-X`, `Enter`. */
export function keyLabel(key: Key): string {
	return named[key] ?? key.replace(/^ctrl\+(.)$/, (_, letter: string) => `Ctrl-${letter.toUpperCase()}`);
}

function isKey(key: Key): boolean {
	return isPrintable(key) || key in named || /^ctrl\+[a-z]$/.test(key);
}

/** Two bindings in one place: one key could not tell them apart. */
function meet(a: KeyBinding, b: KeyBinding): boolean {
	if (a.panels === undefined || b.panels === undefined) return true;
	const [less, more] = a.panels.length === 0 ? [a.panels, b.panels] : [b.panels, a.panels];
	return less.length === 0 ? more.length === 0 : less.some(panel => more.includes(panel));
}

function wrongName(name: string, table: readonly KeyBinding[]): string {
	const [nearest] = table.toSorted((a, b) => distance(name, a.name) - distance(name, b.name));
	const isNear = nearest !== undefined && distance(name, nearest.name) <= mostTypos;
	return `keys: there is no binding "${name}"${isNear ? `; did you mean ${nearest.name}?` : ''}`;
}

/** The key table with other keys where a person wants some. Every wish is looked at for itself: one that is wrong spoils no other. */
export function remapKeys(table: readonly KeyBinding[], overrides: KeyOverrides): RemappedKeys {
	const problems: string[] = [];
	let remapped = table;
	for (const [name, keys] of Object.entries(overrides)) {
		const binding = remapped.find(each => each.name === name);
		const problem = binding ? wrongKeys(binding, keys, remapped, overrides) : wrongName(name, table);
		if (problem !== undefined) problems.push(problem);
		else if (binding) {
			const changed = {...binding, keys, label: keys.map(keyLabel).join(' ')};
			remapped = remapped.map(each => (each === binding ? changed : each));
		}
	}
	return {table: remapped, problems};
}

/** Why a binding cannot have these keys. */
function wrongKeys(
	binding: KeyBinding,
	keys: readonly Key[],
	table: readonly KeyBinding[],
	overrides: KeyOverrides,
): string | undefined {
	const subject = `keys: ${binding.name}`;
	if (binding.keyed) return `${subject} does something else for each of its keys, so they cannot be changed`;
	for (const key of keys) {
		const shown = keyLabel(key);
		if (reserved.includes(key)) return `${subject} cannot have ${shown}, which always leads out`;
		if (!isKey(key)) return `${subject}: there is no key "${key}"; write a character, ctrl+x, or a name such as pageup`;
		const owner = table.find(each => each !== binding && each.keys.includes(key) && meet(each, binding));
		// Keys may change places: the owner's own wish is looked at in its turn.
		if (owner && (overrides[owner.name] === undefined || overrides[owner.name]?.includes(key))) {
			return `${subject} cannot have ${shown}, which is ${owner.name}'s; give that another key first`;
		}
	}
	return undefined;
}
