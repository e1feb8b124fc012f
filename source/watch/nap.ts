/** Waiting that somebody who knows better can end. */
export class Nap {
	#wakes = 0;
	#end: (() => void) | undefined;

	/** How often it has been woken: what to give to `rest` in order to miss nothing that happens before it. */
	get wakes(): number {
		return this.#wakes;
	}

	wake(): void {
		this.#wakes++;
		this.#end?.();
	}

	/**
	 * Waits until it is woken, the signal aborts, or so many milliseconds have passed. Returns at once when it has been
	 * woken after `wakes` was read.
	 */
	async rest(signal: AbortSignal, limit?: number, wakes = this.#wakes): Promise<void> {
		if (signal.aborted || this.#wakes !== wakes) return;
		await new Promise<void>(resolve => {
			const end = () => {
				clearTimeout(timer);
				signal.removeEventListener('abort', end);
				this.#end = undefined;
				resolve();
			};
			const timer = limit === undefined ? undefined : setTimeout(end, limit);
			signal.addEventListener('abort', end, {once: true});
			this.#end = end;
		});
	}
}
