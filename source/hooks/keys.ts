import type {Key as InkKey} from 'ink';

/**
 * One key press: a printable grapheme as itself (`j`, `+`, `é`), any other key by name: `up`, `enter`, `ctrl+c`.
 * Names have several letters, so the two cannot be taken for each other.
 */
export type Key = string;

const named: readonly [keyof InkKey, Key][] = [
	['upArrow', 'up'],
	['downArrow', 'down'],
	['leftArrow', 'left'],
	['rightArrow', 'right'],
	['pageUp', 'pageup'],
	['pageDown', 'pagedown'],
	['home', 'home'],
	['end', 'end'],
	['return', 'enter'],
	['escape', 'escape'],
	['backspace', 'backspace'],
	['delete', 'delete'],
];

const controls: Readonly<Record<string, Key>> = {
	'\r': 'enter',
	'\n': 'enter',
	'\t': 'tab',
	'\b': 'backspace',
	'\x7f': 'backspace',
	'\x1b': 'escape',
};

/** Each character is a grapheme of its own. */
const plain = /^[\x20-\x7e]*$/;

let segmenter: Intl.Segmenter | undefined;

/** A text's graphemes. What finds them is made late: that opens ICU's data, which takes some milliseconds. */
export function graphemes(text: string): Intl.Segments {
	segmenter ??= new Intl.Segmenter(undefined, {granularity: 'grapheme'});
	return segmenter.segment(text);
}

/** True for a key that stands for the character it types. */
export function isPrintable(key: Key): boolean {
	return plain.test(key) ? key.length === 1 : [...graphemes(key)].length === 1;
}

/**
 * What Ink hands over for one read, as single keys. Keys that arrive together (`jj` from key repeat over SSH, a whole
 * line from a script) come as one input without names, so they are taken apart here.
 *
 * A terminal sends Alt and a key as Esc and that key, so one cannot be told from Esc typed right before a key. Nothing is
 * bound to Alt: it is taken for the two keys, but not where a text is typed, whose Alt-B or Alt-F is meant as in a shell
 * and would close what it is typed into.
 */
export function readKeys(input: string, key: InkKey, isTyping = false): Key[] {
	const name = key.tab ? (key.shift ? 'backtab' : 'tab') : named.find(([property]) => key[property])?.[1];
	// Ink calls Esc itself Alt as well.
	if (name !== undefined) return key.meta && !key.escape && !isTyping ? ['escape', name] : [name];
	if (key.ctrl) return input === '' ? [] : [`ctrl+${input}`];
	if (key.super || key.hyper || (key.meta && (isTyping || input === ''))) return [];
	if (key.meta) return ['escape', ...readKeys(input, {...key, meta: false})];
	// As nearly all are: the first key must not wait for ICU.
	if (plain.test(input)) return [...input];
	return Array.from(graphemes(input), ({segment}) => {
		const control = controls[segment];
		if (control !== undefined) return control;
		const code = segment.charCodeAt(0);
		return code < 32 ? `ctrl+${String.fromCharCode(code + 96)}` : segment;
	});
}

/** How long the rest of an escape sequence may be under way after its beginning was taken for keys. */
const tailWindow = 400;

/**
 * Recognizes escape sequences that latency split in two. Ink waits 20 ms for the rest of one; what comes later it
 * reads as plain letters: `ESC [` and then `B`. The guard drops such tails so that they do not act as keys.
 * Returns what is left of an input; `now` in milliseconds.
 */
export function createSplitSequenceGuard(): (input: string, isEscape: boolean, now: number) => string {
	let expectsUntil = 0;
	let begun = false;
	return (input, isEscape, now) => {
		if (isEscape) {
			expectsUntil = now + tailWindow;
			begun = false;
			return input;
		}
		const expected = now < expectsUntil;
		expectsUntil = 0;
		// A lone `[` is bound to nothing, and Ink hands over a flushed `ESC [` as just that.
		const start = /^[[O][0-9;]*$/.exec(input);
		if (start && (expected || input[0] === '[')) {
			expectsUntil = now + tailWindow;
			begun = true;
			return '';
		}
		if (!expected) return input;
		return input.replace(begun ? /^[0-9;]*[A-Za-z~]/ : /^[[O][0-9;]*[A-Za-z~]/, '');
	};
}
