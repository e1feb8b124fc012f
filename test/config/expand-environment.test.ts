import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {expandEnvironment} from '../../source/config/expand-environment.ts';

const env = {HOME: '/home/me', A: '1', AB: '2', EMPTY: '', MULTI: 'a\nb', DOLLAR: '$A'};
/** What Go would call a variable in braces. */
const inBraces = (name: string) => `$${`{${name}}`}`;

describe('variables in a config file', () => {
	it.each([
		['plain', 'plain'],
		['$HOME/x', '/home/me/x'],
		[`${inBraces('HOME')}x`, '/home/mex'],
		['$A$AB', '12'],
		['$ABC', ''],
		['$EMPTY|', '|'],
		['$A-b', '1-b'],
		// What is put in is not looked at again.
		['$DOLLAR', '$A'],
		// No names, so they stay.
		['$', '$'],
		['5$', '5$'],
		['$ A', '$ A'],
		['$"A"', '$"A"'],
		['$é', '$é'],
		// The shell's special variables, of which no environment has one.
		['$$A', 'A'],
		['$1A', 'A'],
		['$?', ''],
		[inBraces('1'), ''],
		[inBraces('$'), ''],
		// Bad syntax, which Go eats.
		[inBraces(''), ''],
		['a$' + '{A', 'aA'],
		[`a${inBraces('A b')}c`, 'ac'],
		[`${inBraces('A\nB')}c`, 'c'],
	])('%j becomes %j, as in Go', (text, expected) => {
		expect(expandEnvironment(text, env).text).toBe(expected);
	});

	it('names those that are not set, in the expanded text', () => {
		expect(expandEnvironment('$A $NOPE $EMPTY x $OTHER', env).unset).toEqual([
			{name: 'NOPE', offset: 2},
			{name: 'OTHER', offset: 6},
		]);
	});

	it('leaves a text without variables as it is', () => {
		fc.assert(
			fc.property(
				fc.string().filter(text => !text.includes('$')),
				text => {
					expect(expandEnvironment(text, env)).toMatchObject({text, unset: []});
				},
			),
		);
	});

	it('finds the way back to every place of the original', () => {
		const piece = fc.oneof(
			fc.stringMatching(/^[a-z \n:]{1,5}$/).map(text => ({text, value: text})),
			fc.constantFrom('HOME', 'EMPTY', 'MULTI', 'NOPE').map(name => ({
				text: inBraces(name),
				value: (env as Record<string, string | undefined>)[name] ?? '',
			})),
		);
		fc.assert(
			fc.property(fc.array(piece), pieces => {
				const original = pieces.map(({text}) => text).join('');
				const expanded = expandEnvironment(original, env);
				expect(expanded.text).toBe(pieces.map(({value}) => value).join(''));
				let from = 0;
				let to = 0;
				for (const {text, value} of pieces) {
					const isVariable = text.startsWith('$');
					for (let i = 0; i < value.length; i++) {
						expect(expanded.originalOffset(to + i)).toBe(isVariable ? from : from + i);
					}
					from += text.length;
					to += value.length;
				}
				expect(expanded.originalOffset(to)).toBe(from);
			}),
		);
	});
});
