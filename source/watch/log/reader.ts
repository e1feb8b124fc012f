import type {LogState} from './log.ts';

/** How long to wait before trying again when reading failed, in milliseconds, unless somebody knows better. */
export const retryPause = 5000;

/** A log that ends again and again although its container runs is not asked for all the time. In milliseconds. */
export const reopenPause = 1000;

/** How long older lines may take, in milliseconds. */
export const olderTime = 15_000;

/** Lines that may be logged while older ones are asked for. */
export const slack = 100;

/** One line as its source logged it. */
export interface RawLine {
	/** RFC 3339 with nine digits of a second. Empty where there was none. */
	readonly time: string;
	/** Its bytes, UTF-8 as a rule, one to a character: what nobody reads is never decoded, and takes half the memory. */
	readonly raw: string;
	readonly stream: 'stdout' | 'stderr' | 'k3dui';
}

/** What has come since the last time. */
export interface TakenLines {
	readonly lines: readonly RawLine[];
	/** Lines that came and went because there were too many. */
	readonly skipped: number;
}

/** What a reader tells. */
export interface ReaderListener {
	/** There is something to take. */
	waiting(): void;
	/** The state has changed. */
	changed(): void;
}

/** Older lines of one source. */
export interface OlderLines {
	/** The oldest first. */
	readonly lines: readonly RawLine[];
	/** There is nothing before them. */
	readonly isStart: boolean;
}

/** Reads the log of one source as long as it is open, through restarts and lost connections, without gaps and doubles. */
export interface LogReader {
	state(): Exclude<LogState, 'paused'>;
	/** The lines that have come since the last time. */
	take(): TakenLines;
	/** So many lines before the oldest one that was ever taken, here or with `take`. Throws when it cannot be read. */
	older(count: number): Promise<OlderLines>;
	/** Stops taking bytes from the connection, so that whoever sends them has to wait. */
	pause(): void;
	resume(): void;
	/** What is read may have changed: it has started, or the engine is back. */
	wake(): void;
	close(): void;
}
