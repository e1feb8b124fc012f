import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {byName} from '../../source/cluster/by-name.ts';

describe('names in order', () => {
	it.each([
		['c2', 'c10'],
		['a', 'a-1'],
		['a-1', 'a1'],
		['agent-9', 'server-0'],
		['Alpha', 'beta'],
		['v1.9', 'v1.41'],
		['1.9', '1.41'],
		['x01', 'x2'],
		['', 'a'],
	])('%j comes before %j', (first, second) => {
		expect(byName(first, second)).toBeLessThan(0);
		expect(byName(second, first)).toBeGreaterThan(0);
	});

	it('is one order: whatever comes first is sorted the same', () => {
		const name = fc.string({unit: fc.constantFrom(...'aB-_.019'), maxLength: 8});
		fc.assert(
			fc.property(fc.uniqueArray(name, {maxLength: 12}), names => {
				const sorted = names.toSorted(byName);
				expect(names.toReversed().toSorted(byName)).toEqual(sorted);
				for (const [index, later] of sorted.entries()) {
					for (const earlier of sorted.slice(0, index)) expect(byName(earlier, later)).toBeLessThan(0);
				}
			}),
		);
	});
});
