import {harmless} from '../engine/harmless.ts';
import type {EngineForm} from '../hooks/engine-form.ts';
import {Dialog, dialogRoom} from './dialog.tsx';
import {wrapWords} from './fit.ts';
import {fieldText} from './form.ts';
import type {Size} from './layout.ts';
import {useScreen} from './screen.ts';

/** Asks for the address of another engine. */
export function EngineDialog({form, body}: {readonly form: EngineForm; readonly body: Size}) {
	const {style} = useScreen();
	const width = dialogRoom(76, body);
	const {address, checking, problem} = form;
	const remark =
		problem === undefined
			? [style.dim(checking ? 'asking whether it is there…' : 'unix:///path/to/docker.sock or tcp://host:port')]
			: wrapWords(`✖ ${harmless(problem)}`, width - 4).map(line => style.tone('bad', line));
	return (
		<Dialog
			isOfHost={false}
			title="Use the Docker Engine at"
			hint="Enter opens it · Esc cancel"
			width={width}
			body={body}
			lines={['', `▸ ${fieldText(address, true, width - 6, style)}`, '', ...remark]}
		/>
	);
}
