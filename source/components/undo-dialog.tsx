import {harmless} from '../engine/harmless.ts';
import type {Dialog as DialogState} from '../hooks/dashboard-state.ts';
import {Dialog, dialogRoom} from './dialog.tsx';
import {wrapWords} from './fit.ts';
import {answers} from './form.ts';
import type {Size} from './layout.ts';
import {useScreen} from './screen.ts';

/** Asks before the last thing that was done is taken back. */
export function UndoDialog(props: {
	readonly dialog: Extract<DialogState, {readonly kind: 'undo'}>;
	readonly body: Size;
}) {
	const {session, style} = useScreen();
	const width = dialogRoom(64, props.body);
	const {undo, answer} = props.dialog;
	const {verb, subject} = undo.activity.operation();
	const newest = session.activity.entries.findLast(({request}) => request !== undefined);
	const last = newest && newest !== undo.activity ? newest.operation() : undefined;
	const isDone = last?.state === 'done';
	const words = (text: string) => wrapWords(harmless(text), width - 4);
	return (
		<Dialog
			isOfHost={false}
			title="Undo?"
			hint="y, then Enter undoes · Esc leave it"
			width={width}
			body={props.body}
			lines={[
				'',
				...(last && isDone ? words(`Not to be taken back: ${last.verb} ${last.subject}`) : []),
				...words(`${isDone ? 'Done before that' : 'Done last'}: ${verb} ${subject}`),
				...words(`To take it back: ${undo.does}`),
				...(undo.loss === undefined ? [] : words(undo.loss).map(line => style.tone('warning', line))),
				'',
				answers(answer, 'Leave it', 'Undo', style),
			]}
		/>
	);
}
