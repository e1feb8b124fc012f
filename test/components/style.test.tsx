import {stripVTControlCharacters} from 'node:util';
import fc from 'fast-check';
import stringWidth from 'string-width';
import {describe, expect, test} from 'vitest';
import {showsUnicode, toAscii} from '../../source/components/ascii.ts';
import {createStyle} from '../../source/components/style.ts';
import {themeNames} from '../../source/settings/settings.ts';
import {fakeSnapshot} from './fake-world.ts';
import {openDashboard} from './screen.tsx';

describe('ASCII only', () => {
	test('every line is as wide as it was, and has nothing else', () => {
		fc.assert(
			fc.property(fc.string({unit: 'grapheme'}), text => {
				const line = stripVTControlCharacters(text).replace(/[\x00-\x1f\x7f-\x9f]/g, '');
				const ascii = toAscii(line);
				expect(ascii).toMatch(/^[\x20-\x7e]*$/);
				expect(stringWidth(ascii)).toBe(stringWidth(line));
			}),
		);
	});

	test('is what a terminal without UTF-8 gets', () => {
		expect(showsUnicode({LANG: 'de_DE.ISO-8859-1'})).toBe(false);
		expect(showsUnicode({LC_ALL: 'C', LANG: 'en_US.UTF-8'})).toBe(false);
		expect(showsUnicode({LANG: 'en_US.utf8'})).toBe(true);
		expect(showsUnicode({TERM: 'linux', LANG: 'en_US.UTF-8'})).toBe(false);
		expect(showsUnicode({})).toBe(true);
	});

	test.each([
		[60, 15],
		[80, 24],
		[120, 40],
		[200, 60],
	])('the whole dashboard at %i×%i', async (columns, rows) => {
		const screen = openDashboard({columns, rows, env: {LC_ALL: 'C'}, snapshot: fakeSnapshot()});
		for (const key of ['l', '1', '?', '\x1b', 'c', '\x1b', 'd', '\x1b', '7']) {
			await screen.press(key);
			expect(screen.text()).toMatch(/^[\x20-\x7e\n]*$/);
			expect(screen.size()).toEqual({columns, rows});
		}
	});
});

describe('themes', () => {
	test.each(themeNames)('%s has only the terminal’s own sixteen colours, and none with NO_COLOR', theme => {
		const draw = (env: {readonly [name: string]: string}) => {
			const style = createStyle(env, {theme});
			const tones = (['good', 'warning', 'bad', 'accent', 'muted'] as const).map(tone => style.tone(tone, 'x'));
			return [...tones, ...Array.from({length: 8}, (_, index) => style.source(index, 'x'))].join('');
		};
		expect(draw({}).replaceAll(/\x1b\[(3[0-79]|9[0-7]|2|22)m/g, '')).toBe('x'.repeat(13));
		expect(draw({NO_COLOR: '1'})).not.toMatch(/\x1b\[[39]\d/);
	});

	test('mono has no colours', () => {
		expect(createStyle({}, {theme: 'mono'}).tone('bad', 'x')).toBe('x');
	});
});
