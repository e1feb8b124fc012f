import {harmless} from '../engine/harmless.ts';
import type {Dialog as DialogState} from '../hooks/dashboard-state.ts';
import type {ObjectView} from '../hooks/object-view.ts';
import type {ScaleForm} from '../hooks/scale-form.ts';
import {Dialog, dialogRoom} from './dialog.tsx';
import {cutEnd, wrapWords} from './fit.ts';
import {answers, button, problemLines, remark} from './form.ts';
import type {Size} from './layout.ts';
import {Reader} from './reader-dialogs.tsx';
import {useScreen} from './screen.ts';

/** Asks before a pod is deleted. */
export function DeletePodDialog(props: {
	readonly dialog: Extract<DialogState, {readonly kind: 'delete-pod'}>;
	readonly body: Size;
}) {
	const {style} = useScreen();
	const {cluster, pod, answer} = props.dialog;
	const width = dialogRoom(64, props.body);
	const text = `It is in namespace ${pod.namespace} of cluster ${cluster}. What keeps it, such as a deployment, makes another one; a pod that nothing keeps is gone.`;
	return (
		<Dialog
			title={`Delete pod ${harmless(pod.name)}?`}
			hint="y, then Enter deletes · Esc keep it"
			width={width}
			body={props.body}
			lines={['', ...wrapWords(harmless(text), width - 4), '', answers(answer, 'Cancel', 'Delete', style)]}
		/>
	);
}

/** Asks how many pods a workload shall have. */
export function ScaleDialog({form, body}: {readonly form: ScaleForm; readonly body: Size}) {
	const {style} = useScreen();
	const width = dialogRoom(56, body);
	const {workload, from, replicas, focus} = form;
	const pods = (count: number) => `${count} pod${count === 1 ? '' : 's'}`;
	const number = focus === 'number' ? style.inverse(` ${replicas} `) : style.bold(` ${replicas} `);
	return (
		<Dialog
			title={`Scale ${workload.kind.toLowerCase()} ${harmless(workload.name)}`}
			hint={`+ - or a number · Enter ${focus === 'button' ? 'do it' : 'next'} · Esc cancel`}
			width={width}
			body={body}
			lines={[
				'',
				`Pods: ${from} → ${number}`,
				'',
				...(replicas === 0 ? [...remark('warning', 'with no pods it does nothing', width - 4, style), ''] : []),
				button(`Scale to ${pods(replicas)}`, focus === 'button', style),
			]}
		/>
	);
}

/** What there is to know of one object, as text. */
export function ObjectDialog({form, body}: {readonly form: ObjectView; readonly body: Size}) {
	const {style} = useScreen();
	const width = dialogRoom(120, body);
	const room = width - 4;
	const {ref, reading, lines, problem} = form;
	const shown = problem
		? problemLines(problem, Number.POSITIVE_INFINITY, room, style)
		: (lines?.map(line => cutEnd(harmless(line), room)) ?? [style.dim('asking the Kubernetes API…')]);
	return (
		<Reader
			isOfHost
			title={`${ref.kind} ${harmless(ref.name)}${ref.namespace === '' ? '' : ` in ${harmless(ref.namespace)}`}`}
			hint={`Tab ${reading === 'yaml' ? 'description' : 'YAML'} · y copy · r read again · Esc close`}
			lines={shown}
			top={form.top}
			width={width}
			body={body}
		/>
	);
}
