import type {Node} from '../cluster/model.ts';
import {nodeFor} from '../cluster/node-name.ts';
import {harmless} from '../engine/harmless.ts';
import {formatAge} from '../hooks/age.ts';
import {shortName} from '../hooks/node-name.ts';
import type {Selection} from '../hooks/selection.ts';
import {keyFor} from '../hooks/session.ts';
import {fullCore, sparkline} from '../hooks/sparkline.ts';
import {useUsage} from '../hooks/use-usage.ts';
import type {ClusterView, Snapshot, Usage} from '../watch/snapshot.ts';
import {type Column, leastRoom, widest} from './columns.ts';
import type {Size} from './layout.ts';
import {memoryText} from './memory-text.ts';
import {useAgeTime, useScreen} from './screen.ts';
import {nodeState, readiness} from './state-words.ts';
import {cellRoom, TablePanel} from './table-panel.tsx';

/** Whether a container is a node in Kubernetes' eyes as well. */
function isMember({role}: Node): boolean {
	return role === 'server' || role === 'agent';
}

/** Why nothing is known of a cluster's Kubernetes nodes; empty when that is known, or cannot be expected. */
function withoutApi({cluster, kubernetes}: ClusterView): string {
	if (kubernetes.state !== 'connecting') return '';
	const {loadBalancer} = cluster;
	// One that was only created belongs to a cluster that is being made.
	if (loadBalancer && !['running', 'created'].includes(loadBalancer.state))
		return 'No way to the Kubernetes API: the load balancer does not run.';
	return kubernetes.problem?.reason ?? 'waiting for the Kubernetes API';
}

/** What is said of a host with no cluster. */
function withoutCluster(host: string, {connection}: Snapshot, create: string): string {
	switch (connection.state) {
		case 'connecting':
			return `Connecting to ${host}…`;
		case 'connected':
			return `No cluster on ${host} is selected; ${create} creates one there.`;
		case 'broken': {
			const {reason, next} = connection.problem;
			return harmless(`${host}: ${reason}${next === undefined ? '' : `; ${next}`}`);
		}
	}
}

/** What nodes use together; nothing while that is not known of each. */
function totalText(uses: readonly (Usage | undefined)[]): string {
	if (uses.length === 0 || uses.includes(undefined)) return '';
	const sum = (of: 'cores' | 'memory') => uses.reduce((total, use) => total + (use?.[of] ?? 0), 0);
	return `${Math.round(sum('cores') * 100)}% of a core, ${memoryText(sum('memory'))}`;
}

/** Panel 2: the nodes of the chosen cluster, its load balancer included. */
export function NodesPanel({selection, width, height}: Size & {readonly selection: Selection}) {
	const {session, snapshot, host, style} = useScreen();
	const {nodes, cluster: view} = selection;
	const sampleUsage = useUsage(session.watch);
	const now = useAgeTime(nodes.map(node => node.createdAt));

	const running = nodes.filter(node => node.state === 'running');
	const total = totalText(running.map(node => snapshot.usage.get(node.id)));
	const members = view?.kubernetes.state === 'connected' ? view.kubernetes.nodes : undefined;
	const usage = (node: Node) => (node.state === 'running' ? snapshot.usage.get(node.id) : undefined);
	const cluster = view?.cluster.name;
	const besideNames: readonly Column<Node>[] = [
		{title: 'ROLE', cell: node => (node.role === 'loadbalancer' ? 'lb' : node.role), min: 6, priority: 8},
		{title: 'STATE', cell: nodeState, min: 12, priority: 1},
		{
			title: 'READY',
			// Kubernetes calls a node Ready for a while after its container has stopped.
			cell: node =>
				isMember(node) ? readiness(members && node.state === 'running' ? nodeFor(members, node) : undefined) : '',
			min: 11,
			priority: 2,
		},
		{
			title: 'CPU',
			cell: node => {
				const cores = usage(node)?.cores;
				return cores === undefined ? '' : `${Math.round(cores * 100)}%`;
			},
			min: 4,
			priority: 3,
			align: 'right',
		},
		{
			title: 'MEMORY',
			cell: node => {
				const memory = usage(node)?.memory;
				return memory === undefined ? '' : memoryText(memory);
			},
			min: 7,
			priority: 4,
			align: 'right',
		},
		{
			title: 'CPU, 24 s',
			cell: node => sparkline(usage(node)?.trend ?? [], fullCore),
			min: 9,
			priority: 7.5,
		},
		{title: 'ADDRESS', cell: node => node.attachments[0]?.address ?? '', min: 12, max: 15, priority: 7},
		{title: 'AGE', cell: node => formatAge(now - node.createdAt), min: 3, priority: 6, align: 'right'},
	];
	const named = (nameOf: (node: Node) => string): Column<Node> => {
		const longest = widest(nodes.map(nameOf), 10);
		return {title: 'NAME', cell: nameOf, min: 10, max: longest, priority: 0, middle: true};
	};
	const inFull = named(node => harmless(node.name));
	const isRoomForFull = leastRoom([{...inFull, min: inFull.max ?? inFull.min}, ...besideNames]) <= cellRoom(width);
	const columns = [isRoomForFull ? inFull : named(node => harmless(shortName(node.name, cluster))), ...besideNames];
	return (
		<TablePanel
			name="nodes"
			title="2 Nodes"
			note={[cluster === undefined ? '' : harmless(cluster), total].filter(text => text !== '').join(' · ')}
			remark={view && harmless(withoutApi(view))}
			columns={columns}
			rows={nodes}
			idOf={({id}) => id}
			index={selection.indexes.nodes}
			width={width}
			height={height}
			empty={
				view
					? 'Nothing matches the filter.'
					: host === undefined
						? 'No cluster is selected.'
						: withoutCluster(host, snapshot, keyFor(session, 'create'))
			}
			// Figures that change every two seconds would be all that a screen reader has to say.
			onVisible={rows =>
				style.isSpoken || sampleUsage(rows.filter(node => node.state === 'running').map(node => node.id))
			}
		/>
	);
}
