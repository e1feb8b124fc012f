import type {Filesystem} from '../filesystem.ts';
import type {Segment, Word} from './syntax.ts';

/** What words are expanded with. */
export interface Scope {
	get(name: string): string | undefined;
	set(name: string, value: string): void;
	/** Positional parameters. */
	readonly parameters: readonly string[];
	/** Runs a script and gives back what it printed. */
	substitute(source: string): Promise<string>;
	readonly files: Filesystem;
	readonly workingDir: string;
}

/** A shell pattern as a regular expression. */
export function patternOf(text: string): RegExp {
	const body = text
		.replace(/[.+^${}()|\\]/g, '\\$&')
		.replaceAll('*', '[\\s\\S]*')
		.replaceAll('?', '[\\s\\S]');
	try {
		return new RegExp(`^${body.replaceAll('[!', '[^')}$`);
	} catch {
		return new RegExp(`^${body.replaceAll('[', '\\[')}$`);
	}
}

async function parameter(scope: Scope, segment: Segment & {kind: 'parameter'}): Promise<string> {
	const value = ['@', '*'].includes(segment.name) ? scope.parameters.join(' ') : scope.get(segment.name);
	const argument = () => text(scope, segment.argument);
	const {modifier} = segment;
	const isMissing = value === undefined || (modifier.startsWith(':') && value === '');
	switch (modifier.replace(':', '')) {
		case '-':
			return isMissing ? argument() : value;
		case '=':
			if (!isMissing) return value;
			scope.set(segment.name, await argument());
			return scope.get(segment.name) ?? '';
		case '+':
			return isMissing ? '' : argument();
		case '':
			return value ?? '';
		default:
			return trimmed(value ?? '', modifier, patternOf(await argument()));
	}
}

/** `${x#pattern}` and its kin. */
function trimmed(value: string, modifier: string, pattern: RegExp): string {
	const lengths = Array.from({length: value.length + 1}, (_, index) => index);
	const fromStart = modifier.startsWith('#');
	if (modifier.length === 2) lengths.reverse();
	const part = (length: number) => (fromStart ? value.slice(0, length) : value.slice(value.length - length));
	const found = lengths.find(length => pattern.test(part(length)));
	if (found === undefined) return value;
	return fromStart ? value.slice(found) : value.slice(0, value.length - found);
}

async function value(scope: Scope, segment: Segment): Promise<string> {
	if (segment.kind === 'text') return segment.text;
	if (segment.kind === 'command') return (await scope.substitute(segment.source)).replace(/\n+$/, '');
	return parameter(scope, segment);
}

/** A word as one text: in assignments, patterns and targets nothing is split. */
export async function text(scope: Scope, word: Word): Promise<string> {
	let all = '';
	for (const segment of word) all += await value(scope, segment);
	return all;
}

/** Words as arguments: split at blanks, file names filled in. */
export async function fields(scope: Scope, words: readonly Word[]): Promise<string[]> {
	const all: string[] = [];
	for (const word of words) all.push(...(await wordFields(scope, word)));
	return all;
}

async function wordFields(scope: Scope, word: Word): Promise<string[]> {
	let parts: {text: string; glob: boolean}[] = [];
	const add = (piece: string, glob = false) => {
		const last = parts.at(-1) ?? {text: '', glob: false};
		parts = [...parts.slice(0, -1), {text: last.text + piece, glob: last.glob || glob}];
	};
	for (const segment of word) {
		if (segment.kind === 'parameter' && segment.name === '@' && segment.quoted) {
			for (const [index, one] of scope.parameters.entries()) {
				if (index > 0) parts.push({text: '', glob: false});
				add(one);
			}
			continue;
		}
		const expanded = await value(scope, segment);
		if (segment.quoted) add(expanded);
		else if (segment.kind === 'text') add(expanded, /[*?]/.test(expanded));
		else {
			if (/^\s/.test(expanded) && parts.length > 0) parts.push({text: '', glob: false});
			const pieces = expanded.split(/\s+/).filter(piece => piece !== '');
			for (const [index, piece] of pieces.entries()) {
				if (index > 0) parts.push({text: '', glob: false});
				add(piece, /[*?]/.test(piece));
			}
		}
	}
	return parts.flatMap(part => (part.glob ? matching(scope, part.text) : [part.text]));
}

function matching({files, workingDir}: Scope, pattern: string): string[] {
	const slash = pattern.lastIndexOf('/');
	const folder = slash < 0 ? workingDir : pattern.slice(0, slash) || '/';
	const names = patternOf(pattern.slice(slash + 1));
	const found = files.children(folder).filter(name => names.test(name) && !name.startsWith('.'));
	return found.length > 0 ? found.map(name => pattern.slice(0, slash + 1) + name) : [pattern];
}
