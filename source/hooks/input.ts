import {quit, quitWhenUndone} from './actions.ts';
import {pasteIntoDialog, pressDialogKey, takesText} from './dialog-keys.ts';
import {pressKey} from './keymap.ts';
import type {Key} from './keys.ts';
import {goToNewestHit, toggleRegex} from './log-actions.ts';
import {allOperations, isUnderWay, needsReading, type Session, show, successStays, update} from './session.ts';
import {editText, insertText, type TextField} from './text-field.ts';

/** True while keys are text. */
export function isTyping(session: Session): boolean {
	const {typing, dialog} = session.store.get();
	return typing !== undefined || (dialog !== undefined && takesText(dialog));
}

function setFilter(session: Session, typing: TextField | undefined, text: string): void {
	const {focus, filters} = session.store.get();
	update(session, {typing, filters: {...filters, [focus]: text}});
}

function pressFilterKey(session: Session, typing: TextField, key: Key): void {
	if (key === 'escape') {
		setFilter(session, undefined, '');
	} else if (key === 'ctrl+r' && session.store.get().focus === 'log') {
		toggleRegex(session);
	} else if (key === 'enter' || key === 'up' || key === 'down' || key === 'tab') {
		update(session, {typing: undefined});
		if (key !== 'enter') pressKey(session, key);
		else if (session.store.get().focus === 'log') goToNewestHit(session);
	} else {
		const edited = editText(typing, key);
		if (edited) setFilter(session, edited, edited.text);
	}
}

/** Puts away what need not be seen any more: the last message, and the results of operations that went well. */
function tidy(session: Session): void {
	const {dismissed} = session.store.get();
	const seen = allOperations(session)
		.map(operation => operation.snapshot())
		.filter(operation => !isUnderWay(operation) && !needsReading(operation) && !dismissed.has(operation.id));
	update(session, {
		message: undefined,
		...(seen.length > 0 ? {dismissed: new Set([...dismissed, ...seen.map(operation => operation.id)])} : {}),
	});
}

/** Whether the result of an operation that went well is on the screen still: Esc puts that away and does no more. */
function resultsInSight(session: Session): boolean {
	const {dismissed} = session.store.get();
	return allOperations(session)
		.map(operation => operation.snapshot())
		.some(({id, endedAt}) => endedAt !== undefined && !dismissed.has(id) && endedAt + successStays > session.now());
}

/** Puts the results away that had to be read. Returns whether there were any. */
function dismissResults(session: Session): boolean {
	const {dismissed} = session.store.get();
	const read = allOperations(session)
		.map(operation => operation.snapshot())
		.filter(operation => !isUnderWay(operation) && !dismissed.has(operation.id));
	if (read.length > 0) update(session, {dismissed: new Set([...dismissed, ...read.map(operation => operation.id)])});
	return read.length > 0;
}

/** The second Ctrl-C always gets out: while asked it confirms, while waiting for the undoing it ends the waiting. */
function interrupt(session: Session): void {
	const {dialog} = session.store.get();
	if (dialog?.kind !== 'quit') {
		update(session, {typing: undefined});
		quit(session);
	} else if (dialog.closing) {
		session.exit(130);
	} else {
		show(session, {...dialog, closing: true});
		quitWhenUndone(session);
	}
}

/** On a screen too small to show anything only leaving works: what a key did could not be seen. */
export function handleKeyUnseen(session: Session, key: Key): void {
	if (key === 'q' || key === 'ctrl+c') interrupt(session);
	else if (key === 'ctrl+z') session.suspend();
}

/** Takes one key to whom it concerns: the open dialog, the filter that is being typed, or the key table. */
export function handleKey(session: Session, key: Key): void {
	const hadResult = resultsInSight(session);
	tidy(session);
	const {dialog, typing} = session.store.get();
	if (key === 'ctrl+c') interrupt(session);
	else if (key === 'ctrl+z') session.suspend();
	else if (dialog) show(session, pressDialogKey(session, dialog, key));
	else if (typing) pressFilterKey(session, typing, key);
	else if (key !== 'escape' || !(dismissResults(session) || hadResult)) pressKey(session, key);
}

/** Takes pasted text to the field that is being typed in; the dashboard itself ignores it. */
export function handlePaste(session: Session, text: string): void {
	const {dialog, typing} = session.store.get();
	if (dialog) show(session, pasteIntoDialog(session, dialog, text));
	else if (typing) {
		const edited = insertText(typing, text);
		setFilter(session, edited, edited.text);
	}
}
