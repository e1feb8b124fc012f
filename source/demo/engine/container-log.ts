import {type Clock, nanosOf} from './clock.ts';

/** One line of a container's log. */
export interface LogEntry {
	readonly nanos: bigint;
	/** 1 for standard output, 2 for standard error. */
	readonly stream: 1 | 2;
	/** With its line end, where it has one. */
	readonly data: Buffer;
}

/** Older lines are forgotten beyond this. */
const mostBytes = 4 * 1024 * 1024;
const mostLines = 20_000;

/** Lines longer than this are cut into pieces, as Docker's log copier does. */
const longestLine = 16 * 1024;

/** What a container wrote since it was made, across its lives. */
export class ContainerLog {
	readonly #clock: Clock;
	readonly #listeners = new Set<(entry: LogEntry) => void>();
	readonly #partial = new Map<1 | 2, Buffer>();
	#entries: LogEntry[] = [];
	#bytes = 0;
	/** Milliseconds by which what is written is dated back. */
	ago = 0;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Takes what a process wrote, in pieces of any size. */
	write(stream: 1 | 2, data: string | Uint8Array): void {
		let rest = Buffer.concat([this.#partial.get(stream) ?? Buffer.alloc(0), Buffer.from(data as Uint8Array)]);
		for (;;) {
			const end = rest.indexOf(10);
			const length = end < 0 ? (rest.length >= longestLine ? longestLine : 0) : end + 1;
			if (length === 0) break;
			this.#add({nanos: this.#clock.nanos() - nanosOf(this.ago), stream, data: rest.subarray(0, length)});
			rest = rest.subarray(length);
		}
		if (rest.length > 0) this.#partial.set(stream, rest);
		else this.#partial.delete(stream);
	}

	/** The process has ended: what it left without a line end is logged too. */
	flush(): void {
		for (const [stream, data] of this.#partial) this.#add({nanos: this.#clock.nanos(), stream, data});
		this.#partial.clear();
	}

	/** Adds a line of another time than now, older than all that follow. */
	add(nanos: bigint, stream: 1 | 2, line: string): void {
		this.#add({nanos, stream, data: Buffer.from(`${line}\n`)});
	}

	#add(entry: LogEntry): void {
		this.#entries.push(entry);
		this.#bytes += entry.data.length;
		if (this.#entries.length > mostLines || this.#bytes > mostBytes) {
			const dropped = this.#entries.splice(0, Math.ceil(this.#entries.length / 10));
			for (const {data} of dropped) this.#bytes -= data.length;
		}
		for (const listener of this.#listeners) listener(entry);
	}

	entries(): readonly LogEntry[] {
		return this.#entries;
	}

	subscribe(listener: (entry: LogEntry) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}
}

/** Puts the stream's header before a piece of output. Source: Engine API, "Stream format" of attach. */
export function framed(stream: 1 | 2, data: Uint8Array): Buffer {
	const header = Buffer.alloc(8);
	header[0] = stream;
	header.writeUInt32BE(data.length, 4);
	return Buffer.concat([header, data]);
}
