import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {harmless} from '../../source/engine/harmless.ts';

const esc = '\x1b';
const colored = (text: string) => harmless(text, {colors: true});

describe('plain text', () => {
	test.each(['', 'k3s is up and running', 'żółć 日本語 👍', 'flags 🇵🇱 and family 👩‍👩‍👧 and 👍🏽'])(
		'%j stays as it is',
		text => {
			expect(harmless(text)).toBe(text);
			expect(colored(text)).toBe(text);
		},
	);
});

describe('escape sequences', () => {
	test.each([
		['cursor and erase', `a${esc}[2J${esc}[1;1H${esc}[Kb`, 'ab'],
		['private modes', `a${esc}[?1049l${esc}[?25hb`, 'ab'],
		['window title', `a${esc}]0;owned\x07b`, 'ab'],
		['clipboard, ended by ST', `a${esc}]52;c;ZXZpbA==${esc}\\b`, 'ab'],
		['iTerm file', `a${esc}]1337;File=:AAAA\x07b`, 'ab'],
		['hyperlink', `${esc}]8;;http://evil${esc}\\click${esc}]8;;${esc}\\`, 'click'],
		['device control', `a${esc}P$q"p${esc}\\b`, 'ab'],
		['application, privacy, start of string', `a${esc}_x${esc}\\${esc}^y${esc}\\${esc}Xz${esc}\\b`, 'ab'],
		['reset to initial state', `a${esc}cb`, 'ab'],
		['character set', `a${esc}(0b\x0ec\x0f`, 'abc'],
		['C1 CSI', 'a\u009b2Jb', 'ab'],
		['C1 OSC', 'a\u009d0;t\u009cb', 'ab'],
		['C1 DCS', 'a\u0090q\u009cb', 'ab'],
		['lone ESC at the end', `ab${esc}`, 'ab'],
		['lone CSI at the end', `ab${esc}[31`, 'ab'],
		['malformed CSI keeps text', `a${esc}[12żb`, 'ażb'],
		['unterminated OSC keeps text', `a${esc}]0;b and more`, 'a0;b and more'],
		['unterminated DCS keeps text', `a${esc}Pb`, 'ab'],
		['OSC broken off by another sequence', `a${esc}]0;b${esc}[2Jc`, 'a0;bc'],
		['unterminated C1 OSC keeps text', 'a\u009db', 'ab'],
	])('%s', (_, text, expected) => {
		expect(harmless(text)).toBe(expected);
		expect(colored(text)).toBe(expected);
	});
});

describe('colours', () => {
	test.each([
		['closed', `${esc}[31mred${esc}[0m`, `${esc}[31mred${esc}[0m`],
		['left open', `${esc}[1;32mgreen`, `${esc}[1;32mgreen${esc}[0m`],
		['empty reset', `${esc}[31mred${esc}[m.`, `${esc}[31mred${esc}[0m.`],
		['256', `${esc}[38;5;208mx`, `${esc}[38;5;208mx${esc}[0m`],
		['true colour', `${esc}[48;2;1;2;3mx`, `${esc}[48;2;1;2;3mx${esc}[0m`],
		['true colour with colons', `${esc}[38:2::1:2:3mx`, `${esc}[38;2;1;2;3mx${esc}[0m`],
		['256 with colons', `${esc}[38:5:9mx`, `${esc}[38;5;9mx${esc}[0m`],
		['curly underline', `${esc}[4:3mx`, `${esc}[4mx${esc}[0m`],
		['out of range', `${esc}[38;5;999mx`, 'x'],
		['broken off', `${esc}[38;5mx`, 'x'],
		['concealed and blinking', `${esc}[8mx${esc}[5my`, 'xy'],
		['concealed among others', `${esc}[1;8mx`, `${esc}[1mx${esc}[0m`],
		['unknown', `${esc}[999mx`, 'x'],
		['private', `${esc}[>4;2mx`, 'x'],
	])('%s', (_, text, expected) => {
		expect(colored(text)).toBe(expected);
	});

	test('go without colours asked for', () => {
		expect(harmless(`${esc}[31mred${esc}[0m`)).toBe('red');
	});
});

