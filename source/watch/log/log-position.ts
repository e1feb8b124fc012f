/**
 * How far a log has been read. Docker's `since` is a time and includes what was logged at that very time, so lines of
 * the last time are counted, and left out when they come again.
 */
export class LogPosition {
	#time = '';
	#count = 0;
	#repeated = 0;

	/** For Docker's `since`: seconds with nine decimals. Undefined before the first line. */
	get since(): string | undefined {
		if (this.#time === '') return undefined;
		const seconds = Math.floor(Date.parse(this.#time) / 1000);
		return `${seconds}.${this.#time.slice(20, 29)}`;
	}

	/** The same for Kubernetes' `sinceTime`; undefined before the first line. */
	get time(): string | undefined {
		return this.#time === '' ? undefined : this.#time;
	}

	/** The log is read again from `since`. */
	rewind(): void {
		this.#repeated = this.#count;
	}

	/** Takes the time of a line; true for one that has not been read before. */
	advance(time: string): boolean {
		if (time === '') return true;
		if (time < this.#time) return this.#repeated === 0;
		if (time === this.#time) {
			if (this.#repeated > 0) {
				this.#repeated--;
				return false;
			}
			this.#count++;
			return true;
		}
		this.#time = time;
		this.#count = 1;
		this.#repeated = 0;
		return true;
	}
}
