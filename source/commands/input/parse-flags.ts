import meow from 'meow';
import {UsageProblem} from '../../cluster/problem.ts';
import {parseDuration} from '../../config/duration.ts';
import {splitArguments} from './arguments.ts';
import {splitCommas} from './commas.ts';
import type {Flag, Flags, FlagValues} from './flags.ts';

/** A command's words, understood. */
export interface ParsedFlags<F extends Flags> {
	readonly values: FlagValues<F>;
	/** The words that are no flags. */
	readonly operands: readonly string[];
	/** The flags that were really given. */
	readonly given: ReadonlySet<string>;
}

/**
 * Parses a command's words by its flags. Of a flag that takes one value and is given several times, the last one
 * counts, as with k3d. Throws a UsageProblem about `subject`, the command, for whatever is not understood.
 */
export function parseFlags<F extends Flags>(words: readonly string[], table: F, subject: string): ParsedFlags<F> {
	const {flags, operands} = splitArguments(words, table, subject);
	const single = new Map<string, string>();
	const multiple: string[] = [];
	for (const {name, value} of flags) {
		const flag = table[name];
		if (!flag) continue;
		const word = (part: string) => `--${name}=${checked(flag, name, part, subject)}`;
		if (flag.multiple) multiple.push(...(flag.commas ? splitCommas(value) : [value]).map(word));
		else single.set(name, word(value));
	}

	const names = Object.keys(table);
	const {flags: parsed, input} = readByMeow(
		[...single.values(), ...multiple, '--', ...operands],
		Object.fromEntries(Object.entries(table).map(([name, flag]) => [camelCase(name), meowFlag(flag)])),
		subject,
	);
	const values = Object.fromEntries(
		names.map(name => {
			const value = parsed[camelCase(name)];
			return [name, table[name]?.type === 'duration' ? parseDuration(String(value)) : value];
		}),
	);
	return {values: values as FlagValues<F>, operands: input, given: new Set(flags.map(({name}) => name))};
}

type MeowFlags = NonNullable<Parameters<typeof meow>[0]['flags']>;

function readByMeow(argv: readonly string[], flags: MeowFlags, subject: string) {
	try {
		const result = meow({
			importMeta: import.meta,
			// Without it meow looks for a package.json.
			pkg: {name: 'k3dui'},
			description: false,
			autoHelp: false,
			autoVersion: false,
			argv,
			flags,
		});
		return {flags: result.flags as Readonly<Record<string, unknown>>, input: result.input};
	} catch (error) {
		throw new UsageProblem(subject, error instanceof Error ? error.message : String(error));
	}
}

function meowFlag({type, multiple, default: initial}: Flag): MeowFlags[string] {
	const flag = {
		type: type === 'duration' ? 'string' : type,
		...(multiple ? {isMultiple: true} : {}),
		...(initial === undefined ? {} : {default: initial}),
	};
	// meow's types want to know the type of the flag before that of its default.
	return flag as unknown as MeowFlags[string];
}

/** The value in the words of meow's parser. Throws a UsageProblem for what is not of the flag's type or choices. */
function checked({type, choices}: Flag, name: string, value: string, subject: string): string {
	const fail = (wanted: string) => {
		throw new UsageProblem(subject, `--${name} takes ${wanted}, not ${JSON.stringify(value)}`);
	};
	switch (type) {
		case 'boolean':
			if (/^(true|t|1)$/i.test(value)) return 'true';
			return /^(false|f|0)$/i.test(value) ? 'false' : fail('true or false');
		case 'number':
			return /^\d{1,9}$/.test(value) ? value : fail('a whole number');
		case 'duration':
			return parseDuration(value) === undefined ? fail('a duration such as 90s or 2m') : value;
		case 'string':
			return choices?.includes(value) === false
				? fail(new Intl.ListFormat('en', {type: 'disjunction'}).format(choices))
				: value;
	}
}

function camelCase(name: string): string {
	return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
