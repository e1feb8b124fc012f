import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';

const root = path.join(import.meta.dirname, '..');

/** The folders of the table of rooms, in its order; those of one line are one room. */
function rooms(): string[][] {
	const guide = readFileSync(path.join(root, 'CONTRIBUTING.md'), 'utf8');
	const rows = guide.split('\n').filter(line => line.startsWith('| `source/'));
	return rows
		.map(row => [...(row.split('|')[1] ?? '').matchAll(/`source\/(\w+)\/`/g)].map(([, folder = '']) => folder))
		.filter(folders => folders.length > 0);
}

function importsOf(file: string): string[] {
	const text = readFileSync(path.join(root, file), 'utf8');
	return [...text.matchAll(/(?:from|import\() ?'(\.[^']+)'/g)].map(([, target = '']) =>
		path.join(path.dirname(file), target),
	);
}

describe('CONTRIBUTING.md', () => {
	const table = rooms();
	const folders = readdirSync(path.join(root, 'source'), {withFileTypes: true})
		.filter(entry => entry.isDirectory())
		.map(({name}) => name);
	const placeOf = (file: string) => table.findIndex(room => room.includes(file.split(path.sep)[1] ?? ''));

	it('names every folder of the source once', () => {
		expect(table.flat().toSorted()).toEqual(folders.toSorted());
	});

	it.each(folders)('%s imports from its own room and those above it alone', folder => {
		const files = readdirSync(path.join(root, 'source', folder), {recursive: true, encoding: 'utf8'})
			.filter(file => /\.tsx?$/.test(file))
			.map(file => path.join('source', folder, file));
		const wrong = files.flatMap(file =>
			importsOf(file)
				// The program's own version is in package.json.
				.filter(target => target !== 'package.json')
				.filter(target => placeOf(target) === -1 || placeOf(target) > placeOf(file))
				.map(target => `${file} imports ${target}`),
		);
		expect(wrong).toEqual([]);
	});
});
