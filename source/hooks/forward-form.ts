import {toProblem} from '../cluster/problem.ts';
import {harmless} from '../engine/harmless.ts';
import type {Pod} from '../kubernetes/workloads/workloads.ts';
import {note} from './actions.ts';
import {kubectlLine} from './command-line.ts';
import type {Dialog} from './dashboard-state.ts';
import type {Key} from './keys.ts';
import {keyFor, type Session, say, show} from './session.ts';
import {podsOf} from './workloads-actions.ts';
import {chosenWorkload, type WorkloadRow, workloadsInView} from './workloads-view.ts';

/** The dialog that asks which port of a pod a port of this machine shall lead to. */
export interface ForwardForm {
	readonly cluster: string;
	readonly namespace: string;
	readonly pod: string;
	/** What the pods of a service or a deployment have in common: another one takes over when this is gone. */
	readonly selector: Readonly<Record<string, string>> | undefined;
	/** Ports that the pod, or the service, declares; the same array as long as this dialog is open. */
	readonly declared: readonly number[];
	/** Digits, or nothing. */
	readonly port: string;
	readonly localPort: string;
	/** The local port that would have been offered, were it free. */
	readonly taken: string | undefined;
	/** The person has typed a local port: it does not follow the other any more. */
	readonly isLocalChosen: boolean;
	/** The next digit begins a new number. */
	readonly isFresh: boolean;
	readonly focus: ForwardField;
	/** True while it begins. */
	readonly starting: boolean;
	/** Why it could not be. */
	readonly problem: string | undefined;
}

export type ForwardField = 'port' | 'localPort' | 'button';

const fields: readonly ForwardField[] = ['port', 'localPort', 'button'];

/** Ports below are root's; what is there is offered so much higher. */
const firstOrdinary = 1024;
const shift = 8000;

/** The local port that is offered for a port of a pod: the same, or where only root may listen, 8000 higher. */
function localFor(port: string): string {
	const number = Number(port);
	return port === '' || number >= firstOrdinary ? port : String(number + shift);
}

/** Why a field's port is none; undefined when it is one. */
export function portProblem(text: string, field: 'port' | 'localPort'): string | undefined {
	const least = field === 'port' ? 1 : 0;
	if (text === '') return 'a number is missing';
	const number = Number(text);
	return number < least || number > 65_535 ? `ports go from ${least} to 65535` : undefined;
}

/** The pod that is meant: one that runs, if there is any. */
function podOf(session: Session, row: WorkloadRow): Pod | undefined {
	const pods = podsOf(session, row);
	return pods.find(({health}) => health === 'good') ?? pods.find(({status}) => status === 'Running');
}

/** The ports that a row leads to in a pod. */
function portsOf(row: WorkloadRow, pod: Pod): readonly number[] {
	if (row.kind !== 'Service') return pod.ports.map(({port}) => port);
	return row.ports
		.filter(({protocol}) => protocol === 'TCP')
		.map(({port, targetPort = port}) =>
			typeof targetPort === 'number' ? targetPort : pod.ports.find(({name}) => name === targetPort)?.port,
		)
		.filter(port => port !== undefined);
}

/** Why no port can be forwarded to the row with the cursor. */
export function forwardRefusal(session: Session): string | undefined {
	const row = chosenWorkload(session);
	if (!row) return 'nothing is selected here';
	if (row.kind === 'Ingress') return 'an ingress has no pods of its own';
	return podOf(session, row) ? undefined : 'none of its pods runs';
}

/** Asks for the ports. */
export function askForward(session: Session): void {
	const row = chosenWorkload(session);
	const pod = row && podOf(session, row);
	const {cluster} = workloadsInView(session);
	if (!row || !pod || !cluster) return;
	const declared = [...new Set(portsOf(row, pod))];
	const port = String(declared[0] ?? '');
	const form: ForwardForm = {
		cluster: cluster.cluster.name,
		namespace: pod.namespace,
		pod: pod.name,
		selector: 'selector' in row ? row.selector : undefined,
		declared,
		port,
		localPort: localFor(port),
		taken: undefined,
		isLocalChosen: false,
		isFresh: true,
		focus: 'port',
		starting: false,
		problem: undefined,
	};
	show(session, {kind: 'forward', form});
	offerFree(session, form);
}

