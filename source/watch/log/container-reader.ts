import type {IncomingMessage} from 'node:http';
import {inspectContainer} from '../../engine/containers.ts';
import type {Engine} from '../../engine/engine.ts';
import {harmless} from '../../engine/harmless.ts';
import {openLog} from '../../engine/log-stream.ts';
import {Nap} from '../nap.ts';
import type {LogOptions} from './log.ts';
import {LogDecoder} from './log-decoder.ts';
import {LogPosition} from './log-position.ts';
import type {LogReader, OlderLines, RawLine, ReaderListener, TakenLines} from './reader.ts';

/** A log that ends again and again although its container runs is not asked for all the time. */
const reopenPause = 1000;

/** How long to wait before trying again when reading failed, unless somebody knows that the engine is back. */
const retryPause = 5000;

/** How long older lines may take, in milliseconds. */
const olderTime = 15_000;

/** Lines that may be logged while older ones are asked for. */
const slack = 100;

/** Reads one container's log. Whoever hears Docker's events tells it of those. */
export class ContainerReader implements LogReader {
	readonly #engine: Engine;
	readonly #id: string;
	readonly #options: Required<Pick<LogOptions, 'tail'>> & LogOptions;
	readonly #capacity: number;
	readonly #listener: ReaderListener;
	readonly #position = new LogPosition();
	readonly #closed = new AbortController();
	readonly #nap = new Nap();
	#state: ReturnType<LogReader['state']> = 'loading';
	#begun = false;
	#paused = false;
	#tty = false;
	#stream: IncomingMessage | undefined;
	#decoder: LogDecoder | undefined;
	/** What was decoded when a stream ended, and lines of k3dui's own. */
	#ready: RawLine[] = [];
	#skipped = 0;
	/** Lines of the log that lie behind the oldest one that is known, that one included. */
	#known = 0;
	#oldest: {time: string; count: number} | undefined;

	/** Holds at most `capacity` lines that nobody has taken yet. */
	constructor(
		engine: Engine,
		id: string,
		listener: ReaderListener,
		capacity: number,
		options: LogOptions & {readonly tail: number},
	) {
		this.#engine = engine;
		this.#id = id;
		this.#listener = listener;
		this.#capacity = capacity;
		this.#options = options;
		void this.#run();
	}

	state(): ReturnType<LogReader['state']> {
		return this.#state;
	}

