/** Splits arguments into flags with their values: `--a b --c=d e` is [`--a`, `b`], [`--c=d`], [`e`]. */
export function argumentGroups(words: readonly string[]): string[][] {
	const result: string[][] = [];
	for (const word of words) {
		const last = result.at(-1);
		const takesValue = last?.length === 1 && last[0]?.startsWith('-') && !last[0].includes('=');
		if (takesValue && !word.startsWith('-')) last?.push(word);
		else result.push([word]);
	}
	return result;
}
