import {describe, expect, test} from 'vitest';
import {
	editPath,
	isFolderPath,
	type PathField,
	pathField,
	suggestions,
	takeMarked,
} from '../../source/hooks/path-field.ts';

const file = (name: string, modifiedAt = 0) => ({name, isFolder: false, modifiedAt});
const folder = (name: string) => ({name, isFolder: true, modifiedAt: 0});

/** A field with this typed into it, in a folder with these. */
function field(typed: string, ...entries: readonly ReturnType<typeof file>[]): PathField {
	return {...pathField(typed, ['.yaml', '.yml']), folder: '', entries};
}

const names = (of: PathField) => suggestions(of).map(({name}) => name);
const pressed = (of: PathField, ...keys: readonly string[]) => keys.reduce((now, key) => editPath(now, key) ?? now, of);

describe('suggestions for a path', () => {
	const entries = [
		file('b.yaml', 1),
		file('a.yml', 2),
		file('c.txt', 3),
		folder('z'),
		folder('charts'),
		file('.h.yaml'),
	];

	test('are files with the right ending, the newest first, and then folders', () => {
		expect(names(field('', ...entries))).toEqual(['a.yml', 'b.yaml', 'charts', 'z']);
	});

	test('begin as what is typed; hidden ones need a dot', () => {
		expect(names(field('c', ...entries))).toEqual(['charts']);
		expect(names(field('../x/b', ...entries))).toEqual(['b.yaml']);
		expect(names(field('.', ...entries))).toEqual(['.h.yaml']);
	});
});

describe('Tab', () => {
	test('completes as far as all agree, and wholly where there is one', () => {
		const entries = [file('dev-1.yaml'), file('dev-2.yaml'), folder('charts')];
		expect(pressed(field('d', ...entries), 'tab').path).toEqual({text: 'dev-', cursor: 4});
		expect(pressed(field('dev-2', ...entries), 'tab').path.text).toBe('dev-2.yaml');
		expect(pressed(field('~/x/ch', ...entries), 'tab').path.text).toBe('~/x/charts/');
		expect(pressed(field('none', ...entries), 'tab').path.text).toBe('none');
	});

	test('never takes away what is typed', () => {
		expect(pressed(field('', file('a.yaml'), file('b.yaml')), 'tab').path.text).toBe('');
	});

	test('takes the suggestion that the arrows marked, as Enter does', () => {
		const entries = [file('b.yaml', 1), file('a.yaml', 2), folder('charts')];
		expect(pressed(field('', ...entries), 'down', 'down', 'tab').path.text).toBe('b.yaml');
		const marked = pressed(field('', ...entries), 'down', 'down', 'down', 'down');
		expect(takeMarked(marked).path.text).toBe('charts/');
		expect(isFolderPath(takeMarked(marked))).toBe(true);
		expect(pressed(marked, 'up', 'up', 'up').marked).toBeUndefined();
		expect(takeMarked(field('typed')).path.text).toBe('typed');
	});
});

test('typing gives the mark up', () => {
	const marked = pressed(field('', file('a.yaml')), 'down');
	expect(marked.marked).toBe(0);
	expect(pressed(marked, 'x')).toMatchObject({marked: undefined, path: {text: 'x'}});
});
