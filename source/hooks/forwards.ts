import type {Forward} from '../watch/snapshot.ts';
import type {Dialog} from './dashboard-state.ts';
import type {Key} from './keys.ts';
import {moveInChoice} from './list-keys.ts';
import type {Place} from './place.ts';
import {keyFor, type Session, say, show} from './session.ts';

/** A forward, and the host through which it leads. */
export interface ListedForward {
	readonly place: Place;
	readonly forward: Forward;
}

/** What is forwarded, through all hosts. */
export function listForwards({places}: Pick<Session, 'places'>): readonly ListedForward[] {
	return places.flatMap(place => place.watch.snapshot().forwards.map(forward => ({place, forward})));
}

/** Why there is nothing to list. */
export function forwardsRefusal(session: Session): string | undefined {
	if (listForwards(session).length > 0) return undefined;
	return `nothing is forwarded; ${keyFor(session, 'forward')} in panel 6 does that`;
}

export function openForwards(session: Session): void {
	show(session, {kind: 'forwards', index: 0});
}

/** What a key makes of the list; undefined closes it. */
export function pressForwardsKey(session: Session, index: number, key: Key): Dialog | undefined {
	const all = listForwards(session);
	const at = Math.max(0, Math.min(index, all.length - 1));
	const chosen = all[at];
	switch (key) {
		case 'escape':
		case 'q':
		case 'enter':
			return undefined;
		case 'y': {
			if (!chosen) break;
			const url = `http://${chosen.forward.address}`;
			const {isCopied, where} = session.copy(`${url}\n`);
			say(session, `${url}: ${where}`, isCopied ? 'good' : 'warning');
			break;
		}
		case 'd':
		case 'x':
			if (!chosen) break;
			chosen.place.watch.stopForward(chosen.forward.id);
			say(session, `${chosen.forward.address} is free again`);
			return all.length > 1 ? {kind: 'forwards', index: at} : undefined;
	}
	return {kind: 'forwards', index: moveInChoice(key, at, all.length) ?? at};
}
