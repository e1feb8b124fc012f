import type {LogLine} from './snapshot.ts';

export interface RingLimits {
	readonly lines: number;
	/** UTF-16 units of text; a byte each for ordinary logs. */
	readonly bytes: number;
}

/** The last lines of a log. What is beyond the limits falls out at the old end. */
export class Ring {
	readonly #limits: RingLimits;
	#held: LogLine[] = [];
	/** Where the oldest line that counts stands in `#held`. */
	#first = 0;
	#bytes = 0;
	#next = 0;
	#view: readonly LogLine[] | undefined = [];

	constructor(limits: RingLimits) {
		this.#limits = limits;
	}

	push(text: string, stream: LogLine['stream']): void {
		this.#held.push({number: this.#next++, text, stream});
		this.#bytes += text.length;
		this.#view = undefined;
		while (this.#held.length - this.#first > this.#limits.lines || this.#bytes > this.#limits.bytes) {
			const oldest = this.#held[this.#first];
			// The newest line stays, however long it is.
			if (!oldest || this.#first === this.#held.length - 1) break;
			this.#bytes -= oldest.text.length;
			this.#first++;
		}
		if (this.#first <= this.#limits.lines) return;
		this.#held = this.#held.slice(this.#first);
		this.#first = 0;
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
