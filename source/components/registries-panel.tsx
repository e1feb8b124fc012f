import {harmless} from '../engine/harmless.ts';
import type {Selection} from '../hooks/selection.ts';
import type {RegistryView} from '../watch/snapshot.ts';
import {type Column, widest} from './columns.ts';
import type {Size} from './layout.ts';
import {useScreen} from './screen.ts';
import {nodeState} from './state-words.ts';
import {TablePanel} from './table-panel.tsx';

/** Where a registry is reached from the Docker host; inside the clusters' networks it is its name. */
function address({node}: RegistryView): string {
	const port = node.ports[0];
	return port ? `${port.hostIP}:${port.hostPort}` : '–';
}

/** Panel 4: every registry of the engine. */
export function RegistriesPanel({
	selection,
	width,
	height,
	tab,
}: Size & {readonly selection: Selection; readonly tab: boolean}) {
	const {snapshot, style} = useScreen();
	const {registries} = selection;
	const name = ({node}: RegistryView) => harmless(node.name);
	const usedBy = (view: RegistryView) => harmless(view.usedBy.join(', ')) || '–';
	const columns: readonly Column<RegistryView>[] = [
		{title: 'NAME', cell: name, min: 12, max: widest(registries.map(name), 12), priority: 0, middle: true},
		{title: 'STATE', cell: ({node}) => nodeState(node), min: 10, priority: 1},
		// Without its port it is no address.
		{title: 'ADDRESS', cell: address, min: Math.min(21, widest(registries.map(address), 13)), max: 21, priority: 2},
		{title: 'USED BY', cell: usedBy, min: 8, max: widest(registries.map(usedBy), 8), priority: 3},
		{
			title: 'PROXY OF',
			cell: ({proxyOf}) => harmless(proxyOf?.replace(/^https:\/\//, '') ?? '–'),
			min: 8,
			max: 30,
			priority: 4,
		},
	];
	return (
		<TablePanel
			name="registries"
			title="4 Registries"
			aside={tab ? style.dim('3 Load balancer') : ''}
			columns={columns}
			rows={registries}
			index={selection.indexes.registries}
			width={width}
			height={height}
			empty={snapshot.registries.length === 0 ? 'No registries.' : 'Nothing matches the filter.'}
		/>
	);
}
