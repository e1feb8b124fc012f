import {expect, test} from 'vitest';
import {keyTable} from '../../source/hooks/key-table.ts';

test('no key means two things', () => {
	const keys = keyTable.flatMap(binding => binding.keys);
	expect(keys.toSorted()).toEqual([...new Set(keys)].toSorted());
});

test('every key has a label and a sentence for the help page', () => {
	for (const {label, help} of keyTable) {
		expect(label).not.toBe('');
		expect(help).not.toBe('');
	}
});
