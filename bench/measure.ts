/** What a number counts: milliseconds, bytes or things. */
export type Unit = 'time' | 'bytes' | 'count';

/** One thing measured several times. */
export interface Measurement {
	readonly what: string;
	readonly samples: readonly number[];
}

/** k3dui against what it is measured by, in one unit. The ratio is that of the medians. */
export interface Comparison {
	readonly what: string;
	readonly unit: Unit;
	readonly ours: Measurement;
	readonly other: Measurement;
	/** The most that it may be: our median in the unit, or the ratio. Without it nothing is promised. */
	readonly most?: {readonly median: number} | {readonly ratio: number};
}

/** The middle value; of an even number of values the mean of the two in the middle. NaN without values. */
export function median(samples: readonly number[]): number {
	const sorted = samples.toSorted((a, b) => a - b);
	const middle = (sorted.length - 1) / 2;
	return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

/** How many times as much the first is; undefined where nothing was measured or both are nothing. */
export function ratio({ours, other}: Comparison): number | undefined {
	const quotient = median(ours.samples) / median(other.samples);
	return Number.isNaN(quotient) ? undefined : quotient;
}

/** Whether what was promised holds; undefined where nothing was. */
export function holds(comparison: Comparison): boolean | undefined {
	const {most, ours} = comparison;
	if (!most) return undefined;
	return 'median' in most ? median(ours.samples) <= most.median : (ratio(comparison) ?? 0) <= most.ratio;
}

/** The milliseconds that some work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
	const begun = performance.now();
	await work();
	return performance.now() - begun;
}

/**
 * Measures several things in turns, so that a busy minute of the machine meets all of them. Who goes first changes every
 * round, and round 0 only warms up.
 *
 * @param works give the number measured
 * @returns the numbers of each work, one a round
 */
export async function inTurns(
	rounds: number,
	works: readonly (() => Promise<number>)[],
	{warmUp = true, progress}: {warmUp?: boolean; progress?: (round: number) => void} = {},
): Promise<number[][]> {
	const samples = works.map((): number[] => []);
	for (let round = warmUp ? 0 : 1; round <= rounds; round++) {
		progress?.(round);
		const order = round % 2 === 0 ? works : works.toReversed();
		for (const work of order) {
			const sample = await work();
			if (round > 0) samples[works.indexOf(work)]?.push(sample);
		}
	}
	return samples;
}
