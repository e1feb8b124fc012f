import {logRanges} from '../hooks/log-range.ts';
import {Dialog, dialogRoom} from './dialog.tsx';
import {choiceLines} from './form.ts';
import type {Size} from './layout.ts';
import {useScreen} from './screen.ts';

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