	take(): TakenLines {
		this.#absorb(this.#decoder?.take() ?? []);
		const taken = {lines: this.#ready, skipped: this.#skipped};
		this.#ready = [];
		this.#skipped = 0;
		return taken;
	}

	/** Leaves out what has been read before, and keeps count of what older lines have to be before. */
	#absorb(lines: readonly RawLine[]): void {
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

	async older(count: number): Promise<OlderLines> {
		const oldest = this.#oldest;
		if (!oldest) return {lines: [], isStart: true};
		const until = new LogPosition();
		until.advance(oldest.time);
		// Docker takes the tail first and looks at the time then, so everything behind the wanted lines counts too
		// (moby daemon/logger/loggerutils, tailFiles).
		const stream = await openLog(this.#engine, this.#id, {
			timestamps: true,
			tail: this.#known + count + slack,
			until: until.since,
			signal: AbortSignal.any([this.#closed.signal, AbortSignal.timeout(olderTime)]),
		});
		const decoder = new LogDecoder(this.#tty);
		for await (const chunk of stream as AsyncIterable<Buffer>) {
			decoder.push(chunk);
			decoder.keepNewest(2 * (count + slack + oldest.count));
		}
		const all = decoder.end().filter(({time}) => time !== '' && time <= oldest.time);
		const same = all.filter(({time}) => time === oldest.time).length;
		// Lines of the very same time that are known already are the last of them.
		const older = all.slice(0, all.length - Math.min(same, oldest.count));
		const lines = older.slice(-count);
		const first = lines[0];
		if (first) {
			this.#known += lines.length;
			this.#oldest = {time: first.time, count: lines.findIndex(({time}) => time !== first.time)};
			if (this.#oldest.count === -1) this.#oldest.count = lines.length;
		}
		return {lines, isStart: older.length < count};
	}

	pause(): void {
		this.#paused = true;
		this.#stream?.pause();
	}

	resume(): void {
		this.#paused = false;
		this.#stream?.resume();
	}

	close(): void {
		this.#closed.abort();
	}

	wake(): void {
		this.#nap.wake();
	}

	async #run(): Promise<void> {
		const {signal} = this.#closed;
		let markedStop: string | undefined;
		while (!signal.aborted) {
			let wakes = this.#nap.wakes;
			try {
				const container = await inspectContainer(this.#engine, this.#id, signal);
				if (!container) return this.#removed();
				this.#tty = container.Config.Tty;
				await this.#read(signal);
				wakes = this.#nap.wakes;
				const after = await inspectContainer(this.#engine, this.#id, signal);
				if (!after) return this.#removed();
				const {State, Name} = after;
				if (State.Running && !State.Restarting) {
					await this.#nap.rest(signal, reopenPause, wakes);
					continue;
				}
				const hasRun = State.Status !== 'created';
				if (hasRun && State.FinishedAt !== markedStop) {
					markedStop = State.FinishedAt;
					this.#mark(`${harmless(Name.replace(/^\//, ''))} stopped (exit ${State.ExitCode})`);
				}
				this.#become('waiting');
				await this.#nap.rest(signal, undefined, wakes);
			} catch {
				// The engine is away; the watch says why, and wakes this when it is back.
				if (signal.aborted) return;
				this.#become('failed');
				await this.#nap.rest(signal, retryPause, wakes);
			}
		}
	}

	#removed(): void {
		this.#mark('the container has been removed');
		this.#become('failed');
	}

	/** Reads until the log ends. */
	async #read(signal: AbortSignal): Promise<void> {
		const {since} = this.#position;
		this.#position.rewind();
		const from = since ?? (this.#options.since === undefined ? undefined : this.#options.since / 1000);
		const options = {
			follow: true as const,
			stdout: true,
			stderr: true,
			timestamps: true,
			// Only at first: what a container logs from its start on is read from its first line.
			...(this.#begun ? {} : {tail: this.#options.tail}),
			...(from === undefined ? {} : {since: from}),
			abortSignal: signal,
		};
		const stream = (await this.#engine.docker.getContainer(this.#id).logs(options)) as IncomingMessage;
		this.#begun = true;
		const decoder = new LogDecoder(this.#tty);
		this.#stream = stream;
		this.#decoder = decoder;
		this.#become('following');
		let whole = false;
		try {
			await new Promise<void>((resolve, reject) => {
				stream.on('data', (chunk: Buffer) => {
					decoder.push(chunk);
					if (decoder.waiting > 2 * this.#capacity) this.#skip(decoder.keepNewest(this.#capacity));
					this.#listener.waiting();
				});
				stream.once('end', resolve).once('error', reject);
				stream.once('close', () => reject(new Error('the connection was closed')));
				if (this.#paused) stream.pause();
			});
			whole = true;
		} finally {
			this.#stream = undefined;
			this.#decoder = undefined;
			// What a lost connection has cut off is read again.
			const rest = whole ? decoder.end() : decoder.take();
			this.#absorb(rest);
			if (!signal.aborted && rest.length > 0) this.#listener.waiting();
		}
	}

	#skip(count: number): void {
		this.#skipped += count;
		this.#known += count;
	}

	/** Adds a line of k3dui's own. */
	#mark(text: string): void {
		this.#ready.push({time: '', raw: Buffer.from(`— ${text} —`).toString('latin1'), stream: 'k3dui'});
		this.#listener.waiting();
	}

	#become(state: ReturnType<LogReader['state']>): void {
		if (state === this.#state) return;
		this.#state = state;
		if (!this.#closed.signal.aborted) this.#listener.changed();
	}
}
