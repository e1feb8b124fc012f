const second = 1000;

/**
 * Ticks come this long after the whole second, in milliseconds: what the watch tells at the second is drawn by then, ages
 * and all, and a timer that is a little early still finds the second over.
 */
const lag = 100;

/** Wakes all who wait for a time within the same second at once, so that one frame shows what each of them has new. */
export class Clock {
	readonly #now: () => number;
	readonly #waiting = new Map<() => void, number>();
	#timer: {readonly at: number; readonly handle: NodeJS.Timeout} | undefined;

	/** `now` in milliseconds since the epoch. */
	constructor(now: () => number) {
		this.#now = now;
	}

	/** Calls back once, when the second is over in which this time lies. Gives back what takes that back. */
	after(time: number, tick: () => void): () => void {
		this.#waiting.set(tick, Math.ceil(time / second) * second + lag);
		this.#arm();
		return () => {
			this.#waiting.delete(tick);
			this.#arm();
		};
	}

	#arm(): void {
		const at = this.#waiting.size === 0 ? undefined : Math.min(...this.#waiting.values());
		if (at === this.#timer?.at) return;
		clearTimeout(this.#timer?.handle);
		this.#timer = at === undefined ? undefined : {at, handle: setTimeout(() => this.#tick(at), at - this.#now())};
	}

	#tick(at: number): void {
		this.#timer = undefined;
		const due = [...this.#waiting].filter(([, time]) => time <= at);
		for (const [tick] of due) this.#waiting.delete(tick);
		for (const [tick] of due) tick();
		this.#arm();
	}
}

const clocks = new WeakMap<() => number, Clock>();

/** The one clock that goes by this time. */
export function clockOf(now: () => number): Clock {
	const clock = clocks.get(now) ?? new Clock(now);
	clocks.set(now, clock);
	return clock;
}
