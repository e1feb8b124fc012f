import {Nap} from '../nap.ts';
import type {LogOptions} from './log.ts';
import {LogIntake} from './log-intake.ts';
import {type LogReader, type OlderLines, olderTime, type ReaderListener, retryPause} from './reader.ts';

export interface FollowingReaderOptions extends LogOptions {
	readonly tail: number;
}

/** What is the same wherever a log is read: it is followed until the reader is closed, again and again where that fails. */
export abstract class FollowingReader implements LogReader {
	protected readonly intake: LogIntake;
	protected readonly nap = new Nap();
	readonly #options: FollowingReaderOptions;
	readonly #closed = new AbortController();

	/** Holds at most `capacity` lines that nobody has taken yet. Whoever extends this calls `run` once it is made. */
	constructor(listener: ReaderListener, capacity: number, options: FollowingReaderOptions) {
		this.intake = new LogIntake(listener, capacity);
		this.#options = options;
	}

	/** Reads until there will be nothing more to read. Fails where what it needs is away, or is lost. */
	protected abstract follow(signal: AbortSignal): Promise<void>;

	abstract older(count: number): Promise<OlderLines>;

	state() {
		return this.intake.state;
	}

	take() {
		return this.intake.take();
	}

	pause(): void {
		this.intake.pause();
	}

	resume(): void {
		this.intake.resume();
	}

	wake(): void {
		this.nap.wake();
	}

	close(): void {
		this.intake.close();
		this.#closed.abort();
	}

	protected async run(): Promise<void> {
		const {signal} = this.#closed;
		while (!signal.aborted) {
			const {wakes} = this.nap;
			try {
				return await this.follow(signal);
			} catch {
				// Why, the watch says, and wakes this when it is better.
				if (signal.aborted) return;
				this.intake.become('failed');
				await this.nap.rest(signal, retryPause, wakes);
			}
		}
	}

	/** Ends what asks for older lines. */
	protected olderSignal(): AbortSignal {
		return AbortSignal.any([this.#closed.signal, AbortSignal.timeout(olderTime)]);
	}

	/** So many lines from the end are read while none has told its time, unless all there will be are new. */
	protected get tail(): number | undefined {
		const {position, wasEmpty} = this.intake;
		return position.time === undefined && !wasEmpty ? this.#options.tail : undefined;
	}

	/** Since when lines are wanted, in milliseconds since the epoch, while none has told its time. */
	protected get since(): number | undefined {
		return this.#options.since;
	}
}
