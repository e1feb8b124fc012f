import stringWidth from 'string-width';
import {readSgr} from './sgr.ts';

export interface HarmlessOptions {
	/** Keeps colours and attributes (SGR), closed at the end of the line. Default false: no escape sequence stays. */
	readonly colors?: boolean;
	/** UTF-16 units of visible text after which the line is cut. Default 16,384. */
	readonly limit?: number;
}

const defaultLimit = 16_384;
const tabStop = 8;

/**
 * What cannot go to a terminal as it is: C0, DEL and C1; invisible characters that reorder or hide text
 * (bidi marks, overrides and isolates, zero-width space, invisible operators, interlinear annotation, BOM);
 * line and paragraph separators; other characters that cannot be seen; the zero-width joiner and surrogates, which are fine
 * only in the right company.
 */
const suspicious =
	/[\x00-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff]|\u034f|\u17b4|\u17b5|[\u180b-\u180f]|[\ufe00-\ufe0d]/;

/** What of that is always taken out. */
const control = /[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** Zero-width joiners anywhere but between two pictographs, where they make family and profession emoji. */
const strayJoiner =
	/(?<!\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier})?)\u200d|\u200d(?!\p{Extended_Pictographic})/gu;

/**
 * What cannot be seen and is of no use in a line: terminals do not agree how wide it is. The joiner, emoji's variation selectors
 * and flags' tags stay, and signs that Unicode calls format but that are drawn (Arabic and Syriac numbers and the like).
 */
const invisible =
	/(?![\u200d\ufe0e\ufe0f\u{e0020}-\u{e007f}\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}])[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

let segmenter: Intl.Segmenter | undefined;

/**
 * Makes one line of text from anywhere (a container's log, a label, an error of a remote machine) safe to print:
 * it can colour itself if allowed to, and nothing else. It cannot move the cursor, clear the screen, set the title
 * or the clipboard, ring, switch character sets or reorder what stands next to it.
 *
 * Sequences are dropped whole, but one that does not end swallows nothing that follows. A carriage return keeps what
 * a terminal would show in the end, the last segment. Tabs become spaces, line breaks one space. Lines that are
 * too long are cut between graphemes and end in `…`.
 *
 * CWE-150; the grammar of the sequences is ECMA-48 (5th edition) §5.4 to §5.6 and §8.3.
 */
export function harmless(text: string, {colors = false, limit = defaultLimit}: HarmlessOptions = {}): string {
	if (text.length <= limit && !suspicious.test(text)) return text;
	// What is cut off here could only have become visible after thousands of invisible characters.
	const input = cut(lastSegment(text), limit * 4)
		.toWellFormed()
		.replace(strayJoiner, '')
		.replace(invisible, '');
	const endOfString = endOfStrings(input);
	const hasTabs = input.includes('\t');
	let output = '';
	let column = 0;
	let visible = 0;
	let open = false;
	let full = false;

	const append = (part: string) => {
		full = visible + part.length > limit;
		const fitting = full ? `${cut(part, limit - visible)}…` : part;
		output += fitting;
		visible += fitting.length;
		if (hasTabs) column += width(fitting);
	};

	let position = 0;
	while (position < input.length && !full) {
		control.lastIndex = position;
		const index = control.exec(input)?.index ?? input.length;
		append(input.slice(position, index));
		position = index + 1;
		if (full) break;
		switch (input[index]) {
			case '\t':
				append(' '.repeat(tabStop - (column % tabStop)));
				break;
			case '\n':
			case '\v':
			case '\f':
			case '\u0085':
			case '\u2028':
			case '\u2029':
				append(' ');
				break;
			case '\x1b': {
				position = endOfSequence(input, position, input[position], endOfString);
				if (!colors || input[index + 1] !== '[') break;
				const sgr = readSgr(input.slice(index + 2, position));
				if (!sgr) break;
				output += sgr.sequence;
				open = sgr.open;
				break;
			}
			case '\u0090':
			case '\u0098':
			case '\u009b':
			case '\u009d':
			case '\u009e':
			case '\u009f':
				// A C1 control is ESC and the character 0x40 below it, in one.
				position = endOfSequence(input, index, String.fromCharCode(input.charCodeAt(index) - 0x40), endOfString);
				break;
		}
	}
	return open ? `${output}\x1b[0m` : output;
}

/** What carriage returns leave on screen: the text after the last one that is followed by anything. */
function lastSegment(text: string): string {
	let end = text.length;
	while (end > 0 && (text[end - 1] === '\r' || text[end - 1] === '\n')) end--;
	const line = end === text.length ? text : text.slice(0, end);
	// A line break that is spelled CR LF overwrites nothing.
	const broken = line.includes('\r\n') ? line.replaceAll('\r\n', '\n') : line;
	return broken.slice(broken.lastIndexOf('\r') + 1);
}

/**
 * Where the sequence ends whose introducing character (`[` for CSI, `]` for OSC, …) stands at `start`.
 * Without a proper end only what surely belongs to it is skipped, and what could be text stays.
 */
function endOfSequence(
	text: string,
	start: number,
	introducer: string | undefined,
	endOfString: (start: number) => number,
): number {
	switch (introducer) {
		case undefined:
			return start;
		case '[': {
			let end = start + 1;
			while (end < text.length && inRange(text, end, 0x30, 0x3f)) end++;
			while (end < text.length && inRange(text, end, 0x20, 0x2f)) end++;
			return end < text.length && inRange(text, end, 0x40, 0x7e) ? end + 1 : end;
		}
		case ']':
		case 'P':
		case 'X':
		case '^':
		case '_':
			return endOfString(start + 1);
		default: {
			// ESC, intermediates, one final character: character sets, RIS, cursor save and the like.
			let end = start;
			while (end < text.length && inRange(text, end, 0x20, 0x2f)) end++;
			return end < text.length && inRange(text, end, 0x30, 0x7e) ? end + 1 : end;
		}
	}
}

/**
 * Finds where control strings (OSC, DCS, APC, PM, SOS) end: behind ST or BEL, or at their very start when something
 * else comes first. Remembers what it found, so that a line of ten thousand unterminated ones is still read once.
 */
function endOfStrings(text: string): (start: number) => number {
	// ESC, CAN and SUB break a string off, unless the ESC begins ST.
	const stop = /[\x07\x18\x1a\x1b\x9c]/g;
	let found = -1;
	return start => {
		if (found < start) {
			stop.lastIndex = start;
			found = stop.exec(text)?.index ?? text.length;
		}
		if (text[found] === '\x07' || text[found] === '\x9c') return found + 1;
		return text[found] === '\x1b' && text[found + 1] === '\\' ? found + 2 : start;
	};
}

function inRange(text: string, index: number, first: number, last: number): boolean {
	const code = text.charCodeAt(index);
	return code >= first && code <= last;
}

/** The text's first `limit` UTF-16 units, without half a grapheme at the end. */
function cut(text: string, limit: number): string {
	if (text.length <= limit) return text;
	segmenter ??= new Intl.Segmenter(undefined, {granularity: 'grapheme'});
	// Far enough to see the whole grapheme, near enough not to pay for a text of megabytes.
	const start = Math.max(0, limit - 256);
	const boundary = segmenter.segment(text.slice(start, limit + 256)).containing(limit - start)?.index ?? limit - start;
	// A single grapheme of hundreds of marks is an attack and may be cut anywhere.
	return text.slice(0, boundary === 0 ? limit : start + boundary);
}

function width(text: string): number {
	return /^[ -~]*$/.test(text) ? text.length : stringWidth(text);
}
