import {harmless} from '../engine/harmless.ts';
import {formatAge} from '../hooks/age.ts';
import {shortName} from '../hooks/node-name.ts';
import type {Reachable, ShownWorkloads, WorkloadRow} from '../hooks/workloads-view.ts';
import type {Controller, Health, KubernetesEvent, Pod} from '../kubernetes/workloads/workloads.ts';
import {type Cell, type Column, widest} from './columns.ts';
import {memoryText} from './memory-text.ts';
import type {Tone} from './style.ts';

/** A symbol and a colour that say the same: with one of them it can be read. */
const healths: Readonly<Record<Health, {readonly symbol: string; readonly tone: Tone}>> = {
	good: {symbol: '●', tone: 'good'},
	busy: {symbol: '◌', tone: 'warning'},
	bad: {symbol: '✖', tone: 'bad'},
	over: {symbol: '○', tone: 'muted'},
};

const kindWords: Readonly<Record<string, string>> = {
	Deployment: 'deploy',
	StatefulSet: 'stateful',
	DaemonSet: 'daemon',
};

/** Names up to this long are shown whole before a column of less importance is: with little room, and from some room on. */
const readable = {narrow: 16, wide: 24};
const wideFrom = 70;
/** Beyond this, names are cut. */
const longestName = 36;

/** The columns of the tab in view, for so much room in cells. They get rows of its kind only. */
export function workloadColumns(shown: ShownWorkloads, now: number, room: number): readonly Column<WorkloadRow>[] {
	switch (shown.tab) {
		case 'pods':
			return podColumns(shown, now, room) as readonly Column<never>[] as readonly Column<WorkloadRow>[];
		case 'controllers':
			return controllerColumns(shown, now, room) as readonly Column<never>[] as readonly Column<WorkloadRow>[];
		case 'services':
			return serviceColumns(shown, now, room) as readonly Column<never>[] as readonly Column<WorkloadRow>[];
		case 'events':
			return eventColumns(shown, now) as readonly Column<never>[] as readonly Column<WorkloadRow>[];
	}
}

function nameColumn<Row extends WorkloadRow>(rows: readonly WorkloadRow[], room: number): Column<Row> {
	const longest = widest(
		rows.map(({name}) => harmless(name)),
		10,
	);
	return {
		title: 'NAME',
		cell: ({name}) => harmless(name),
		min: Math.min(longest, room < wideFrom ? readable.narrow : readable.wide),
		max: Math.min(longest, longestName),
		priority: 0,
		middle: true,
	};
}

/** Where only one namespace is shown, its name need not be in every row. */
function namespaceColumn<Row extends WorkloadRow>(
	{rows, namespace}: ShownWorkloads,
	priority: number,
): readonly Column<Row>[] {
	if (namespace !== undefined) return [];
	const longest = widest(
		rows.map(row => harmless(row.namespace)),
		9,
	);
	return [
		{
			title: 'NAMESPACE',
			cell: row => harmless(row.namespace),
			min: Math.min(longest, 11),
			max: Math.min(longest, 24),
			priority,
			middle: true,
		},
	];
}

const ageColumn = <Row extends WorkloadRow>(now: number, priority: number): Column<Row> => ({
	title: 'AGE',
	cell: ({createdAt}) => formatAge(now - createdAt),
	min: 3,
	max: 4,
	priority,
	align: 'right',
});

function podColumns(shown: ShownWorkloads, now: number, room: number): readonly Column<Pod>[] {
	const {rows, node, usage, cluster} = shown;
	const status = ({status: word, health}: Pod): Cell => ({
		text: `${healths[health].symbol} ${word}`,
		tone: healths[health].tone,
	});
	const restarts = ({restarts: count}: Pod): Cell => ({text: `${count}`, tone: count > 0 ? 'warning' : 'plain'});
	const restarted = ({restartedAt}: Pod) => (restartedAt === undefined ? '' : `${formatAge(now - restartedAt)} ago`);
	const nodeName = (pod: Pod) => harmless(shortName(pod.node ?? '–', cluster?.cluster.name));
	const used = ({namespace, name}: Pod) => usage?.get(`${namespace}/${name}`);
	const pods = rows.filter(row => row.kind === 'Pod');
	const longestStatus = widest(
		pods.map(pod => `● ${pod.status}`),
		11,
	);
	return [
		nameColumn(rows, room),
		...namespaceColumn<Pod>(shown, 5),
		{title: 'READY', cell: ({ready, total}) => `${ready}/${total}`, min: 5, priority: 2},
		{
			title: 'STATUS',
			cell: status,
			min: Math.min(longestStatus, 18),
			max: longestStatus,
			priority: 1,
		},
		{title: 'RST', cell: restarts, min: 3, priority: 3, align: 'right'},
		...(pods.some(({restartedAt}) => restartedAt !== undefined)
			? [{title: 'LAST', cell: restarted, min: 7, priority: 5.5}]
			: []),
		...(usage
			? ([
					{
						title: 'CPU',
						cell: pod => {
							const cores = used(pod)?.cores;
							return cores === undefined ? '' : `${Math.round(cores * 1000)}m`;
						},
						min: 5,
						priority: 7,
						align: 'right',
					},
					{
						title: 'MEMORY',
						cell: pod => {
							const memory = used(pod)?.memory;
							return memory === undefined ? '' : memoryText(memory);
						},
						min: 7,
						priority: 8,
						align: 'right',
					},
				] satisfies readonly Column<Pod>[])
			: []),
		...(node === undefined
			? [{title: 'NODE', cell: nodeName, min: 8, max: widest(pods.map(nodeName), 8), priority: 6, middle: true}]
			: []),
		ageColumn(now, 4),
	];
}

