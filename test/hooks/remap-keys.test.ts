import {expect, test} from 'vitest';
import {keyLabel, remapKeys} from '../../source/hooks/key-table/remap-keys.ts';
import {keyTable} from '../../source/hooks/key-table.ts';

const keysOf = (name: string, overrides: Parameters<typeof remapKeys>[1]) =>
	remapKeys(keyTable, overrides).table.find(binding => binding.name === name)?.keys;

test('a binding gets the keys that are wished for, and shows them', () => {
	const {table, problems} = remapKeys(keyTable, {grow: ['ctrl+g', 'pageup', ' ']});
	expect(problems).toEqual(["keys: grow cannot have PgUp, which is move's; give that another key first"]);
	expect(table).toEqual(keyTable);

	const grown = remapKeys(keyTable, {grow: ['ctrl+g', '#']});
	expect(grown.problems).toEqual([]);
	expect(grown.table.find(({name}) => name === 'grow')).toMatchObject({keys: ['ctrl+g', '#'], label: 'Ctrl-G #'});
});

test('two bindings may change places', () => {
	const wishes = {create: ['s'], 'start-stop': ['c']};
	expect(remapKeys(keyTable, wishes).problems).toEqual([]);
	expect(keysOf('create', wishes)).toEqual(['s']);
	expect(keysOf('start-stop', wishes)).toEqual(['c']);
});

test('the same key may mean something else in another panel', () => {
	expect(remapKeys(keyTable, {'pause-log': ['M']}).problems).toEqual([]);
	expect(remapKeys(keyTable, {'mark-all': ['d']}).problems).toEqual([
		"keys: mark-all cannot have d, which is delete's; give that another key first",
	]);
});

test.each([
	[{delet: ['D']}, 'keys: there is no binding "delet"; did you mean delete?'],
	[{'something-else': ['D']}, 'keys: there is no binding "something-else"'],
	[{quit: ['ctrl+c']}, 'keys: quit cannot have Ctrl-C, which always leads out'],
	[{grow: ['hyper+x']}, 'keys: grow: there is no key "hyper+x"; write a character, ctrl+x, or a name such as pageup'],
	[{move: ['x']}, 'keys: move does something else for each of its keys, so they cannot be changed'],
	[{grow: ['s']}, "keys: grow cannot have s, which is start-stop's; give that another key first"],
])('what cannot be is said, and changes nothing: %j', (wishes, problem) => {
	const {table, problems} = remapKeys(keyTable, wishes);
	expect(problems).toEqual([problem]);
	expect(table).toEqual(keyTable);
});

test('a wish that is wrong spoils no other', () => {
	const {table, problems} = remapKeys(keyTable, {nothing: ['x'], grow: ['#'], shrink: []});
	expect(problems).toHaveLength(1);
	expect(table.find(({name}) => name === 'grow')?.keys).toEqual(['#']);
	expect(table.find(({name}) => name === 'shrink')).toMatchObject({keys: [], label: ''});
});

test('keys are shown as they are called', () => {
	expect(['s', 'ctrl+x', 'pageup', ' ', 'backtab'].map(keyLabel)).toEqual([
		's',
		'Ctrl-X',
		'PgUp',
		'Space',
		'Shift-Tab',
	]);
});
