export interface HeartbeatOptions {
	/** Who says nothing for so many milliseconds is asked whether they are still there. */
	readonly silence: number;
	/** The same while something is expected of them; by default no sooner. */
	readonly doubt?: number | undefined;
	/** Whether something is expected of them that `expect` does not know of. */
	readonly busy?: (() => boolean) | undefined;
}

/** Notices that somebody who tells of changes by themselves has gone silent for good: asks, but only after a silence. */
export class Heartbeat {
	readonly #silence: number;
	readonly #doubt: number;
	readonly #busy: () => boolean;
	#beat: {readonly ask: () => Promise<unknown>; readonly lost: (error: unknown) => void} | undefined;
	#timer: NodeJS.Timeout | undefined;
	#dueAt = 0;
	#heardAt = 0;
	#expected = 0;

	constructor({silence, doubt = silence, busy = () => false}: HeartbeatOptions) {
		this.#silence = silence;
		this.#doubt = doubt;
		this.#busy = busy;
	}

	/** From now on `ask` is called after a silence; when it fails, `lost` is told, and nobody is asked any more. */
	start(ask: () => Promise<unknown>, lost: (error: unknown) => void): void {
		this.#beat = {ask, lost};
		this.heard();
		this.#arm();
	}

	stop(): void {
		this.#beat = undefined;
		clearTimeout(this.#timer);
		this.#timer = undefined;
	}

	/** They have just said something. */
	heard(): void {
		this.#heardAt = performance.now();
	}

	/** Something may be expected of them from now on. */
	hurry(): void {
		if (this.#timer && this.#dueAt > performance.now() + this.#doubt) this.#arm();
	}

	/** Waits for an answer of theirs, and doubts them sooner until it has come. */
	async expect<T>(answer: Promise<T>): Promise<T> {
		this.#expected++;
		this.hurry();
		try {
			return await answer;
		} finally {
			this.#expected--;
		}
	}

	/** Milliseconds until the silence has lasted too long. */
	#left(): number {
		const patience = this.#expected > 0 || this.#busy() ? this.#doubt : this.#silence;
		return this.#heardAt + patience - performance.now();
	}

	#arm(): void {
		clearTimeout(this.#timer);
		const left = Math.max(0, this.#left());
		this.#dueAt = performance.now() + left;
		this.#timer = setTimeout(() => {
			this.#timer = undefined;
			if (this.#left() > 0) this.#arm();
			else void this.#ask();
		}, left);
	}

	async #ask(): Promise<void> {
		const beat = this.#beat;
		if (!beat) return;
		try {
			await beat.ask();
		} catch (error) {
			if (beat === this.#beat) beat.lost(error);
			return;
		}
		if (beat !== this.#beat) return;
		this.heard();
		this.#arm();
	}
}
