import {UsageProblem} from '../../cluster/problem.ts';
import {suggestion} from '../../config/suggestion.ts';
import type {Flags} from './flags.ts';

/** A command line taken apart: flags by their long names, in the order given, and everything else. */
export interface SplitArguments {
	readonly flags: readonly {readonly name: string; readonly value: string}[];
	readonly operands: readonly string[];
}

/**
 * Takes a command line apart as k3d does: a flag that wants a value takes the next word whatever it begins with
 * (`--k3s-arg --disable=traefik`), `-abc` is `-a -b -c`, `-p80:80` and `-p=80:80` carry their value, `--` ends the
 * flags. meow's parser would take `--disable` there for a flag, and `--no-lb` for "not --lb".
 * Throws a UsageProblem for a flag that is not in the table. Source: the rules of Go's pflag.
 */
export function splitArguments(words: readonly string[], table: Flags, subject: string): SplitArguments {
	const flags: {name: string; value: string}[] = [];
	const operands: string[] = [];
	const queue = [...words];

	const add = (name: string, typed: string, value: string | undefined) => {
		const flag = table[name];
		if (value !== undefined) flags.push({name, value});
		else if (flag?.type === 'boolean') flags.push({name, value: 'true'});
		else if (flag?.alone !== undefined) flags.push({name, value: flag.alone});
		else {
			const next = queue.shift();
			if (next === undefined) {
				const example = flag?.placeholder ? `: ${typed} ${flag.placeholder}` : '';
				throw new UsageProblem(subject, `${typed} needs a value${example}`);
			}
			flags.push({name, value: next});
		}
	};

	for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
		if (word === '--') {
			operands.push(...queue.splice(0));
		} else if (word.startsWith('--')) {
			const equals = word.indexOf('=');
			const typed = equals === -1 ? word : word.slice(0, equals);
			const name = typed.slice(2);
			if (!Object.hasOwn(table, name)) throw unknownFlag(typed, table, subject);
			add(name, typed, equals === -1 ? undefined : word.slice(equals + 1));
		} else if (word.startsWith('-') && word.length > 1) {
			for (let letters = word.slice(1); letters !== ''; ) {
				const letter = letters.slice(0, 1);
				letters = letters.slice(1);
				const name = Object.keys(table).find(each => table[each]?.short === letter);
				if (name === undefined) throw unknownFlag(`-${letter}`, table, subject);
				const takesRest = letters !== '' && (letters.startsWith('=') || table[name]?.type !== 'boolean');
				add(name, `-${letter}`, takesRest ? letters.replace(/^=/, '') : undefined);
				if (takesRest) break;
			}
		} else {
			operands.push(word);
		}
	}
	return {flags, operands};
}

function unknownFlag(typed: string, table: Flags, subject: string): UsageProblem {
	const meant = suggestion(typed.replace(/^-+/, ''), Object.keys(table));
	return new UsageProblem(
		subject,
		`there is no flag ${typed}`,
		meant === undefined ? `See ${subject} --help.` : `Did you mean --${meant}?`,
	);
}
