import {setTimeout as delay} from 'node:timers/promises';
import {answersTls} from '../../source/lifecycle/load-balancer/serving.ts';

/** How long an API may stay away before that is an error and no outage, in milliseconds. */
const longestOutage = 60_000;

/**
 * Asks an API again and again while some work is done, and once more after it. Gives back the longest time without an
 * answer, in milliseconds; an outage that lasts over the end of the work counts wholly.
 */
export async function downtimeDuring(api: string, work: () => Promise<unknown>): Promise<number> {
	let longest = 0;
	let isOver = false;
	const ask = async () => {
		for (let last = performance.now(); ; await delay(5)) {
			const askedAt = performance.now();
			if (await answersTls(api, AbortSignal.timeout(500))) {
				longest = Math.max(longest, performance.now() - last);
				last = performance.now();
				if (isOver) return;
			} else if (askedAt - last > longestOutage) {
				throw new Error(`${api} has not answered for ${longestOutage / 1000} s`);
			}
		}
	};
	const asked = ask();
	try {
		await work();
	} finally {
		isOver = true;
		await asked;
	}
	return longest;
}
