import {distance} from 'fastest-levenshtein';

/** The word that was probably meant; undefined when none is close enough to be more than a guess. */
export function suggestion(typed: string, words: readonly string[]): string | undefined {
	const [best] = words
		.map(word => ({word, steps: distance(typed.toLowerCase(), word)}))
		.sort((a, b) => a.steps - b.steps);
	if (!best) return undefined;
	return best.steps <= Math.max(1, Math.floor(best.word.length / 3)) ? best.word : undefined;
}
