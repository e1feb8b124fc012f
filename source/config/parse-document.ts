import {type Document, isAlias, isMap, isScalar, isSeq, Lexer, parseAllDocuments, visit, type YAMLError} from 'yaml';
import {ConfigProblem, type Mistake} from './config-problem.ts';
import {type Expanded, expandEnvironment} from './expand-environment.ts';

/** The text of a config file, and where it is from. */
export interface ConfigSource {
	/** As the person named it; `standard input` for `-`. */
	readonly name: string;
	readonly text: string;
	/** From where the file's relative paths count. */
	readonly folder: string;
}

/** A place in the file as it is on disk; both count from 1. */
export interface Place {
	readonly line: number;
	readonly column: number;
}

/** A config file as YAML, not validated yet. */
export interface ConfigDocument {
	readonly source: ConfigSource;
	readonly document: Document.Parsed;
	/** The place of an offset in the text that was parsed. */
	placeOf(offset: number): Place;
	/** Variables that are not set and stood outside of comments. */
	readonly unset: readonly {readonly name: string; readonly place: Place}[];
}

/** More of them than a person writes: a bomb. */
const mostAliases = 100;

/**
 * Parses a config file's YAML or JSON; with `env`, its variables are replaced first. Throws a ConfigProblem with all
 * that the syntax has wrong.
 */
export function parseConfig(
	source: ConfigSource,
	env: Readonly<Record<string, string | undefined>> | undefined,
): ConfigDocument {
	const original = source.text.replace(/^\uFEFF/, '');
	const expanded: Expanded = env
		? expandEnvironment(original, env)
		: {text: original, unset: [], originalOffset: offset => offset};
	const placeOf = (offset: number) => placeIn(original, expanded.originalOffset(offset));
	const refuse = (offset: number, reason: string, hint?: string) =>
		new ConfigProblem(source.name, [{...placeOf(offset), path: '', reason, hint}]);

	const [document, second] = parseAllDocuments(expanded.text, {
		prettyErrors: false,
		merge: true,
		// No binary values, sets or times: a config has texts.
		resolveKnownTags: false,
		logLevel: 'silent',
	}).filter(hasContent);
	if (!document) throw refuse(0, 'it is empty', 'k3dui config init writes one to begin with.');
	const mistakes = [...document.errors.map(syntaxMistake), ...aliasMistakes(document)];
	if (mistakes.length > 0) {
		throw new ConfigProblem(
			source.name,
			mistakes.map(({offset, ...mistake}) => ({...placeOf(offset), ...mistake})),
		);
	}
	const start = document.contents?.range?.[0] ?? 0;
	if (second) {
		const reason = 'another document begins here; a config file has one';
		throw refuse(second.contents?.range?.[0] ?? start, reason, 'Put each into a file of its own.');
	}
	if (!isMap(document.contents)) {
		throw refuse(start, 'it is no list of keys and values', 'It begins with "apiVersion: k3d.io/v1alpha5".');
	}
	return {
		source,
		document,
		placeOf,
		unset: withoutComments(expanded).map(({name, offset}) => ({name, place: placeOf(offset)})),
	};
}

function placeIn(text: string, offset: number): Place {
	const before = text.slice(0, offset);
	return {line: before.split('\n').length, column: offset - before.lastIndexOf('\n')};
}

function hasContent({contents, errors}: Document.Parsed): boolean {
	return errors.length > 0 || !(contents === null || (isScalar(contents) && contents.value === null));
}

type SyntaxMistake = Omit<Mistake, 'line' | 'column'> & {readonly offset: number};

function syntaxMistake({code, pos, message}: YAMLError): SyntaxMistake {
	const words: Partial<Record<typeof code, readonly [reason: string, hint?: string]>> = {
		DUPLICATE_KEY: ['this key is there twice', 'Keep one of them.'],
		TAB_AS_INDENT: ['a tab is no indentation in YAML', 'Use spaces.'],
		BLOCK_AS_IMPLICIT_KEY: ['a second ": " on one line', 'Put the value in quotes.'],
	};
	const [reason = `it is no valid YAML: ${message.replace(/^./, letter => letter.toLowerCase())}`, hint] =
		words[code] ?? [];
	return {offset: pos[0], path: '', reason, hint};
}

/** What YAML's parser only finds out when it is asked for the values. */
function aliasMistakes(document: Document.Parsed): SyntaxMistake[] {
	const mistakes: SyntaxMistake[] = [];
	let count = 0;
	visit(document, {
		Pair(_, {key, value}) {
			if (!isScalar(key) || key.source !== '<<' || key.type !== 'PLAIN') return;
			const sources = resolvedIn(document, value);
			const isMerge = (isSeq(sources) ? sources.items : [sources]).every(each => isMap(resolvedIn(document, each)));
			if (!isMerge) mistakes.push({offset: key.range?.[0] ?? 0, path: '', reason: 'a merge key takes keys and values'});
		},
		Alias(_, alias) {
			count++;
			const offset = alias.range?.[0] ?? 0;
			if (count === mostAliases + 1) {
				mistakes.push({offset, path: '', reason: `it has more than ${mostAliases} aliases`});
			} else if (!alias.resolve(document)) {
				const hint = `Define it before, with &${alias.source}.`;
				mistakes.push({offset, path: '', reason: `there is no anchor "${alias.source}"`, hint});
			} else if (isAlias(alias.resolve(document))) {
				mistakes.push({offset, path: '', reason: `the alias "${alias.source}" names an alias`});
			}
		},
	});
	return mistakes;
}

function resolvedIn(document: Document.Parsed, node: unknown): unknown {
	return isAlias(node) ? node.resolve(document) : node;
}

/** Go replaces variables in comments too; nobody has to be warned about those. */
function withoutComments({text, unset}: Expanded): Expanded['unset'] {
	if (unset.length === 0) return unset;
	const comments: [start: number, end: number][] = [];
	let offset = 0;
	let isScalarNext = false;
	for (const lexeme of new Lexer().lex(text)) {
		// The lexer's own marks, which are not in the text: a document, an error in a flow, a scalar that follows.
		if (/^[\u0002\u0018\u001F]$/.test(lexeme)) {
			isScalarNext = lexeme === '\u001F';
			continue;
		}
		if (lexeme.startsWith('#') && !isScalarNext) comments.push([offset, offset + lexeme.length]);
		offset += lexeme.length;
		isScalarNext = false;
	}
	return unset.filter(variable => !comments.some(([start, end]) => variable.offset >= start && variable.offset <= end));
}
