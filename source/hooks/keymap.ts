import {type PanelName, panelNames} from './dashboard-state.ts';
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
	if (!binding) {
		sayElsewhere(session, key);
		return;
	}
	const reason = refusalOf(binding, session);
	if (reason === undefined) binding.act(session, key);
	else say(session, reason, 'warning');
}

/** Where something works: `in panel 2, 6`. */
export function panelsText(panels: readonly PanelName[]): string {
	return `in panel ${panels.map(panel => panelNames.indexOf(panel) + 1).join(', ')}`;
}

/** Tells of a key that works in other panels alone where that is. */
function sayElsewhere(session: Session, key: Key): void {
	if (!hasPanels(session)) return;
	const bindings = session.keyTable.filter(({keys, panels}) => keys.includes(key) && panels && panels.length > 0);
	const {focus} = session.store.get();
	const places = bindings.flatMap(({panels = [], does, help}) => {
		if (panels.includes(focus)) return [];
		return [`${panelsText(panels)}: ${typeof does === 'string' ? does : help}`];
	});
	if (places.length > 0) say(session, `${bindings[0]?.label} works ${places.join('; ')}`);
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

/**
 * What the footer shows: the keys that work right now, the most useful first, then those that do not, and how to get out.
 * Where there is no panel yet nothing is offered that cannot be done.
 */
export function footerKeys(session: Session): readonly FooterKey[] {
	const shown = session.keyTable.flatMap(binding => {
		const {footer, label} = binding;
		const order = typeof footer === 'function' ? footer(session) : footer;
		if (order === undefined || label === '' || !applies(binding, session)) return [];
		const isRefused = refusalOf(binding, session) !== undefined;
		if (isRefused && !hasPanels(session)) return [];
		return [{binding, isRefused, order: isRefused && order < lastPlaces ? lastPlaces : order}];
	});
	return shown.toSorted((a, b) => a.order - b.order);
}
