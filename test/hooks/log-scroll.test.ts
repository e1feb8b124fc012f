import {describe, expect, test} from 'vitest';
import {freshLogPosition} from '../../source/hooks/dashboard-state.ts';
import {holdLog, scrollLog, scrollToStart, visibleRows} from '../../source/hooks/log-scroll.ts';
import type {LogLine} from '../../source/watch/snapshot.ts';

const lines = (texts: readonly string[], first = 0): LogLine[] =>
	texts.map((text, i) => ({number: first + i, text, time: '', stream: 'stdout', source: 0}));
const room = {columns: 4, rows: 3};
const texts = (log: readonly LogLine[], position = freshLogPosition, wrap = true, size = room) =>
	visibleRows(log, position, size, wrap).map(row => row.text);

describe('what of a log is in view', () => {
	test('its end when following, the first part of a wrapped line cut off', () => {
		expect(texts(lines(['a', 'bbbbBBBBb', 'cc']))).toEqual(['BBBB', 'b', 'cc']);
		expect(texts(lines(['a']))).toEqual(['a']);
		expect(texts([])).toEqual([]);
	});

	test('everything again from any place, also after lines fell out', () => {
		const log = lines(['a', 'bbbbB', 'c', 'd', 'e']);
		const top = {line: 1, row: 1};
		expect(texts(log, {...freshLogPosition, top})).toEqual(['B', 'c', 'd']);
		expect(texts(log.slice(2), {...freshLogPosition, top})).toEqual(['c', 'd', 'e']);
	});

	test('the end rather than an empty half', () => {
		expect(texts(lines(['a', 'b', 'c', 'd']), {...freshLogPosition, top: {line: 3, row: 0}})).toEqual(['b', 'c', 'd']);
	});

	test('wide characters are never cut in half', () => {
		expect(texts(lines(['a語語語']))).toEqual(['a語', '語語']);
		expect(texts(lines(['語語語']), freshLogPosition, true, {columns: 1, rows: 3})).toHaveLength(3);
	});

	test('colours go on in the next row of a wrapped line', () => {
		expect(texts(lines(['\x1b[31mabcdef\x1b[39m']))).toEqual(['\x1b[31mabcd\x1b[39m', '\x1b[31mef\x1b[39m']);
	});

	test('cut lines begin at the column that was scrolled to', () => {
		expect(texts(lines(['abcdefgh']), {...freshLogPosition, left: 2}, false)).toEqual(['cdef']);
	});
});

describe('scrolling', () => {
	const log = lines(['a', 'bbbbB', 'c', 'd', 'e', 'f']);
	const scroll = (position: typeof freshLogPosition, delta: number) => scrollLog(log, position, room, true, delta);

	test('goes row by row, through wrapped lines too', () => {
		let position = freshLogPosition;
		const seen: string[] = [];
		for (let i = 0; i < 6; i++) {
			position = scroll(position, -1);
			seen.push(texts(log, position)[0] ?? '');
		}
		expect(seen).toEqual(['c', 'B', 'bbbb', 'a', 'a', 'a']);
	});

	test('there and back ends where it began, following', () => {
		expect(scroll(scroll(freshLogPosition, -2), 2)).toEqual(freshLogPosition);
		expect(scroll(scroll(freshLogPosition, -2), 1).top).toEqual({line: 2, row: 0});
		expect(scroll(scrollToStart(log, freshLogPosition), 100)).toEqual(freshLogPosition);
	});

	test('does nothing in a log that fits', () => {
		expect(scrollLog(log.slice(0, 2), freshLogPosition, room, true, -1).top).toBeUndefined();
	});

	test('holding keeps the rows in view', () => {
		const held = holdLog(log, freshLogPosition, room, true);
		expect(texts([...log, ...lines(['g', 'h'], 6)], held)).toEqual(['d', 'e', 'f']);
	});
});
