/** A text in which variables have been replaced, and the way back to the places of the original. */
export interface Expanded {
	readonly text: string;
	/** Variables that are not set, at their places in the expanded text; each became nothing. */
	readonly unset: readonly {readonly name: string; readonly offset: number}[];
	/** The place in the original text that a place in the expanded one came from. */
	originalOffset(offset: number): number;
}

/**
 * Replaces `$NAME` and `${NAME}` by the environment's values, everywhere in a text, as Go's os.ExpandEnv does, which
 * k3d uses: what is not set becomes nothing; `$` before anything that is no name stays; the shell's special variables
 * (`$$`, `$1`, `$?`) are names too, so that they become nothing; a `${}` and an open `${` vanish. There is no escape.
 * Source: Go, src/os/env.go.
 */
export function expandEnvironment(text: string, env: Readonly<Record<string, string | undefined>>): Expanded {
	const reference = /\$(?:\{([*#$@!?\-0-9])\}|\{([^}]*)\}|(\{)|([*#$@!?\-0-9])|([A-Za-z0-9_]+))/g;
	const pieces: {readonly start: number; readonly length: number; readonly original: number}[] = [];
	const unset: {name: string; offset: number}[] = [];
	let expanded = '';
	let copied = 0;
	for (const match of text.matchAll(reference)) {
		const [whole, special, braced, , bareSpecial, bare] = match;
		const name = special ?? braced ?? bareSpecial ?? bare ?? '';
		const value = name === '' ? '' : (env[name] ?? '');
		expanded += text.slice(copied, match.index);
		if (name !== '' && env[name] === undefined) unset.push({name, offset: expanded.length});
		pieces.push({start: expanded.length, length: value.length, original: match.index});
		expanded += value;
		copied = match.index + whole.length;
		pieces.push({start: expanded.length, length: Number.POSITIVE_INFINITY, original: copied});
	}
	expanded += text.slice(copied);
	return {
		text: expanded,
		unset,
		originalOffset(offset) {
			const piece = pieces.findLast(({start}) => start <= offset);
			if (piece === undefined) return offset;
			return piece.length === Number.POSITIVE_INFINITY ? piece.original + offset - piece.start : piece.original;
		},
	};
}
