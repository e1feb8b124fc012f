import {type KeyBinding, keyTable} from './key-table.ts';
import type {Key} from './keys.ts';
import {hasPanels} from './navigation.ts';
import {type Session, say} from './session.ts';

/** Whether a key means anything where the focus is. */
export function applies({panels, applies: isMeant}: KeyBinding, session: Session): boolean {
	const {focus} = session.store.get();
	const isHere = panels === undefined || (hasPanels(session) ? panels.includes(focus) : panels.length === 0);
	return isHere && (isMeant?.(session) ?? true);
}

/** Does what a key means where the focus is, or says why that cannot be. */
export function pressKey(session: Session, key: Key): void {
	const binding = keyTable.find(each => each.keys.includes(key) && applies(each, session));
	if (!binding) return;
	const reason = binding.refusal?.(session);
	if (reason === undefined) binding.act(session, key);
	else say(session, reason, 'warning');
}

/** What stands behind a key right now. */
export function wordFor(binding: KeyBinding, session: Session): string {
	return typeof binding.does === 'string' ? binding.does : binding.does(session);
}

/** What the footer shows: the keys that work right now, the most useful first. */
export function footerKeys(session: Session): readonly KeyBinding[] {
	const place = ({footer}: KeyBinding) => (typeof footer === 'function' ? footer(session) : footer);
	return keyTable
		.flatMap(binding => {
			const order = place(binding);
			return order === undefined ? [] : [{binding, order}];
		})
		.filter(({binding}) => applies(binding, session) && binding.refusal?.(session) === undefined)
		.toSorted((a, b) => a.order - b.order)
		.map(({binding}) => binding);
}
