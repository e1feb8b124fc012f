import {useEffect, useRef} from 'react';
import type {ListName} from '../hooks/dashboard-state.ts';
import {shownMarks} from '../hooks/marks.ts';
import {type Cell, type Column, headingLine, placeColumns, rowLine} from './columns.ts';
import {filterNote} from './filter-note.ts';
import {fitTo, wrapWords} from './fit.ts';
import {Panel} from './panel.tsx';
import {useScreen} from './screen.ts';

interface Props<Row> {
	readonly name: ListName | 'workloads';
	readonly title: string;
	readonly note?: string;
	/** What there is to know about the rows: below them where there is room, otherwise in the title. */
	readonly remark?: string | undefined;
	/** At the right of the title line: the list that shares this place. */
	readonly aside?: string;
	/** Lines above everything else, as wide as the panel without its frame. */
	readonly above?: readonly string[];
	/** What there is to say of the row with the cursor, below all rows; so much of it as some lines hold. */
	readonly below?: string | undefined;
	readonly columns: readonly Column<Row>[];
	readonly rows: readonly Row[];
	/** The cursor's place in `rows`; −1 for none. */
	readonly index: number;
	readonly width: number;
	readonly height: number;
	/** What is said instead of rows. */
	readonly empty: string;
	/** What stands in a row instead of all cells but the first. */
	readonly across?: (row: Row) => Cell | undefined;
	/** Rows that step back though the panels do not, or do not though those do. Default: as the panels. */
	readonly isFaded?: (row: Row) => boolean;
	/** What a row can be marked by; rows that are left out cannot. */
	readonly idOf?: (row: Row) => string;
	/** Told which rows are on screen. */
	readonly onVisible?: (rows: readonly Row[]) => void;
}

/** Before a row that is marked, behind the cursor. */
const markSign = '◆';

/** Of a sentence, so much is for the cells; the rest for their titles. */
const spokenShare = 0.7;

/** The cursor and a space at the left, a space at the right. Marks take the first space, and that the place of the second. */
const frame = 3;

/** The room for cells in a table panel of this width. */
export function cellRoom(width: number): number {
	return width - 2 - frame;
}

/** A panel with a table to choose from. Only the rows in view are laid out. */
export function TablePanel<Row>(props: Props<Row>) {
	const {
		name,
		title,
		note = '',
		remark = '',
		aside = '',
		above = [],
		below,
		columns,
		rows,
		index,
		width,
		height,
		empty,
		across,
		isFaded,
		idOf,
		onVisible,
	} = props;
	const {session, style, faded} = useScreen();
	const state = session.store.get();
	const focused = state.focus === name && !state.dialog;
	const room = height - above.length;
	const hasHeading = !style.isSpoken && (room > leastWithHeading || rows.length + 3 <= room);
	const inside = Math.max(1, room - 2 - (hasHeading ? 1 : 0));
	const belowLines = below !== undefined && inside >= leastWithBelow ? wrapBelow(below, cellRoom(width)) : [];
	const page = inside - belowLines.length;

	const topRef = useRef(0);
	const lowest = Math.max(0, Math.min(rows.length - page, Math.max(topRef.current, index - page + 1)));
	const top = index === -1 ? 0 : Math.min(lowest, index);
	const visible = rows.slice(top, top + page);
	useEffect(() => {
		topRef.current = top;
		session.room.pages = {...session.room.pages, [name]: page};
		const offset = 1 + above.length + (hasHeading ? 1 : 0);
		session.room.rows = {...session.room.rows, [name]: {offset, at: visible.map((_, line) => top + line)}};
		onVisible?.(visible);
	});

	const marked = new Set(shownMarks(state, name, idOf ? rows.map(idOf) : []));
	const placed = placeColumns(columns, Math.floor(cellRoom(width) * (style.isSpoken ? spokenShare : 1)));
	const lines = visible.map((row, offset) => {
		const chosen = top + offset === index;
		const mark = idOf && marked.has(idOf(row)) ? markSign : ' ';
		const line = (cursor: string, text: string) => `${cursor}${mark}${text} `;
		if (chosen && focused) {
			return style.inverse(style.bold(fitTo(line('▸', rowLine(row, placed, style, false, across?.(row))), width - 2)));
		}
		const steps = isFaded?.(row) ?? faded;
		const text = rowLine(row, placed, style, !steps, across?.(row));
		if (steps) return style.dim(line(chosen ? '▸' : ' ', text));
		return line(chosen ? style.bold('▸') : ' ', text);
	});
	if (rows.length === 0) {
		lines.push(...wrapWords(empty, cellRoom(width)).map(text => style.dim(fitTo(`  ${text}`, width - 2))));
	}
	const remarkLines = remark === '' ? [] : ['', ...wrapWords(remark, cellRoom(width))];
	const isBelow = rows.length > 0 && rows.length + remarkLines.length <= page;
	if (isBelow) lines.push(...remarkLines.map(text => style.tone('warning', fitTo(`  ${text}`, width - 2))));
	if (belowLines.length > 0) {
		while (lines.length < page) lines.push('');
		lines.push(...belowLines.map(text => style.dim(fitTo(`  ${text}`, width - 2))));
	}
	const marks = marked.size === 0 ? '' : style.tone('accent', style.bold(`${marked.size} marked`));
	const titleNotes = [filterNote(state, name, style), marks, note, isBelow ? '' : remark];
	const heading = hasHeading && rows.length > 0 ? [style.dim(`  ${headingLine(placed)} `)] : [];
	const foot = rows.length > page ? `${index + 1} of ${rows.length}` : '';
	return (
		<Panel
			title={title}
			note={titleNotes.filter(text => text !== '').join(' · ')}
			aside={aside}
			foot={foot}
			focused={focused}
			width={width}
			height={height}
			lines={[...above, ...heading, ...lines]}
		/>
	);
}

/** Lines below the rows, always as many: the rows would jump. The first is empty. */
const belowCount = 4;

/** With fewer lines inside, rows need them all. */
const leastWithBelow = 12;

function wrapBelow(text: string, width: number): string[] {
	const lines = wrapWords(text, width).slice(0, belowCount - 1);
	return ['', ...Array.from({length: belowCount - 1}, (_, line) => lines[line] ?? '')];
}

/** Panels higher than this have headings above their columns, lower ones only if no row has to go for them. */
const leastWithHeading = 4;
