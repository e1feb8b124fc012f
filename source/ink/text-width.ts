import QuickLRU from 'quick-lru';
import stringWidth from 'string-width';

/**
 * Characters that take one column each and stand for themselves: Latin, Greek, Cyrillic, punctuation, arrows, what boxes,
 * bars and spinners are drawn with. A test holds them against `string-width`.
 */
const narrow =
	/^[\x20-\x7e\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0377\u037a-\u037f\u0384-\u038a\u038e-\u03a1\u03a3-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u21ff\u2200-\u22ff\u2500-\u25fc\u2713-\u271e\u2800-\u28ff]*$/;

const sgr = /\x1b\[[\d;]*m/g;

/** Longer texts are measured anew each time: they are lines of logs, of which only so much may be held. */
const longestRemembered = 512;

/** As many texts as some screens full of rows have. */
const widths = new QuickLRU<string, number>({maxSize: 1024});

/** Whether each of a text's UTF-16 units is one column. */
export function isNarrow(text: string): boolean {
	return narrow.test(text);
}

/**
 * How many columns a text takes on screen, as `string-width` measures it: escape sequences take none, wide characters two.
 * That library's regular expressions of all emoji take 30 ms to compile, so it is asked only where it has to be.
 */
export function textWidth(text: string): number {
	if (isNarrow(text)) return text.length;
	let width = widths.get(text);
	if (width === undefined) {
		const bare = text.replace(sgr, '');
		width = isNarrow(bare) ? bare.length : stringWidth(text);
		if (text.length <= longestRemembered) widths.set(text, width);
	}
	return width;
}

/** The width of the widest of a text's lines, as the `widest-line` package measures it. */
export function widestLine(text: string): number {
	return text.includes('\n') ? Math.max(...text.split('\n').map(textWidth)) : textWidth(text);
}
