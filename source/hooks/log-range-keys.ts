import {type Dialog, freshLogPosition} from './dashboard-state.ts';
import type {Key} from './keys.ts';
import {moveInChoice} from './list-keys.ts';
import {logRanges} from './log-range.ts';
import {type Session, show, update} from './session.ts';

/** Asks which part of a log to begin with. */
export function askRange(session: Session): void {
	show(session, {kind: 'log-range', index: session.store.get().logRange});
}

/** What a key makes of the choice; undefined closes it. */
export function pressRangeKey(session: Session, index: number, key: Key): Dialog | undefined {
	if (key === 'escape' || key === 'q') return undefined;
	const moved = moveInChoice(key, index, logRanges.length);
	if (moved !== undefined) return {kind: 'log-range', index: moved};
	if (key !== 'enter') return {kind: 'log-range', index};
	// It is read anew: its lines have other numbers.
	const {key: of, left} = session.store.get().log;
	update(session, {logRange: index, log: {...freshLogPosition, key: of, left}});
	return undefined;
}
