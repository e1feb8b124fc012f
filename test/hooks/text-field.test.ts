import {expect, test} from 'vitest';
import {editText, insertText, type TextField, textField} from '../../source/hooks/text-field.ts';

/** Applies keys; the cursor shows as `|`. */
function typed(start: string, ...keys: readonly string[]): string {
	const cursor = start.indexOf('|');
	let field: TextField = {text: start.replace('|', ''), cursor};
	for (const key of keys) field = editText(field, key) ?? field;
	return `${field.text.slice(0, field.cursor)}|${field.text.slice(field.cursor)}`;
}

test('types, deletes and moves by graphemes', () => {
	expect(typed('|', 'a', '語', '👩‍👩‍👧')).toBe('a語👩‍👩‍👧|');
	expect(typed('a語👩‍👩‍👧|', 'backspace')).toBe('a語|');
	expect(typed('a語👩‍👩‍👧|', 'left', 'left')).toBe('a|語👩‍👩‍👧');
	expect(typed('a|語b', 'right', 'delete')).toBe('a語|');
	expect(typed('|', 'backspace', 'left', 'delete', 'right')).toBe('|');
});

test('knows the keys of a line editor', () => {
	expect(typed('one two|', 'home')).toBe('|one two');
	expect(typed('|one two', 'ctrl+e')).toBe('one two|');
	expect(typed('one two |three', 'ctrl+w')).toBe('one |three');
	expect(typed('one |two', 'ctrl+u')).toBe('|two');
	expect(typed('one |two', 'ctrl+k')).toBe('one |');
});

test('leaves keys that are none of its own to others', () => {
	expect(editText(textField('a'), 'enter')).toBeUndefined();
	expect(editText(textField('a'), 'ctrl+c')).toBeUndefined();
});

test('takes pasted text in one go, harmless and without its last line break', () => {
	expect(insertText({text: 'ab', cursor: 1}, 'x\x1b[31my\nz\r\n')).toEqual({text: 'axy zb', cursor: 5});
});
