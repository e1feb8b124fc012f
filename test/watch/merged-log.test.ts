import {expect, test, vi} from 'vitest';
import type {LogSource} from '../../source/watch/log/log.ts';
import {MergedLog} from '../../source/watch/log/merged-log.ts';
import type {LogReader, OlderLines, RawLine, ReaderListener, TakenLines} from '../../source/watch/log/reader.ts';
import {untilTold} from './until.ts';

const time = (second: number) => `2026-11-22T11:15:${String(second).padStart(2, '0')}.000000000Z`;
const line = (second: number, raw: string): RawLine => ({time: time(second), raw, stream: 'stdout'});

/** A source whose lines the test writes. */
class FakeReader implements LogReader {
	readonly listener: ReaderListener;
	now: ReturnType<LogReader['state']> = 'following';
	pieces: OlderLines[] = [];
	paused = false;
	closed = false;
	#lines: RawLine[] = [];

	constructor(listener: ReaderListener) {
		this.listener = listener;
	}

	write(...lines: readonly RawLine[]): void {
		this.#lines.push(...lines);
		this.listener.waiting();
	}
	state = () => this.now;
	take(): TakenLines {
		const lines = this.#lines;
		this.#lines = [];
		return {lines, skipped: 0};
	}
	older = async (): Promise<OlderLines> => this.pieces.shift() ?? {lines: [], isStart: true};
	pause(): void {
		this.paused = true;
	}
	resume(): void {
		this.paused = false;
	}
	wake(): void {}
	close(): void {
		this.closed = true;
	}
}

function open(count: number, prepare: (reader: FakeReader, index: number) => void = () => {}) {
	const readers: FakeReader[] = [];
	const sources = Array.from(
		{length: count},
		(_, index): LogSource => ({kind: 'container', id: `${index}`, name: `n${index}`}),
	);
	const log = new MergedLog(sources, (_source, listener) => {
		const reader = new FakeReader(listener);
		prepare(reader, readers.push(reader) - 1);
		return reader;
	});
	const texts = () => log.lines().map(({text}) => text);
	const has = (text: string) => untilTold(log, () => texts().includes(text));
	return {log, readers, texts, has};
}

test('lines of several sources stand in the order of their times, each with its source', async () => {
	const {log, readers, texts, has} = open(2);
	const [a, b] = readers;
	a?.write(line(1, 'a1'), line(3, 'a3'), line(5, 'a5'));
	b?.write(line(2, 'b2'), line(4, 'b4'));
	await has('a5');
	expect(texts()).toEqual(['a1', 'b2', 'a3', 'b4', 'a5']);
	expect(log.lines().map(({source}) => source)).toEqual([0, 1, 0, 1, 0]);
	expect(log.lines().map(({number}) => number)).toEqual([0, 1, 2, 3, 4]);
	log.close();
	expect(readers.every(reader => reader.closed)).toBe(true);
});

test('a line that comes a little late still finds its place', async () => {
	const {log, readers, texts, has} = open(2);
	const [a, b] = readers;
	a?.write(line(1, 'a1'), line(3, 'a3'));
	await vi.waitFor(() => expect(log.state()).toBe('following'));
	b?.write(line(2, 'b2'));
	await has('a3');
	expect(texts()).toEqual(['a1', 'b2', 'a3']);
	log.close();
});

test('the beginning of one waits for the beginnings of the others', async () => {
	const {log, readers, texts, has} = open(2, (reader, index) => {
		if (index === 1) reader.now = 'loading';
	});
	const [a, b] = readers;
	a?.write(line(2, 'a2'));
	expect(log.state()).toBe('loading');
	b?.write(line(1, 'b1'));
	if (b) b.now = 'following';
	b?.listener.changed();
	await has('a2');
	expect(texts()).toEqual(['b1', 'a2']);
	log.close();
});

test('within a source the order is its own, whatever its clock does', async () => {
	const {log, readers, texts, has} = open(2);
	readers[0]?.write(line(9, 'first'), line(1, 'second'), {time: '', raw: 'mark', stream: 'k3dui'});
	readers[1]?.write(line(5, 'other'));
	await has('mark');
	expect(texts()).toEqual(['other', 'first', 'second', 'mark']);
	log.close();
});

test('older lines: nothing is shown of one source that another may have lines between', async () => {
	const {log, readers, texts, has} = open(2, (reader, index) => {
		reader.pieces =
			index === 0
				? [
						{lines: [line(1, 'a1'), line(8, 'a8')], isStart: false},
						{lines: [line(0, 'a0')], isStart: true},
					]
				: [
						{lines: [line(6, 'b6'), line(7, 'b7')], isStart: false},
						{lines: [line(4, 'b4')], isStart: true},
					];
	});
	readers[0]?.write(line(9, 'a9'));
	await has('a9');
	log.loadOlder();
	expect(log.older()).toBe('loading');
	await has('b6');
	expect(texts()).toEqual(['b6', 'b7', 'a8', 'a9']);
	expect(log.older()).toBe('more');
	log.loadOlder();
	await has('b4');
	log.loadOlder();
	await untilTold(log, () => log.older() === 'start');
	expect(texts()).toEqual(['a0', 'a1', 'b4', 'b6', 'b7', 'a8', 'a9']);
	expect(log.lines().map(({number}) => number)).toEqual([-6, -5, -4, -3, -2, -1, 0]);
	log.close();
});

test('pausing reaches every source', () => {
	const {log, readers} = open(3);
	log.pause();
	expect(readers.map(({paused}) => paused)).toEqual([true, true, true]);
	expect(log.state()).toBe('paused');
	log.resume();
	expect(readers.map(({paused}) => paused)).toEqual([false, false, false]);
	log.close();
});
