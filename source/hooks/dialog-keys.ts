import {createCluster, deleteCluster, deleteNode, deleteRegistry, quitWhenUndone, resize} from './actions.ts';
import {pressAnswer} from './answer.ts';
import {pressAttachKey} from './attach-form.ts';
import {askConfigFile, pressConfigKey, withConfigPath} from './config-form.ts';
import {
	type CreateButton,
	type CreateForm,
	createButtons,
	editForm,
	firstWrongField,
	focusedButton,
	focusedText,
	moveFocus,
	pasteIntoForm,
	specOf,
} from './create-form.ts';
import {rememberCreate, withInsight} from './create-insight.ts';
import type {Answer, Dialog} from './dashboard-state.ts';
import {pressDoctorKey} from './doctor.ts';
import {pasteAddress, pressEngineKey} from './engine-form.ts';
import {pressForwardKey} from './forward-form.ts';
import {pressForwardsKey} from './forwards.ts';
import {pressHostsKey} from './hosts-form.ts';
import {choosesImage, pressImageKey} from './image-choice.ts';
import {pressImportKey, withImportText} from './import-form.ts';
import type {Key} from './keys.ts';
import {pressRangeKey} from './log-range-keys.ts';
import {countedTargets, deleteMarked} from './marks.ts';
import {pressObjectKey} from './object-view.ts';
import {pasteIntoPalette, pressPaletteKey} from './palette.ts';
import {pasteIntoPath} from './path-field.ts';
import {pasteIntoPorts, pressPortsKey} from './ports-form.ts';
import {openPreview, pressPreviewKey} from './preview.ts';
import {pasteIntoRegistry, pressRegistryKey, registryText} from './registry-form.ts';
import {editResize, offersImages, resizeProblem} from './resize-form.ts';
import {pressSaveKey, withSavePath} from './save-form.ts';
import {pressScaleKey} from './scale-form.ts';
import {scrolled} from './scroll-keys.ts';
import {allOperations, isKeyOf, type Session, say} from './session.ts';
import {editText, insertText} from './text-field.ts';
import {undo} from './undo.ts';
import {deletePod} from './workload-verbs.ts';

type DialogOf<Kind extends Dialog['kind']> = Extract<Dialog, {readonly kind: Kind}>;

/** What a key makes of a dialog; undefined closes it. */
type Next = Dialog | undefined;

/** Pages of text. */
function readerKey(session: Session, dialog: DialogOf<'help' | 'steps'>, key: Key): Next {
	const top = scrolled(dialog.top ?? session.room.followed, key);
	if (top !== undefined) return {...dialog, top};
	if (['escape', 'q', 'enter'].includes(key) || isKeyOf(session, dialog.kind, key)) return undefined;
	if (dialog.kind === 'steps' && isKeyOf(session, 'cancel', key)) {
		allOperations(session)
			.find(each => each.id === dialog.operation)
			?.cancel();
	}
	return dialog;
}

/** Submits the form or shows what it would make, or takes the focus to the first field that is wrong. */
function submit(session: Session, form: CreateForm, how: 'create' | 'preview'): Next {
	const wrong = firstWrongField(form);
	const dialog: Dialog = {kind: 'create', form: wrong ? {...form, focus: wrong, untouched: true} : form};
	if (wrong) return dialog;
	const spec = specOf(form);
	if (how === 'create') {
		if (!createCluster(session, spec)) return dialog;
		rememberCreate(session, dialog.form);
		return undefined;
	}
	return openPreview(session, {spec, options: {}, warnings: [], source: undefined, from: dialog});
}

/** What Enter does on a button. */
function pressButton(session: Session, form: CreateForm, button: CreateButton): Next {
	if (button === 'cancel') return undefined;
	return button === 'file' ? askConfigFile(session, {kind: 'create', form}) : submit(session, form, button);
}

function createKey(session: Session, dialog: DialogOf<'create'>, key: Key): Next {
	const next = pressCreateKey(session, dialog, key);
	return next?.kind === 'create' ? withInsight(session, next.form) : next;
}

function pressCreateKey(session: Session, dialog: DialogOf<'create'>, key: Key): Next {
	const {form} = dialog;
	const to = (next: CreateForm): Next => ({kind: 'create', form: next});
	if (key === 'escape') return undefined;
	if (key === 'tab') return to(moveFocus(form, 1));
	if (key === 'backtab') return to(moveFocus(form, -1));
	if (choosesImage(form)) return to(pressImageKey(form, key));
	if (key === 'up') return to(moveFocus(form, -1));
	if (key === 'down') return to(moveFocus(form, 1));
	const button = focusedButton(form);
	if (button && (key === 'left' || key === 'right')) {
		const place = createButtons.indexOf(button) + (key === 'left' ? -1 : 1) + createButtons.length;
		return to({...form, focus: createButtons[place % createButtons.length] ?? button});
	}
	if (key !== 'enter') return to(editForm(form, key));
	if (button) return pressButton(session, form, button);
	return form.focus === 'ports' || form.focus === 'registry' ? submit(session, form, 'create') : to(moveFocus(form, 1));
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
	const imports = form.imports && offersImages(form, cluster);
	const started = resize(session, form.direction, form.cluster, form.role, form.count, imports);
	return started ? undefined : {kind: 'resize', form};
}

