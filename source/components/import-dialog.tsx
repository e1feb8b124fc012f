import prettyBytes from 'pretty-bytes';
import {harmless} from '../engine/harmless.ts';
import {formatAge} from '../hooks/age.ts';
import {type ImageRow, type ImportForm, isLayout, isPath, shownImages} from '../hooks/import-form.ts';
import {type Column, placeColumns, rowLine, widest} from './columns.ts';
import {Dialog, dialogRoom} from './dialog.tsx';
import {cutEnd} from './fit.ts';
import {choiceLines, fieldText, remark} from './form.ts';
import type {Size} from './layout.ts';
import {pathLines} from './path-lines.ts';
import {useScreen} from './screen.ts';
import type {Style} from './style.ts';

const mostRows = 20;

/** Asks which images to bring into a cluster: a picker of the engine's, or the path of an archive. */
export function ImportDialog({form, body}: {readonly form: ImportForm; readonly body: Size}) {
	const {session, style} = useScreen();
	const width = dialogRoom(96, body);
	const room = width - 4;
	const rowRoom = Math.max(1, Math.min(mostRows, body.height - 5));
	const shown = shownImages(form);
	const byPath = isPath(form);
	const rows = byPath
		? pathLines(form.file, 'no .tar, .tar.gz or .tgz file of this name here', session.now(), rowRoom, room, style)
		: imageLines(form, shown, session.now(), rowRoom, room, style);
	const {size} = form.marked;
	const isLong = !byPath && shown.length > rowRoom;
	return (
		<Dialog
			title={`Import images into cluster ${harmless(form.cluster)}`}
			note={isLong ? `${form.index + 1} of ${shown.length}` : ''}
			hint={
				byPath
					? '↑↓ or Tab complete · Enter import · Esc cancel'
					: `↑↓ · Space mark · Enter import${size > 0 ? ` ${size} marked` : ''} · Esc cancel`
			}
			width={width}
			body={body}
			lines={[
				`▸ ${fieldText(form.file.path, true, room - 2, style)}`,
				isLayout(form)
					? style.dim(cutEnd('  an OCI layout: Enter imports what is in it', room))
					: form.file.path.text === ''
						? style.dim(cutEnd('  type to filter, or a path that begins with / ./ or ~/', room))
						: '',
				...rows,
			]}
		/>
	);
}

function imageLines(
	form: ImportForm,
	shown: readonly ImageRow[],
	now: number,
	rowRoom: number,
	width: number,
	style: Style,
): string[] {
	if (form.problem !== undefined) return remark('bad', form.problem, width, style).slice(0, rowRoom);
	if (!form.images) return [style.dim('  asking the Docker Engine for its images…')];
	if (shown.length === 0) {
		return [style.dim(form.images.length === 0 ? '  The Docker Engine has no images.' : '  Nothing matches.')];
	}
	const name = (row: ImageRow) => `${form.marked.has(row.name) ? '●' : '○'} ${harmless(row.name)}`;
	const columns: readonly Column<ImageRow>[] = [
		{title: 'IMAGE', cell: name, min: 20, max: widest(shown.map(name), 20), priority: 0, middle: true},
		{title: 'SIZE', cell: row => prettyBytes(row.size), min: 7, priority: 1, align: 'right'},
		{title: 'AGE', cell: row => formatAge(now - row.createdAt), min: 5, priority: 2, align: 'right'},
	];
	const placed = placeColumns(columns, width - 2);
	return choiceLines(
		shown.map(row => rowLine(row, placed, style, false)),
		form.index,
		rowRoom,
		width,
		style,
	);
}
