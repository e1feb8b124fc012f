import type {TimeMode} from '../settings/settings.ts';
import {formatAge, untilAgeChanges} from './age.ts';

const widths: Readonly<Record<TimeMode, number>> = {off: 0, local: '11:15:08.123 '.length, relative: '59m ago '.length};

/** How many columns times take. */
export function timeWidth(mode: TimeMode): number {
	return widths[mode];
}

/** The time of day as clocks here show it. `time` in milliseconds since the epoch. */
export function clockTime(time: number, to: 'seconds' | 'milliseconds'): string {
	const date = new Date(time);
	const two = (number: number) => String(number).padStart(2, '0');
	const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
	return to === 'seconds' ? clock : `${clock}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** A line's time for before it, in exactly `timeWidth` columns. `time` as logs have it; `now` in milliseconds. */
export function timeText(time: string, mode: TimeMode, now: number): string {
	const at = Date.parse(time);
	if (mode === 'off') return '';
	if (Number.isNaN(at)) return ' '.repeat(widths[mode]);
	const text = mode === 'local' ? clockTime(at, 'milliseconds') : `${formatAge(Math.max(0, now - at))} ago`;
	return `${text} `.padStart(widths[mode]);
}

/** When the first of these times reads differently, in milliseconds from now. */
export function untilTimesChange(times: readonly string[], mode: TimeMode): (now: number) => number | undefined {
	return now => {
		if (mode !== 'relative') return undefined;
		const waits = times.map(time => untilAgeChanges(now - Date.parse(time))).filter(wait => !Number.isNaN(wait));
		return waits.length === 0 ? undefined : Math.min(...waits);
	};
}
