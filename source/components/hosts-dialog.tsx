import {harmless} from '../engine/harmless.ts';
import {type HostsForm, isChanged} from '../hooks/hosts-form.ts';
import {Dialog, dialogRoom} from './dialog.tsx';
import {cutMiddle, fitTo, wrapWords} from './fit.ts';
import {choiceLines} from './form.ts';
import type {Size} from './layout.ts';
import {useScreen} from './screen.ts';

const mostRows = 15;
const nameWidth = 20;

/** The Docker contexts and the hosts in view, to go to one or to look at several. */
export function HostsDialog({form, body}: {readonly form: HostsForm; readonly body: Size}) {
	const {style} = useScreen();
	const width = dialogRoom(76, body);
	const room = width - 4;
	const {rows = [], marked, index, problem} = form;
	const rowRoom = Math.max(1, Math.min(mostRows, body.height - 3));
	const texts = rows.map(({name, address, engine}) => {
		const mark = marked.has(name) ? '●' : '○';
		return `${mark} ${fitTo(cutMiddle(harmless(name), nameWidth), nameWidth)}  ${engine ? '' : '✖ '}${harmless(address)}`;
	});
	const count = marked.size === 1 ? '1 host' : `${marked.size} hosts`;
	return (
		<Dialog
			isOfHost={false}
			title="Hosts"
			note={rows.length > rowRoom ? `${index + 1} of ${rows.length}` : ''}
			hint={`Space in view or not · Enter ${isChanged(form) ? `opens ${count}` : 'goes to it'} · Esc close`}
			width={width}
			body={body}
			lines={[
				...(problem === undefined
					? []
					: wrapWords(`✖ ${harmless(problem)}`, room).map(line => style.tone('bad', line))),
				...(rows.length === 0 ? [style.dim('reading the contexts…')] : choiceLines(texts, index, rowRoom, room, style)),
			]}
		/>
	);
}
