const levels = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** Amounts as bars, one column each; what reaches `full`, or is more, has the highest. */
export function sparkline(amounts: readonly number[], full: number): string {
	const top = levels.length - 1;
	return amounts.map(amount => levels[Math.max(0, Math.min(top, Math.round((amount / full) * top)))]).join('');
}

/** The cores that fill a bar: one. Nodes that use more are busy in any case. */
export const fullCore = 1;
