import type {LogOptions} from '../watch/snapshot.ts';

/** A part of the log to begin with. */
export interface LogRange {
	readonly label: string;
	/** Lines from the end. */
	readonly tail?: number;
	/** Milliseconds before now. */
	readonly age?: number;
}

const minute = 60_000;

/** As many lines as are held at most: everything there is, as far as it fits. */
const everything = 10_000;

/** What can be chosen; the second is how every log begins. */
export const logRanges: readonly LogRange[] = [
	{label: 'the last 100 lines', tail: 100},
	{label: 'the last 1,000 lines', tail: 1000},
	{label: 'the last 10,000 lines', tail: everything},
	{label: 'the last minute', age: minute, tail: everything},
	{label: 'the last 5 minutes', age: 5 * minute, tail: everything},
	{label: 'the last 15 minutes', age: 15 * minute, tail: everything},
	{label: 'the last hour', age: 60 * minute, tail: everything},
	{label: 'from now on', age: 0},
];

/** The range that logs have at first. */
export const initialRange = 1;

/** What a follower is opened with. `now` in milliseconds since the epoch. */
export function optionsOf({tail, age}: LogRange, now: number): LogOptions {
	return {...(tail !== undefined && {tail}), ...(age !== undefined && {since: now - age})};
}
