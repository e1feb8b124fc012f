import type {EngineName} from '../../engine/endpoint.ts';
import {harmless} from '../../engine/harmless.ts';
import type {Command} from '../command.ts';
import {type CommandEntry, commandTable, groupAliases, groups} from '../command-table.ts';
import type {CommandContext} from '../context.ts';
import {findCommand} from '../find-command.ts';
import {type Completion, dashboardFlags, type Flags, globalFlags} from '../input/flags.ts';
import type {Suggestion} from './live-names.ts';
import {type Position, positionAfter} from './position.ts';

/** What a word can be completed to. */
interface Completed {
	readonly suggestions: readonly Suggestion[];
	/** Names of files as well; the shell knows them. */
	readonly files: boolean;
	/** More of the same word may follow, so no space does. */
	readonly open: boolean;
}

/**
 * Words that mean themselves in every shell. A name from a label may be anything, a command in `$()` too, and what is
 * completed is soon run.
 */
const isPlain = /^[\w.:/@=+-]+$/;

const nothing: Completed = {suggestions: [], files: false, open: false};

/**
 * Answers the shells' scripts (`k3dui __complete WORD… =WORD`): prints what the last word can be completed to, one a
 * line, a tab and what it is; then `:files` if files are welcome as well, `:nospace` if no space shall follow. The last
 * word stands behind `=`, so that no shell loses it when it is empty. Says nothing else, whatever happens.
 */
export async function printCompletions(words: readonly string[], context: CommandContext): Promise<void> {
	const typed = (words.at(-1) ?? '').replace(/^=/, '');
	const {suggestions, files, open} = await complete(words.slice(0, -1), typed, context);
	const lines = suggestions
		.filter(({word}) => word.startsWith(typed) && isPlain.test(word))
		.map(({word, description}) => `${word}\t${harmless(description).replaceAll(/\s/g, ' ')}`);
	if (files) lines.push(':files');
	if (open) lines.push(':nospace');
	await context.stdout.write(lines.map(line => `${line}\n`).join(''));
}

async function complete(before: readonly string[], typed: string, context: CommandContext): Promise<Completed> {
	const found = findCommand(before[0] === 'help' ? before.slice(1) : before);
	if (found.kind === 'unknown') return nothing;
	if (found.kind === 'command') {
		const {entry, rest} = found;
		const {command} = await entry.load();
		const table = {...globalFlags, ...command.flags};
		const position = positionAfter(rest, table);
		const inGroup = position.operands.length === 0 ? commandNames(entry.path, typed) : [];
		const completed = await completeAt(position, typed, table, command, context);
		return position.flag === undefined && !typed.startsWith('-')
			? {...completed, suggestions: [...inGroup, ...completed.suggestions]}
			: completed;
	}
	const path = found.kind === 'group' ? found.path : [];
	const table = found.kind === 'group' ? globalFlags : {...dashboardFlags, ...globalFlags};
	const position = positionAfter(found.kind === 'group' ? found.rest : before, table);
	if (position.flag !== undefined || typed.startsWith('-')) {
		return completeAt(position, typed, table, undefined, context);
	}
	return {...nothing, suggestions: commandNames(path, typed)};
}

async function completeAt(
	position: Position,
	typed: string,
	table: Flags,
	command: Command | undefined,
	context: CommandContext,
): Promise<Completed> {
	const engine = {host: position.given.get('host'), context: position.given.get('context')};
	if (position.flag !== undefined) return valuesOf(table[position.flag], engine, context);
	if (typed.startsWith('-') && !position.afterFlags) {
		const [, prefix = '', name = ''] = /^(--([^=]+)=)/.exec(typed) ?? [];
		if (prefix === '') return {...nothing, suggestions: flagNames(table, position.given)};
		const {suggestions, files} = await valuesOf(table[name], engine, context);
		return {files, open: false, suggestions: suggestions.map(each => ({...each, word: prefix + each.word}))};
	}
	const {completes = [], takes} = command ?? {};
	if (position.operands.length >= (takes?.max ?? 0)) return nothing;
	const kind = completes[Math.min(position.operands.length, completes.length - 1)];
	const {suggestions, ...others} = await wordsOf(kind, engine, context);
	return {...others, suggestions: suggestions.filter(({word}) => !position.operands.includes(word))};
}

function valuesOf(flag: Flags[string] | undefined, engine: EngineName, context: CommandContext) {
	if (flag?.type === 'boolean') return wordsOf(['true', 'false'], engine, context);
	return wordsOf(flag?.choices ?? flag?.completes, engine, context);
}

async function wordsOf(kind: Completion | undefined, engine: EngineName, context: CommandContext): Promise<Completed> {
	if (kind === undefined) return nothing;
	if (kind === 'file') return {...nothing, files: true};
	if (typeof kind !== 'string') return {...nothing, suggestions: kind.map(word => ({word, description: ''}))};
	const {liveNames} = await import('./live-names.ts');
	const suggestions = await liveNames(kind === 'image or file' ? 'image' : kind, engine, context);
	return {suggestions, files: kind === 'image or file', open: false};
}

/** The names in a group of commands; aliases once a letter of them has been typed. */
function commandNames(path: readonly string[], typed: string): Suggestion[] {
	const depth = path.length;
	const names = new Map<string, string>();
	for (const entry of commandTable) {
		if (entry.hidden || entry.path.length <= depth || !path.every((word, i) => entry.path[i] === word)) continue;
		const word = entry.path[depth] ?? '';
		if (entry.path.length > depth + 1 && !isCommand(entry.path.slice(0, depth + 1))) {
			names.set(word, groups[entry.path.slice(0, depth + 1).join(' ')] ?? '');
		} else if (entry.path.length === depth + 1) {
			for (const name of typed === '' ? [word] : [word, ...(entry.aliases ?? [])]) names.set(name, entry.summary);
		}
	}
	if (typed !== '') {
		for (const [alias, group] of Object.entries(groupAliases)) {
			const description = names.get(group);
			if (description !== undefined) names.set(alias, description);
		}
	}
	if (depth === 0) names.set('help', 'Show what a command does');
	return [...names].map(([word, description]) => ({word, description}));
}

function isCommand(path: CommandEntry['path']): boolean {
	return commandTable.some(entry => entry.path.join(' ') === path.join(' '));
}

function flagNames(table: Flags, given: Position['given']): Suggestion[] {
	return Object.entries(table)
		.filter(([name, {multiple}]) => multiple || !given.has(name))
		.map(([name, {description}]) => ({word: `--${name}`, description}));
}
