import {hardWrap} from '../ink/hard-wrap.ts';
import {slice} from '../ink/slice.ts';
import {textWidth} from '../ink/text-width.ts';

/** How many columns a text takes on screen; escape sequences take none, wide characters two. */
export const widthOf = textWidth;

/** The text, or its beginning and `…`, in at most `width` columns. */
export function cutEnd(text: string, width: number): string {
	if (width <= 0) return '';
	if (widthOf(text) <= width) return text;
	return `${slice(text, 0, width - 1)}…`;
}

/** The text, or its two ends with `…` between them: names differ at the end as often as at the beginning. */
export function cutMiddle(text: string, width: number): string {
	if (width <= 0) return '';
	const whole = widthOf(text);
	if (whole <= width) return text;
	const head = Math.ceil((width - 1) / 2);
	const tail = width - 1 - head;
	return `${slice(text, 0, head)}…${tail > 0 ? slice(text, whole - tail) : ''}`;
}

/** The text in exactly `width` columns: cut at the end, or filled with spaces. */
export function fitTo(text: string, width: number, align: 'left' | 'right' = 'left'): string {
	const short = cutEnd(text, width);
	const fill = ' '.repeat(Math.max(0, width - widthOf(short)));
	return align === 'left' ? short + fill : fill + short;
}

/** Left and right text on one line of exactly `width` columns; the left one is cut for the right one. */
export function spread(left: string, right: string, width: number): string {
	const rightWidth = Math.min(widthOf(right), width);
	const gap = rightWidth > 0 && rightWidth < width ? 1 : 0;
	return fitTo(left, width - rightWidth - gap) + ' '.repeat(gap) + cutEnd(right, rightWidth);
}

/** Prose in lines of at most `width` columns, broken between words where that is possible. */
export function wrapWords(text: string, width: number): string[] {
	const lines: string[] = [];
	let line = '';
	for (const word of text.split(' ')) {
		if (line !== '' && widthOf(line) + 1 + widthOf(word) <= width) {
			line += ` ${word}`;
			continue;
		}
		if (line !== '') lines.push(line);
		const pieces = width > 0 ? hardWrap(word, width) : [word];
		lines.push(...pieces.slice(0, -1));
		line = pieces.at(-1) ?? '';
	}
	lines.push(line);
	return lines;
}
