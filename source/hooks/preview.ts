import type {ClusterSpec} from '../cluster/cluster-spec.ts';
import {type Problem, toProblem} from '../cluster/problem.ts';
import type {CreateOptions} from '../lifecycle/lifecycle.ts';
import {createCluster} from './actions.ts';
import {rememberCreate} from './create-insight.ts';
import type {Dialog} from './dashboard-state.ts';
import type {Key} from './keys.ts';
import {scrolled} from './scroll-keys.ts';
import {type Session, show} from './session.ts';

/** A look at what creating a cluster would make, before it is made. */
export interface Preview {
	readonly spec: ClusterSpec;
	readonly options: CreateOptions;
	/** What has to be known of where the wish comes from, one sentence each. */
	readonly warnings: readonly string[];
	/** The file it comes from; undefined for the create dialog. */
	readonly source: string | undefined;
	/** Undefined while the answer is awaited. */
	readonly lines: readonly string[] | undefined;
	/** Why it cannot be made. */
	readonly problem: Problem | undefined;
	/** The first line in view; may point behind the end. */
	readonly top: number;
	/** The dialog that Esc leads back to. */
	readonly from: Dialog;
}

/** Asks what would be made; the answer comes into the dialog. */
export function openPreview(
	session: Session,
	wish: Pick<Preview, 'spec' | 'options' | 'warnings' | 'source' | 'from'>,
): Dialog {
	const answer = (changes: Pick<Preview, 'lines' | 'problem'>) => {
		const {dialog} = session.store.get();
		if (dialog?.kind !== 'preview' || dialog.form.spec !== wish.spec) return;
		show(session, {kind: 'preview', form: {...dialog.form, ...changes}});
	};
	session.machine.previewCluster(wish.spec).then(
		lines => answer({lines, problem: undefined}),
		error => answer({lines: undefined, problem: toProblem(error, `cluster "${wish.spec.name}"`)}),
	);
	return {kind: 'preview', form: {...wish, lines: undefined, problem: undefined, top: 0}};
}

/** What a key makes of the preview; undefined closes it. */
export function pressPreviewKey(session: Session, form: Preview, key: Key): Dialog | undefined {
	if (key === 'escape' || key === 'q') return form.from;
	const top = scrolled(form.top, key);
	if (top !== undefined) return {kind: 'preview', form: {...form, top}};
	const isReady = form.lines !== undefined;
	const creates = key === 'enter' && isReady && createCluster(session, form.spec, form.options);
	if (!creates) return {kind: 'preview', form};
	if (form.from.kind === 'create') rememberCreate(session, form.from.form);
	return undefined;
}
