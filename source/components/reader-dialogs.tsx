import {useAnimation} from 'ink';
import type {KeyBinding} from '../hooks/key-table/key-binding.ts';
import {applies, refusalOf} from '../hooks/keymap.ts';
import {operationsIn} from '../hooks/place.ts';
import {isUnderWay, keyFor, type Session} from '../hooks/session.ts';
import {Dialog, dialogRoom} from './dialog.tsx';
import {fitTo, wrapWords} from './fit.ts';
import type {Size} from './layout.ts';
import {operationLine, resultLines} from './operation-lines.ts';
import {useScreen} from './screen.ts';
import type {Style} from './style.ts';
import {timelineLines} from './timeline.ts';

const groups: readonly {readonly group: KeyBinding['group']; readonly title: string}[] = [
	{group: 'move', title: 'Moving about'},
	{group: 'act', title: 'Clusters, nodes and registries'},
	{group: 'log', title: 'Logs'},
	{group: 'workloads', title: 'Workloads'},
	{group: 'general', title: 'Everything else'},
];

const keyWidth = 8;

/** The key table as a page. Keys that do nothing right now are dim, with the reason where there is one. */
function helpLines(session: Session, width: number, style: Style): string[] {
	const entry = (binding: KeyBinding) => {
		const reason = applies(binding, session) ? refusalOf(binding, session) : '';
		const text = reason ? `${binding.help} (${reason})` : binding.help;
		const lines = wrapWords(text, width - keyWidth - 4);
		return lines.map((line, index) => {
			const key = index === 0 ? fitTo(binding.label, keyWidth) : ' '.repeat(keyWidth);
			return reason === undefined
				? `  ${style.bold(style.tone('accent', key))}  ${line}`
				: style.dim(`  ${key}  ${line}`);
		});
	};
	const {focus} = session.store.get();
	const own = groups.filter(({group}) => group === (focus === 'activity' ? 'act' : focus));
	return [...own, ...groups.filter(each => !own.includes(each))].flatMap(({group, title}, index) => [
		...(index === 0 ? [] : ['']),
		style.bold(title),
		...session.keyTable.filter(binding => binding.group === group).flatMap(entry),
	]);
}

/** How many lines of a text have room between the borders, below a head of so many. */
function readerRoom(body: Size, head: number): number {
	return Math.max(1, body.height - 2 - head);
}

/** A dialog with more text than fits: shows the part from `top` on. */
export function Reader(props: {
	/** As in `Dialog`. Default false. */
	readonly isOfHost?: boolean;
	readonly title: string;
	readonly hint: string;
	/** Lines above the text that stay where they are. */
	readonly head?: readonly string[];
	readonly lines: readonly string[];
	readonly top: number;
	readonly width: number;
	readonly body: Size;
}) {
	const {head = []} = props;
	const room = readerRoom(props.body, head.length);
	const top = Math.max(0, Math.min(props.top, props.lines.length - room));
	const more =
		props.lines.length > room
			? `${top + 1}–${Math.min(props.lines.length, top + room)} of ${props.lines.length} · ↑↓ · `
			: '';
	return (
		<Dialog
			isOfHost={props.isOfHost ?? false}
			title={props.title}
			hint={more + props.hint}
			width={props.width}
			body={props.body}
			lines={[...head, ...props.lines.slice(top, top + room)]}
		/>
	);
}

/** All keys. */
export function HelpDialog({top, body}: {readonly top: number; readonly body: Size}) {
	const {session, style} = useScreen();
	const width = dialogRoom(78, body);
	return (
		<Reader
			title="Keys"
			hint="Esc close"
			lines={helpLines(session, width - 4, style)}
			top={top}
			width={width}
			body={body}
		/>
	);
}

/** All steps of one operation with their times, and everything it said. */
export function StepsDialog(props: {
	readonly operation: number;
	readonly top: number | undefined;
	readonly body: Size;
}) {
	const {session, sights, style} = useScreen();
	// The lifecycle forgets what is over sooner than the activity log does.
	const operation =
		operationsIn(sights).find(each => each.id === props.operation) ??
		session.activity.entries.map(entry => entry.operation()).find(each => each.id === props.operation);
	const {frame} = useAnimation({
		interval: 250,
		isActive: !style.isSpoken && operation !== undefined && isUnderWay(operation),
	});
	const width = dialogRoom(110, props.body);
	if (!operation) {
		return (
			<Dialog
				isOfHost={false}
				title="Steps"
				hint="Esc close"
				width={width}
				body={props.body}
				lines={['This operation is long over.']}
			/>
		);
	}
	const now = session.now();
	const steps = (upTo: number) =>
		timelineLines({...operation, steps: operation.steps.slice(0, upTo)}, now, width - 4, style);
	const results = resultLines(operation, width - 4, style);
	const head = [operationLine(operation, now, frame, style), ''];
	const lines = [...steps(operation.steps.length), ...(results.length > 0 ? ['', ...results] : [])];
	const isFollowing = props.top === undefined;
	// The last that has begun: what is below it waits.
	const begun = operation.steps.findLastIndex(({startedAt}) => startedAt !== undefined) + 1;
	const upTo = isUnderWay(operation) ? steps(begun).length : lines.length;
	const followed = Math.max(0, upTo - readerRoom(props.body, head.length));
	if (isFollowing) session.room.followed = followed;
	return (
		<Reader
			title="Steps"
			hint={`${isUnderWay(operation) ? `${keyFor(session, 'cancel')} cancel · ` : ''}Esc close`}
			head={head}
			lines={lines}
			top={props.top ?? followed}
			width={width}
			body={props.body}
		/>
	);
}
