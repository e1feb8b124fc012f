import type {Cursor} from './dashboard-state.ts';

/** Where a cursor is in a list of these ids: on its item, or as long as that is gone, on its place; −1 in an empty list. */
export function placeOf(ids: readonly string[], {id, index}: Cursor): number {
	const found = id === undefined ? -1 : ids.indexOf(id);
	return found === -1 ? Math.min(index, ids.length - 1) : found;
}
