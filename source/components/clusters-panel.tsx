import {runningOf} from '../cluster/model.ts';
import {harmless} from '../engine/harmless.ts';
import {formatAge} from '../hooks/age.ts';
import type {Selection} from '../hooks/selection.ts';
import {untilAnyAgeChanges, useNow} from '../hooks/use-now.ts';
import type {ClusterView} from '../watch/snapshot.ts';
import {type Column, widest} from './columns.ts';
import type {Size} from './layout.ts';
import {useScreen} from './screen.ts';
import {clusterState, countOf, loadBalancerState} from './state-words.ts';
import {TablePanel} from './table-panel.tsx';

/** What the servers run; the image's tag where Kubernetes has not said. */
function versionOf({cluster, kubernetes}: ClusterView): string | undefined {
	const nodes = kubernetes.state === 'connected' ? kubernetes.nodes : undefined;
	return nodes?.get(cluster.servers[0]?.name ?? '')?.version ?? cluster.version;
}

/** Names up to this long are shown whole before a column of less importance is. */
const readable = 20;

/** Panel 1: every cluster of the engine. */
export function ClustersPanel({selection, width, height}: Size & {readonly selection: Selection}) {
	const {session, snapshot} = useScreen();
	const {clusters, indexes} = selection;
	const now = useNow(session.now, untilAnyAgeChanges(clusters.map(view => view.cluster.createdAt)));
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
	const all = snapshot.clusters.map(view => view.cluster);
	const running = all.filter(cluster => runningOf(cluster.servers) > 0).length;
	return (
		<TablePanel
			name="clusters"
			title="1 Clusters"
			note={all.length === 0 ? '' : `${running} of ${all.length} running`}
			columns={columns}
			rows={clusters}
			index={indexes.clusters}
			width={width}
			height={height}
			empty={all.length === 0 ? 'No clusters. Press c to create one.' : 'Nothing matches the filter.'}
		/>
	);
}
