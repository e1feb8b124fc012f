import xterm from '@xterm/headless';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
// Ink does not export it: this is what a frame is put together by.
import InkOutput from '../../node_modules/ink/build/output.js';
import {composeRows, type DrawOperation, type Piece} from '../../source/ink/compose-rows.ts';
import {widestLine} from '../../source/ink/text-width.ts';

const columns = 40;
const rows = 4;

interface Write {
	readonly x: number;
	readonly y: number;
	readonly text: string;
}

/** Ink's own frame. */
function inkFrame(writes: readonly Write[]): string {
	const output = new InkOutput({width: columns, height: rows});
	for (const {x, y, text} of writes) output.write(x, y, text, {transformers: []});
	return output.get().output;
}

/** What the patched build has Ink do with a text that is not plain. */
function measure(text: string): Piece {
	const output = new InkOutput({width: 500, height: 1});
	output.write(0, 0, `${text}|`, {transformers: []});
	const alone = output.get().output;
	return {
		text: alone.slice(0, alone.lastIndexOf('|')) + alone.slice(alone.lastIndexOf('|') + 1),
		width: widestLine(text),
	};
}

function operations(writes: readonly Write[]): DrawOperation[] {
	return writes.map(write => ({type: 'write', transformers: [], ...write}));
}

/** Every cell of a terminal that a frame was written to: its character and all of its looks. */
async function cells(frame: string): Promise<string[]> {
	const terminal = new xterm.Terminal({cols: columns, rows, allowProposedApi: true});
	await new Promise<void>(resolve => terminal.write(frame.replaceAll('\n', '\r\n'), resolve));
	const {active} = terminal.buffer;
	const all = Array.from({length: rows * columns}, (_, index) => {
		const cell = active.getLine(Math.floor(index / columns))?.getCell(index % columns);
		const looks = [cell?.isBold(), cell?.isDim(), cell?.isItalic(), cell?.isUnderline(), cell?.isInverse()];
		const colors = [cell?.getFgColorMode(), cell?.getFgColor(), cell?.getBgColorMode(), cell?.getBgColor()];
		return [cell?.getChars() || ' ', ...looks.map(look => (look ? 1 : 0)), ...colors].join(' ');
	});
	terminal.dispose();
	return all;
}

// Without `ESC[m`, which Ink takes for one more style, and whose end then ends those of the next text.
const sgr = fc
	.oneof(
		fc.constantFrom('0', '1', '2', '3', '4', '7', '9', '22', '23', '24', '27', '29', '39', '49'),
		fc.integer({min: 30, max: 37}).map(String),
		fc.integer({min: 90, max: 107}).map(String),
		fc.integer({min: 0, max: 255}).map(color => `38;5;${color}`),
		fc.integer({min: 0, max: 255}).map(color => `1;48;2;${color};3;4`),
	)
	.map(parameters => `\x1b[${parameters}m`);
const word = fc.oneof(
	fc.string({minLength: 1, maxLength: 6}).map(text => text.replaceAll('\x1b', '')),
	fc.constantFrom('● running', '│', '日本語', 'über', 'Ω≤', '한글', '▸', '✅'),
);
const styledText = fc.array(fc.oneof(word, sgr), {minLength: 1, maxLength: 4}).map(parts => parts.join(''));

/** Texts side by side on some rows, with gaps between them. */
const sideBySide = fc
	.array(fc.array(fc.record({gap: fc.nat(3), text: styledText}), {maxLength: 3}), {minLength: rows, maxLength: rows})
	.map(lines =>
		lines.flatMap((line, y) => {
			let x = 0;
			return line.flatMap(({gap, text}) => {
				const at = x + gap;
				x = at + widestLine(text);
				return x <= columns ? [{x: at, y, text}] : [];
			});
		}),
	);

describe('the rows of a frame', () => {
	test("look in every cell as Ink's own", async () => {
		await fc.assert(
			fc.asyncProperty(sideBySide, async writes => {
				const composed = composeRows(operations(writes), columns, rows, measure);
				expect(composed).toBeDefined();
				expect(await cells(composed?.join('\n') ?? '')).toEqual(await cells(inkFrame(writes)));
			}),
			{numRuns: 300},
		);
	});

	test('a style that a text leaves on ends with it', () => {
		const writes = [
			{x: 0, y: 0, text: '\x1b[31mred'},
			{x: 4, y: 0, text: 'plain'},
		];
		expect(composeRows(operations(writes), columns, 1, measure)).toEqual(['\x1b[31mred\x1b[0m plain']);
	});

	test('a style that ESC[m has ended needs no other end, and one that comes after it does', () => {
		const writes = [
			{x: 0, y: 0, text: '\x1b[31mred\x1b[m'},
			{x: 4, y: 0, text: '\x1b[m\x1b[42m '},
			{x: 5, y: 0, text: '\x1b[42m '},
		];
		expect(composeRows(operations(writes), columns, 1, measure)).toEqual([
			'\x1b[31mred\x1b[m \x1b[m\x1b[42m \x1b[0m\x1b[42m \x1b[0m',
		]);
	});

	test('what lies over something else, is clipped, sticks out or has several lines is left to Ink', () => {
		const under = {x: 0, y: 0, text: 'a long line'};
		expect(composeRows(operations([under, {x: 3, y: 0, text: 'over'}]), columns, rows, measure)).toBeUndefined();
		expect(composeRows([{type: 'clip'}, ...operations([under])], columns, rows, measure)).toBeUndefined();
		expect(composeRows(operations([under]), 5, rows, measure)).toBeUndefined();
		expect(composeRows(operations([{...under, text: 'two\nlines'}]), columns, rows, measure)).toBeUndefined();
	});

	test('below the last row nothing is drawn', () => {
		const writes = [
			{x: 0, y: 0, text: 'seen'},
			{x: 0, y: 1, text: 'unseen'},
		];
		expect(composeRows(operations(writes), columns, 1, measure)).toEqual(['seen']);
	});
});
