import type {WorkloadName} from '../lifecycle/lifecycle.ts';
import type {Dialog} from './dashboard-state.ts';
import type {Key} from './keys.ts';
import type {Session} from './session.ts';
import {scaleWorkload} from './workload-verbs.ts';

/** The small dialog that asks how many pods a workload shall have. */
export interface ScaleForm {
	readonly cluster: string;
	readonly workload: WorkloadName;
	/** How many it is meant to have now. */
	readonly from: number;
	readonly replicas: number;
	/** The next digit begins a new number. */
	readonly isFresh: boolean;
	/** Enter goes from the number to the button; there it acts. */
	readonly focus: 'number' | 'button';
}

const most = 999;

/** What a key makes of the dialog; undefined closes it. */
export function pressScaleKey(session: Session, form: ScaleForm, key: Key): Dialog | undefined {
	const to = (changes: Partial<ScaleForm>): Dialog => ({kind: 'scale', form: {...form, ...changes}});
	const toNumber = (replicas: number, isFresh = true): Dialog =>
		to({replicas: Math.max(0, Math.min(most, replicas)), isFresh, focus: 'number'});
	switch (key) {
		case 'escape':
		case 'q':
			return undefined;
		case 'up':
		case 'right':
		case 'k':
		case '+':
		case '=':
			return toNumber(form.replicas + 1);
		case 'down':
		case 'left':
		case 'j':
		case '-':
			return toNumber(form.replicas - 1);
		case 'tab':
		case 'backtab':
			return to({focus: form.focus === 'number' ? 'button' : 'number'});
		case 'backspace':
			return toNumber(Math.floor(form.replicas / 10), false);
		case 'enter':
			if (form.focus === 'number') return to({focus: 'button', isFresh: true});
			return scaleWorkload(session, form) ? undefined : to({});
		default:
			return /^\d$/.test(key) ? toNumber((form.isFresh ? 0 : form.replicas * 10) + Number(key), false) : to({});
	}
}