function controllerColumns(shown: ShownWorkloads, now: number, room: number): readonly Column<Controller>[] {
	const ready = ({ready: count, wanted, health}: Controller): Cell => ({
		text: `${healths[health].symbol} ${count}/${wanted}`,
		tone: healths[health].tone,
	});
	// Where they come from is in the description; here there is no room for it.
	const images = (each: Controller) => each.images.map(image => image.slice(image.lastIndexOf('/') + 1)).join(', ');
	const controllers = shown.rows.filter(row => row.kind !== 'Event' && 'images' in row);
	return [
		nameColumn(shown.rows, room),
		...namespaceColumn<Controller>(shown, 3),
		{title: 'KIND', cell: ({kind}) => kindWords[kind] ?? kind, min: 8, priority: 2},
		{title: 'READY', cell: ready, min: 7, priority: 1},
		{title: 'UPDATED', cell: ({updated}) => String(updated), min: 7, priority: 6, align: 'right'},
		{title: 'AVAILABLE', cell: ({available}) => String(available), min: 9, priority: 7, align: 'right'},
		{title: 'IMAGES', cell: images, min: 16, max: widest(controllers.map(images), 16), priority: 5, middle: true},
		ageColumn(now, 4),
	];
}

/** What a service or an ingress offers in the cluster. */
function portsText(row: Reachable): string {
	if (row.kind === 'Ingress') return row.rules.map(({host, path}) => `${host || '*'}${path}`).join(', ');
	return row.ports
		.map(({port, nodePort, protocol}) => {
			const number = nodePort === undefined ? `${port}` : `${port}:${nodePort}`;
			return protocol === 'TCP' ? number : `${number}/${protocol.toLowerCase()}`;
		})
		.join(', ');
}

function serviceColumns(shown: ShownWorkloads, now: number, room: number): readonly Column<Reachable>[] {
	const url = ({urls}: Reachable): Cell => {
		const [first, ...others] = urls;
		if (first === undefined) return {text: '–', tone: 'muted'};
		return {text: others.length > 0 ? `${first} +${others.length}` : first, tone: 'accent'};
	};
	const type = (row: Reachable): Cell => {
		if (row.kind === 'Ingress') return 'Ingress';
		return row.isPending ? {text: '◌ pending', tone: 'warning'} : row.type;
	};
	const rows = shown.rows.filter(row => 'urls' in row);
	return [
		nameColumn(shown.rows, room),
		{
			title: 'URL FROM HERE',
			cell: url,
			min: 24,
			max: widest(
				rows.map(row => `${row.urls[0] ?? ''} +9`),
				24,
			),
			priority: 1,
		},
		...namespaceColumn<Reachable>(shown, 4),
		{title: 'TYPE', cell: type, min: 9, max: 12, priority: 2},
		{title: 'PORTS', cell: portsText, min: 10, max: widest(rows.map(portsText), 10), priority: 3},
		ageColumn(now, 5),
	];
}

function eventColumns({rows}: ShownWorkloads, now: number): readonly Column<KubernetesEvent>[] {
	const longestReason = widest(
		rows.map(row => (row.kind === 'Event' ? `! ${row.reason}` : '')),
		8,
	);
	return [
		{title: 'LAST', cell: ({lastAt}) => formatAge(now - lastAt), min: 4, priority: 0, align: 'right'},
		{
			title: 'REASON',
			cell: ({reason, isWarning}) => ({
				text: `${isWarning ? '!' : ' '} ${reason}`,
				tone: isWarning ? 'warning' : 'plain',
			}),
			min: Math.min(longestReason, 12),
			max: Math.min(longestReason, 22),
			priority: 1,
		},
		{title: 'TIMES', cell: ({count}) => (count > 1 ? `${count}×` : ''), min: 5, priority: 4, align: 'right'},
		{
			title: 'OBJECT',
			cell: ({about}) => harmless(`${about.kind.toLowerCase()}/${about.name}`),
			min: 14,
			max: 30,
			priority: 2,
			middle: true,
		},
		{title: 'MESSAGE', cell: ({message}) => message, min: 12, max: 200, priority: 3},
	];
}