describe('controls', () => {
	test.each([
		['bell, backspace, NUL, DEL', 'a\x07b\bc\0d\x7f', 'abcd'],
		['progress bar', '10%\r50%\r100%', '100%'],
		['progress bar that ends in CR', '10%\r50%\r', '50%'],
		['CR LF line ending', 'line\r', 'line'],
		['line breaks', 'a\nb\r\nc\u2028d', 'a b c d'],
		['tabs', 'a\tb\t\tc', `a${' '.repeat(7)}b${' '.repeat(15)}c`],
		['tab after wide characters', '日本\tx', '日本    x'],
		['tab after an escape sequence', `${esc}[2Jab\tx`, 'ab      x'],
		['bidi override', 'a\u202etxt.exe\u202cb', 'atxt.exeb'],
		['bidi isolates', 'a\u2066b\u2069', 'ab'],
		['zero width', 'a\u200bb\ufeffc\u200dd', 'abcd'],
		['soft hyphen, fillers and other characters that cannot be seen', 'a\u00adb\u3164c\ufe00d\u{13439}e', 'abcde'],
		['numbers that Arabic encloses', '\u0600١', '\u0600١'],
		['what makes an emoji red, or a flag', '❤\ufe0f 🏴\u{e0067}\u{e007f}', '❤\ufe0f 🏴\u{e0067}\u{e007f}'],
		['lone surrogate', 'a\ud800b', 'a\ufffdb'],
	])('%s', (_, text, expected) => {
		expect(harmless(text)).toBe(expected);
	});
});

describe('length', () => {
	test('a long line is cut and says so', () => {
		expect(harmless('x'.repeat(20_000))).toBe(`${'x'.repeat(16_384)}…`);
	});

	test('the cut leaves no half grapheme', () => {
		expect(harmless('ab👩‍👩‍👧cd', {limit: 5})).toBe('ab…');
		expect(harmless('abe\u0301x', {limit: 3})).toBe('ab…');
	});

	test('colours do not count, and are closed behind the cut', () => {
		expect(harmless(`${esc}[31mabcdef`, {colors: true, limit: 4})).toBe(`${esc}[31mabcd…${esc}[0m`);
	});

	test('a flood of marks on one letter is bounded too', () => {
		expect(harmless(`a${'\u0301'.repeat(5000)}`, {limit: 100})).toHaveLength(101);
	});
});

/** Text that is mostly the pieces attacks are made of. */
const hostile = fc
	.array(
		fc.oneof(
			fc.string({unit: 'binary', maxLength: 8}),
			fc.constantFrom(
				...[esc, '[', ']', 'P', '_', '\\', '\x07', '\x9c', '\x9b', '\x9d', ';', ':', '0', '31', '38;2;', 'm', '?', 'H'],
				...['\t', '\r', '\n', '\b', '\u202e', '\u200b', '\u200d', '👩', '\u0301', '\ud800', '日', ' ', 'a'],
			),
		),
		{maxLength: 60},
	)
	.map(parts => parts.join(''));

const reorderingOrHiding = /[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/;

test('a line made of nothing but beginnings of sequences takes no longer than any other', () => {
	for (const attack of ['\u009d', `${esc}]`, `${esc}[`, `${esc}P`, '\t', '\u200d', '\r'])
		expect(timeOf(attack.repeat(60_000))).toBeLessThan(20 * timeOf('\x07x'.repeat(60_000)) + 20);
});

function timeOf(text: string): number {
	const start = performance.now();
	harmless(text);
	return performance.now() - start;
}

describe('whatever comes in', () => {
	test('nothing but printable text comes out', () => {
		fc.assert(
			fc.property(hostile, text => {
				const result = harmless(text);
				expect(result).toMatch(/^[^\x00-\x1f\x7f-\x9f]*$/);
				expect(result).not.toMatch(reorderingOrHiding);
				expect(result.isWellFormed()).toBe(true);
			}),
			{numRuns: 2000},
		);
	});

	test('with colours, only SGR remains, and it is closed', () => {
		fc.assert(
			fc.property(hostile, text => {
				const result = colored(text);
				const sequences = result.match(/\x1b\[[\d;]+m/g) ?? [];
				const rest = result.replaceAll(/\x1b\[[\d;]+m/g, '');
				expect(rest).toMatch(/^[^\x00-\x1f\x7f-\x9f]*$/);
				expect(rest).toBe(harmless(text));
				if (sequences.length > 0) expect(sequences.at(-1)).toBe('\x1b[0m');
			}),
			{numRuns: 2000},
		);
	});

	test('making it harmless twice changes nothing', () => {
		fc.assert(
			fc.property(hostile, text => {
				expect(harmless(harmless(text))).toBe(harmless(text));
				expect(colored(colored(text))).toBe(colored(text));
			}),
		);
	});

	test('the limit holds', () => {
		fc.assert(
			fc.property(hostile, fc.integer({min: 1, max: 40}), (text, limit) => {
				expect(harmless(text, {limit}).length).toBeLessThanOrEqual(limit + 1);
			}),
		);
	});
});
