import {type Problem, toProblem} from '../cluster/problem.ts';
import {harmless} from '../engine/harmless.ts';
import {pressAnswer} from './answer.ts';
import type {Answer, Dialog, Message} from './dashboard-state.ts';
import type {Key} from './keys.ts';
import {textOf} from './log-actions.ts';
import {logInView} from './log-view.ts';
import {editPath, isFolderPath, listed, type PathField, pathField, takeMarked} from './path-field.ts';
import {type Session, say, show} from './session.ts';

/** What is written to a file: a cluster as a config file, or so many lines of a log. */
export type Saved =
	| {readonly kind: 'cluster'; readonly cluster: string}
	| {readonly kind: 'log'; readonly count: number};

/** The dialog that asks where something is saved. */
export interface SaveForm {
	/** The same object as long as this dialog is open. */
	readonly saved: Saved;
	readonly file: PathField;
	/** True while the file is being written. */
	readonly writing: boolean;
	readonly problem: Problem | undefined;
	/** The answer to whether the file that is there may be overwritten; undefined as long as that is no question. */
	readonly overwrite: Answer | undefined;
}

function formDialog(session: Session, saved: Saved, file: PathField): Dialog {
	const fresh = {saved, file: listed(session, file), writing: false, problem: undefined, overwrite: undefined};
	return {kind: 'save', form: fresh};
}

/** Asks where to save a cluster as a config file. */
export function askSave(session: Session, cluster: string): Dialog {
	return formDialog(session, {kind: 'cluster', cluster}, pathField(`${cluster}.yaml`, ['.yaml', '.yml']));
}

/** Asks where to save the lines of the log that are shown. */
export function askSaveLog(session: Session): void {
	const {log, lines} = logInView(session);
	if (!log || lines.length === 0) {
		say(session, 'there is no line to save', 'warning');
		return;
	}
	const name = `${log.title.replaceAll(/[^\w.-]+/g, '-')}.log`;
	show(session, formDialog(session, {kind: 'log', count: lines.length}, pathField(name, ['.log', '.txt'])));
}

/** The form with another path in it. */
export function withSavePath(session: Session, form: SaveForm, file: PathField): Dialog {
	return formDialog(session, form.saved, file);
}

/** What a key makes of the dialog; undefined closes it. A file that is there is overwritten after a question only. */
export function pressSaveKey(session: Session, form: SaveForm, key: Key): Dialog | undefined {
	const to = (next: SaveForm): Dialog => ({kind: 'save', form: next});
	if (form.overwrite !== undefined) {
		const answer = pressAnswer(form.overwrite, key);
		if (answer === 'act') return to(write(session, {...form, overwrite: undefined}, true));
		return to({...form, overwrite: answer === 'leave' ? undefined : answer});
	}
	if (key === 'escape') return undefined;
	if (key !== 'enter') {
		const file = editPath(form.file, key);
		return file ? withSavePath(session, form, file) : to(form);
	}
	if (form.writing) return to(form);
	const file = takeMarked(form.file);
	if (file.path.text === '' || isFolderPath(file)) return withSavePath(session, form, file);
	return to(write(session, {...form, file}, false));
}

/** Begins to write the file; the form says how that went, as long as it is the one that is open. */
function write(session: Session, form: SaveForm, overwrite: boolean): SaveForm {
	const path = form.file.path.text;
	/** The form, unless it was closed meanwhile, or has another path in it. */
	const open = () => {
		const {dialog} = session.store.get();
		const isIt = dialog?.kind === 'save' && dialog.form.saved === form.saved && dialog.form.file.path.text === path;
		return isIt ? dialog.form : undefined;
	};
	/** Goes on in the form, or else says what came of it. */
	const answer = (changes: Partial<SaveForm>, text: string) => {
		const now = open();
		if (now) show(session, {kind: 'save', form: {...now, writing: false, ...changes}});
		else say(session, harmless(text), 'bad');
	};
	save(session, form.saved, path, overwrite).then(
		written => {
			if (!written) return answer({overwrite: 'no'}, `${path} is there already: nothing was written`);
			if (open()) show(session, undefined);
			say(session, harmless(written.text), written.tone);
		},
		error => {
			const problem = toProblem(error, path);
			answer({problem}, `${problem.subject}: ${problem.reason}`);
		},
	);
	return {...form, writing: true, problem: undefined};
}

/** Writes the file. What to say of it; undefined where there is one that may not be overwritten. */
async function save(
	session: Session,
	saved: Saved,
	path: string,
	overwrite: boolean,
): Promise<Pick<Message, 'text' | 'tone'> | undefined> {
	const {machine} = session;
	if (saved.kind === 'cluster') {
		const file = await machine.saveConfig(saved.cluster, path, overwrite);
		if (!file) return undefined;
		const text = [`${saved.cluster} is saved in ${file.path}`, ...file.warnings].join('; ');
		return {text, tone: file.warnings.length > 0 ? 'warning' : 'good'};
	}
	const {log, lines} = logInView(session);
	const file = await machine.saveText(path, textOf(lines, log?.names ?? [], true), overwrite);
	if (file === undefined) return undefined;
	return {text: `${lines.length.toLocaleString('en')} lines are saved in ${file}`, tone: 'good'};
}
