import {harmless} from '../engine/harmless.ts';
import {type AttachForm, attachRows, pairOf} from '../hooks/attach-form.ts';
import {placeOf} from '../hooks/cursor.ts';
import {Dialog, dialogRoom} from './dialog.tsx';
import {cutMiddle, fitTo, wrapWords} from './fit.ts';
import {answers, choiceLines} from './form.ts';
import type {Size} from './layout.ts';
import {useScreen} from './screen.ts';

const mostRows = 15;
const attached = '● attached';
const own = '● its own';
const notAttached = '○';

/** The clusters of a registry, or the registries of a cluster, to attach and detach. */
export function AttachDialog({form, body}: {readonly form: AttachForm; readonly body: Size}) {
	const {snapshot, style} = useScreen();
	const width = dialogRoom(64, body);
	const room = width - 4;
	const name = harmless(form.name);
	if (form.detach) {
		const {registry, cluster} = pairOf(form, form.detach.name);
		const lines = [
			'',
			...wrapWords(
				`Pods of ${harmless(cluster)} will pull nothing from ${harmless(registry)} any more. The images stay in it.`,
				room,
			),
			'',
			answers(form.detach.answer, 'Keep it', 'Detach', style),
		];
		return (
			<Dialog
				title={`Detach ${harmless(registry)} from ${harmless(cluster)}?`}
				hint="y, then Enter detaches · Esc keep it"
				width={width}
				body={body}
				lines={lines}
			/>
		);
	}
	const rows = attachRows(form, snapshot);
	const index = placeOf(
		rows.map(each => each.name),
		form.cursor,
	);
	const rowRoom = Math.max(1, Math.min(mostRows, body.height - 3));
	const nameWidth = room - 2 - attached.length - 2;
	const texts = rows.map(({name: each, isAttached, isOwn}) => {
		const text = fitTo(cutMiddle(harmless(each), nameWidth), nameWidth);
		return `${text}  ${!isAttached ? notAttached : isOwn ? own : attached}`;
	});
	const row = rows[index];
	const deed = row?.isAttached ? (row.isOwn ? '' : ' · Enter detach') : ' · Enter attach';
	const isRegistry = form.given === 'registry';
	return (
		<Dialog
			title={isRegistry ? `Clusters that use ${name}` : `Registries of cluster ${name}`}
			note={rows.length > rowRoom ? `${index + 1} of ${rows.length}` : ''}
			hint={`↑↓${deed} · Esc close`}
			width={width}
			body={body}
			lines={
				rows.length === 0
					? [style.dim(isRegistry ? '  There is no cluster.' : '  There is no registry.')]
					: choiceLines(texts, index, rowRoom, room, style)
			}
		/>
	);
}
