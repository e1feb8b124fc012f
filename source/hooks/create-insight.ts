import type {Check} from '../checks/check.ts';
import type {ClusterSpec} from '../cluster/cluster-spec.ts';
import {type CreateForm, type CreateSurroundings, createForm, firstWrongField, specOf} from './create-form.ts';
import {settingsOf} from './create-template.ts';
import type {Dialog} from './dashboard-state.ts';
import {type Session, show} from './session.ts';

/** What is known of the cluster that the form asks for, beyond the form. */
export interface CreateInsight {
	/** The wish that it is about, as text to compare. */
	readonly of: string;
	/** The config file that asks for the same, in k3d's format; undefined while it is being written. */
	readonly config: readonly string[] | undefined;
	/** What speaks against it, and what it takes; undefined while that is being looked at. */
	readonly checks: readonly Check[] | undefined;
}

/** Opens the dialog that asks for a new cluster. */
export function openCreate(session: Session, surroundings: CreateSurroundings): Dialog {
	const {lastCreate} = session.memory.latest();
	return withInsight(session, createForm({...surroundings, lastUsed: lastCreate}));
}

/** Keeps what a cluster was created from, for the next one. */
export function rememberCreate({memory}: Session, form: CreateForm): void {
	memory.remember({lastCreate: {...settingsOf(form), image: form.image}});
}

/** The dialog with this form, which learns about what it asks for whenever that has changed. */
export function withInsight(session: Session, form: CreateForm): Dialog {
	// What is wrong is said beside its field; the last good wish stays in view.
	if (firstWrongField(form)) return {kind: 'create', form};
	const spec = specOf(form);
	const of = JSON.stringify(spec);
	if (form.insight?.of === of) return {kind: 'create', form};
	askConfig(session, spec, of);
	askChecks(session, spec, of);
	// The old file stays until the new one is there, so that nothing flickers while somebody types.
	return {kind: 'create', form: {...form, insight: {of, config: form.insight?.config, checks: undefined}}};
}

function learn(session: Session, of: string, changes: Partial<CreateInsight>): void {
	const {dialog} = session.store.get();
	if (dialog?.kind !== 'create' || dialog.form.insight?.of !== of) return;
	show(session, {kind: 'create', form: {...dialog.form, insight: {...dialog.form.insight, ...changes}}});
}

/** How long a wish has to stand before the engine is asked about it, in milliseconds: while somebody types, it changes. */
const settleTime = 250;

function askChecks(session: Session, spec: ClusterSpec, of: string): void {
	setTimeout(() => {
		const {dialog} = session.store.get();
		if (dialog?.kind !== 'create' || dialog.form.insight?.of !== of) return;
		session.machine.checkCreation(spec).then(
			checks => learn(session, of, {checks}),
			// What is wrong with it is told when it is created, at the latest.
			() => {},
		);
	}, settleTime);
}

function askConfig(session: Session, spec: ClusterSpec, of: string): void {
	session.machine.configOf(spec).then(
		config => learn(session, of, {config}),
		// Without it the form works as well.
		() => {},
	);
}
