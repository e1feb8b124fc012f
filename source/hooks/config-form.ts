import {type Problem, toProblem} from '../cluster/problem.ts';
import type {Dialog} from './dashboard-state.ts';
import type {Key} from './keys.ts';
import {editPath, isFolderPath, listed, type PathField, pathField, takeMarked} from './path-field.ts';
import {openPreview} from './preview.ts';
import {type Session, show} from './session.ts';

/** The dialog that asks for the config file of a new cluster. */
export interface ConfigForm {
	readonly file: PathField;
	/** True while the file is being read. */
	readonly reading: boolean;
	/** What is wrong with the file that was asked for last. */
	readonly problem: Problem | undefined;
	/** The dialog that Esc leads back to. */
	readonly from: Dialog | undefined;
}

/** Asks for a config file, offering those of the working directory. */
export function askConfigFile(session: Session, from?: Dialog): Dialog {
	const file = listed(session, pathField('', ['.yaml', '.yml', '.json']));
	return {kind: 'config', form: {file, reading: false, problem: undefined, from}};
}

/** The form with another path in it. */
export function withConfigPath(session: Session, form: ConfigForm, file: PathField): Dialog {
	return {kind: 'config', form: {...form, file: listed(session, file), reading: false, problem: undefined}};
}

/** What a key makes of the dialog; undefined closes it. Enter reads the file and shows what it would make. */
export function pressConfigKey(session: Session, form: ConfigForm, key: Key): Dialog | undefined {
	if (key === 'escape') return form.from;
	if (key !== 'enter') {
		const file = editPath(form.file, key);
		return file ? withConfigPath(session, form, file) : {kind: 'config', form};
	}
	if (form.reading) return {kind: 'config', form};
	const file = takeMarked(form.file);
	if (file.path.text === '' || isFolderPath(file)) return withConfigPath(session, form, file);
	return {kind: 'config', form: read(session, {...form, file})};
}

function read(session: Session, form: ConfigForm): ConfigForm {
	const reading = {...form, reading: true, problem: undefined};
	const path = form.file.path.text;
	/** Whether the answer is still wanted: the dialog may be closed, or another path in it. */
	const isWaiting = () => {
		const {dialog} = session.store.get();
		return dialog?.kind === 'config' && dialog.form.reading && dialog.form.file.path.text === path;
	};
	const back: Dialog = {kind: 'config', form: {...reading, reading: false}};
	session.machine.loadConfig(path).then(
		config => {
			if (isWaiting()) show(session, openPreview(session, {...config, source: path, from: back}));
		},
		error => {
			if (isWaiting()) show(session, {kind: 'config', form: {...back.form, problem: toProblem(error, path)}});
		},
	);
	return reading;
}
