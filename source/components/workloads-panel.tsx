import {useEffect} from 'react';
import {harmless} from '../engine/harmless.ts';
import {panelNames} from '../hooks/dashboard-state.ts';
import {shortName} from '../hooks/node-name.ts';
import type {Selection} from '../hooks/selection.ts';
import {keyFor, type Session, update} from '../hooks/session.ts';
import {useWorkloads} from '../hooks/use-workloads.ts';
import {podLogRefusal} from '../hooks/workloads-actions.ts';
import {type WorkloadTab, workloadTabs} from '../hooks/workloads-state.ts';
import {type ShownWorkloads, shownWorkloads, type WorkloadRow} from '../hooks/workloads-view.ts';
import type {ClusterView, Forward, WorkloadsView} from '../watch/snapshot.ts';
import {fitTo, widthOf} from './fit.ts';
import type {Size} from './layout.ts';
import {useAgeTime, useScreen} from './screen.ts';
import type {Style} from './style.ts';
import {cellRoom, TablePanel} from './table-panel.tsx';
import {workloadColumns} from './workload-columns.ts';

/** The tabs' names, in full and for where there is less room. */
const tabWords: Readonly<Record<WorkloadTab, readonly [string, string]>> = {
	pods: ['Pods', 'Pods'],
	controllers: ['Deployments', 'Deploy'],
	services: ['Services', 'Svc'],
	events: ['Events', 'Events'],
};

/** The tabs in one line, each with the number of its rows; the one in view stands out. */
function tabsLine({tab, counts, warnings}: ShownWorkloads, width: number, style: Style): string {
	const line = (length: 0 | 1) =>
		workloadTabs
			.map(each => {
				const count = each === 'events' && warnings > 0 ? `${counts.events}, ${warnings}!` : String(counts[each]);
				const text = ` ${tabWords[each][length]} ${count} `;
				return each === tab ? style.inverse(style.bold(text)) : style.dim(text);
			})
			.join('');
	return widthOf(line(0)) < width ? ` ${line(0)}` : ` ${line(1)}`;
}

/** The ages in a row: what is drawn anew when one of them reads differently. */
function timesOf(row: WorkloadRow): readonly number[] {
	if (row.kind === 'Event') return [row.lastAt];
	const restartedAt = row.kind === 'Pod' ? row.restartedAt : undefined;
	return restartedAt === undefined ? [row.createdAt] : [row.createdAt, restartedAt];
}

/** What is said where there are no rows. */
function emptyText(session: Session, {cluster, counts, tab}: ShownWorkloads, view: WorkloadsView | undefined): string {
	if (!cluster) return 'No cluster is selected.';
	if (cluster.kubernetes.state === 'off')
		return `${harmless(cluster.cluster.name)} does not run; ${keyFor(session, 'start-stop')} in panel 1 starts it.`;
	if (!view?.workloads) return view?.problem ? '' : 'Asking the Kubernetes API…';
	if (counts[tab] > 0) return 'Nothing matches the filter.';
	return tab === 'events' ? 'Nothing has happened in the last hour.' : 'There are none here.';
}

/** Why what is shown may be old; empty where it is not. An API that hangs says nothing on a watch, but those who watch its nodes ask it. */
function whyOld(cluster: ClusterView | undefined, view: WorkloadsView | undefined): string {
	if (view?.state === 'broken') return harmless(view.problem?.reason ?? silent);
	if (!view?.workloads || cluster?.kubernetes.state !== 'connecting') return '';
	return harmless(cluster.kubernetes.problem?.reason ?? silent);
}

const silent = 'the Kubernetes API does not answer';

/** What the panel is about, for its title: the cluster or one node of it, and the namespace. */
function scopeNote(
	{cluster, node, namespace, tab}: ShownWorkloads,
	forwards: readonly Forward[],
	style: Style,
): string {
	if (!cluster) return '';
	const {name} = cluster.cluster;
	const isOfNode = node !== undefined && (tab === 'pods' || tab === 'events');
	const place = isOfNode ? `on ${shortName(node, name)} of ${name}` : name;
	const notes = [
		isOfNode ? style.tone('accent', harmless(place)) : harmless(place),
		namespace === undefined ? '' : style.tone('accent', `in ${harmless(namespace)}`),
		forwardsNote(
			forwards.filter(forward => forward.cluster === name),
			style,
		),
	];
	return notes.filter(text => text !== '').join(' · ');
}

/** How many ports lead into the cluster, and whether one of them came to nothing. */
function forwardsNote(forwards: readonly Forward[], style: Style): string {
	if (forwards.length === 0) return '';
	const failed = forwards.filter(({problem}) => problem).length;
	return `${forwards.length} forwarded${failed > 0 ? style.tone('bad', `, ✖ ${failed}`) : ''}`;
}

/** With so much room, most messages stand whole in their rows. */
const roomForMessages = 120;

/** The message of the event with the cursor, which has little room in its row. */
function messageOf({rows, index, tab}: ShownWorkloads, room: number, style: Style): string | undefined {
	if (tab !== 'events' || rows.length === 0 || room >= roomForMessages || style.isSpoken) return undefined;
	const row = rows[index];
	return row?.kind === 'Event' ? harmless(`${row.about.kind.toLowerCase()}/${row.about.name}: ${row.message}`) : '';
}

/** The panel beside the lists with what runs in the chosen cluster. It follows that only while it is on screen. */
export function WorkloadsPanel({selection, width, height}: Size & {readonly selection: Selection}) {
	const {session, snapshot, style, faded} = useScreen();
	const {cluster} = selection;
	const runs = cluster !== undefined && cluster.kubernetes.state !== 'off';
	const view = useWorkloads(session.watch, runs ? cluster.cluster.name : undefined, session);
	const shown = shownWorkloads(session.store.get(), selection, view);
	const now = useAgeTime(shown.rows.flatMap(timesOf));
	const problem = whyOld(cluster, view);
	// The footer tells what can be done with the row that has the cursor.
	const canDo = `${shown.index === -1} ${podLogRefusal(session) === undefined}`;
	// biome-ignore lint/correctness/useExhaustiveDependencies: drawn anew when that changes
	useEffect(() => update(session, {}), [session, canDo]);
	return (
		<TablePanel
			name="workloads"
			title={`${panelNames.indexOf('workloads') + 1} Workloads`}
			note={scopeNote(shown, snapshot.forwards, style)}
			remark={problem}
			below={messageOf(shown, cellRoom(width), style)}
			above={[fitTo(tabsLine(shown, width - 2, style), width - 2)]}
			columns={workloadColumns(shown, now, cellRoom(width))}
			rows={shown.rows}
			isFaded={() => faded || problem !== ''}
			index={shown.index}
			width={width}
			height={height}
			empty={emptyText(session, shown, view)}
		/>
	);
}
