import wrapAnsi from 'wrap-ansi';
import {isNarrow, textWidth} from './text-width.ts';

/**
 * A text of one line in pieces of at most so many columns, broken wherever one is full. Styles go on in the next piece. A
 * wide character that does not fit leaves a column free; the next piece begins with it.
 */
export function hardWrap(text: string, columns: number): string[] {
	if (textWidth(text) <= columns) return [text];
	if (!isNarrow(text)) return wrapAnsi(text, columns, {hard: true, trim: false, wordWrap: false}).split('\n');
	return Array.from({length: Math.ceil(text.length / columns)}, (_, piece) =>
		text.slice(piece * columns, (piece + 1) * columns),
	);
}
