import {toProblem} from '../cluster/problem.ts';
import type {Key} from './keys.ts';
import {type Session, show} from './session.ts';
import {editText, insertText, type TextField, textField} from './text-field.ts';

/** The dialog that asks for the address of another engine. */
export interface EngineForm {
	readonly address: TextField;
	/** True while that engine is being asked whether it is there. */
	readonly checking: boolean;
	/** Why the address that was entered last cannot be used. */
	readonly problem: string | undefined;
}

/** True where an engine has never answered and there are others to turn to. */
export function lacksEngine({watch, places, otherEngines}: Session): boolean {
	const {connection, confirmedAt} = watch.snapshot();
	return (
		places.length === 1 && otherEngines !== undefined && connection.state === 'broken' && confirmedAt === undefined
	);
}

/** Opens the dialog, with the address of an engine that is known to answer. */
export function askEngine(session: Session): void {
	const {connection} = session.watch.snapshot();
	const others = connection.state === 'broken' ? (connection.others ?? []) : [];
	const answering = others.find(({problem}) => problem === undefined);
	show(session, {kind: 'engine', form: {address: textField(answering?.url), checking: false, problem: undefined}});
}

function edited(address: TextField): EngineForm {
	return {address, checking: false, problem: undefined};
}

/** What a key makes of the dialog; undefined closes it. Enter asks the engine first, and opens it when it answers. */
export function pressEngineKey(session: Session, form: EngineForm, key: Key) {
	if (key === 'escape') return undefined;
	if (key === 'enter') return {kind: 'engine', form: form.checking ? form : check(session, form)} as const;
	const address = editText(form.address, key);
	return {kind: 'engine', form: address ? edited(address) : form} as const;
}

export function pasteAddress(form: EngineForm, text: string): EngineForm {
	return edited(insertText(form.address, text));
}

function check(session: Session, form: EngineForm): EngineForm {
	const host = form.address.text.trim();
	const {otherEngines} = session;
	if (host === '' || !otherEngines) return {...form, problem: 'an address is needed'};
	const checking = {...form, checking: true, problem: undefined};
	/** Whether the answer is still wanted: the dialog may be closed, or another address in it. */
	const isWaiting = () => {
		const {dialog} = session.store.get();
		return dialog?.kind === 'engine' && dialog.form === checking;
	};
	otherEngines.check(host).then(
		() => {
			if (isWaiting()) otherEngines.open({host});
		},
		error => {
			if (!isWaiting()) return;
			const {reason, next} = toProblem(error);
			const problem = next === undefined ? reason : `${reason}; ${next}`;
			show(session, {kind: 'engine', form: {...checking, checking: false, problem}});
		},
	);
	return checking;
}
