import {harmless} from '../engine/harmless.ts';
import type {Route} from '../hooks/routes.ts';
import type {Selection} from '../hooks/selection.ts';
import {type Column, widest} from './columns.ts';
import type {Size} from './layout.ts';
import {nodesText} from './nodes-text.ts';
import {useScreen} from './screen.ts';
import {nodeState, type StateWord} from './state-words.ts';
import {TablePanel} from './table-panel.tsx';

/** Whether a port leads anywhere: the load balancer must run, and somebody behind it. */
function health(route: Route): StateWord {
	if (route.through.state !== 'running') return {text: '○ down', tone: 'muted'};
	if (!route.backends) return {text: '–', tone: 'muted'};
	const count = `${route.up}/${route.backends.length}`;
	if (route.up === 0) return {text: `✖ ${count} up`, tone: 'bad'};
	return route.up < route.backends.length
		? {text: `◐ ${count} up`, tone: 'warning'}
		: {text: `● ${count} up`, tone: 'good'};
}

/** Panel 3: the chosen cluster's ports on the Docker host and where they lead. */
export function LoadBalancerPanel({
	selection,
	width,
	height,
	tab,
}: Size & {readonly selection: Selection; readonly tab: boolean}) {
	const {snapshot, style, faded} = useScreen();
	const {routes, cluster: view} = selection;
	const proxy = view?.cluster.loadBalancer;
	const host = (route: Route) => harmless(route.host ?? 'not published');
	const target = (route: Route) => `→ ${route.target}`;
	const backends = (route: Route) => `→ ${route.backends ? harmless(nodesText(route.backends, view?.cluster)) : '…'}`;
	const columns: readonly Column<Route>[] = [
		{title: 'HOST', cell: host, min: 16, max: widest(routes.map(host), 16), priority: 0},
		{title: '  PORT', cell: target, min: 10, max: widest(routes.map(target), 10), priority: 1},
		{title: '  NODES', cell: backends, min: 14, max: widest(routes.map(backends), 14), priority: 3},
		{title: 'HEALTH', cell: health, min: 8, priority: 2},
	];
	const state = proxy && nodeState(proxy);
	const note = state ? (faded ? state.text : style.tone(state.tone, state.text)) : '';
	return (
		<TablePanel
			name="loadBalancer"
			title="3 Load balancer"
			note={note}
			aside={tab ? style.dim(`4 Registries (${snapshot.registries.length})`) : ''}
			columns={columns}
			rows={routes}
			index={selection.indexes.loadBalancer}
			width={width}
			height={height}
			empty={
				!view
					? 'No cluster is selected.'
					: proxy
						? 'Its ports are known when it runs.'
						: 'This cluster has no load balancer and publishes no ports.'
			}
		/>
	);
}
