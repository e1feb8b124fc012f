import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {LogDecoder} from '../../source/watch/log/log-decoder.ts';
import {LogPosition} from '../../source/watch/log/log-position.ts';
import type {RawLine} from '../../source/watch/log/reader.ts';
import {Ring} from '../../source/watch/log/ring.ts';

/** A line's text as it is held. */
const raw = (text: string) => Buffer.from(text).toString('latin1');
const decoded = ({raw: held}: {readonly raw: string}) => Buffer.from(held, 'latin1').toString();

const time = (nanos: number) => `2026-11-22T11:15:08.${String(nanos).padStart(9, '0')}Z`;

function frame(text: string, stream: 1 | 2 = 1): Buffer {
	const payload = Buffer.from(text);
	const header = Buffer.alloc(8);
	header[0] = stream;
	header.writeUInt32BE(payload.length, 4);
	return Buffer.concat([header, payload]);
}

describe('decoding', () => {
	test('frames of both streams, times taken off', () => {
		const decoder = new LogDecoder(false);
		decoder.push(Buffer.concat([frame(`${time(1)} out\n`), frame(`${time(2)} err\n`, 2), frame('no time\n')]));
		expect(decoder.take()).toEqual([
			{time: time(1), raw: raw('out'), stream: 'stdout'},
			{time: time(2), raw: raw('err'), stream: 'stderr'},
			{time: '', raw: raw('no time'), stream: 'stdout'},
		]);
		expect(decoder.take()).toEqual([]);
	});

	test('a long line comes in several messages, each with its time, others in between', () => {
		const decoder = new LogDecoder(false);
		decoder.push(frame(`${time(1)} zażół`));
		decoder.push(frame(`${time(2)} other\n`, 2));
		expect(decoder.take().map(decoded)).toEqual(['other']);
		decoder.push(frame(`${time(3)} ć gęślą\n`));
		expect(decoder.take()).toEqual([{time: time(1), raw: raw('zażółć gęślą'), stream: 'stdout'}]);
	});

	test('a character cut by the end of a message is whole again', () => {
		const bytes = Buffer.from('👍');
		const decoder = new LogDecoder(false);
		for (const part of [bytes.subarray(0, 2), bytes.subarray(2)]) {
			const header = Buffer.from([1, 0, 0, 0, 0, 0, 0, part.length]);
			decoder.push(Buffer.concat([header, part]));
		}
		decoder.push(frame('\n'));
		expect(decoder.take().map(decoded)).toEqual(['👍']);
	});

	test('with a terminal, raw text; its last line may lack a line break', () => {
		const decoder = new LogDecoder(true);
		decoder.push(Buffer.from(`${time(1)} one\r\n${time(2)} tw`));
		expect(decoder.take()).toEqual([{time: time(1), raw: raw('one\r'), stream: 'stdout'}]);
		decoder.push(Buffer.from('o'));
		expect(decoder.end()).toEqual([{time: time(2), raw: raw('two'), stream: 'stdout'}]);
	});

	test.each([
		['2026-11-22T12:15:08.123456789+01:00', '2026-11-22T11:15:08.123456789Z'],
		['2026-11-22T02:45:08.123456789-08:30', '2026-11-22T11:15:08.123456789Z'],
		['2027-01-01T00:30:00.000000001+01:00', '2026-12-31T23:30:00.000000001Z'],
		['2026-11-22T12:15:08.12+01:00', '2026-11-22T11:15:08.120000000Z'],
		['2026-11-22T11:15:08.1Z', '2026-11-22T11:15:08.100000000Z'],
	])('%s is told as %s', (stamp, told) => {
		for (const isText of [true, false]) {
			const decoder = new LogDecoder(isText);
			const line = `${stamp} zażółć\n`;
			decoder.push(isText ? Buffer.from(line) : frame(line));
			expect(decoder.take()).toEqual([{time: told, raw: raw('zażółć'), stream: 'stdout'}]);
		}
	});

	test.each([
		'2026-11-22T11:15:08.123456789',
		'2026-11-22T11:15:08.123456789+01:00',
		'2026-11-22T11:15:08.+01:00 x',
		'2026-11-22T11:15:08.1234567891+01:00 x',
		'2026-99-22T11:15:08.123456789+01:00 x',
		'an ordinary line of. text',
		'',
	])('%j begins with no time', text => {
		const decoder = new LogDecoder(true);
		decoder.push(Buffer.from(`${text}\n`));
		expect(decoder.take()).toEqual([{time: '', raw: text, stream: 'stdout'}]);
	});

	test('a line without end is bounded', () => {
		for (const tty of [true, false]) {
			const decoder = new LogDecoder(tty);
			const part = 'x'.repeat(16_384);
			for (let count = 0; count < 100; count++) {
				decoder.push(tty ? Buffer.from(part) : frame(part));
				decoder.take();
			}
			const [last] = decoder.end();
			expect(last?.raw.length ?? 0).toBeLessThan(100_000);
		}
	});

	test('chunks may be cut anywhere', () => {
		const lines = fc.array(
			fc.record({text: fc.string({unit: 'grapheme', maxLength: 20}), stream: fc.constantFrom<1 | 2>(1, 2)}),
			{maxLength: 8},
		);
		fc.assert(
			fc.property(lines, fc.array(fc.nat(400), {maxLength: 10}), (lines, cuts) => {
				const clean = lines.map(({text, stream}) => ({text: text.replaceAll(/[\r\n]/g, ''), stream}));
				const bytes = Buffer.concat(clean.map(({text, stream}, index) => frame(`${time(index)} ${text}\n`, stream)));
				const decoder = new LogDecoder(false);
				let from = 0;
				for (const cut of [...cuts.toSorted((a, b) => a - b), bytes.length]) {
					const to = Math.max(from, Math.min(cut, bytes.length));
					decoder.push(bytes.subarray(from, to));
					from = to;
				}
				expect(decoder.end()).toEqual(
					clean.map(({text, stream}, index) => ({
						time: time(index),
						raw: raw(text),
						stream: stream === 1 ? 'stdout' : 'stderr',
					})),
				);
			}),
		);
	});
});

