import {harmless} from '../engine/harmless.ts';
import type {Saved, SaveForm} from '../hooks/save-form.ts';
import {Dialog, dialogRoom} from './dialog.tsx';
import {wrapWords} from './fit.ts';
import {answers, fieldText, problemLines} from './form.ts';
import type {Size} from './layout.ts';
import {pathLines} from './path-lines.ts';
import {useScreen} from './screen.ts';

const wanted = 78;
const mostRows = 10;

function titleOf(saved: Saved): string {
	if (saved.kind === 'cluster') return `Save cluster ${harmless(saved.cluster)} as a config file`;
	return `Save ${saved.count.toLocaleString('en')} ${saved.count === 1 ? 'line' : 'lines'} of the log`;
}

/** Asks where something is saved, and once more before a file is overwritten. */
export function SaveDialog({form, body}: {readonly form: SaveForm; readonly body: Size}) {
	const {session, style} = useScreen();
	const width = dialogRoom(wanted, body);
	const room = width - 4;
	const {path} = form.file;
	if (form.overwrite !== undefined) {
		return (
			<Dialog
				title="Overwrite it?"
				hint="y, then Enter overwrites · Esc another path"
				width={width}
				body={body}
				lines={[
					'',
					...wrapWords(`${harmless(path.text)} is there already. What is in it will be gone.`, room),
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
			? [style.dim('  writing the file…')]
			: pathLines(form.file, 'a new file', session.now(), rowRoom, room, style);
	return (
		<Dialog
			title={titleOf(form.saved)}
			hint="Tab complete · Enter save · Esc cancel"
			width={width}
			body={body}
			lines={[`▸ ${fieldText(path, true, room - 2, style)}`, '', ...rest]}
		/>
	);
}