function deleteClusterKey(session: Session, dialog: DialogOf<'delete-cluster'>, key: Key): Next {
	if (key === 'escape') return undefined;
	if (key !== 'enter') return {...dialog, typed: editText(dialog.typed, key) ?? dialog.typed};
	if (dialog.typed.text === dialog.cluster) return deleteCluster(session, dialog.cluster) ? undefined : dialog;
	say(session, `type ${dialog.cluster} to delete it, or press Esc`, 'warning');
	return dialog;
}

function deleteMarkedKey(session: Session, dialog: DialogOf<'delete-marked'>, key: Key): Next {
	const {targets, typed} = dialog;
	if (key === 'escape') return undefined;
	const isScroll = ['up', 'down', 'pageup', 'pagedown'].includes(key);
	if (isScroll) return {...dialog, top: Math.min(scrolled(dialog.top, key) ?? 0, targets.length - 1)};
	if (key !== 'enter') return {...dialog, typed: editText(typed, key) ?? typed};
	const count = countedTargets(targets);
	if (typed.text !== count) {
		say(session, `type ${count} to delete them, or press Esc`, 'warning');
		return dialog;
	}
	deleteMarked(session, targets);
	return undefined;
}

/** What a key makes of a dialog that is a question. */
function answerKey<Question extends Extract<Dialog, {readonly answer: Answer}>>(
	dialog: Question,
	key: Key,
	act: () => Next,
): Next {
	const answer = pressAnswer(dialog.answer, key);
	if (answer === 'act') return act();
	return answer === 'leave' ? undefined : {...dialog, answer};
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
		case 'delete-marked':
			return deleteMarkedKey(session, dialog, key);
		case 'palette':
			return pressPaletteKey(session, dialog.form, key);
		case 'delete-node':
			return answerKey(dialog, key, () => (deleteNode(session, dialog.node, dialog.cluster) ? undefined : dialog));
		case 'ports':
			return pressPortsKey(session, dialog.form, key);
		case 'import':
			return pressImportKey(session, dialog.form, key);
		case 'config':
			return pressConfigKey(session, dialog.form, key);
		case 'preview':
			return pressPreviewKey(session, dialog.form, key);
		case 'save':
			return pressSaveKey(session, dialog.form, key);
		case 'undo':
			return answerKey(dialog, key, () => (undo(session, dialog.undo) ? undefined : dialog));
		case 'log-range':
			return pressRangeKey(session, dialog.index, key);
		case 'create-registry':
			return pressRegistryKey(session, dialog.form, key);
		case 'delete-registry':
			return answerKey(dialog, key, () => (deleteRegistry(session, dialog.registry) ? undefined : dialog));
		case 'attach':
			return pressAttachKey(session, dialog.form, key);
		case 'engine':
			return pressEngineKey(session, dialog.form, key);
		case 'hosts':
			return pressHostsKey(session, dialog.form, key);
		case 'delete-pod':
			return answerKey(dialog, key, () => (deletePod(session, dialog.cluster, dialog.pod) ? undefined : dialog));
		case 'scale':
			return pressScaleKey(session, dialog.form, key);
		case 'object':
			return pressObjectKey(session, dialog.form, key);
		case 'forward':
			return pressForwardKey(session, dialog.form, key);
		case 'forwards':
			return pressForwardsKey(session, dialog.index, key);
		case 'doctor':
			return pressDoctorKey(dialog.page, key);
		case 'quit':
			return quitKey(session, dialog, key);
	}
}

/** Puts pasted text into the field that has the focus, as one input; anywhere else it does nothing. */
export function pasteIntoDialog(session: Session, dialog: Dialog, text: string): Dialog {
	switch (dialog.kind) {
		case 'create':
			return withInsight(session, pasteIntoForm(dialog.form, text));
		case 'delete-cluster':
		case 'delete-marked':
			return {...dialog, typed: insertText(dialog.typed, text)};
		case 'palette':
			return {kind: 'palette', form: pasteIntoPalette(dialog.form, text)};
		case 'engine':
			return {kind: 'engine', form: pasteAddress(dialog.form, text)};
		case 'ports':
			return {kind: 'ports', form: pasteIntoPorts(dialog.form, text)};
		case 'import':
			return withImportText(session, dialog.form, pasteIntoPath(dialog.form.file, text));
		case 'config':
			return withConfigPath(session, dialog.form, pasteIntoPath(dialog.form.file, text));
		case 'save':
			if (dialog.form.overwrite !== undefined) return dialog;
			return withSavePath(session, dialog.form, pasteIntoPath(dialog.form.file, text));
		case 'create-registry':
			return {kind: 'create-registry', form: pasteIntoRegistry(dialog.form, text)};
		default:
			return dialog;
	}
}

/** True while keys are text in this dialog. */
export function takesText(dialog: Dialog): boolean {
	switch (dialog.kind) {
		case 'delete-cluster':
		case 'delete-marked':
		case 'palette':
		case 'engine':
		case 'import':
		case 'config':
			return true;
		case 'create':
			return focusedText(dialog.form) !== undefined;
		case 'ports':
			return dialog.form.focus === 'add' && !dialog.form.removing;
		case 'save':
			return dialog.form.overwrite === undefined;
		case 'create-registry':
			return registryText(dialog.form) !== undefined;
		default:
			return false;
	}
}
