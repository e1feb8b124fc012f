import {type Problem, toProblem} from '../cluster/problem.ts';
import type {ObjectRef} from '../kubernetes/workloads/workloads.ts';
import type {Dialog} from './dashboard-state.ts';
import type {Key} from './keys.ts';
import {scrolled} from './scroll-keys.ts';
import {type Session, say, show} from './session.ts';

/** How an object is looked at: described for a person, or as the API has it. */
export type ObjectReading = 'description' | 'yaml';

/** The dialog with what there is to know of one object. */
export interface ObjectView {
	readonly cluster: string;
	readonly ref: ObjectRef;
	readonly reading: ObjectReading;
	/** Undefined until it has been read. */
	readonly lines: readonly string[] | undefined;
	readonly problem: Problem | undefined;
	readonly top: number;
}

/** The dialog for an object, which is read as it opens. */
export function openObject(session: Session, what: Pick<ObjectView, 'cluster' | 'ref' | 'reading'>): Dialog {
	const form: ObjectView = {...what, lines: undefined, problem: undefined, top: 0};
	const answer = (changes: Pick<ObjectView, 'lines' | 'problem'>) => {
		const {dialog} = session.store.get();
		if (dialog?.kind !== 'object') return;
		const {cluster, ref, reading} = dialog.form;
		if (cluster !== what.cluster || ref !== what.ref || reading !== what.reading) return;
		show(session, {kind: 'object', form: {...dialog.form, ...changes}});
	};
	session.machine.readObject(what.cluster, what.ref, what.reading).then(
		lines => answer({lines, problem: undefined}),
		error => answer({lines: undefined, problem: toProblem(error, `${what.ref.kind} ${what.ref.name}`)}),
	);
	return {kind: 'object', form};
}

/** What a key makes of the dialog; undefined closes it. */
export function pressObjectKey(session: Session, form: ObjectView, key: Key): Dialog | undefined {
	if (key === 'escape' || key === 'q' || key === 'enter') return undefined;
	const top = scrolled(form.top, key);
	if (top !== undefined) return {kind: 'object', form: {...form, top}};
	switch (key) {
		case 'tab':
			return openObject(session, {...form, reading: form.reading === 'yaml' ? 'description' : 'yaml'});
		case 'r':
			return openObject(session, form);
		case 'y': {
			if (!form.lines) return {kind: 'object', form};
			const {isCopied, where} = session.copy(`${form.lines.join('\n')}\n`);
			say(session, `all ${form.lines.length} lines: ${where}`, isCopied ? 'good' : 'warning');
			return {kind: 'object', form};
		}
		default:
			return {kind: 'object', form};
	}
}
