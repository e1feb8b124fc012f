import {stripVTControlCharacters} from 'node:util';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {hardWrap} from '../../source/ink/hard-wrap.ts';
import {textWidth} from '../../source/ink/text-width.ts';

const pieces = [
	'a',
	' ',
	'  ',
	'word',
	'-',
	'汉',
	'日本',
	'🎉',
	'✅',
	'é',
	'\x1b[31m',
	'\x1b[1;42m',
	'\x1b[0m',
	'→',
	'한',
];

test('every piece is full, none is too wide, nothing is lost', () => {
	fc.assert(
		fc.property(
			fc.array(fc.constantFrom(...pieces), {maxLength: 80}),
			fc.integer({min: 2, max: 40}),
			(parts, columns) => {
				const text = parts.join('');
				const rows = hardWrap(text, columns);
				const plain = rows.map(row => stripVTControlCharacters(row));
				expect(plain.join('')).toBe(stripVTControlCharacters(text));
				for (const [index, row] of rows.entries()) {
					expect(textWidth(row)).toBeLessThanOrEqual(columns);
					// A wide character may have had to wait for the next one.
					if (index < rows.length - 1) expect(textWidth(row)).toBeGreaterThanOrEqual(columns - 1);
				}
			},
		),
	);
});

test('a style goes on in the next piece, and ends in each', () => {
	const [first = '', second = ''] = hardWrap('\x1b[31mredder\x1b[39m', 3);
	expect(first).toMatch(/^\x1b\[31mred\x1b\[39m$/);
	expect(second).toMatch(/^\x1b\[31mder\x1b\[39m$/);
});
