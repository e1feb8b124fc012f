import {harmless} from '../engine/harmless.ts';
import type {Dialog as DialogState} from '../hooks/dashboard-state.ts';
import {lossesOf} from '../hooks/losses.ts';
import {offersImages, type ResizeForm, resizeProblem, resizeWarning} from '../hooks/resize-form.ts';
import {Dialog, dialogRoom} from './dialog.tsx';
import {wrapWords} from './fit.ts';
import {answers, button, fieldText} from './form.ts';
import type {Size} from './layout.ts';
import {useScreen} from './screen.ts';

/** Asks how many nodes to add or remove. */
export function ResizeDialog({form, body}: {readonly form: ResizeForm; readonly body: Size}) {
	const {snapshot, style} = useScreen();
	const width = dialogRoom(64, body);
	const cluster = snapshot.inventory.clusters.find(each => each.name === form.cluster);
	const problem = cluster ? resizeProblem(form, cluster) : 'it is gone';
	const warning = cluster && resizeWarning(form, cluster);
	const grows = form.direction === 'grow';
	const choice = (role: ResizeForm['role']) => {
		const chosen = form.role === role;
		const before = cluster?.[role].length ?? 0;
		const after = Math.max(0, before + (grows ? form.count : -form.count));
		const text = `${chosen && form.focus === 'numbers' ? '▸' : ' '} ${chosen ? '●' : '○'} ${role.padEnd(8)} ${before}${chosen ? ` → ${after}` : ''}`;
		return chosen ? style.bold(text) : text;
	};
	const remark = problem ?? warning;
	const action = `${grows ? 'Add' : 'Remove'} ${form.count} ${form.count === 1 ? form.role.slice(0, -1) : form.role}`;
	const lines = [
		'',
		choice('agents'),
		choice('servers'),
		'',
		...(offersImages(form, cluster)
			? [`  ${form.imports ? '[x]' : '[ ]'} ${style.bold('i')} with the images that were imported`, '']
			: []),
		...(remark === undefined
			? []
			: [...wrapWords(`${problem === undefined ? '!' : '✖'} ${remark}`, width - 4), ''].map(line =>
					style.tone(problem === undefined ? 'warning' : 'bad', line),
				)),
		problem === undefined ? button(action, form.focus === 'button', style) : style.dim(`  ${action}  `),
	];
	return (
		<Dialog
			title={`${grows ? 'Grow' : 'Shrink'} cluster ${harmless(form.cluster)}`}
			hint={`↑↓ which · ←→ how many · Enter ${form.focus === 'button' ? 'do it' : 'next'} · Esc cancel`}
			width={width}
			body={body}
			lines={lines}
		/>
	);
}

/** What is lost, in so many lines: where they do not hold all, it says how much more there is. */
function shownLosses(losses: readonly string[], width: number, rows: number): readonly string[] {
	const all = losses.map(text => wrapWords(text, width).map((line, index) => `${index === 0 ? '•' : ' '} ${line}`));
	if (all.flat().length <= rows) return all.flat();
	const shown: string[] = [];
	for (const [index, lines] of all.entries()) {
		if (shown.length + lines.length < rows) shown.push(...lines);
		else return [...shown, `  … and ${all.length - index} more; with more rows they are all told`];
	}
	return shown;
}

/** Asks for a cluster's name before it is deleted. */
export function DeleteClusterDialog(props: {
	readonly dialog: Extract<DialogState, {readonly kind: 'delete-cluster'}>;
	readonly body: Size;
}) {
	const {snapshot, style} = useScreen();
	const {cluster, typed} = props.dialog;
	const width = dialogRoom(64, props.body);
	const found = snapshot.inventory.clusters.find(each => each.name === cluster);
	const losses = found ? lossesOf(found, snapshot.inventory) : [];
	const shown = shownLosses(
		losses.map(text => harmless(text)),
		width - 6,
		Math.max(1, props.body.height - 9),
	);
	const name = style.bold(harmless(cluster));
	const matches = typed.text === cluster;
	const lines = [
		'',
		'This will be gone, and nothing brings it back:',
		...shown,
		'',
		`Type ${name} to confirm:`,
		`▸ ${fieldText(typed, true, width - 6, style)}`,
		'',
		matches ? button('Delete', true, style) : style.dim('  Delete  '),
	];
	return (
		<Dialog
			title={`Delete cluster ${harmless(cluster)}?`}
			hint={`${matches ? 'Enter delete · ' : ''}Esc keep it`}
			width={width}
			body={props.body}
			lines={lines}
		/>
	);
}

/** Asks before a node is deleted. */
export function DeleteNodeDialog(props: {
	readonly dialog: Extract<DialogState, {readonly kind: 'delete-node'}>;
	readonly body: Size;
}) {
	const {style} = useScreen();
	const width = dialogRoom(64, props.body);
	const lines = [
		'',
		...wrapWords('It is drained, taken out of Kubernetes and the load balancer, and its data is gone.', width - 4),
		'',
		answers(props.dialog.answer, 'Cancel', 'Delete', style),
	];
	return (
		<Dialog
			title={`Delete node ${harmless(props.dialog.node)}?`}
			hint="y, then Enter deletes · Esc keep it"
			width={width}
			body={props.body}
			lines={lines}
		/>
	);
}

/** Asks before leaving while something is under way, and shows that the leaving waits for its undoing. */
export function QuitDialog(props: {
	readonly dialog: Extract<DialogState, {readonly kind: 'quit'}>;
	readonly running: readonly string[];
	readonly body: Size;
}) {
	const {style} = useScreen();
	const width = dialogRoom(64, props.body);
	const {closing, answer} = props.dialog;
	const lines = [
		'',
		...props.running.slice(0, 5).map(name => `• ${harmless(name)}`),
		'',
		...(closing
			? wrapWords(
					'Cancelled; what they made is being undone. Ctrl-C leaves at once and may leave things behind.',
					width - 4,
				)
			: [
					...wrapWords('Leaving ends this; what is half made is undone.', width - 4),
					'',
					answers(answer, 'Stay', 'End it and quit', style),
				]),
	];
	return (
		<Dialog
			isOfHost={false}
			title={closing ? 'Leaving…' : 'Quit while something is under way?'}
			hint={closing ? 'Ctrl-C leaves at once' : 'y, then Enter quits · Esc stay'}
			width={width}
			body={props.body}
			lines={lines}
		/>
	);
}
