import type {IncomingMessage} from 'node:http';
import {inspectContainer} from '../../engine/containers.ts';
import type {Engine} from '../../engine/engine.ts';
import {harmless} from '../../engine/harmless.ts';
import {openLog} from '../../engine/log-stream.ts';
import {Nap} from '../nap.ts';
import type {LogOptions} from './log.ts';
import {LogDecoder} from './log-decoder.ts';
import {LogIntake} from './log-intake.ts';
import {LogPosition} from './log-position.ts';
import {type LogReader, type OlderLines, olderTime, type ReaderListener, retryPause, slack} from './reader.ts';

/** A log that ends again and again although its container runs is not asked for all the time. */
const reopenPause = 1000;

/** Reads one container's log. Whoever hears Docker's events tells it of those. */
export class ContainerReader implements LogReader {
	readonly #engine: Engine;
	readonly #id: string;
	readonly #options: Required<Pick<LogOptions, 'tail'>> & LogOptions;
	readonly #intake: LogIntake;
	readonly #closed = new AbortController();
	readonly #nap = new Nap();
	#begun = false;
	#tty = false;

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
		this.#intake = new LogIntake(listener, capacity);
		this.#options = options;
		void this.#run();
	}

	state() {
		return this.#intake.state;
	}

	take() {
		return this.#intake.take();
	}

	async older(count: number): Promise<OlderLines> {
		const {oldest, known} = this.#intake;
		if (!oldest) return {lines: [], isStart: true};
		const until = new LogPosition();
		until.advance(oldest.time);
		// Docker takes the tail first and looks at the time then, so everything behind the wanted lines counts too
		// (moby daemon/logger/loggerutils, tailFiles).
		const stream = await openLog(this.#engine, this.#id, {
			timestamps: true,
			tail: known + count + slack,
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
		this.#intake.addOlder(lines);
		return {lines, isStart: older.length < count};
	}

	pause(): void {
		this.#intake.pause();
	}

	resume(): void {
		this.#intake.resume();
	}

	close(): void {
		this.#intake.close();
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
					this.#intake.mark(`${harmless(Name.replace(/^\//, ''))} stopped (exit ${State.ExitCode})`);
				}
				this.#intake.become('waiting');
				await this.#nap.rest(signal, undefined, wakes);
			} catch {
				// The engine is away; the watch says why, and wakes this when it is back.
				if (signal.aborted) return;
				this.#intake.become('failed');
				await this.#nap.rest(signal, retryPause, wakes);
			}
		}
	}

	#removed(): void {
		this.#intake.mark('the container has been removed');
		this.#intake.become('failed');
	}

	/** Reads until the log ends. */
	async #read(signal: AbortSignal): Promise<void> {
		const {position} = this.#intake;
		const from = position.since ?? (this.#options.since === undefined ? undefined : this.#options.since / 1000);
		position.rewind();
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
		await this.#intake.read(stream, new LogDecoder(this.#tty));
	}
}
