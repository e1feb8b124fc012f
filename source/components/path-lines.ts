import {harmless} from '../engine/harmless.ts';
import {formatAge} from '../hooks/age.ts';
import {type PathField, suggestions} from '../hooks/path-field.ts';
import {cutEnd, cutMiddle, fitTo} from './fit.ts';
import {choiceLines, remark} from './form.ts';
import type {Style} from './style.ts';

const ageWidth = 5;

/**
 * What a path may become, in at most `room` rows with the ages of the files; or why that is not known.
 *
 * @param none What is said of a path that no file fits.
 */
export function pathLines(
	field: PathField,
	none: string,
	now: number,
	room: number,
	width: number,
	style: Style,
): string[] {
	if (field.problem !== undefined) return remark('bad', field.problem, width, style).slice(0, room);
	if (field.entries === undefined) return [style.dim('  looking into the folder…')];
	const found = suggestions(field);
	if (found.length === 0) return [style.dim(cutEnd(`  ${none}`, width))];
	const nameWidth = width - 2 - 2 - ageWidth;
	const rows = found.map(({name, isFolder, modifiedAt}) => {
		const age = isFolder ? '' : formatAge(now - modifiedAt);
		const shown = cutMiddle(harmless(name) + (isFolder ? '/' : ''), nameWidth);
		return `${fitTo(shown, nameWidth)}  ${fitTo(age, ageWidth, 'right')}`;
	});
	return choiceLines(rows, field.marked ?? -1, room, width, style);
}
