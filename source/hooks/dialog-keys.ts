import {cancellable, createCluster, deleteCluster, deleteNode, quitWhenUndone, resize} from './actions.ts';
import {type CreateForm, editForm, firstWrongField, moveFocus, pasteIntoForm, specOf} from './create-form.ts';
import type {Answer, Dialog} from './dashboard-state.ts';
import {pasteAddress, pressEngineKey} from './engine-form.ts';
import {choosesImage, pressImageKey} from './image-choice.ts';
import type {Key} from './keys.ts';
import {editResize, resizeProblem} from './resize-form.ts';
import {type Session, say} from './session.ts';
import {editText, insertText} from './text-field.ts';

type DialogOf<Kind extends Dialog['kind']> = Extract<Dialog, {readonly kind: Kind}>;

/** What a key makes of a dialog; undefined closes it. */
type Next = Dialog | undefined;

const scrollKeys: Readonly<Record<string, number>> = {
	up: -1,
	k: -1,
	down: 1,
	j: 1,
	pageup: -10,
	pagedown: 10,
	home: Number.NEGATIVE_INFINITY,
	g: Number.NEGATIVE_INFINITY,
	end: 1e6,
	G: 1e6,
};

/** Pages of text. How long they are is only known when they are drawn, so `top` may point behind the end. */
function readerKey(session: Session, dialog: DialogOf<'help' | 'steps'>, key: Key): Next {
	const delta = scrollKeys[key];
	if (delta !== undefined) return {...dialog, top: Math.max(0, dialog.top + delta)};
	if (['escape', 'q', 'enter', dialog.kind === 'help' ? '?' : 'o'].includes(key)) return undefined;
	if (key === 'x' && dialog.kind === 'steps') {
		const operation = session.lifecycle.operations().find(each => each.id === dialog.operation);
		(operation ?? cancellable(session))?.cancel();
	}
	return dialog;
}

/** Submits the form, or takes the focus to the first field that is wrong. */
function submit(session: Session, form: CreateForm): Next {
	const wrong = firstWrongField(form);
	if (wrong) return {kind: 'create', form: {...form, focus: wrong, untouched: true}};
	return createCluster(session, specOf(form)) ? undefined : {kind: 'create', form};
}

function createKey(session: Session, dialog: DialogOf<'create'>, key: Key): Next {
	const {form} = dialog;
	const to = (next: CreateForm): Next => ({kind: 'create', form: next});
	if (key === 'escape') return undefined;
	if (key === 'tab') return to(moveFocus(form, 1));
	if (key === 'backtab') return to(moveFocus(form, -1));
	if (choosesImage(form)) return to(pressImageKey(form, key));
	if (key === 'up') return to(moveFocus(form, -1));
	if (key === 'down') return to(moveFocus(form, 1));
	const isButton = form.focus === 'create' || form.focus === 'cancel';
	if (isButton && (key === 'left' || key === 'right')) {
		return to({...form, focus: form.focus === 'create' ? 'cancel' : 'create'});
	}
	if (key !== 'enter') return to(editForm(form, key));
	if (form.focus === 'cancel') return undefined;
	return form.focus === 'create' || form.focus === 'ports' ? submit(session, form) : to(moveFocus(form, 1));
}

function resizeKey(session: Session, {form}: DialogOf<'resize'>, key: Key): Next {
	if (key === 'escape') return undefined;
	if (key !== 'enter') return {kind: 'resize', form: editResize(form, key)};
	const cluster = session.watch.snapshot().inventory.clusters.find(each => each.name === form.cluster);
	const problem = cluster ? resizeProblem(form, cluster) : 'it is gone';
	if (problem !== undefined) {
		say(session, `cluster ${form.cluster}: ${problem}`, 'warning');
		return {kind: 'resize', form};
	}
	if (form.focus === 'numbers') return {kind: 'resize', form: {...form, focus: 'button'}};
	const started = resize(session, form.direction, form.cluster, form.role, form.count);
	return started ? undefined : {kind: 'resize', form};
}

function deleteClusterKey(session: Session, dialog: DialogOf<'delete-cluster'>, key: Key): Next {
	if (key === 'escape') return undefined;
	if (key !== 'enter') return {...dialog, typed: editText(dialog.typed, key) ?? dialog.typed};
	if (dialog.typed.text === dialog.cluster) return deleteCluster(session, dialog.cluster) ? undefined : dialog;
	say(session, `type ${dialog.cluster} to delete it, or press Esc`, 'warning');
	return dialog;
}

/** Cancel has the focus at first; `y` only moves it, so that no single key, not even a stray one, does the deed. */
function answerKey(dialog: DialogOf<'delete-node' | 'quit'>, key: Key, act: () => Next): Next {
	const answer = (next: Answer): Next => ({...dialog, answer: next});
	if (key === 'escape' || key === 'n') return undefined;
	if (key === 'y') return answer('yes');
	if (['left', 'right', 'tab', 'backtab', 'up', 'down'].includes(key))
		return answer(dialog.answer === 'no' ? 'yes' : 'no');
	if (key !== 'enter') return dialog;
	return dialog.answer === 'yes' ? act() : undefined;
}

function quitKey(session: Session, dialog: DialogOf<'quit'>, key: Key): Next {
	if (dialog.closing) return dialog;
	return answerKey(dialog, key, () => {
		quitWhenUndone(session);
		return {...dialog, closing: true};
	});
}

/** What a key makes of the dialog that is open; undefined closes it. */
export function pressDialogKey(session: Session, dialog: Dialog, key: Key): Next {
	switch (dialog.kind) {
		case 'help':
		case 'steps':
			return readerKey(session, dialog, key);
		case 'create':
			return createKey(session, dialog, key);
		case 'resize':
			return resizeKey(session, dialog, key);
		case 'delete-cluster':
			return deleteClusterKey(session, dialog, key);
		case 'delete-node':
			return answerKey(dialog, key, () => (deleteNode(session, dialog.node, dialog.cluster) ? undefined : dialog));
		case 'engine':
			return pressEngineKey(session, dialog.form, key);
		case 'quit':
			return quitKey(session, dialog, key);
	}
}

/** Puts pasted text into the field that has the focus, as one input; anywhere else it does nothing. */
export function pasteIntoDialog(dialog: Dialog, text: string): Dialog {
	if (dialog.kind === 'create') return {kind: 'create', form: pasteIntoForm(dialog.form, text)};
	if (dialog.kind === 'delete-cluster') return {...dialog, typed: insertText(dialog.typed, text)};
	if (dialog.kind === 'engine') return {kind: 'engine', form: pasteAddress(dialog.form, text)};
	return dialog;
}
