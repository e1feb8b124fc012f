import {type CommandEntry, commandTable, groupAliases} from './command-table.ts';
import {globalFlags} from './input/flags.ts';

/** What the words of a command line lead to in the table of commands. */
export type FoundCommand =
	/** No word but flags. */
	| {readonly kind: 'none'}
	/** A command, with the words that are for it: flags that stood before its name, and all that follows. */
	| {readonly kind: 'command'; readonly entry: CommandEntry; readonly rest: readonly string[]}
	/** The name of a group and nothing that is in it. */
	| {readonly kind: 'group'; readonly path: readonly string[]; readonly rest: readonly string[]}
	/** A word that is in no group, after those that are. `known` is what could have stood there. */
	| {
			readonly kind: 'unknown';
			readonly path: readonly string[];
			readonly typed: string;
			readonly known: readonly string[];
	  };

/**
 * Finds the command that words ask for. Global flags may stand before and between the words of its name. A name that
 * is a command and a group (`version`, `version list`) is the command unless a command of the group follows.
 */
export function findCommand(words: readonly string[]): FoundCommand {
	const flags: string[] = [];
	let path: readonly string[] = [];
	let queue = words;
	let command: CommandEntry | undefined;
	for (;;) {
		const count = command ? 0 : leadingFlags(queue);
		flags.push(...queue.slice(0, count));
		queue = queue.slice(count);
		const [word, ...others] = queue;
		const inside = commandTable.filter(entry => isIn(entry, path) && entry.path.length > path.length);
		const here = inside.find(entry => entry.path.length === path.length + 1 && isNamed(entry, path.length, word));
		const group = word === undefined ? undefined : (groupAliases[word] ?? word);
		const isGroup = inside.some(entry => entry.path.length > path.length + 1 && entry.path[path.length] === group);
		if (word === undefined || group === undefined || (!here && !isGroup)) {
			if (command) return {kind: 'command', entry: command, rest: [...flags, ...queue]};
			if (word === undefined && path.length === 0) return {kind: 'none'};
			if (word === undefined || flags.includes('--help') || flags.includes('-h')) {
				return {kind: 'group', path, rest: flags};
			}
			return {kind: 'unknown', path, typed: word, known: wordsAt(path, inside)};
		}
		command = here;
		if (here && !isGroup) return {kind: 'command', entry: here, rest: [...flags, ...others]};
		path = [...path, group];
		queue = others;
	}
}

/** The commands of a group, in the order of the help; those that are not for people left out. */
export function commandsOf(path: readonly string[]): CommandEntry[] {
	return commandTable.filter(entry => isIn(entry, path) && entry.path.length > path.length && !entry.hidden);
}

/** How many words before the command are flags and their values. */
function leadingFlags(words: readonly string[]): number {
	let count = 0;
	for (let word = words[0]; word?.startsWith('-'); word = words[count]) {
		const isAlone = word.includes('=') || globalTypes[word.replace(/^--/, '')] !== 'string';
		count += isAlone ? 1 : 2;
	}
	return Math.min(count, words.length);
}

const globalTypes: Readonly<Record<string, string>> = Object.fromEntries(
	Object.entries(globalFlags).map(([name, {type}]) => [name, type]),
);

function isIn({path}: CommandEntry, group: readonly string[]): boolean {
	return group.every((word, i) => path[i] === word);
}

function isNamed({path, aliases}: CommandEntry, depth: number, word: string | undefined): boolean {
	return word !== undefined && (path[depth] === word || aliases?.includes(word) === true);
}

function wordsAt(path: readonly string[], inside: readonly CommandEntry[]): string[] {
	return inside
		.filter(entry => !entry.hidden)
		.flatMap(entry => [
			entry.path[path.length] ?? '',
			...(entry.path.length === path.length + 1 ? (entry.aliases ?? []) : []),
		]);
}
