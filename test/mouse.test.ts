import {EventEmitter} from 'node:events';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {MouseReport} from '../source/hooks/mouse.ts';
import {openMouse} from '../source/mouse.ts';

/** An input that reads what a test sends, chunk by chunk. */
function openInput() {
	const chunks: string[] = [];
	const input = Object.assign(new EventEmitter(), {isTTY: true, read: () => chunks.shift() ?? null});
	const written: string[] = [];
	const reports: MouseReport[] = [];
	const mouse = openMouse(input as unknown as NodeJS.ReadStream, sequence => written.push(sequence));
	mouse.subscribe(report => reports.push(report));
	return {
		mouse,
		written,
		reports,
		/** What everybody else reads of these. */
		read(...sent: readonly string[]) {
			chunks.push(...sent);
			return sent.map(() => mouse.stdin.read() as unknown as string).join('');
		},
	};
}

describe('the mouse', () => {
	test('is the terminal’s until it is turned on, and is given back', () => {
		const {mouse, written, read, reports} = openInput();
		expect(written).toEqual([]);
		expect(read('\x1b[<0;1;1M')).toBe('\x1b[<0;1;1M');
		expect(reports).toEqual([]);
		mouse.turn(true);
		mouse.turn(true);
		expect(written).toEqual(['\x1b[?1000h\x1b[?1006h']);
		mouse.turn(false);
		expect(written[1]).toBe('\x1b[?1006l\x1b[?1000l');
	});

	test('is left to who works at the terminal meanwhile, and taken again also when that fails', async () => {
		const {mouse, written} = openInput();
		await mouse.lend(async () => {});
		expect(written).toEqual([]);
		mouse.turn(true);
		await expect(
			mouse.lend(async () => {
				expect(written).toHaveLength(2);
				throw new Error('it failed');
			}),
		).rejects.toThrow('it failed');
		expect(written).toEqual(['\x1b[?1000h\x1b[?1006h', '\x1b[?1006l\x1b[?1000l', '\x1b[?1000h\x1b[?1006h']);
	});

	test('reports presses and the wheel; a button let go, others and moves are nothing', () => {
		const {mouse, read, reports} = openInput();
		mouse.turn(true);
		expect(read('\x1b[<0;3;7M\x1b[<0;3;7mj\x1b[<64;120;40M\x1b[<65;1;1Mk', '\x1b[<2;9;9M\x1b[<35;9;9M')).toBe('jk');
		expect(reports).toEqual([
			{kind: 'press', x: 2, y: 6},
			{kind: 'up', x: 119, y: 39},
			{kind: 'down', x: 0, y: 0},
		]);
	});

	test('however its reports are cut into reads, keys around them stay keys', () => {
		fc.assert(
			fc.property(fc.array(fc.nat(60), {maxLength: 4}), cuts => {
				const {mouse, read, reports} = openInput();
				mouse.turn(true);
				const sent = 'a\x1b[<0;30;12Mb\x1b[<65;300;100Mc';
				const places = [...new Set(cuts)].toSorted((a, b) => a - b);
				const chunks = [0, ...places].map((from, index) => sent.slice(from, places[index] ?? sent.length));
				// A lone ESC is the Esc key, whatever comes after it.
				expect(read(...chunks).replaceAll('\x1b', '')).toBe('abc');
				expect(reports).toEqual([
					{kind: 'press', x: 29, y: 11},
					{kind: 'down', x: 299, y: 99},
				]);
			}),
		);
	});
});
