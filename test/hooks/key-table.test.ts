import {expect, test} from 'vitest';
import {keyTable} from '../../source/hooks/key-table.ts';

test('no key means two things in one place', () => {
	for (const [index, binding] of keyTable.entries()) {
		for (const other of keyTable.slice(index + 1)) {
			const shared = binding.keys.filter(key => other.keys.includes(key));
			if (shared.length === 0) continue;
			const common = binding.panels?.filter(panel => other.panels?.includes(panel) ?? true);
			expect({shared, binding: binding.name, other: other.name, common}).toMatchObject({common: []});
			expect(other.panels).toBeDefined();
		}
	}
});

test('every key has a name of its own, a label and a sentence for the help page', () => {
	const names = keyTable.map(({name}) => name);
	expect(names).toEqual([...new Set(names)]);
	for (const {name, label, help} of keyTable) {
		expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
		expect(label).not.toBe('');
		expect(help).not.toBe('');
	}
});
