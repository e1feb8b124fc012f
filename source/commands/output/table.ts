import {harmless} from '../../engine/harmless.ts';

/** k3d's tables: cells at least this wide… */
const narrowest = 6;
/** …and so far apart. */
const gap = 3;

/**
 * Rows in columns, as k3d lays them out: padded on the right. Cells are made harmless.
 * Ends with a line break unless there are no rows.
 */
export function tableText(rows: readonly (readonly string[])[]): string {
	const cells = rows.map(row => row.map(cell => harmless(cell)));
	const widths: number[] = [];
	for (const row of cells) {
		row.forEach((cell, column) => {
			widths[column] = Math.max(widths[column] ?? narrowest - gap, cell.length);
		});
	}
	return cells
		.map(
			row =>
				`${row
					.map((cell, i) => cell.padEnd((widths[i] ?? 0) + gap))
					.join('')
					.trimEnd()}\n`,
		)
		.join('');
}
