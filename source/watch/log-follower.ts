import type {IncomingMessage} from 'node:http';
import {inspectContainer} from '../engine/containers.ts';
import type {Engine} from '../engine/engine.ts';
import {harmless} from '../engine/harmless.ts';
import {LogDecoder} from './log-decoder.ts';
import {LogPosition} from './log-position.ts';
import {Nap} from './nap.ts';
import {Ring, type RingLimits} from './ring.ts';
import type {LogFollower, LogLine} from './snapshot.ts';

export interface LogFollowerOptions {
	/** Lines from the end of the log to begin with. */
	readonly tail?: number;
	readonly limits?: RingLimits;
}

/** Listeners hear of new lines at most this often, in milliseconds. */
const pace = 100;

/** A log that ends again and again although its container runs is not asked for all the time. */
const reopenPause = 1000;

/** How long to wait before trying again when reading failed, unless somebody knows that the engine is back. */
const retryPause = 5000;

/**
 * Follows one container's log through stops, starts and lost connections, without gaps and without doubles. Whoever hears
 * Docker's events tells it of those.
 */
export class ContainerLog implements LogFollower {
	readonly #engine: Engine;
	readonly #id: string;
	readonly #tail: number;
	readonly #ring: Ring;
	readonly #capacity: number;
	readonly #position = new LogPosition();
	readonly #listeners = new Set<() => void>();
	readonly #closed = new AbortController();
	readonly #nap = new Nap();
	#state: ReturnType<LogFollower['state']> = 'loading';
	#begun = false;
	#paused = false;
	#stream: IncomingMessage | undefined;
	#timer: NodeJS.Timeout | undefined;
	#toldAt = 0;

	constructor(
		engine: Engine,
		id: string,
		{tail = 1000, limits = {lines: 10_000, bytes: 8 * 1024 * 1024}}: LogFollowerOptions = {},
	) {
		this.#engine = engine;
		this.#id = id;
		this.#tail = tail;
		this.#ring = new Ring(limits);
		this.#capacity = limits.lines;
		void this.#run();
	}

	lines(): readonly LogLine[] {
		return this.#ring.lines();
	}

	state(): ReturnType<LogFollower['state']> {
		return this.#paused && this.#state === 'following' ? 'paused' : this.#state;
	}

	subscribe(listener: () => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	pause(): void {
		this.#paused = true;
		this.#stream?.pause();
		this.#tell();
	}

	resume(): void {
		this.#paused = false;
		this.#stream?.resume();
		this.#tell();
	}

	close(): void {
		this.#closed.abort();
		clearTimeout(this.#timer);
		this.#listeners.clear();
	}

	/** The container has started, or the engine can be reached again. */
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
				await this.#read(container.Config.Tty, signal);
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
	async #read(tty: boolean, signal: AbortSignal): Promise<void> {
		const {since} = this.#position;
		this.#position.rewind();
		const options = {
			follow: true as const,
			stdout: true,
			stderr: true,
			timestamps: true,
			// Only at first: what a container logs from its start on is read from its first line.
			...(this.#begun ? {} : {tail: this.#tail}),
			...(since === undefined ? {} : {since}),
			abortSignal: signal,
		};
		const stream = (await this.#engine.docker.getContainer(this.#id).logs(options)) as IncomingMessage;
		this.#begun = true;
		const decoder = new LogDecoder(tty);
		this.#stream = stream;
		this.#become('following');
		let whole = false;
		try {
			await new Promise<void>((resolve, reject) => {
				stream.on('data', (chunk: Buffer) => {
					decoder.push(chunk);
					if (decoder.waiting > 2 * this.#capacity) this.#ring.skip(decoder.keepNewest(this.#capacity));
					this.#takeSoon(decoder);
				});
				stream.once('end', resolve).once('error', reject);
				stream.once('close', () => reject(new Error('the connection was closed')));
				if (this.#paused) stream.pause();
			});
			whole = true;
		} finally {
			this.#stream = undefined;
			clearTimeout(this.#timer);
			this.#timer = undefined;
			// What a lost connection has cut off is read again.
			this.#take(whole ? decoder.end() : decoder.take());
		}
	}

	#takeSoon(decoder: LogDecoder): void {
		this.#timer ??= setTimeout(
			() => {
				this.#timer = undefined;
				this.#take(decoder.take());
			},
			Math.max(0, pace - (performance.now() - this.#toldAt)),
		);
	}

	#take(lines: ReturnType<LogDecoder['take']>): void {
		for (const {time, text, stream} of lines) {
			if (this.#position.advance(time)) this.#ring.push(harmless(text, {colors: true}), stream);
		}
		this.#toldAt = performance.now();
		if (lines.length > 0) this.#tell();
	}

	/** Adds a line of k3dui's own. */
	#mark(text: string): void {
		this.#ring.push(`— ${text} —`, 'k3dui');
		this.#tell();
	}

	#become(state: ReturnType<LogFollower['state']>): void {
		if (state === this.#state) return;
		this.#state = state;
		this.#tell();
	}

	#tell(): void {
		if (this.#closed.signal.aborted) return;
		for (const listener of this.#listeners) listener();
	}
}
