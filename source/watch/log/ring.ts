import {harmless} from '../../engine/harmless.ts';
import type {LogLine} from './log.ts';
import type {RawLine} from './reader.ts';

export interface RingLimits {
	readonly lines: number;
	/** Bytes of text, as it was logged. */
	readonly bytes: number;
}

const plainAscii = /^[ -~]*$/;

/** A line that is decoded and made harmless when somebody reads it. */
class HeldLine implements LogLine {
	readonly number: number;
	readonly time: string;
	readonly stream: LogLine['stream'];
	readonly source: number;
	readonly raw: string;

	constructor(number: number, {time, raw, stream}: RawLine, source: number) {
		this.number = number;
		this.time = time;
		this.stream = stream;
		this.source = source;
		this.raw = raw;
	}

	get text(): string {
		if (plainAscii.test(this.raw)) return harmless(this.raw);
		return harmless(Buffer.from(this.raw, 'latin1').toString('utf8'), {colors: true});
	}
}

/** The last lines of a log. What is beyond the limits falls out at the old end. */
export class Ring {
	readonly #limits: RingLimits;
	#held: HeldLine[] = [];
	/** Where the oldest line that counts stands in `#held`. */
	#first = 0;
	#bytes = 0;
	#next = 0;
	#view: readonly LogLine[] | undefined = [];

	constructor(limits: RingLimits) {
		this.#limits = limits;
	}

	/** How many more lines there is room for. */
	get room(): number {
		return this.#bytes >= this.#limits.bytes ? 0 : this.#limits.lines - (this.#held.length - this.#first);
	}

	push(line: RawLine, source: number): void {
		this.#held.push(new HeldLine(this.#next++, line, source));
		this.#bytes += line.raw.length;
		this.#view = undefined;
		while (this.#held.length - this.#first > this.#limits.lines || this.#bytes > this.#limits.bytes) {
			const oldest = this.#held[this.#first];
			// The newest line stays, however long it is.
			if (!oldest || this.#first === this.#held.length - 1) break;
			this.#bytes -= oldest.raw.length;
			this.#first++;
		}
		if (this.#first <= this.#limits.lines) return;
		this.#held = this.#held.slice(this.#first);
		this.#first = 0;
	}

	/** Puts lines before all others, the oldest first. What there is no room for is left out at the old end. */
	prepend(lines: readonly {readonly line: RawLine; readonly source: number}[]): void {
		let number = this.#held[this.#first]?.number ?? this.#next;
		const fitting: HeldLine[] = [];
		for (const {line, source} of lines.toReversed()) {
			if (fitting.length >= this.room || this.#bytes + line.raw.length > this.#limits.bytes) break;
			fitting.push(new HeldLine(--number, line, source));
			this.#bytes += line.raw.length;
		}
		this.#held = [...fitting.reverse(), ...this.#held.slice(this.#first)];
		this.#first = 0;
		this.#view = undefined;
	}

	/** Counts lines that came and went without anybody seeing them. */
	skip(count: number): void {
		this.#next += count;
	}

	/** The lines, oldest first; the same array until one is added. */
	lines(): readonly LogLine[] {
		this.#view ??= this.#held.slice(this.#first);
		return this.#view;
	}
}
