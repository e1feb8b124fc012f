const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

function unitOf(age: number): {readonly size: number; readonly letter: string} {
	if (age < minute) return {size: second, letter: 's'};
	if (age < hour) return {size: minute, letter: 'm'};
	if (age < day) return {size: hour, letter: 'h'};
	return {size: day, letter: 'd'};
}

/** An age in milliseconds as one number and one unit: `12s`, `5m`, `3h`, `40d`. A clock that ran backwards says `0s`. */
export function formatAge(age: number): string {
	const known = Math.max(0, age);
	const {size, letter} = unitOf(known);
	return `${Math.floor(known / size)}${letter}`;
}

/** Milliseconds until `formatAge` says something else. */
export function untilAgeChanges(age: number): number {
	if (age < 0) return second - age;
	const {size} = unitOf(age);
	return size - (age % size);
}

/** How long something took, in milliseconds: `0.4 s`, `12 s`, `3 m 20 s`. */
export function formatDuration(duration: number): string {
	const known = Math.max(0, duration);
	if (known < 10 * second) return `${(Math.floor(known / 100) / 10).toFixed(1)} s`;
	const seconds = Math.floor(known / second);
	return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} m ${seconds % 60} s`;
}
