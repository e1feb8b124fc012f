/** Milliseconds in Go's units of time. */
const units: Readonly<Record<string, number>> = {ms: 1, s: 1000, m: 60_000, h: 3_600_000};

/**
 * Milliseconds in a duration as Go writes it, `90s`, `1h2m3.5s`; a bare `0` is fine. Undefined for anything else.
 * Source: Go's time.ParseDuration, without the units below a millisecond.
 */
export function parseDuration(text: string): number | undefined {
	if (text === '0') return 0;
	if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
	let total = 0;
	for (const [, count, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
		total += Number(count) * (units[unit ?? ''] ?? 0);
	}
	return total;
}

/** A whole number of milliseconds as Go writes durations: `90s`, `1500ms`. */
export function durationText(milliseconds: number): string {
	return milliseconds % 1000 === 0 ? `${milliseconds / 1000}s` : `${milliseconds}ms`;
}
