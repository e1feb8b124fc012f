import {harmless} from './harmless.ts';

/** The end of what a program said, for the middle of a sentence: `: ctr: no space left`, harmless; empty without any. */
export function lastWords(text: string): string {
	const lines = text
		.split(/[\r\n]+/)
		.map(line => harmless(line, {limit: 400}).trim())
		.filter(line => line !== '');
	const last = lines.at(-1);
	return last === undefined ? '' : `: ${last}`;
}
