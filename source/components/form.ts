import type {TextField} from '../hooks/text-field.ts';
import {cutEnd, fitTo, slice, widthOf} from './fit.ts';
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

/** A text field whose whole text is selected: typing replaces it. */
export function selectedText({text}: TextField, width: number, style: Style): string {
	return fitTo(style.inverse(cutEnd(text, width)), width);
}

/** A button; with the focus it is inverse and marked. */
export function button(label: string, focused: boolean, style: Style): string {
	return focused ? style.inverse(style.bold(`▸ ${label} `)) : `[ ${label} ]`;
}
