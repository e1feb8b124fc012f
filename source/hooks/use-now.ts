import {useEffect, useReducer} from 'react';
import {untilAgeChanges} from './age.ts';
import {clockOf} from './clock.ts';

/**
 * The time, drawn again only when a shown text changes: `wait` tells how many milliseconds after the given time that
 * is, or undefined for never. The change is drawn when the second is over in which it comes, together with all others.
 * Without anything to wait for there is no timer at all.
 */
export function useNow(now: () => number, wait: (time: number) => number | undefined): number {
	const [, tick] = useReducer((count: number) => count + 1, 0);
	const time = now();
	const delay = wait(time);
	useEffect(() => (delay === undefined ? undefined : clockOf(now).after(time + delay, tick)));
	return time;
}

/** For `useNow`: how long until the first of these ages (times in milliseconds since the epoch) reads differently. */
export function untilAnyAgeChanges(times: readonly number[]): (time: number) => number | undefined {
	return time => (times.length === 0 ? undefined : Math.min(...times.map(each => untilAgeChanges(time - each))));
}
