import type {Readable} from 'node:stream';
import type {LogDecoder} from './log-decoder.ts';
import {LogPosition} from './log-position.ts';
import type {LogReader, RawLine, ReaderListener, TakenLines} from './reader.ts';

type ReaderState = ReturnType<LogReader['state']>;

/**
 * What comes from the streams of one log, the same wherever it is read: lines wait here until somebody takes them, those
 * that were read before are left out, and the ones behind the oldest are counted.
 */
export class LogIntake {
	readonly #listener: ReaderListener;
	readonly #capacity: number;
	readonly #position = new LogPosition();
	#isClosed = false;
	#state: ReaderState = 'loading';
	#isPaused = false;
	#stream: Readable | undefined;
	#decoder: LogDecoder | undefined;
	/** What was decoded when a stream ended, and lines of k3dui's own. */
	#ready: RawLine[] = [];
	#skipped = 0;
	#known = 0;
	#hasLines = false;
	#wasEmpty = false;
	#oldest: {time: string; count: number} | undefined;

	/** Holds at most `capacity` lines that nobody has taken yet. */
	constructor(listener: ReaderListener, capacity: number) {
		this.#listener = listener;
		this.#capacity = capacity;
	}

	get state(): ReaderState {
		return this.#state;
	}

	/** How far the log has been read. */
	get position(): LogPosition {
		return this.#position;
	}

	/** Whether the log has been read to its end and had no line: what is logged from then on is new. */
	get wasEmpty(): boolean {
		return this.#wasEmpty;
	}

	/** Lines of the log that lie behind the oldest one that is known, that one included. */
	get known(): number {
		return this.#known;
	}

	/** The time of the oldest line that is known, and how many lines of that very time are. */
	get oldest(): {readonly time: string; readonly count: number} | undefined {
		return this.#oldest;
	}

	/** Takes note of older lines, which lie before all that are known. */
	addOlder(lines: readonly RawLine[]): void {
		const first = lines[0];
		if (!first) return;
		this.#known += lines.length;
		const others = lines.findIndex(({time}) => time !== first.time);
		this.#oldest = {time: first.time, count: others === -1 ? lines.length : others};
	}

	take(): TakenLines {
		this.#absorb(this.#decoder?.take() ?? []);
		const taken = {lines: this.#ready, skipped: this.#skipped};
		this.#ready = [];
		this.#skipped = 0;
		return taken;
	}

	pause(): void {
		this.#isPaused = true;
		this.#stream?.pause();
	}

	resume(): void {
		this.#isPaused = false;
		this.#stream?.resume();
	}

	/** Nobody is told anything from now on. */
	close(): void {
		this.#isClosed = true;
	}

	/** Reads a stream until the log ends. Throws when the connection is lost before. */
	async read(stream: Readable, decoder: LogDecoder): Promise<void> {
		this.#stream = stream;
		this.#decoder = decoder;
		let isWhole = false;
		try {
			await new Promise<void>((resolve, reject) => {
				stream.on('data', (chunk: Buffer) => {
					decoder.push(chunk);
					if (decoder.waiting > 2 * this.#capacity) this.#skip(decoder.keepNewest(this.#capacity));
					this.#listener.waiting();
				});
				stream.once('end', resolve).once('error', reject);
				stream.once('close', () => reject(new Error('the connection was closed')));
				if (this.#isPaused) stream.pause();
			});
			isWhole = true;
		} finally {
			this.#stream = undefined;
			this.#decoder = undefined;
			// What a lost connection has cut off is read again.
			const rest = isWhole ? decoder.end() : decoder.take();
			this.#absorb(rest);
			this.#wasEmpty = isWhole && !this.#hasLines;
			if (!this.#isClosed && rest.length > 0) this.#listener.waiting();
		}
	}

	/** Adds a line of k3dui's own. */
	mark(text: string): void {
		this.#ready.push({time: '', raw: Buffer.from(`— ${text} —`).toString('latin1'), stream: 'k3dui'});
		this.#listener.waiting();
	}

	become(state: ReaderState): void {
		if (state === this.#state) return;
		this.#state = state;
		if (!this.#isClosed) this.#listener.changed();
	}

	/** Leaves out what has been read before, and keeps count of what older lines have to be before. */
	#absorb(lines: readonly RawLine[]): void {
		this.#hasLines ||= lines.length > 0;
		for (const line of lines) {
			const {time} = line;
			if (!this.#position.advance(time)) continue;
			this.#ready.push(line);
			if (time === '') continue;
			this.#oldest ??= {time, count: 0};
			if (this.#oldest.time === time && this.#known === this.#oldest.count) this.#oldest.count++;
			this.#known++;
		}
	}

	#skip(count: number): void {
		this.#skipped += count;
		this.#known += count;
	}
}
