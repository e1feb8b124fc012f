import {Nap} from './nap.ts';

/** A pause that grows with every failure, and that someone who knows better can end. */
export class Backoff {
	readonly #first: number;
	readonly #longest: number;
	readonly #random: () => number;
	readonly #nap = new Nap();
	#failures = 0;

	/** Pauses are between `first` and `longest` milliseconds, give or take a quarter. */
	constructor({first, longest, random = Math.random}: {first: number; longest: number; random?: () => number}) {
		this.#first = first;
		this.#longest = longest;
		this.#random = random;
	}

	/** How long the next pause will be, in milliseconds; every call makes the one after it longer. */
	next(): number {
		const pause = Math.min(this.#longest, this.#first * 2 ** this.#failures++);
		// So that many clients of one engine do not come back all at once.
		return Math.min(this.#longest, pause * (0.75 + this.#random() / 2));
	}

	/** Starts again with the shortest pause. */
	reset(): void {
		this.#failures = 0;
	}

	/** Waits until the time is over, somebody wakes it, or the signal aborts. */
	pause(milliseconds: number, signal: AbortSignal): Promise<void> {
		return this.#nap.rest(signal, milliseconds);
	}

	/** Ends the pause that is going on, if one is. */
	wake(): void {
		this.#nap.wake();
	}
}
