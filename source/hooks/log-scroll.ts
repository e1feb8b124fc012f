import QuickLRU from 'quick-lru';
import {hardWrap} from '../ink/hard-wrap.ts';
import {slice} from '../ink/slice.ts';
import {textWidth} from '../ink/text-width.ts';
import type {LogLine} from '../watch/snapshot.ts';
import type {LogPosition} from './dashboard-state.ts';
import {indexOf} from './log-search.ts';

/** The room for a log on screen, in columns and rows. */
export interface LogRoom {
	readonly columns: number;
	readonly rows: number;
}

/** One row on screen: a line of the log, or a part of a wrapped one. */
export interface LogRow {
	readonly line: LogLine;
	/** Counts the rows of a wrapped line from 0. */
	readonly row: number;
	/** The column of the line that the row begins with. */
	readonly column: number;
	readonly text: string;
}

interface LaidOut {
	readonly columns: number;
	readonly rows: readonly {readonly text: string; readonly column: number}[];
}

/** Lines of many rows that were laid out last: they never change, and every key and every frame asks for them. */
const laidOut = new QuickLRU<LogLine, LaidOut>({maxSize: 32});

/** The rows of one line, each with the column it begins with. Cut lines have one row, beginning at column `left`. */
function rowsOf(line: LogLine, columns: number, wrap: boolean, left: number): LaidOut['rows'] {
	if (!wrap) return [{text: slice(line.text, left, left + columns), column: left}];
	const known = laidOut.get(line);
	if (known?.columns === columns) return known.rows;
	let column = 0;
	const rows = hardWrap(line.text, columns).map(text => {
		const row = {text, column};
		column += textWidth(text);
		return row;
	});
	if (rows.length > 1) laidOut.set(line, {columns, rows});
	return rows;
}

/**
 * The rows in view. Only as many lines are laid out, each of them whole, as are seen: from the end backwards when following,
 * from `top` onwards otherwise.
 */
export function visibleRows(
	lines: readonly LogLine[],
	position: LogPosition,
	room: LogRoom,
	wrap: boolean,
): readonly LogRow[] {
	const layOut = (line: LogLine): LogRow[] =>
		rowsOf(line, room.columns, wrap, position.left).map((each, row) => ({line, row, ...each}));
	const {top} = position;
	if (!top) {
		let rows: LogRow[] = [];
		for (let index = lines.length - 1; index >= 0 && rows.length < room.rows; index--) {
			const line = lines[index];
			if (line) rows = [...layOut(line), ...rows];
		}
		return rows.slice(-room.rows);
	}
	const rows: LogRow[] = [];
	for (let index = indexOf(lines, top.line); index < lines.length && rows.length < room.rows; index++) {
		const line = lines[index];
		if (line) rows.push(...layOut(line).slice(line.number === top.line ? top.row : 0));
	}
	// Too little is left below `top` (the room grew, lines fell out): rather show the end than an empty half.
	return rows.length < room.rows
		? visibleRows(lines, {...position, top: undefined}, room, wrap)
		: rows.slice(0, room.rows);
}

/** Moves the view by `delta` rows, up when negative. At the end it follows again. */
export function scrollLog(
	lines: readonly LogLine[],
	position: LogPosition,
	room: LogRoom,
	wrap: boolean,
	delta: number,
): LogPosition {
	const shown = visibleRows(lines, position, room, wrap);
	const first = shown[0];
	if (!first || shown.length < room.rows) return {...position, top: undefined};
	const heights = (index: number) => {
		const line = lines[index];
		return line ? rowsOf(line, room.columns, wrap, 0).length : 0;
	};
	let index = indexOf(lines, first.line.number);
	let row = first.row + delta;
	while (row < 0 && index > 0) row += heights(--index);
	row = Math.max(0, row);
	while (index < lines.length - 1 && row >= heights(index)) row -= heights(index++);
	const line = lines[index];
	if (!line) return position;
	const end = visibleRows(lines, {...position, top: undefined}, room, wrap)[0];
	const reachesEnd = !end || line.number > end.line.number || (line.number === end.line.number && row >= end.row);
	return {...position, top: reachesEnd ? undefined : {line: line.number, row}};
}

/** The oldest line at the top of the view. */
export function scrollToStart(lines: readonly LogLine[], position: LogPosition): LogPosition {
	const first = lines[0];
	return first ? {...position, top: {line: first.number, row: 0}} : position;
}

/** Holds the view where it is instead of following the end. */
export function holdLog(lines: readonly LogLine[], position: LogPosition, room: LogRoom, wrap: boolean): LogPosition {
	const first = visibleRows(lines, position, room, wrap)[0];
	return first ? {...position, top: {line: first.line.number, row: first.row}} : position;
}

/** Moves the view, where it is needed, so that a line is in it; it comes to stand in the upper third. */
export function showLine(
	lines: readonly LogLine[],
	position: LogPosition,
	room: LogRoom,
	wrap: boolean,
	number: number,
): LogPosition {
	const rows = visibleRows(lines, position, room, wrap);
	// Held, so that it does not move on with the lines that come.
	if (rows.some(({line}) => line.number === number)) return holdLog(lines, position, room, wrap);
	const index = indexOf(lines, number);
	const first = lines[Math.max(0, index - Math.floor(room.rows / 3))];
	// Above may stand long lines, which would push it out again.
	const near = {...position, top: {line: first?.number ?? number, row: 0}};
	const isShown = visibleRows(lines, near, room, wrap).some(({line}) => line.number === number);
	return isShown ? near : {...position, top: {line: number, row: 0}};
}
