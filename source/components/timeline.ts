import {formatDuration} from '../hooks/age.ts';
import type {OperationSnapshot, Step} from '../lifecycle/operation.ts';
import {cutEnd, fitTo, spread} from './fit.ts';
import {detailLines, stepLines, stepName} from './operation-lines.ts';
import {stepStates} from './state-words.ts';
import type {Style} from './style.ts';

/** With fewer columns names need them all. */
const barsFrom = 56;
/** `59 m 59 s` and a space. */
const durationWidth = 10;

/** When an operation began and how long it has taken, in milliseconds; never 0, so that a share of it can be taken. */
interface Span {
	readonly from: number;
	readonly length: number;
}

/** A step's share of the whole: where it began and how long it took. At least one cell, so that none is overlooked. */
function bar(
	{startedAt, endedAt, state}: Step,
	now: number,
	{from, length}: Span,
	width: number,
	style: Style,
): string {
	if (startedAt === undefined) return ' '.repeat(width);
	const cell = (time: number) => ((time - from) / length) * width;
	const start = Math.max(0, Math.min(width - 1, Math.floor(cell(startedAt))));
	const end = Math.max(start + 1, Math.min(width, Math.round(cell(endedAt ?? now))));
	const drawn = style.tone(stepStates[state].tone, '━'.repeat(end - start));
	return ' '.repeat(start) + drawn + ' '.repeat(width - end);
}

/**
 * The steps of an operation, below one another, each beside the part of the time it took: what ran side by side, and what
 * the others waited for, can be seen. What a step waits for follows it. Without room for bars only how long each took.
 *
 * @param width Columns of a line.
 */
export function timelineLines(operation: OperationSnapshot, now: number, width: number, style: Style): string[] {
	const {steps, startedAt} = operation;
	if (width < barsFrom || style.isSpoken) return steps.flatMap(step => stepLines(step, now, width, style));
	const span: Span = {from: startedAt, length: Math.max(1, (operation.endedAt ?? now) - startedAt)};
	const barWidth = Math.min(48, Math.floor(width / 3));
	const nameWidth = width - barWidth - durationWidth - 2;
	const scale = style.dim(spread('0 s', formatDuration(span.length), barWidth));
	const rows = steps.flatMap(step => {
		const took = step.startedAt === undefined ? '' : formatDuration((step.endedAt ?? now) - step.startedAt);
		const row = `${fitTo(stepName(step, style), nameWidth)}  ${bar(step, now, span, barWidth, style)}${style.dim(fitTo(took, durationWidth, 'right'))}`;
		return [row, ...detailLines(step, width, style).map(line => cutEnd(line, width))];
	});
	return [`${' '.repeat(nameWidth + 2)}${scale}`, ...rows];
}
