import type {Problem} from '../cluster/problem.ts';
import {harmless} from '../engine/harmless.ts';
import type {Answer} from '../hooks/dashboard-state.ts';
import {topRow} from '../hooks/list-keys.ts';
import type {TextField} from '../hooks/text-field.ts';
import {slice} from '../ink/slice.ts';
import {cutEnd, fitTo, widthOf, wrapWords} from './fit.ts';
import type {Style} from './style.ts';

/** A text field in exactly `width` columns; while it has the focus its cursor is shown and kept in view. */
export function fieldText({text, cursor}: TextField, focused: boolean, width: number, style: Style): string {
	if (!focused) return fitTo(text, width);
	const before = text.slice(0, cursor);
	const segment = new Intl.Segmenter().segment(text).containing(cursor)?.segment;
	const after = text.slice(cursor + (segment?.length ?? 0));
	const at = segment ?? ' ';
	const surplus = widthOf(before) + widthOf(at) - width;
	const shownBefore = surplus > 0 ? slice(before, surplus) : before;
	const room = width - widthOf(shownBefore) - widthOf(at);
	return style.bold(shownBefore) + style.inverse(at) + style.bold(fitTo(cutEnd(after, room), room));
}

/** A secret as it is shown while it is typed: a dot for each character, and the cursor in its place. */
export function masked({text, cursor}: TextField): TextField {
	const dots = (part: string) => '•'.repeat([...new Intl.Segmenter().segment(part)].length);
	return {text: dots(text), cursor: dots(text.slice(0, cursor)).length};
}

/** A text field whose whole text is selected: typing replaces it. */
export function selectedText({text}: TextField, width: number, style: Style): string {
	return fitTo(style.inverse(cutEnd(text, width)), width);
}

/** A button; with the focus it is inverse and marked. */
export function button(label: string, focused: boolean, style: Style): string {
	return focused ? style.inverse(style.bold(`▸ ${label} `)) : `[ ${label} ]`;
}

/** The two buttons of a question, the harmless one first. */
export function answers(answer: Answer, no: string, yes: string, style: Style): string {
	return `${button(no, answer === 'no', style)}  ${button(yes, answer === 'yes', style)}`;
}

/**
 * A remark in lines of at most `width` columns, with its mark before the first: `✖` for what is wrong, `!` for a warning.
 * What is long because it quotes something may have line breaks of its own.
 */
export function remark(tone: 'bad' | 'warning', text: string, width: number, style: Style): string[] {
	const lines = text.split('\n').flatMap(part => wrapWords(harmless(part), width - 2));
	return lines.map((line, index) => style.tone(tone, `${index > 0 ? ' ' : tone === 'bad' ? '✖' : '!'} ${line}`));
}

/** Why something cannot be, and below it what to do, in at most `room` lines. */
export function problemLines({subject, reason, next}: Problem, room: number, width: number, style: Style): string[] {
	const steps = next === undefined ? [] : wrapWords(harmless(next), width - 2);
	const lines = [
		...remark('bad', `${subject}: ${reason}`, width, style),
		...steps.map((line, index) => `${index === 0 ? '→' : ' '} ${line}`),
	];
	return lines.length <= room
		? lines
		: [...lines.slice(0, room - 1), style.dim(`… ${lines.length - room + 1} more lines`)];
}

/** Rows to choose from, at most `room` of them around the one with the cursor, which is inverse and marked. */
export function choiceLines(
	rows: readonly string[],
	index: number,
	room: number,
	width: number,
	style: Style,
): string[] {
	const top = topRow(index, rows.length, room);
	return rows.slice(top, top + room).map((row, offset) => {
		if (top + offset !== index) return fitTo(`  ${row}`, width);
		return style.inverse(style.bold(fitTo(`▸ ${row}`, width)));
	});
}
