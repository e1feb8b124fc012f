import {Buffer} from 'node:buffer';
import {once} from 'node:events';
import type {Writable} from 'node:stream';

/** How much may wait for one reader before the source is asked to wait, in bytes. */
const buffered = 1024 * 1024;

/** How long a reader may take nothing at all before it is given up, in milliseconds. */
const patience = 60_000;

/** What makes every tar reader fail: no header, and more of it than a file may lack until its end and the next header. */
const junk = Buffer.alloc(2048, 'x');

/** One of several readers of a stream. */
export class Branch {
	readonly #stream: Writable;
	readonly #onProgress: (taken: number) => void;
	#written = 0;
	#isEnded = false;
	#gone: Error | undefined;

	/** @param onProgress told how many bytes the reader has taken so far */
	constructor(stream: Writable, onProgress: (taken: number) => void = () => {}) {
		this.#stream = stream;
		this.#onProgress = onProgress;
		stream.on('error', error => this.#drop(error));
		stream.on('close', () => this.#drop(new Error('the connection was closed')));
	}

	/** Why it reads no more; undefined while it does. */
	get gone(): Error | undefined {
		return this.#gone;
	}

	/** Takes a piece, and resolves when it can take another, or never will. Does not reject. */
	async write(chunk: Buffer, stall: number): Promise<void> {
		const stream = this.#stream;
		if (this.#gone || this.#isEnded) return;
		if (!stream.writable) return this.#drop(stream.errored ?? new Error('it takes no more'));
		this.#written += chunk.length;
		stream.write(chunk);
		this.#onProgress(this.#written - stream.writableLength);
		while (stream.writableLength > buffered && !this.#gone) {
			const before = stream.writableLength;
			await drained(stream, stall);
			if (stream.writableLength >= before && !this.#gone) {
				this.#drop(new Error(`it took nothing for ${stall / 1000} s`));
				stream.destroy();
			}
		}
	}

	/** Says that this was all. */
	end(): void {
		if (this.#gone || this.#isEnded) return;
		this.#isEnded = true;
		this.#stream.end(() => this.#onProgress(this.#written));
	}

	/** Ends it so that nobody takes what came for the whole: an archive that just ended might look like one. */
	spoil(): void {
		if (this.#gone || this.#isEnded) return;
		this.#isEnded = true;
		this.#stream.end(junk);
	}

	#drop(error: Error): void {
		if (!this.#isEnded) this.#gone ??= error;
	}
}

/** Waits until a stream has taken what waits for it, has ended, or some time is over. */
async function drained(stream: Writable, limit: number): Promise<void> {
	const controller = new AbortController();
	const timer = setTimeout(() => controller.abort(), limit);
	const {signal} = controller;
	try {
		await Promise.race([once(stream, 'drain', {signal}), once(stream, 'close', {signal})]);
	} catch {
		// Its error is kept where the branch listens for it.
	} finally {
		clearTimeout(timer);
		controller.abort();
	}
}

/** When a stream is given up. */
export interface FanOutOptions {
	/** Milliseconds without any progress after which a reader is given up. */
	readonly stall?: number;
	readonly signal?: AbortSignal;
}

/**
 * Reads a stream once and gives every piece to all branches, no faster than the slowest takes it but for a megabyte.
 * A branch that fails or stands still is dropped, and the others go on; when none is left, reading ends. When the
 * source fails or the signal aborts, branches are spoilt, so that no reader takes the part for the whole, and it throws.
 */
export async function fanOut(
	source: AsyncIterable<Buffer>,
	branches: readonly Branch[],
	{stall = patience, signal}: FanOutOptions = {},
): Promise<void> {
	const spoil = () => {
		for (const branch of branches) branch.spoil();
	};
	const {promise: aborted, reject: abort} = Promise.withResolvers<never>();
	aborted.catch(() => {});
	const onAbort = () => {
		spoil();
		abort(signal?.reason);
	};
	signal?.addEventListener('abort', onAbort, {once: true});
	const pieces = source[Symbol.asyncIterator]();
	try {
		signal?.throwIfAborted();
		for (;;) {
			const {done, value} = await Promise.race([pieces.next(), aborted]);
			if (done) break;
			await Promise.race([Promise.all(branches.map(branch => branch.write(value, stall))), aborted]);
			if (branches.every(branch => branch.gone)) return;
		}
		for (const branch of branches) branch.end();
	} catch (error) {
		spoil();
		throw error;
	} finally {
		signal?.removeEventListener('abort', onAbort);
		// Closes the source where it was left early. Not awaited: it may be waiting for a piece that never comes.
		void pieces.return?.()?.catch(() => {});
	}
}
