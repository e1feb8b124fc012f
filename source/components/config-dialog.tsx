import type {ConfigForm} from '../hooks/config-form.ts';
import {Dialog, dialogRoom} from './dialog.tsx';
import {fieldText, problemLines} from './form.ts';
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
