import {stripVTControlCharacters} from 'node:util';
import type {RE2JS} from 're2js';
import type {LogLine} from '../watch/snapshot.ts';

/** What is looked for in a log. */
export interface SearchTerm {
	readonly text: string;
	readonly isRegex: boolean;
}

/** A part of a line's plain text, in UTF-16 units. */
export type Range = readonly [start: number, end: number];

/** A term made ready to look with. */
export interface Matcher {
	/** Why nothing can be found with it; undefined where something can. */
	readonly problem: string | undefined;
	matches(text: string): boolean;
	/** Where it is in a text, from left to right. */
	ranges(text: string): readonly Range[];
}

/** Lines longer than this are looked at up to here; whoever logs more on one line has no use for the end of it. */
const longestLine = 16_384;

/** More hits than this in one line are not set off. */
const mostRanges = 100;

type Regex = typeof RE2JS;
let regexLibrary: Regex | undefined;

/** Loads what regular expressions need: a library whose time grows with the text and not with the expression's tricks. */
export async function loadRegex(): Promise<void> {
	regexLibrary ??= (await import('./re2.ts')).RE2JS;
}

function wrong(problem: string): Matcher {
	return {problem, matches: () => false, ranges: () => []};
}

/** A text in any case, unless it has a capital letter. */
function isCaseless(text: string): boolean {
	return text === text.toLowerCase();
}

function textMatcher(wanted: string): Matcher {
	const caseless = isCaseless(wanted);
	const fold = (text: string) => (caseless ? text.toLowerCase() : text);
	return {
		problem: undefined,
		matches: text => fold(text).includes(wanted),
		ranges(text) {
			const folded = fold(text);
			// Some letters have another length in lower case; then nothing can be said of places.
			if (folded.length !== text.length) return [];
			const found: Range[] = [];
			let from = folded.indexOf(wanted);
			while (from !== -1 && found.length < mostRanges) {
				found.push([from, from + wanted.length]);
				from = folded.indexOf(wanted, from + wanted.length);
			}
			return found;
		},
	};
}

/** What stands for a kind of character, whichever letters it is written with: `\S`, `\pL`, `\p{Greek}`. */
const escapes = /\\[pP](?:\{\^?\w+\}|\w)|\\./g;

function regexMatcher(expression: string): Matcher {
	if (!regexLibrary) return wrong('getting ready');
	try {
		const flags = isCaseless(expression.replaceAll(escapes, '')) ? regexLibrary.CASE_INSENSITIVE : 0;
		const compiled = regexLibrary.compile(expression, flags);
		return {
			problem: undefined,
			matches: text => compiled.matcher(text).find(),
			ranges(text) {
				const matcher = compiled.matcher(text);
				const found: Range[] = [];
				while (found.length < mostRanges && matcher.find()) {
					if (matcher.end() > matcher.start()) found.push([matcher.start(), matcher.end()]);
				}
				return found;
			},
		};
	} catch (error) {
		return wrong(
			error instanceof Error
				? error.message.replace(/^error parsing regexp: /, '').replace('`(?i)', '`')
				: String(error),
		);
	}
}

let last: {readonly term: SearchTerm; readonly library: Regex | undefined; readonly matcher: Matcher} | undefined;

/** The matcher of a term; undefined for an empty one. The last one is kept. */
export function matcherFor(term: SearchTerm): Matcher | undefined {
	if (term.text === '') return undefined;
	const isSame = last?.term.text === term.text && last.term.isRegex === term.isRegex && last.library === regexLibrary;
	if (!last || !isSame) {
		const matcher = term.isRegex ? regexMatcher(term.text) : textMatcher(term.text);
		last = {term, library: regexLibrary, matcher};
	}
	return last.matcher;
}

/** A line as it is searched: without colours. */
export function plainText({text}: Pick<LogLine, 'text'>): string {
	const plain = text.includes('\x1b') ? stripVTControlCharacters(text) : text;
	return plain.length > longestLine ? plain.slice(0, longestLine) : plain;
}

/** How long one look may take, in milliseconds: keys are answered in between. */
const budget = 25;

/**
 * The lines of one log that match, found once each: lines never change, so only those that are new are looked at. A look
 * ends when its time is over, and the next goes on.
 */
export class LogHits {
	readonly matcher: Matcher;
	#hits: number[] = [];
	/** The numbers that have been looked at: from the first up to, but without, the last. */
	#from = 0;
	#to = 0;

	constructor(matcher: Matcher) {
		this.matcher = matcher;
	}

	/** The numbers of the lines that match, in their order. */
	get numbers(): readonly number[] {
		return this.#hits;
	}

	/** Looks at the lines that are new; false where some are left for another time. */
	look(lines: readonly LogLine[], now: () => number = () => performance.now()): boolean {
		const first = lines[0]?.number;
		const end = (lines.at(-1)?.number ?? -1) + 1;
		if (first === undefined) {
			this.#reset(0);
			return true;
		}
		if (this.#to <= first || this.#from > end) this.#reset(end);
		if (first > this.#from) {
			this.#from = first;
			this.#hits = this.#hits.filter(number => number >= first);
		}
		const deadline = now() + budget;
		const newer: number[] = [];
		// Downwards first: what is new is at the end, and the end is what is seen.
		for (let index = indexOf(lines, this.#to); index < lines.length; index++) {
			const line = lines[index];
			if (!line) break;
			if (this.matcher.matches(plainText(line))) newer.push(line.number);
			this.#to = line.number + 1;
			if ((index & 63) === 0 && now() > deadline) {
				this.#hits.push(...newer);
				return false;
			}
		}
		const older: number[] = [];
		let isDone = true;
		for (let index = indexOf(lines, this.#from) - 1; index >= 0; index--) {
			const line = lines[index];
			if (!line) break;
			if (this.matcher.matches(plainText(line))) older.push(line.number);
			this.#from = line.number;
			if ((index & 63) === 0 && index > 0 && now() > deadline) {
				isDone = false;
				break;
			}
		}
		if (newer.length > 0 || older.length > 0) this.#hits = [...older.reverse(), ...this.#hits, ...newer];
		return isDone;
	}

	#reset(at: number): void {
		this.#hits = [];
		this.#from = at;
		this.#to = at;
	}
}

/** The index of the first line with this number or a later one. */
export function indexOf(lines: readonly LogLine[], number: number): number {
	let low = 0;
	let high = lines.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((lines[middle]?.number ?? 0) < number) low = middle + 1;
		else high = middle;
	}
	return low;
}
