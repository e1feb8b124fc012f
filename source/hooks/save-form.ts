import {type Problem, toProblem} from '../cluster/problem.ts';
import {harmless} from '../engine/harmless.ts';
import {pressAnswer} from './answer.ts';
import type {Answer, Dialog} from './dashboard-state.ts';
import type {Key} from './keys.ts';
import {editPath, isFolderPath, listed, type PathField, pathField, takeMarked} from './path-field.ts';
import {type Session, say, show} from './session.ts';

/** The dialog that asks where a cluster is saved as a config file. */
export interface SaveForm {
	readonly cluster: string;
	readonly file: PathField;
	/** True while the file is being written. */
	readonly writing: boolean;
	readonly problem: Problem | undefined;
	/** The answer to whether the file that is there may be overwritten; undefined as long as that is no question. */
	readonly overwrite: Answer | undefined;
}

export function askSave(session: Session, cluster: string): Dialog {
	const file = listed(session, pathField(`${cluster}.yaml`, ['.yaml', '.yml']));
	return {
		kind: 'save-config',
		form: {cluster, file, writing: false, problem: undefined, overwrite: undefined},
	};
}

/** The form with another path in it. */
export function withSavePath(session: Session, form: SaveForm, file: PathField): Dialog {
	return {
		kind: 'save-config',
		form: {...form, file: listed(session, file), writing: false, problem: undefined, overwrite: undefined},
	};
}

/** What a key makes of the dialog; undefined closes it. A file that is there is overwritten after a question only. */
export function pressSaveKey(session: Session, form: SaveForm, key: Key): Dialog | undefined {
	const to = (next: SaveForm): Dialog => ({kind: 'save-config', form: next});
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

function write(session: Session, form: SaveForm, overwrite: boolean): SaveForm {
	const writing = {...form, writing: true, problem: undefined};
	const {cluster, file} = form;
	const path = file.path.text;
	const answer = (changes: Partial<SaveForm>) => {
		const {dialog} = session.store.get();
		if (dialog?.kind !== 'save-config' || dialog.form.file.path.text !== path) return;
		show(session, {kind: 'save-config', form: {...dialog.form, writing: false, ...changes}});
	};
	session.machine.saveConfig(cluster, path, overwrite).then(
		saved => {
			if (!saved) return answer({overwrite: 'no'});
			if (session.store.get().dialog?.kind === 'save-config') show(session, undefined);
			const said = [`${cluster} is saved in ${saved.path}`, ...saved.warnings].join('; ');
			say(session, harmless(said), saved.warnings.length > 0 ? 'warning' : 'good');
		},
		error => answer({problem: toProblem(error, path)}),
	);
	return writing;
}
