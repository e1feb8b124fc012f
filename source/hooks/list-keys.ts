import type {Key} from './keys.ts';

/** How far a page goes in a dialog's list, in rows. */
const page = 10;

const steps: Readonly<Record<string, number>> = {
	up: -1,
	down: 1,
	pageup: -page,
	'ctrl+b': -page,
	pagedown: page,
	'ctrl+f': page,
};

/**
 * Where a key takes the cursor of a dialog's list; undefined for a key that moves nothing. Letters and Home and End are
 * left to the text field that often stands beside the list.
 */
export function moveInRows(key: Key, index: number, count: number): number | undefined {
	const step = steps[key];
	return step === undefined ? undefined : Math.max(0, Math.min(count - 1, index + step));
}

/** The same where no text is typed: j and k move as well, and g, G, Home and End go to the ends. */
export function moveInChoice(key: Key, index: number, count: number): number | undefined {
	if (key === 'g' || key === 'home') return 0;
	if (key === 'G' || key === 'end') return count - 1;
	return moveInRows(key === 'j' ? 'down' : key === 'k' ? 'up' : key, index, count);
}

/**
 * Where a key takes the cursor of a panel's list, of which so many rows are on screen: the nearest row that there is,
 * −1 in an empty list. A page is one row less than the screen shows, so that the eye finds where it was. Any other key
 * goes to the end.
 */
export function moveInPanel(key: Key, index: number, count: number, rows: number): number {
	const panelPage = Math.max(1, rows - 1);
	const by: Readonly<Record<Key, number>> = {
		up: -1,
		k: -1,
		down: 1,
		j: 1,
		pageup: -panelPage,
		'ctrl+b': -panelPage,
		pagedown: panelPage,
		'ctrl+f': panelPage,
		home: -index,
		g: -index,
	};
	return Math.min(count - 1, Math.max(0, index + (by[key] ?? count)));
}

/** The first row in view, so that the cursor's row is: it stays in the middle where it can. */
export function topRow(index: number, count: number, room: number): number {
	return Math.max(0, Math.min(count - room, index - Math.floor(room / 2)));
}
