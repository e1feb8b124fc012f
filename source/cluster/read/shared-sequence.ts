/** One entry of a shared sequence, and those whose own sequences have it. */
export interface SharedEntry<Owner> {
	readonly value: string;
	readonly owners: readonly Owner[];
}

/** Pairs of positions of a longest common subsequence. */
function commonPositions(a: readonly string[], b: readonly string[]): [number, number][] {
	const lengths = Array.from({length: a.length + 1}, () => new Array<number>(b.length + 1).fill(0));
	const at = (i: number, j: number) => lengths[i]?.[j] ?? 0;
	for (let i = a.length - 1; i >= 0; i--) {
		for (let j = b.length - 1; j >= 0; j--) {
			const row = lengths[i];
			if (row) row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
		}
	}
	const pairs: [number, number][] = [];
	for (let i = 0, j = 0; i < a.length && j < b.length; ) {
		if (a[i] === b[j]) pairs.push([i++, j++]);
		else if (at(i + 1, j) >= at(i, j + 1)) i++;
		else j++;
	}
	return pairs;
}

/**
 * One sequence in which every owner's own is contained in its own order, and in which what several have stands once
 * where that can be. `sequences` are each owner's values in order; values may repeat.
 */
export function sharedSequence<Owner>(
	sequences: readonly {readonly owner: Owner; readonly values: readonly string[]}[],
): SharedEntry<Owner>[] {
	let merged: SharedEntry<Owner>[] = [];
	for (const {owner, values} of sequences) {
		const next: SharedEntry<Owner>[] = [];
		let from = 0;
		let position = 0;
		const pairs = commonPositions(
			merged.map(entry => entry.value),
			values,
		);
		for (const [i, j] of [...pairs, [merged.length, values.length] as const]) {
			next.push(...merged.slice(from, i), ...values.slice(position, j).map(value => ({value, owners: [owner]})));
			const common = merged[i];
			if (common) next.push({value: common.value, owners: [...common.owners, owner]});
			from = i + 1;
			position = j + 1;
		}
		merged = next;
	}
	return merged;
}
