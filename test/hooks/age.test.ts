import {expect, test} from 'vitest';
import {formatAge, formatDuration, untilAgeChanges} from '../../source/hooks/age.ts';

test.each([
	[-5000, '0s'],
	[999, '0s'],
	[59_999, '59s'],
	[60_000, '1m'],
	[3_599_999, '59m'],
	[3_600_000, '1h'],
	[86_399_999, '23h'],
	[40 * 86_400_000, '40d'],
])('an age of %i ms is %s', (age, text) => {
	expect(formatAge(age)).toBe(text);
});

test.each([-1500, 0, 400, 59_999, 60_000, 61_000, 3_599_000, 3_600_000, 90_000_000])(
	'an age of %i ms reads the same until it is said to change, and differently then',
	age => {
		const wait = untilAgeChanges(age);
		expect(formatAge(age + wait - 1)).toBe(formatAge(age));
		expect(formatAge(age + wait)).not.toBe(formatAge(age));
	},
);

test('durations', () => {
	expect([-1, 440, 9999, 12_900, 200_000].map(formatDuration)).toEqual(['0.0 s', '0.4 s', '9.9 s', '12 s', '3 m 20 s']);
});
