import type {Check} from '../checks/check.ts';
import {settingsChecks} from '../checks/settings-check.ts';
import {type Problem, toProblem} from '../cluster/problem.ts';
import type {Dialog} from './dashboard-state.ts';
import type {Key} from './keys.ts';
import {scrolled} from './scroll-keys.ts';
import {type Session, show} from './session.ts';

/** A page about the engine's machine, and about what the person has set. */
export interface DoctorPage {
	/** What is wrong with the settings; the same array as long as the page is open. */
	readonly settings: readonly Check[];
	/** Undefined while the answers are awaited. */
	readonly checks: readonly Check[] | undefined;
	readonly problem: Problem | undefined;
	/** The first line in view; may point behind the end. */
	readonly top: number;
}

/** Looks for what is wrong with the machine of the engine in focus; the answers come into the dialog. */
export function askDoctor(session: Session): void {
	const settings = settingsChecks(session.settingsFile ?? 'config.yaml', session.problems ?? []);
	show(session, {kind: 'doctor', page: {settings, checks: undefined, problem: undefined, top: 0}});
	const answer = (changes: Partial<DoctorPage>) => {
		const {dialog} = session.store.get();
		if (dialog?.kind === 'doctor' && dialog.page.settings === settings)
			show(session, {kind: 'doctor', page: {...dialog.page, ...changes}});
	};
	session.machine.checkHost().then(
		checks => answer({checks}),
		error => answer({problem: toProblem(error, 'Docker Engine')}),
	);
}

/** What a key makes of the page; undefined closes it. */
export function pressDoctorKey(page: DoctorPage, key: Key): Dialog | undefined {
	if (key === 'escape' || key === 'q' || key === 'enter') return undefined;
	const top = scrolled(page.top, key);
	return {kind: 'doctor', page: top === undefined ? page : {...page, top}};
}
