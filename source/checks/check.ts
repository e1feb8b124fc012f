/** How a check came out. `unknown`: it could not be looked at from here. */
export type Verdict = 'ok' | 'warning' | 'problem' | 'unknown';

/** One thing that was looked at. */
export interface Check {
	/** What it is about, in a word or two. */
	readonly name: string;
	readonly verdict: Verdict;
	/** What was found, with units, and what follows from it. Harmless to print. */
	readonly found: string;
	/** How to mend it; where there are several ways, on lines of their own. */
	readonly next?: string;
}

const order: readonly Verdict[] = ['problem', 'warning', 'unknown', 'ok'];

/** What is wrong first. */
export function worstFirst(checks: readonly Check[]): readonly Check[] {
	return checks.toSorted((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
}

const signs: Readonly<Record<Verdict, string>> = {ok: '✔', warning: '!', problem: '✖', unknown: '?'};

/** A check as a line, and others that tell how to mend it. */
export function checkLines({name, verdict, found, next}: Check): readonly string[] {
	return [
		`${signs[verdict]} ${name}: ${found}`,
		...(next === undefined ? [] : next.split('\n').map(line => `  ${line}`)),
	];
}