/** Offers another local port where the one on offer is taken. */
function offerFree(session: Session, {pod, localPort, isLocalChosen}: ForwardForm): void {
	if (isLocalChosen || portProblem(localPort, 'localPort') !== undefined) return;
	void session.watch.freePort(Number(localPort)).then(port => {
		const {dialog} = session.store.get();
		if (dialog?.kind !== 'forward' || String(port) === localPort) return;
		const {form} = dialog;
		if (form.pod !== pod || form.localPort !== localPort || form.isLocalChosen) return;
		show(session, {kind: 'forward', form: {...form, localPort: String(port), taken: localPort}});
	});
}

/** What a key makes of the dialog; undefined closes it. */
export function pressForwardKey(session: Session, form: ForwardForm, key: Key): Dialog | undefined {
	const next = pressKey(session, form, key);
	if (next?.kind === 'forward' && next.form.port !== form.port) offerFree(session, next.form);
	return next;
}

function pressKey(session: Session, form: ForwardForm, key: Key): Dialog | undefined {
	const to = (changes: Partial<ForwardForm>): Dialog => ({kind: 'forward', form: {...form, ...changes}});
	const go = (by: number) =>
		to({focus: fields[(fields.indexOf(form.focus) + by + fields.length) % fields.length] ?? 'port', isFresh: true});
	switch (key) {
		case 'escape':
			return undefined;
		case 'tab':
		case 'down':
			return go(1);
		case 'backtab':
		case 'up':
			return go(-1);
		case 'left':
		case 'right':
			return form.focus === 'port' ? to(withPort(form, nextDeclared(form, key === 'right' ? 1 : -1))) : to({});
		case 'backspace':
			return to(edited(form, text => text.slice(0, -1)));
		case 'enter': {
			const wrong = fields.find(field => field !== 'button' && portProblem(form[field], field) !== undefined);
			if (wrong && (form.focus === 'button' || form.focus === wrong)) return to({focus: wrong, isFresh: true});
			if (form.focus !== 'button') return go(1);
			return form.starting ? to({}) : start(session, form);
		}
		default:
			return /^\d$/.test(key) ? to(edited(form, text => (form.isFresh ? '' : text) + key)) : to({});
	}
}

function withPort(form: ForwardForm, port: string): Partial<ForwardForm> {
	return {
		port,
		isFresh: true,
		problem: undefined,
		...(!form.isLocalChosen && {localPort: localFor(port), taken: undefined}),
	};
}

function nextDeclared({declared, port}: ForwardForm, by: number): string {
	if (declared.length === 0) return port;
	const index = declared.indexOf(Number(port));
	return String(declared[(index + by + declared.length) % declared.length] ?? port);
}

/** As many digits as a port has. */
const mostDigits = 5;

function edited(form: ForwardForm, edit: (text: string) => string): Partial<ForwardForm> {
	const {focus} = form;
	if (focus === 'button') return {};
	const text = edit(form[focus]).slice(0, mostDigits);
	const changes =
		focus === 'port'
			? withPort(form, text)
			: {localPort: text, taken: undefined, isLocalChosen: true, problem: undefined};
	return {...changes, isFresh: false};
}

function start(session: Session, form: ForwardForm): Dialog {
	const {cluster, namespace, pod, selector} = form;
	const [port, localPort] = [Number(form.port), Number(form.localPort)];
	const words = ['port-forward', '--namespace', namespace, `pod/${pod}`, `${localPort || ''}:${port}`];
	const subject = `port ${port} of pod ${namespace}/${pod}`;
	const end = note(session, {verb: 'forward', subject, command: kubectlLine(cluster, words)});
	/** The form, unless it was closed meanwhile. */
	const open = () => {
		const {dialog} = session.store.get();
		return dialog?.kind === 'forward' && dialog.form.declared === form.declared ? dialog.form : undefined;
	};
	session.watch.startForward({cluster, namespace, pod, selector, port, localPort}).then(
		({address}) => {
			end();
			if (open()) show(session, undefined);
			const where = `${address} leads to port ${port} of ${harmless(pod)}`;
			say(session, `${where}; ${keyFor(session, 'forwards')} lists what is forwarded`, 'good');
		},
		error => {
			const problem = toProblem(error, subject);
			end(problem);
			const {reason, next} = problem;
			const text = harmless(`${problem.subject}: ${reason}${next === undefined ? '' : `; ${next}`}`);
			const now = open();
			if (!now) return say(session, text, 'bad');
			const again = {...now, starting: false, focus: 'localPort', isFresh: true, problem: text} as const;
			show(session, {kind: 'forward', form: again});
		},
	);
	return {kind: 'forward', form: {...form, starting: true, problem: undefined}};
}
