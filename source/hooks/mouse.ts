import type {Dialog, PanelName} from './dashboard-state.ts';
import {pressDialogKey} from './dialog-keys.ts';
import {focusOnRow, moveIn} from './navigation.ts';
import {type Session, say, show} from './session.ts';

/** What the mouse did, and where: columns and rows of the screen from 0. */
export interface MouseReport {
	/** The left button was pressed, or the wheel turned. */
	readonly kind: 'press' | 'up' | 'down';
	readonly x: number;
	readonly y: number;
}

/** The mouse, which the terminal keeps for itself while it is off. */
export interface Mouse {
	isOn(): boolean;
	turn(on: boolean): void;
	/** Calls back for every report, until the returned function is called. */
	subscribe(listener: (report: MouseReport) => void): () => void;
}

/** Where a panel is on screen, in cells from 0. */
export interface PanelPlace {
	readonly panel: PanelName;
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

/** Dialogs with text to scroll. */
const readers: ReadonlySet<Dialog['kind']> = new Set(['help', 'steps', 'object', 'doctor', 'preview']);

/** Rows that one turn of the wheel scrolls in a log. */
const wheelRows = 3;

/** Does what the mouse did: the wheel scrolls what is under it, a press goes there. Nothing else is done by mouse. */
export function handleMouse(session: Session, {kind, x, y}: MouseReport): void {
	const {dialog} = session.store.get();
	if (dialog) {
		if (kind !== 'press' && readers.has(dialog.kind)) show(session, pressDialogKey(session, dialog, kind));
		return;
	}
	const place = session.room.places.find(
		each => x >= each.x && x < each.x + each.width && y >= each.y && y < each.y + each.height,
	);
	if (!place) return;
	const {panel} = place;
	if (kind === 'press') {
		const rows = session.room.rows[panel];
		focusOnRow(session, panel, rows?.at[y - place.y - rows.offset]);
	} else {
		for (let turn = panel === 'log' ? wheelRows : 1; turn > 0; turn--) moveIn(session, panel, kind);
	}
}

/** Takes the mouse from the terminal, or gives it back. */
export function toggleMouse(session: Session): void {
	const {mouse} = session;
	if (!mouse) return;
	mouse.turn(!mouse.isOn());
	say(
		session,
		mouse.isOn()
			? 'the mouse scrolls and chooses; with Shift the terminal selects text'
			: 'the mouse is the terminal’s again',
	);
}
