import {cutMiddle, fitTo, widthOf} from './fit.ts';
import type {Style, Tone} from './style.ts';

/** What stands in one cell. A plain string has the plain tone. */
export type Cell = string | {readonly text: string; readonly tone: Tone};

/** One column of a table: how wide it may be and how long it stays when there is little room. */
export interface Column<Row> {
	readonly title: string;
	/** Already harmless to print. */
	readonly cell: (row: Row) => Cell;
	/** Columns it needs at least. */
	readonly min: number;
	/** Columns it can make use of; the same as `min` where that is left out. */
	readonly max?: number;
	/** The lowest stays longest; 0 always stays. */
	readonly priority: number;
	readonly align?: 'left' | 'right';
	/** Cuts long text in the middle instead of at the end. */
	readonly middle?: boolean;
}

/** A column with the place it got. */
export interface PlacedColumn<Row> extends Column<Row> {
	readonly width: number;
}

const gap = 2;

/** The room that columns need at least, with the gaps between them. */
export function leastRoom<Row>(columns: readonly Column<Row>[]): number {
	return columns.reduce((sum, column) => sum + column.min, 0) + gap * (columns.length - 1);
}

/** Chooses the columns that fit into `width`, least important ones first to go, and shares out the rest of the room. */
export function placeColumns<Row>(columns: readonly Column<Row>[], width: number): PlacedColumn<Row>[] {
	let chosen = [...columns];
	while (chosen.length > 1 && leastRoom(chosen) > width) {
		const least = chosen.reduce((a, b) => (b.priority > a.priority ? b : a));
		if (least.priority === 0) break;
		chosen = chosen.filter(column => column !== least);
	}
	let spare = width - leastRoom(chosen);
	const byPriority = chosen.toSorted((a, b) => a.priority - b.priority);
	const widths = new Map<Column<Row>, number>();
	for (const column of byPriority) {
		const extra = Math.max(0, Math.min(spare, (column.max ?? column.min) - column.min));
		widths.set(column, column.min + extra);
		spare -= extra;
	}
	// Where even the last ones do not fit, they share what there is.
	if (spare < 0) {
		for (const column of byPriority.toReversed()) {
			const less = Math.min(-spare, (widths.get(column) ?? 0) - 1);
			widths.set(column, (widths.get(column) ?? 0) - less);
			spare += less;
		}
	}
	return chosen.map(column => ({...column, width: widths.get(column) ?? column.min}));
}

/** The widest text of a column, for its `max`. */
export function widest(texts: Iterable<string>, atLeast: number): number {
	let width = atLeast;
	for (const text of texts) width = Math.max(width, widthOf(text));
	return width;
}

/** The titles above the columns. */
export function headingLine<Row>(columns: readonly PlacedColumn<Row>[]): string {
	return columns.map(column => fitTo(column.title, column.width, column.align)).join(' '.repeat(gap));
}

/** Titles that are no words. */
const spokenTitles: Readonly<Record<string, string>> = {RST: 'restarts', LB: 'load balancer'};

/** A row in words: its name, and what is in the other columns with their titles. */
function sentence<Row>(row: Row, columns: readonly PlacedColumn<Row>[], across?: Cell): string {
	const textOf = (cell: Cell) => (typeof cell === 'string' ? cell : cell.text);
	const [first, ...others] = columns;
	const rest = across
		? [textOf(across)]
		: others.map(column => {
				const text = textOf(column.cell(row)).trim();
				const title = spokenTitles[column.title] ?? column.title.toLowerCase();
				if (text === '' || text === '–') return '';
				return text.endsWith(title) ? text : `${title} ${text}`;
			});
	return [first ? textOf(first.cell(row)) : '', ...rest].filter(text => text !== '').join(', ');
}

/**
 * One row of cells; with `colored` false as plain text, for rows that are inverse or dimmed as a whole. What stands
 * `across` takes the place of all cells but the first.
 */
export function rowLine<Row>(
	row: Row,
	columns: readonly PlacedColumn<Row>[],
	style: Style,
	colored: boolean,
	across?: Cell,
): string {
	if (style.isSpoken) return sentence(row, columns, across);
	const [first, ...others] = columns;
	const room = others.reduce((sum, {width}) => sum + width, gap * (others.length - 1));
	const shown = across && first && others.length > 0 ? [first, {...first, width: room, cell: () => across}] : columns;
	return shown
		.map(column => {
			const cell = column.cell(row);
			const {text, tone} = typeof cell === 'string' ? {text: cell, tone: 'plain' as const} : cell;
			const fitted = fitTo(column.middle ? cutMiddle(text, column.width) : text, column.width, column.align);
			return colored ? style.tone(tone, fitted) : fitted;
		})
		.join(' '.repeat(gap));
}
