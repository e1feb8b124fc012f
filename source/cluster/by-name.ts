const pieces = /\d+|\D/g;

/**
 * Orders names as people do, numbers as numbers: c2 before c10, whatever the case. For what Docker and Kubernetes allow in
 * names, which is ASCII: `Intl.Collator` knows more, and takes 8 ms to load.
 */
export function byName(a: string, b: string): number {
	const ofA = a.toLowerCase().match(pieces) ?? [];
	const ofB = b.toLowerCase().match(pieces) ?? [];
	for (const [index, piece] of ofA.entries()) {
		const other = ofB[index];
		if (other === undefined) return 1;
		if (piece === other) continue;
		const difference = Number(piece) - Number(other);
		if (difference) return difference;
		if (Number.isNaN(difference)) return piece < other ? -1 : 1;
	}
	return ofA.length - ofB.length || (a < b ? -1 : Number(a > b));
}
