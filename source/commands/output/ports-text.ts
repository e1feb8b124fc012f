import type {PortEditPlan, RoutedPort} from '../../cluster/plan/plan-port-edit.ts';
import {portText} from '../../cluster/settings/port.ts';
import {tableText} from './table.ts';

function row(port: RoutedPort): readonly [string, string] {
	return [portText(port), port.nodes.join(', ')];
}

/** What a load balancer publishes, in k3d's grammar, and the nodes behind each port. */
export function portsText(ports: readonly RoutedPort[]): string {
	return tableText([['PORT', 'NODES'], ...ports.map(row)]);
}

/** What each way of doing it means for those who use the cluster meanwhile. */
const consequences: Readonly<Record<PortEditPlan['means'], (cluster: string) => string>> = {
	replace: cluster =>
		`The load balancer of cluster "${cluster}" would be replaced. Open connections through it end; new ones wait a second or two.`,
	configure: cluster => `The load balancer of cluster "${cluster}" would get another configuration. Connections stay.`,
	nothing: cluster => `Nothing would change in cluster "${cluster}".`,
};

/** What an edit of ports would do, for a person. */
export function planText(
	cluster: string,
	{ports, added, removed, rerouted, means, notes}: Omit<PortEditPlan, 'config'>,
): string {
	const changed = [...added, ...rerouted];
	const rows = [
		...removed.map(port => ['-', ...row(port)]),
		...added.map(port => ['+', ...row(port)]),
		...rerouted.map(port => ['~', ...row(port)]),
		...ports.filter(port => !changed.includes(port)).map(port => ['', ...row(port)]),
	];
	return `${[consequences[means](cluster), ...notes].join('\n')}\n\n${tableText(rows)}`;
}
