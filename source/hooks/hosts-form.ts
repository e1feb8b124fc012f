import {toProblem} from '../cluster/problem.ts';
import type {ListedContext} from '../engine/contexts.ts';
import type {EngineName} from '../engine/endpoint.ts';
import type {Dialog} from './dashboard-state.ts';
import type {Key} from './keys.ts';
import {moveInChoice} from './list-keys.ts';
import type {Place} from './place.ts';
import {allOperations, isUnderWay, keyFor, type Session, say, show} from './session.ts';

/** An engine to look at: a Docker context's, or one that is in view. */
export interface HostRow {
	readonly name: string;
	/** Where it is, or why its context cannot be used. */
	readonly address: string;
	/** What names it; undefined for a context that cannot be used. */
	readonly engine: EngineName | undefined;
	readonly isInView: boolean;
}

/** The dialog with the hosts to go to. */
export interface HostsForm {
	/** Undefined until the contexts have been read. */
	readonly rows: readonly HostRow[] | undefined;
	/** Why the contexts could not be read. */
	readonly problem: string | undefined;
	readonly index: number;
	/** The names of those that shall be in view. */
	readonly marked: ReadonlySet<string>;
}

/** True where there may be other hosts. */
export function offersHosts({otherEngines}: Session): boolean {
	return otherEngines?.contexts !== undefined;
}

/** Opens the dialog, and reads Docker's contexts for it. */
export function askHosts(session: Session): void {
	const {places, otherEngines} = session;
	const empty: HostsForm = {rows: undefined, problem: undefined, index: 0, marked: new Set()};
	show(session, {kind: 'hosts', form: empty});
	const answer = (contexts: readonly ListedContext[], problem?: string) => {
		const {dialog} = session.store.get();
		if (dialog?.kind !== 'hosts' || dialog.form !== empty) return;
		const rows = hostRows(contexts, places);
		const inView = rows.filter(row => row.isInView);
		const here = inView.find(({name}) => name === session.place.name) ?? inView[0];
		const index = here ? rows.indexOf(here) : 0;
		show(session, {kind: 'hosts', form: {rows, problem, index, marked: new Set(inView.map(({name}) => name))}});
	};
	otherEngines?.contexts?.().then(answer, error => answer([], toProblem(error).message));
}

/** The contexts, and the hosts in view that are no context's. */
function hostRows(contexts: readonly ListedContext[], places: readonly Place[]): readonly HostRow[] {
	const inView = places.map(({name, watch}) => ({name, address: watch.snapshot().endpoint}));
	const rows = contexts.map(({name, endpoint, problem}): HostRow => {
		const address = endpoint?.url ?? problem?.reason ?? '';
		return {name, address, engine: endpoint && {context: name}, isInView: false};
	});
	// Several contexts may lead to one engine: the one that named the host is in view.
	const shown = inView.map(({name, address}) => {
		const named = rows.find(row => row.name === name && (row.address === address || !row.engine));
		return (
			named ?? rows.find(row => row.address === address) ?? {name, address, engine: {host: address}, isInView: true}
		);
	});
	return [
		...shown.filter(row => !rows.includes(row)),
		...rows.map(row => (shown.includes(row) ? {...row, isInView: true} : row)),
	];
}

/** Whether the marks are others than what is in view: then they are what Enter opens. */
export function isChanged({rows = [], marked}: HostsForm): boolean {
	return rows.some(({name, isInView}) => marked.has(name) !== isInView);
}

/** What a key makes of the dialog; undefined closes it. Space marks; Enter goes to the marked ones, or to the one with the cursor. */
export function pressHostsKey(session: Session, form: HostsForm, key: Key): Dialog | undefined {
	const to = (changes: Partial<HostsForm>): Dialog => ({kind: 'hosts', form: {...form, ...changes}});
	const {rows = [], index, marked} = form;
	if (['escape', 'q', 'H'].includes(key)) return undefined;
	const moved = moveInChoice(key, index, rows.length);
	if (moved !== undefined) return to({index: moved});
	const row = rows[index];
	if (!row || (key !== ' ' && key !== 'enter')) return to({});
	const chosen = isChanged(form) ? rows.filter(({name}) => marked.has(name)) : [row];
	if (key === ' ' || chosen.length === 0) {
		if (!row.engine) say(session, `context ${row.name} cannot be used: ${row.address}`, 'warning');
		else if (key === 'enter') say(session, 'no host is marked', 'warning');
		else return to({marked: toggled(marked, row.name)});
		return to({});
	}
	return go(session, chosen) ? undefined : to({});
}

function toggled(marked: ReadonlySet<string>, name: string): ReadonlySet<string> {
	return marked.has(name) ? new Set([...marked].filter(each => each !== name)) : new Set([...marked, name]);
}

/** Goes to these hosts, unless that would end something. */
function go(session: Session, rows: readonly HostRow[]): boolean {
	const broken = rows.find(({engine}) => engine === undefined);
	if (broken) {
		say(session, `context ${broken.name} cannot be used: ${broken.address}`, 'warning');
		return false;
	}
	if (allOperations(session).some(operation => isUnderWay(operation.snapshot()))) {
		say(session, `something is under way; it has to end first (${keyFor(session, 'cancel')} cancels it)`, 'warning');
		return false;
	}
	const [first, ...others] = rows.flatMap(({engine}) => engine ?? []);
	const isHere = rows.length === session.places.length && rows.every(({isInView}) => isInView);
	if (first && !isHere) session.otherEngines?.open({...first, ...(others.length > 0 && {others})});
	return true;
}
