import type {KeyBinding} from './key-table/key-binding.ts';
import type {Key} from './keys.ts';
import {hasPanels} from './navigation.ts';
import {readOnlyReason} from './requests.ts';
import {type Session, say} from './session.ts';

/** Whether a key means anything where the focus is. */
export function applies({panels, applies: isMeant}: KeyBinding, session: Session): boolean {
	const {focus} = session.store.get();
	const isHere = panels === undefined || (hasPanels(session) ? panels.includes(focus) : panels.length === 0);
	return isHere && (isMeant?.(session) ?? true);
}

/** Does what a key means where the focus is, or says why that cannot be. */
export function pressKey(session: Session, key: Key): void {
	const binding = session.keyTable.find(each => each.keys.includes(key) && applies(each, session));
	if (!binding) return;
	const reason = refusalOf(binding, session);
	if (reason === undefined) binding.act(session, key);
	else say(session, reason, 'warning');
}

/** Why a key does nothing right now; undefined where it does what it says. */
export function refusalOf({changes, refusal}: KeyBinding, session: Session): string | undefined {
	return changes && session.readOnly ? readOnlyReason : refusal?.(session);
}

/** What stands behind a key right now. */
export function wordFor(binding: KeyBinding, session: Session): string {
	return typeof binding.does === 'string' ? binding.does : binding.does(session);
}

/** A key in the footer; one that is refused stays in sight, but not in the way. */
export interface FooterKey {
	readonly binding: KeyBinding;
	readonly isRefused: boolean;
}

/** Help and quit, which have the last places whatever else is shown. */
const lastPlaces = 90;

/** What the footer shows: the keys that work right now, the most useful first, then those that do not, and how to get out. */
export function footerKeys(session: Session): readonly FooterKey[] {
	const shown = session.keyTable.flatMap(binding => {
		const {footer, label} = binding;
		const order = typeof footer === 'function' ? footer(session) : footer;
		if (order === undefined || label === '' || !applies(binding, session)) return [];
		const isRefused = refusalOf(binding, session) !== undefined;
		return [{binding, isRefused, order: isRefused && order < lastPlaces ? lastPlaces : order}];
	});
	return shown.toSorted((a, b) => a.order - b.order);
}
