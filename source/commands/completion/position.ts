import type {Flags} from '../input/flags.ts';

/** Where in a command's words the next one stands. */
export interface Position {
	/** The flag whose value it is. */
	readonly flag: string | undefined;
	/** True behind `--`, where nothing is a flag. */
	readonly afterFlags: boolean;
	/** The operands before it. */
	readonly operands: readonly string[];
	/** The flags before it, with their last values. */
	readonly given: ReadonlyMap<string, string>;
}

/** Reads the words before the one that is being typed by the rules of `splitArguments`; what is wrong is passed over. */
export function positionAfter(words: readonly string[], table: Flags): Position {
	let flag: string | undefined;
	let afterFlags = false;
	const operands: string[] = [];
	const given = new Map<string, string>();
	const needsValue = (name: string) => table[name]?.type !== 'boolean' && table[name]?.alone === undefined;
	for (const word of words) {
		if (flag !== undefined) {
			given.set(flag, word);
			flag = undefined;
		} else if (afterFlags || !word.startsWith('-') || word === '-') {
			operands.push(word);
		} else if (word === '--') {
			afterFlags = true;
		} else {
			const {name, value} = flagIn(word, table);
			if (name === undefined) continue;
			given.set(name, value ?? '');
			if (value === undefined && needsValue(name)) flag = name;
		}
	}
	return {flag, afterFlags, operands, given};
}

/** The flag a word ends with, and its value where the word has one: `--output=json`, `-ojson`, `-ab`. */
function flagIn(word: string, table: Flags): {readonly name: string | undefined; readonly value: string | undefined} {
	if (word.startsWith('--')) {
		const [name = '', ...value] = word.slice(2).split('=');
		return {name: Object.hasOwn(table, name) ? name : undefined, value: value.length > 0 ? value.join('=') : undefined};
	}
	let name: string | undefined;
	for (let letters = word.slice(1); letters !== ''; letters = letters.slice(1)) {
		name = Object.keys(table).find(each => table[each]?.short === letters[0]);
		const rest = letters.slice(1);
		const takesRest = name !== undefined && rest !== '' && (rest.startsWith('=') || table[name]?.type !== 'boolean');
		if (takesRest) return {name, value: rest.replace(/^=/, '')};
	}
	return {name, value: undefined};
}
