import {harmless} from '../engine/harmless.ts';
import type {Preview} from '../hooks/preview.ts';
import {dialogRoom} from './dialog.tsx';
import {cutEnd} from './fit.ts';
import {problemLines, remark} from './form.ts';
import type {Size} from './layout.ts';
import {Reader} from './reader-dialogs.tsx';
import {useScreen} from './screen.ts';

function count(number: number, noun: string): string {
	return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** What creating a cluster would make, to be read before it is made. */
export function PreviewDialog({form, body}: {readonly form: Preview; readonly body: Size}) {
	const {style} = useScreen();
	const width = dialogRoom(100, body);
	const room = width - 4;
	const {name, servers, agents} = form.spec;
	const source = form.source === undefined ? '' : ` from ${harmless(form.source)}`;
	const result = form.problem
		? problemLines(form.problem, Number.POSITIVE_INFINITY, room, style)
		: (form.lines?.map(line => cutEnd(line, room)) ?? [style.dim('working out what will be made…')]);
	const lines = [
		style.bold(cutEnd(`${harmless(name)}${source}: ${count(servers, 'server')}, ${count(agents, 'agent')}`, room)),
		...form.warnings.flatMap(warning => remark('warning', warning, room, style)),
		'',
		...result,
	];
	return (
		<Reader
			isOfHost
			title={`Create cluster ${harmless(name)}`}
			hint={form.lines ? 'Enter create · Esc back' : 'Esc back'}
			lines={lines}
			top={form.top}
			width={width}
			body={body}
		/>
	);
}
