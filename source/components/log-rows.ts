import {stripVTControlCharacters} from 'node:util';
import type {LogPosition} from '../hooks/dashboard-state.ts';
import {isChosen} from '../hooks/log-actions.ts';
import type {LogRow} from '../hooks/log-scroll.ts';
import {type Matcher, plainText, type Range} from '../hooks/log-search.ts';
import {timeText, timeWidth} from '../hooks/log-time.ts';
import {slice} from '../ink/slice.ts';
import type {TimeMode} from '../settings/settings.ts';
import {cutMiddle, fitTo, widthOf} from './fit.ts';
import type {Style} from './style.ts';

/** How a log's rows are drawn. */
export interface LogDrawing {
	readonly position: LogPosition;
	readonly matcher: Matcher | undefined;
	readonly timestamps: TimeMode;
	/** Milliseconds since the epoch. */
	readonly now: number;
	/** Short names of the sources. */
	readonly names: readonly string[];
	readonly style: Style;
	/** True while the panels step back. */
	readonly faded: boolean;
}

const longestName = 16;

/** How many columns the names of the sources take: none for a single one. */
export function nameWidth(names: readonly string[]): number {
	return names.length < 2 ? 0 : Math.min(longestName, Math.max(...names.map(widthOf))) + 1;
}

/** How many columns stand before a line. */
export function prefixWidth({timestamps, names}: Pick<LogDrawing, 'timestamps' | 'names'>): number {
	return timeWidth(timestamps) + nameWidth(names);
}

/** A row with the parts that match set off. `ranges` are columns of the line. */
function marked(row: string, from: number, ranges: readonly Range[], mark: (text: string) => string): string {
	const width = widthOf(row);
	let drawn = '';
	let at = 0;
	for (const [start, end] of ranges) {
		const left = Math.max(at, start - from);
		const right = Math.min(width, end - from);
		if (right <= left) continue;
		drawn += slice(row, at, left) + mark(stripVTControlCharacters(slice(row, left, right)));
		at = right;
	}
	return at === 0 ? row : drawn + slice(row, at);
}

/** Where a term is in a line, in columns. */
function columnsOf(text: string, ranges: readonly Range[]): readonly Range[] {
	let index = 0;
	let column = 0;
	const columnAt = (to: number) => {
		column += widthOf(text.slice(index, to));
		index = to;
		return column;
	};
	return ranges.map(([start, end]): Range => [columnAt(start), columnAt(end)]);
}

/** A row in the panel's full width: a mark for the line that was found, its time, its source, its text. */
export function drawLogRow(row: LogRow, width: number, drawing: LogDrawing): string {
	const {position, matcher, timestamps, now, names, style, faded} = drawing;
	const {line, text, column} = row;
	const isFirst = row.row === 0;
	const time =
		timestamps === 'off' ? '' : isFirst ? timeText(line.time, timestamps, now) : ' '.repeat(timeWidth(timestamps));
	const nameRoom = nameWidth(names);
	const name = nameRoom === 0 ? '' : fitTo(isFirst ? cutMiddle(names[line.source] ?? '', nameRoom - 1) : '', nameRoom);
	const isFound = line.number === position.found;
	const mark = isFound && isFirst ? '▸' : ' ';
	if (faded) return style.dim(fitTo(`${mark}${time}${name}${stripVTControlCharacters(text)}`, width));
	if (isChosen(position, line.number)) {
		return style.inverse(fitTo(`${mark}${time}${name}${stripVTControlCharacters(text)}`, width));
	}
	const shown = style.colors ? text : stripVTControlCharacters(text);
	const plain = matcher && matcher.problem === undefined ? plainText(line) : '';
	const ranges = matcher && plain !== '' ? columnsOf(plain, matcher.ranges(plain)) : [];
	const set = (part: string) =>
		isFound ? style.inverse(style.bold(part)) : style.underline(style.tone('warning', part));
	const withHits = ranges.length > 0 ? marked(shown, column, ranges, set) : shown;
	const closed = withHits.includes('\x1b') ? `${withHits}\x1b[0m` : withHits;
	const prefix = (mark === ' ' ? mark : style.bold(mark)) + style.dim(time) + style.source(line.source, name);
	const whole = prefix + fitTo(closed, width - 1 - widthOf(time) - nameRoom);
	return line.stream === 'k3dui' ? style.tone('accent', fitTo(stripVTControlCharacters(whole), width)) : whole;
}
