import {harmless} from '../engine/harmless.ts';
import type {ConfigForm} from '../hooks/config-form.ts';
import type {SaveForm} from '../hooks/save-form.ts';
import {Dialog, dialogRoom} from './dialog.tsx';
import {wrapWords} from './fit.ts';
import {answers, fieldText, problemLines} from './form.ts';
import type {Size} from './layout.ts';
import {pathLines} from './path-lines.ts';
import {useScreen} from './screen.ts';

const wanted = 78;
const mostRows = 10;

/** Asks for the config file of a new cluster; what is wrong with it is shown in place. */
export function ConfigDialog({form, body}: {readonly form: ConfigForm; readonly body: Size}) {
	const {session, style} = useScreen();
	const width = dialogRoom(wanted, body);
	const room = width - 4;
	const rowRoom = Math.max(1, Math.min(mostRows, body.height - 4));
	const rest = form.problem
		? problemLines(form.problem, body.height - 4, room, style)
		: form.reading
			? [style.dim('  reading it…')]
			: pathLines(form.file, 'no .yaml, .yml or .json file of this name here', session.now(), rowRoom, room, style);
	return (
		<Dialog
			title="Create a cluster from a config file"
			hint="↑↓ or Tab complete · Enter preview · Esc cancel"
			width={width}
			body={body}
			lines={[`▸ ${fieldText(form.file.path, true, room - 2, style)}`, '', ...rest]}
		/>
	);
}

/** Asks where a cluster is saved as a config file, and once more before a file is overwritten. */
export function SaveDialog({form, body}: {readonly form: SaveForm; readonly body: Size}) {
	const {session, style} = useScreen();
	const width = dialogRoom(wanted, body);
	const room = width - 4;
	const path = form.file.path.text;
	if (form.overwrite !== undefined) {
		return (
			<Dialog
				title="Overwrite it?"
				hint="y, then Enter overwrites · Esc another path"
				width={width}
				body={body}
				lines={[
					'',
					...wrapWords(`${harmless(path)} is there already. What is in it will be gone.`, room),
					'',
					answers(form.overwrite, 'Keep it', 'Overwrite', style),
				]}
			/>
		);
	}
	const rowRoom = Math.max(1, Math.min(mostRows, body.height - 5));
	const rest = form.problem
		? problemLines(form.problem, body.height - 4, room, style)
		: form.writing
			? [style.dim('  reading the cluster and writing the file…')]
			: pathLines(form.file, 'a new file', session.now(), rowRoom, room, style);
	return (
		<Dialog
			title={`Save cluster ${harmless(form.cluster)} as a config file`}
			hint="Tab complete · Enter save · Esc cancel"
			width={width}
			body={body}
			lines={[`▸ ${fieldText(form.file.path, true, room - 2, style)}`, '', ...rest]}
		/>
	);
}