describe('the position', () => {
	test('leaves out what comes again, also several lines of one time', () => {
		const position = new LogPosition();
		expect(position.since).toBeUndefined();
		for (const nanos of [1, 2, 2]) expect(position.advance(time(nanos))).toBe(true);
		expect(position.since).toBe(`${Date.parse('2026-11-22T11:15:08Z') / 1000}.000000002`);
		position.rewind();
		expect([2, 2, 2, 3].map(nanos => position.advance(time(nanos)))).toEqual([false, false, true, true]);
		position.rewind();
		expect([3, 4].map(nanos => position.advance(time(nanos)))).toEqual([false, true]);
	});

	test('counts all lines of a time, also those that came after a rewind', () => {
		const position = new LogPosition();
		position.advance(time(1));
		position.rewind();
		expect([1, 1].map(nanos => position.advance(time(nanos)))).toEqual([false, true]);
		position.rewind();
		expect([1, 1, 1].map(nanos => position.advance(time(nanos)))).toEqual([false, false, true]);
	});
});

describe('the ring', () => {
	const texts = (ring: Ring) => ring.lines().map(({text}) => text);
	const line = (text: string, stream: RawLine['stream'] = 'stdout'): RawLine => ({time: '', raw: raw(text), stream});

	test('keeps the newest lines and their numbers', () => {
		const ring = new Ring({lines: 3, bytes: 1000});
		for (let count = 0; count < 10; count++) ring.push(line(`line ${count}`, 'stdout'), 0);
		expect(texts(ring)).toEqual(['line 7', 'line 8', 'line 9']);
		expect(ring.lines().map(({number}) => number)).toEqual([7, 8, 9]);
		ring.skip(100);
		ring.push(line('x', 'stderr'), 0);
		expect(ring.lines().at(-1)).toMatchObject({number: 110, text: 'x', stream: 'stderr'});
	});

	test('keeps its size in bytes, and at least the newest line', () => {
		const ring = new Ring({lines: 100, bytes: 10});
		for (const text of ['aaaa', 'bbbb', 'cccc']) ring.push(line(text, 'stdout'), 0);
		expect(texts(ring)).toEqual(['bbbb', 'cccc']);
		ring.push(line('d'.repeat(50), 'stdout'), 0);
		expect(texts(ring)).toEqual(['d'.repeat(50)]);
		ring.push(line('e', 'stdout'), 0);
		expect(texts(ring)).toEqual(['e']);
	});

	test('gives the same array until a line is added, and never changes one', () => {
		const ring = new Ring({lines: 2, bytes: 100});
		ring.push(line('a', 'stdout'), 0);
		const before = ring.lines();
		expect(ring.lines()).toBe(before);
		ring.push(line('b', 'stdout'), 0);
		ring.push(line('c', 'stdout'), 0);
		expect(before.map(({text}) => text)).toEqual(['a']);
		expect(ring.lines()).not.toBe(before);
	});

	test('older lines come before all others, with smaller numbers, as far as there is room', () => {
		const ring = new Ring({lines: 4, bytes: 100});
		ring.push(line('c'), 0);
		ring.push(line('d'), 0);
		const before = ring.lines();
		expect(ring.room).toBe(2);
		ring.prepend(['x', 'a', 'b'].map(text => ({line: line(text), source: 1})));
		expect(texts(ring)).toEqual(['a', 'b', 'c', 'd']);
		expect(ring.lines().map(({number, source}) => [number, source])).toEqual([
			[-2, 1],
			[-1, 1],
			[0, 0],
			[1, 0],
		]);
		expect(before.map(({text}) => text)).toEqual(['c', 'd']);
		expect(ring.room).toBe(0);
	});

	test('a line is made harmless when it is read', () => {
		const ring = new Ring({lines: 4, bytes: 100});
		ring.push(line('\x1b[31mzażółć\x1b]52;c;aGk=\x07!'), 0);
		expect(texts(ring)).toEqual(['\x1b[31mzażółć!\x1b[0m']);
	});
});
