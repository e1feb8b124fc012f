import {type Problem, toProblem} from '../cluster/problem.ts';
import {harmless} from '../engine/harmless.ts';
import {pressAnswer} from './answer.ts';
import type {Answer, Dialog} from './dashboard-state.ts';
import type {Key} from './keys.ts';
import {textOf} from './log-actions.ts';
import {logInView} from './log-view.ts';
import {editPath, isFolderPath, listed, type PathField, pathField, takeMarked} from './path-field.ts';
import {type Session, say, show} from './session.ts';

/** The dialog that asks where the lines of a log are saved. */
export interface SaveLogForm {
	readonly file: PathField;
	/** How many lines there are to save. */
	readonly count: number;
	/** True while the file is being written. */
	readonly writing: boolean;
	readonly problem: Problem | undefined;
	/** The answer to whether the file that is there may be overwritten; undefined as long as that is no question. */
	readonly overwrite: Answer | undefined;
}

/** Asks where to save the lines that are shown. */
export function askSaveLog(session: Session): void {
	const {log, lines} = logInView(session);
	if (!log || lines.length === 0) {
		say(session, 'there is no line to save', 'warning');
		return;
	}
	const name = `${log.title.replaceAll(/[^\w.-]+/g, '-')}.log`;
	show(session, formDialog(session, {count: lines.length}, pathField(name, ['.log', '.txt'])));
}

function formDialog(session: Session, form: Pick<SaveLogForm, 'count'>, file: PathField): Dialog {
	const {count} = form;
	const fresh = {count, file: listed(session, file), writing: false, problem: undefined, overwrite: undefined};
	return {kind: 'save-log', form: fresh};
}

/** The form with another path in it. */
export function withLogPath(session: Session, form: SaveLogForm, file: PathField): Dialog {
	return formDialog(session, form, file);
}

/** What a key makes of the dialog; undefined closes it. A file that is there is overwritten after a question only. */
export function pressSaveLogKey(session: Session, form: SaveLogForm, key: Key): Dialog | undefined {
	const to = (next: SaveLogForm): Dialog => ({kind: 'save-log', form: next});
	if (form.overwrite !== undefined) {
		const answer = pressAnswer(form.overwrite, key);
		if (answer === 'act') return to(write(session, {...form, overwrite: undefined}, true));
		return to({...form, overwrite: answer === 'leave' ? undefined : answer});
	}
	if (key === 'escape') return undefined;
	if (key !== 'enter') {
		const file = editPath(form.file, key);
		return file ? withLogPath(session, form, file) : to(form);
	}
	if (form.writing) return to(form);
	const file = takeMarked(form.file);
	if (file.path.text === '' || isFolderPath(file)) return withLogPath(session, form, file);
	return to(write(session, {...form, file}, false));
}

function write(session: Session, form: SaveLogForm, overwrite: boolean): SaveLogForm {
	const {log, lines} = logInView(session);
	const path = form.file.path.text;
	const answer = (changes: Partial<SaveLogForm>) => {
		const {dialog} = session.store.get();
		if (dialog?.kind !== 'save-log' || dialog.form.file.path.text !== path) return;
		show(session, {kind: 'save-log', form: {...dialog.form, writing: false, ...changes}});
	};
	session.machine.saveText(path, textOf(lines, log?.names ?? [], true), overwrite).then(
		saved => {
			if (saved === undefined) return answer({overwrite: 'no'});
			if (session.store.get().dialog?.kind === 'save-log') show(session, undefined);
			say(session, harmless(`${lines.length.toLocaleString('en')} lines are saved in ${saved}`), 'good');
		},
		error => answer({problem: toProblem(error, path)}),
	);
	return {...form, writing: true, problem: undefined};
}
