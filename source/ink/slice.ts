import sliceAnsi from 'slice-ansi';
import {isNarrow} from './text-width.ts';

/** The columns from `start` up to `end` of a text that may carry SGR. A wide character on an edge is left out. */
export function slice(text: string, start: number, end?: number): string {
	return isNarrow(text) ? text.slice(start, end) : sliceAnsi(text, start, end);
}
