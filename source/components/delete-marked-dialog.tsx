import type {Dialog as DialogState} from '../hooks/dashboard-state.ts';
import {countedTargets, namesOf} from '../hooks/marks.ts';
import {Dialog, dialogRoom} from './dialog.tsx';
import {cutMiddle, wrapWords} from './fit.ts';
import {button, fieldText} from './form.ts';
import type {Size} from './layout.ts';
import {useScreen} from './screen.ts';

/** Lines of the dialog besides the names and the warning, its borders included. */
const otherLines = 8;

/** Asks for the number of marked clusters or nodes before they are deleted. */
export function DeleteMarkedDialog(props: {
	readonly dialog: Extract<DialogState, {readonly kind: 'delete-marked'}>;
	readonly body: Size;
}) {
	const {session, style} = useScreen();
	const {targets, typed} = props.dialog;
	const width = dialogRoom(64, props.body);
	const count = countedTargets(targets);
	const names = namesOf(session, targets);
	const warning =
		targets[0]?.target.kind === 'node'
			? 'They are drained one after the other, taken out of Kubernetes and the load balancer, and their data is gone.'
			: 'Their nodes and all their data, images imported into them, their own registries and their entries in the default kubeconfig will be gone.';
	// What has to be typed into must be seen, whatever else there is no room for.
	const said = wrapWords(warning, width - 4).slice(0, Math.max(0, props.body.height - otherLines - 1));
	const room = Math.max(1, props.body.height - otherLines - said.length);
	const top = Math.max(0, Math.min(props.dialog.top, names.length - room));
	const shown = names.slice(top, top + room);
	const matches = typed.text === count;
	return (
		<Dialog
			title={`Delete ${count}?`}
			note={shown.length < names.length ? `${top + 1}–${top + shown.length} of ${names.length}` : ''}
			hint={`${shown.length < names.length ? '↑↓ · ' : ''}${matches ? 'Enter delete · ' : ''}Esc keep them`}
			width={width}
			body={props.body}
			lines={[
				...shown.map(name => `  ${cutMiddle(name, width - 6)}`),
				'',
				...said,
				'',
				`Type ${style.bold(count)} to confirm:`,
				`▸ ${fieldText(typed, true, width - 6, style)}`,
				'',
				matches ? button('Delete', true, style) : style.dim('  Delete  '),
			]}
		/>
	);
}
