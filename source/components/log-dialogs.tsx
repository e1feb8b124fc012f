import {harmless} from '../engine/harmless.ts';
import {logRanges} from '../hooks/log-range.ts';
import type {SaveLogForm} from '../hooks/save-log-form.ts';
import {Dialog, dialogRoom} from './dialog.tsx';
import {wrapWords} from './fit.ts';
import {answers, choiceLines, fieldText, problemLines} from './form.ts';
import type {Size} from './layout.ts';
import {pathLines} from './path-lines.ts';
import {useScreen} from './screen.ts';

const mostRows = 10;

/** Asks which part of a log to begin with. */
export function LogRangeDialog({index, body}: {readonly index: number; readonly body: Size}) {
	const {style} = useScreen();
	const width = dialogRoom(40, body);
	const labels = logRanges.map(({label}) => label);
	return (
		<Dialog
			title="Read the log from"
			hint="Enter read · Esc cancel"
			width={width}
			body={body}
			lines={choiceLines(labels, index, Math.min(labels.length, body.height - 2), width - 4, style)}
		/>
	);
}

/** Asks where the lines of a log are saved, and once more before a file is overwritten. */
export function SaveLogDialog({form, body}: {readonly form: SaveLogForm; readonly body: Size}) {
	const {session, style} = useScreen();
	const width = dialogRoom(78, body);
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
		: pathLines(form.file, 'a new file', session.now(), rowRoom, room, style);
	return (
		<Dialog
			title={`Save ${form.count.toLocaleString('en')} ${form.count === 1 ? 'line' : 'lines'} of the log`}
			hint="Tab complete · Enter save · Esc cancel"
			width={width}
			body={body}
			lines={[`▸ ${fieldText(form.file.path, true, room - 2, style)}`, '', ...rest]}
		/>
	);
}
