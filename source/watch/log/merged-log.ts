import type {LogFollower, LogLine, LogSource, LogState, OlderState} from './log.ts';
import type {LogReader, RawLine, ReaderListener} from './reader.ts';
import {Ring, type RingLimits} from './ring.ts';

/** Opens the reader of one source. */
export type OpenReader = (source: LogSource, listener: ReaderListener, capacity: number) => LogReader;

export interface MergedLogOptions {
	readonly limits?: RingLimits;
}

const defaultLimits: RingLimits = {lines: 10_000, bytes: 8 * 1024 * 1024};

/** Listeners hear of new lines at most this often, in milliseconds. */
const pace = 100;

/** A log that has more new lines than this by then cannot be read as it runs: it is told of less often, and costs less. */
const unreadable = 60;
const unreadablePace = 250;

/** How long a line of one source waits for older ones of another, in milliseconds. */
const patience = 200;

/** How long the beginning of one source waits for those of the others, in milliseconds. */
const beginPatience = 1000;

/** Lines that are read at once when older ones are asked for. */
const olderCount = 1000;

interface Waiting {
	readonly line: RawLine;
	readonly source: number;
	/** What it is sorted by: its time, or that of the line before it. */
	readonly time: string;
	/** When it came (`performance.now()`). */
	readonly at: number;
}

/** A source with what was read of its older lines and is not shown yet, because another's are not read as far back. */
interface Stretch {
	readonly reader: LogReader;
	readonly source: number;
	older: readonly RawLine[];
	isStart: boolean;
	/** The time of its newest line, for marks, which have none. */
	lastTime: string;
}

/** Follows the logs of several sources as one, in the order of their times; of one source, as they come. */
export class MergedLog implements LogFollower {
	readonly sources: readonly LogSource[];
	readonly #stretches: readonly Stretch[];
	readonly #ring: Ring;
	readonly #listeners = new Set<() => void>();
	readonly #begunAt = performance.now();
	#waiting: Waiting[] = [];
	#timer: NodeJS.Timeout | undefined;
	#toldAt = 0;
	/** Milliseconds until the next lines are told of. */
	#pace = pace;
	#paused = false;
	#closed = false;
	#older: OlderState = 'more';

	constructor(sources: readonly LogSource[], open: OpenReader, {limits = defaultLimits}: MergedLogOptions = {}) {
		this.sources = sources;
		this.#ring = new Ring(limits);
		const listener: ReaderListener = {waiting: () => this.#takeSoon(), changed: () => this.#changed()};
		this.#stretches = sources.map((source, index) => ({
			reader: open(source, listener, limits.lines),
			source: index,
			older: [],
			isStart: false,
			lastTime: '',
		}));
	}

	lines(): readonly LogLine[] {
		return this.#ring.lines();
	}

	state(): LogState {
		const states = this.#stretches.map(({reader}) => reader.state());
		if (states.includes('loading')) return 'loading';
		if (states.includes('following')) return this.#paused ? 'paused' : 'following';
		return states.includes('waiting') ? 'waiting' : 'failed';
	}

	subscribe(listener: () => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	older(): OlderState {
		return this.#older === 'more' && this.#ring.room <= 0 ? 'full' : this.#older;
	}

	loadOlder(): void {
		if (this.older() !== 'more' || this.#ring.lines().length === 0) return;
		this.#older = 'loading';
		this.#tell();
		this.#loadOlder().then(
			isStart => {
				this.#older = isStart ? 'start' : 'more';
				this.#tell();
			},
			// Whoever scrolls on tries again; why the engine cannot be read is told elsewhere.
			() => {
				this.#older = 'more';
				this.#tell();
			},
		);
	}

	pause(): void {
		this.#paused = true;
		for (const {reader} of this.#stretches) reader.pause();
		this.#tell();
	}

	resume(): void {
		this.#paused = false;
		for (const {reader} of this.#stretches) reader.resume();
		this.#tell();
	}

	/** What is read may have changed: it has started, or the engine is back. */
	wake(isConcerned: (source: LogSource) => boolean = () => true): void {
		for (const {reader, source} of this.#stretches) {
			const of = this.sources[source];
			if (of && isConcerned(of)) reader.wake();
		}
	}

	close(): void {
		this.#closed = true;
		clearTimeout(this.#timer);
		for (const {reader} of this.#stretches) reader.close();
		this.#listeners.clear();
	}

	#changed(): void {
		// The last one that a beginning was waited for may have begun.
		this.#takeSoon();
		this.#tell();
	}

	#takeSoon(wait = this.#pace - (performance.now() - this.#toldAt)): void {
		if (this.#closed) return;
		this.#timer ??= setTimeout(
			() => {
				this.#timer = undefined;
				this.#take();
			},
			Math.max(0, wait),
		);
	}

	#take(): void {
		const at = performance.now();
		for (const stretch of this.#stretches) {
			const {lines, skipped} = stretch.reader.take();
			this.#ring.skip(skipped);
			for (const line of lines) {
				// Within a source the order is its own, whatever its clock does.
				if (line.time > stretch.lastTime) stretch.lastTime = line.time;
				this.#waiting.push({line, source: stretch.source, time: stretch.lastTime, at});
			}
		}
		const ready = this.#due(at);
		for (const {line, source} of ready) this.#ring.push(line, source);
		this.#toldAt = at;
		this.#pace = ready.length > unreadable ? unreadablePace : pace;
		if (this.#waiting.length > 0) this.#takeSoon(this.#pace);
		if (ready.length > 0) this.#tell();
	}

	/** Takes those that no older line is expected before. */
	#due(now: number): readonly Waiting[] {
		const all = this.#waiting;
		if (this.#stretches.length === 1) {
			this.#waiting = [];
			return all;
		}
		const isBeginning = this.#stretches.some(({reader}) => reader.state() === 'loading');
		if (isBeginning && now - this.#begunAt < beginPatience) return [];
		let until = '';
		for (const {at, time} of all) if (now - at >= patience && time > until) until = time;
		const due = all.filter(({time}) => time <= until);
		this.#waiting = all.filter(({time}) => time > until);
		// Stable: what has the same time stays in the order in which it came.
		return due.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
	}

	/** Puts older lines before those that are held; true when there are no more. */
	async #loadOlder(): Promise<boolean> {
		await Promise.all(
			this.#stretches.map(async stretch => {
				if (stretch.isStart || stretch.older.length > 0) return;
				const {lines, isStart} = await stretch.reader.older(olderCount);
				stretch.older = lines;
				stretch.isStart = isStart;
			}),
		);
		// What one source has further back than another was read must wait: the other may have lines between.
		let from = '';
		for (const {older, isStart} of this.#stretches) {
			const first = older[0]?.time ?? '';
			if (!isStart && first > from) from = first;
		}
		const fitting = this.#stretches.flatMap(stretch => {
			const {older, source} = stretch;
			stretch.older = older.filter(({time}) => time < from);
			return older.filter(({time}) => time >= from).map(line => ({line, source}));
		});
		fitting.sort((a, b) => (a.line.time < b.line.time ? -1 : a.line.time > b.line.time ? 1 : 0));
		if (!this.#closed) this.#ring.prepend(fitting);
		return this.#stretches.every(({isStart, older}) => isStart && older.length === 0);
	}

	#tell(): void {
		if (this.#closed) return;
		for (const listener of this.#listeners) listener();
	}
}
