import fc from 'fast-check';
import stringWidth from 'string-width';
import {describe, expect, test} from 'vitest';
import {isNarrow, textWidth, widestLine} from '../../source/ink/text-width.ts';

describe('the width of a text', () => {
	test('every character that is taken for narrow is one column wide', () => {
		const wrong: string[] = [];
		for (let code = 0; code <= 0xffff; code++) {
			const character = String.fromCharCode(code);
			if (isNarrow(character) && stringWidth(character) !== 1) wrong.push(code.toString(16));
		}
		expect(wrong).toEqual([]);
		expect(isNarrow('e\u0301')).toBe(false);
		expect(isNarrow('日')).toBe(false);
		expect(isNarrow('\x1b')).toBe(false);
	});

	test("is string-width's", () => {
		const sgr = fc.constantFrom('\x1b[0m', '\x1b[1;31m', '\x1b[38;5;200m');
		const part = fc.oneof(fc.string({unit: 'grapheme'}), sgr, fc.constantFrom('│', '日本', '👩‍💻', '✔', '…'));
		fc.assert(
			fc.property(fc.array(part), parts => {
				const text = parts.join('');
				expect(textWidth(text)).toBe(stringWidth(text));
			}),
		);
	});

	test('of several lines is that of the widest', () => {
		expect(widestLine('one\n日本語\n\x1b[1mfour\x1b[0m')).toBe(6);
	});
});
