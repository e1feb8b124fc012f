import {PassThrough, Writable} from 'node:stream';
import {buffer} from 'node:stream/consumers';
import {expect, test} from 'vitest';
import {Branch, fanOut} from '../../source/engine/fan-out.ts';

const piece = 256 * 1024;

/** Pieces that are counted as they are taken. */
function pieces(count: number) {
	const source = {
		taken: 0,
		isClosed: false,
		async *[Symbol.asyncIterator]() {
			try {
				for (; source.taken < count; source.taken++) yield Buffer.alloc(piece, source.taken);
			} finally {
				source.isClosed = true;
			}
		},
	};
	return source;
}

/** A reader that takes nothing until it is let go. */
function stuck() {
	const waiting: (() => void)[] = [];
	const stream = new Writable({write: (_chunk, _encoding, done) => void waiting.push(done), highWaterMark: 16_384});
	return {
		stream,
		step() {
			waiting.shift()?.();
		},
	};
}

const turn = () => new Promise(resolve => setImmediate(resolve));

test('every reader gets every byte, and hears how much it took', async () => {
	const sinks = [new PassThrough(), new PassThrough(), new PassThrough()];
	const taken: number[] = [];
	const got = Promise.all(sinks.map(sink => buffer(sink)));
	await fanOut(
		pieces(20),
		sinks.map(
			(sink, index) =>
				new Branch(sink, bytes => {
					taken[index] = bytes;
				}),
		),
	);
	const expected = Buffer.concat(Array.from({length: 20}, (_, index) => Buffer.alloc(piece, index)));
	for (const bytes of await got) expect(bytes.equals(expected)).toBe(true);
	expect(taken).toEqual([20 * piece, 20 * piece, 20 * piece]);
});

test('the source waits for the slowest reader, but for a megabyte', async () => {
	const source = pieces(1000);
	const slow = stuck();
	const fast = new PassThrough();
	fast.resume();
	const controller = new AbortController();
	const running = fanOut(source, [new Branch(slow.stream), new Branch(fast)], {signal: controller.signal});
	const ended = expect(running).rejects.toThrow('enough');
	for (let round = 0; round < 50; round++) await turn();
	const before = source.taken;
	expect(before * piece).toBeLessThanOrEqual(1024 * 1024 + piece);
	for (let round = 0; round < 50; round++) {
		slow.step();
		await turn();
	}
	expect(source.taken).toBeGreaterThan(before);
	expect(slow.stream.writableLength).toBeLessThanOrEqual(1024 * 1024 + piece);
	controller.abort(new Error('enough'));
	await ended;
});

test('a reader that dies is dropped, and the others get all', async () => {
	const dying = new Writable({
		write(_chunk, _encoding, done) {
			done(new Error('no space left on device'));
		},
	});
	const healthy = new PassThrough();
	const got = buffer(healthy);
	const branches = [new Branch(dying), new Branch(healthy)];
	await fanOut(pieces(40), branches);
	expect((await got).length).toBe(40 * piece);
	expect(branches.map(branch => branch.gone?.message)).toEqual(['no space left on device', undefined]);
});

test('a reader that stands still is given up, and the others get all', async () => {
	const still = new Branch(stuck().stream);
	const healthy = new PassThrough();
	const got = buffer(healthy);
	await fanOut(pieces(40), [still, new Branch(healthy)], {stall: 50});
	expect((await got).length).toBe(40 * piece);
	expect(still.gone?.message).toContain('it took nothing');
});

test('without a reader left, no more is read, and the source is closed', async () => {
	const dead = new PassThrough();
	const branch = new Branch(dead);
	dead.destroy(new Error('gone'));
	const source = pieces(1000);
	await fanOut(source, [branch]);
	await turn();
	expect(source.taken).toBeLessThan(3);
	expect(source.isClosed).toBe(true);
});

/** What a reader got after a failure: not the clean end of an archive. */
async function spoilt(run: (branch: Branch) => Promise<void>): Promise<string> {
	const sink = new PassThrough();
	const got = buffer(sink);
	await expect(run(new Branch(sink))).rejects.toThrow('broken');
	return (await got).toString('latin1');
}

test('where the source fails, no reader can take the part for the whole', async () => {
	const text = await spoilt(branch =>
		fanOut(
			(async function* () {
				yield Buffer.from('begun');
				throw new Error('broken');
			})(),
			[branch],
		),
	);
	expect(text).toMatch(/^begunx{2048}$/);
});

test('an abort ends a source that is silent, and spoils what was begun', async () => {
	const controller = new AbortController();
	const text = await spoilt(branch => {
		const running = fanOut(
			(async function* () {
				yield Buffer.from('begun');
				await new Promise(() => {});
			})(),
			[branch],
			{signal: controller.signal},
		);
		setImmediate(() => controller.abort(new Error('broken')));
		return running;
	});
	expect(text).toMatch(/^begunx{2048}$/);
});
