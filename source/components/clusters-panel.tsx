import {runningOf} from '../cluster/model.ts';
import {harmless} from '../engine/harmless.ts';
import {formatAge} from '../hooks/age.ts';
import type {ClusterRow} from '../hooks/cluster-rows.ts';
import type {Sight} from '../hooks/place.ts';
import type {Selection} from '../hooks/selection.ts';
import {keyFor} from '../hooks/session.ts';
import type {ClusterView} from '../watch/snapshot.ts';
import {type Column, widest} from './columns.ts';
import type {Size} from './layout.ts';
import {useAgeTime, useScreen} from './screen.ts';
import {clusterState, countOf, loadBalancerState, type StateWord} from './state-words.ts';
import {TablePanel} from './table-panel.tsx';

/** What the servers run; the image's tag where Kubernetes has not said. */
function versionOf({cluster, kubernetes}: ClusterView): string | undefined {
	const nodes = kubernetes.state === 'connected' ? kubernetes.nodes : undefined;
	return nodes?.get(cluster.servers[0]?.name ?? '')?.version ?? cluster.version;
}

/** Names up to this long are shown whole before a column of less importance is. */
const readable = 20;

/** A column of clusters in a table that has hosts without any, too. */
function ofClusters({cell, ...column}: Column<ClusterView>): Column<ClusterRow> {
	return {...column, cell: ({view}) => (view ? cell(view) : '')};
}

/** A host by its name, and where it is not live, a mark before that. */
function hostOf({sight: {place, snapshot}}: ClusterRow): StateWord {
	switch (snapshot.connection.state) {
		case 'connecting':
			return {text: `◌ ${place.name}`, tone: 'warning'};
		case 'connected':
			return {text: place.name, tone: 'plain'};
		case 'broken':
			return {text: `✖ ${place.name}`, tone: 'bad'};
	}
}

/** What stands in the row of a host instead of a cluster. */
function withoutClusters({snapshot: {connection}}: Sight): StateWord {
	switch (connection.state) {
		case 'connecting':
			return {text: 'connecting…', tone: 'warning'};
		case 'connected':
			return {text: 'no clusters', tone: 'muted'};
		case 'broken':
			return {text: harmless(connection.problem.reason), tone: 'bad'};
	}
}

/** Panel 1: every cluster of every engine in view. */
export function ClustersPanel({selection, width, height}: Size & {readonly selection: Selection}) {
	const {session, sights} = useScreen();
	const {rows, indexes} = selection;
	const clusters = rows.flatMap(({view}) => view ?? []);
	const now = useAgeTime(clusters.map(view => view.cluster.createdAt));
	const isOpen = session.store.get().dialog !== undefined;
	const areSeveral = sights.length > 1;
	const longest = widest(
		clusters.map(({cluster}) => harmless(cluster.name)),
		12,
	);
	const columns: readonly Column<ClusterView>[] = [
		{
			title: 'NAME',
			cell: ({cluster}) => harmless(cluster.name),
			min: Math.min(longest, readable),
			max: longest,
			priority: 0,
			middle: true,
		},
		{
			title: 'STATE',
			cell: clusterState,
			min: widest(
				clusters.map(view => clusterState(view).text),
				13,
			),
			priority: 1,
		},
		{title: 'SERVERS', cell: ({cluster}) => countOf(cluster.servers), min: 7, priority: 2},
		{title: 'AGENTS', cell: ({cluster}) => countOf(cluster.agents), min: 6, priority: 3},
		{title: 'LB', cell: loadBalancerState, min: 6, priority: 5},
		{title: 'VERSION', cell: view => harmless(versionOf(view) ?? '–'), min: 12, max: 16, priority: 6},
		{title: 'AGE', cell: ({cluster}) => formatAge(now - cluster.createdAt), min: 3, priority: 4, align: 'right'},
	];
	const hostWidth = widest(
		rows.map(row => hostOf(row).text),
		4,
	);
	const hostColumn: Column<ClusterRow> = {
		title: 'HOST',
		cell: hostOf,
		min: Math.min(hostWidth, 12),
		max: Math.min(hostWidth, readable),
		priority: 0,
		middle: true,
	};
	const all = sights.flatMap(sight => sight.snapshot.clusters.map(view => view.cluster));
	const running = all.filter(cluster => runningOf(cluster.servers) > 0).length;
	return (
		<TablePanel
			name="clusters"
			title="1 Clusters"
			note={all.length === 0 ? '' : `${running} of ${all.length} running`}
			columns={areSeveral ? [hostColumn, ...columns.map(ofClusters)] : columns.map(ofClusters)}
			rows={rows}
			idOf={({id}) => id}
			across={({sight, view}) => (view ? undefined : withoutClusters(sight))}
			isFaded={({sight}) => isOpen || sight.snapshot.connection.state !== 'connected'}
			index={indexes.clusters}
			width={width}
			height={height}
			empty={
				all.length === 0
					? `No clusters. Press ${keyFor(session, 'create')} to create one.`
					: 'Nothing matches the filter.'
			}
		/>
	);
}
