import {harmless} from '../engine/harmless.ts';
import {graphemes, isPrintable, type Key} from './keys.ts';

/** A line of text that is being typed. `cursor` counts UTF-16 units and always lies between two graphemes. */
export interface TextField {
	readonly text: string;
	readonly cursor: number;
}

/** A field with its cursor behind the text. */
export function textField(text = ''): TextField {
	return {text, cursor: text.length};
}

function before(text: string, cursor: number): number {
	return cursor === 0 ? 0 : (graphemes(text).containing(cursor - 1)?.index ?? 0);
}

function after(text: string, cursor: number): number {
	return cursor + (graphemes(text).containing(cursor)?.segment.length ?? 0);
}

function splice(field: TextField, from: number, to: number, insert = ''): TextField {
	return {text: field.text.slice(0, from) + insert + field.text.slice(to), cursor: from + insert.length};
}

/** Puts text in at the cursor, in one go; line breaks and control characters are made harmless. */
export function insertText(field: TextField, text: string): TextField {
	return splice(field, field.cursor, field.cursor, harmless(text.replace(/[\r\n]+$/, '')));
}

/** What a key does to the field, with the keys of a shell's line editor; undefined when it is none of them. */
export function editText(field: TextField, key: Key): TextField | undefined {
	const {text, cursor} = field;
	switch (key) {
		case 'left':
			return {text, cursor: before(text, cursor)};
		case 'right':
			return {text, cursor: after(text, cursor)};
		case 'home':
		case 'ctrl+a':
			return {text, cursor: 0};
		case 'end':
		case 'ctrl+e':
			return {text, cursor: text.length};
		case 'backspace':
			return splice(field, before(text, cursor), cursor);
		case 'delete':
			return splice(field, cursor, after(text, cursor));
		case 'ctrl+u':
			return splice(field, 0, cursor);
		case 'ctrl+k':
			return splice(field, cursor, text.length);
		case 'ctrl+w':
			return splice(field, /\S*\s*$/.exec(text.slice(0, cursor))?.index ?? 0, cursor);
		default:
			return isPrintable(key) ? insertText(field, key) : undefined;
	}
}
