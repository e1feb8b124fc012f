/** Time in nanoseconds since the epoch, never twice the same: Docker's logs and events are ordered by it. */
export class Clock {
	readonly #now: () => number;
	#last = 0n;

	/** @param now milliseconds since the epoch */
	constructor(now: () => number = Date.now) {
		this.#now = now;
	}

	now(): number {
		return this.#now();
	}

	nanos(): bigint {
		const wanted = BigInt(Math.floor(this.#now() * 1000)) * 1000n;
		this.#last = wanted > this.#last ? wanted : this.#last + 1n;
		return this.#last;
	}
}

/** What Docker says where a time has not come yet. */
export const never = '0001-01-01T00:00:00Z';

/** Milliseconds as nanoseconds. */
export const nanosOf = (milliseconds: number) => BigInt(Math.floor(milliseconds)) * 1_000_000n;

/** `2026-11-22T11:15:04.316644601Z`, always with nine digits, as in logs. */
export function fixedTime(nanos: bigint): string {
	const seconds = new Date(Number(nanos / 1_000_000n)).toISOString().slice(0, 19);
	return `${seconds}.${String(nanos % 1_000_000_000n).padStart(9, '0')}Z`;
}

/** The same as Go's RFC3339Nano writes it: without zeros at the end. */
export function goTime(nanos: bigint): string {
	return fixedTime(nanos).replace(/\.?0+Z$/, 'Z');
}

/**
 * Reads `since` and `until`: seconds with up to nine decimals, or a date.
 * @returns nanoseconds; undefined where nothing (or 0, Docker's "no limit") was given or it is no time
 */
export function parseTime(text: string | null): bigint | undefined {
	if (!text || text === '0') return undefined;
	const [, seconds, fraction = ''] = /^(\d+)(?:\.(\d{1,9})\d*)?$/.exec(text) ?? [];
	if (seconds) return BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
	const date = Date.parse(text);
	if (Number.isNaN(date)) return undefined;
	const [, digits = ''] = /\.(\d{1,9})/.exec(text) ?? [];
	return BigInt(Math.floor(date / 1000)) * 1_000_000_000n + BigInt(digits.padEnd(9, '0'));
}
