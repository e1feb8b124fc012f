import type {Dialog as DialogState} from '../hooks/dashboard-state.ts';
import {countedTargets, namesOf} from '../hooks/marks.ts';
import {Dialog, dialogRoom} from './dialog.tsx';
import {cutMiddle, wrapWords} from './fit.ts';
import {button, fieldText} from './form.ts';
import type {Size} from './layout.ts';
import {useScreen} from './screen.ts';

/** More names than this are counted. */
const mostNames = 8;

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
	const room = Math.max(1, Math.min(mostNames, props.body.height - 11));
	const shown = names.length > room ? names.slice(0, room - 1) : names;
	const warning =
		targets[0]?.target.kind === 'node'
			? 'They are drained one after the other, taken out of Kubernetes and the load balancer, and their data is gone.'
			: 'Their nodes and all their data will be gone.';
	const matches = typed.text === count;
	return (
		<Dialog
			title={`Delete ${count}?`}
			hint={`${matches ? 'Enter delete · ' : ''}Esc keep them`}
			width={width}
			body={props.body}
			lines={[
				...shown.map(name => `  ${cutMiddle(name, width - 6)}`),
				...(shown.length < names.length ? [style.dim(`  and ${names.length - shown.length} more`)] : []),
				'',
				...wrapWords(warning, width - 4),
				'',
				`Type ${style.bold(count)} to confirm:`,
				`▸ ${fieldText(typed, true, width - 6, style)}`,
				'',
				matches ? button('Delete', true, style) : style.dim('  Delete  '),
			]}
		/>
	);
}
