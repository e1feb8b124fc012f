import type {Inventory} from '../../cluster/model.ts';
import {isHostNetwork} from '../../cluster/plan/host-network.ts';
import {Problem} from '../../cluster/problem.ts';
import {kubernetesPort} from '../../cluster/settings/port.ts';

/** Throws a Problem if another cluster has the host's network: both would want the same ports. */
export function requireHostNetworkFree({clusters}: Inventory): void {
	const other = clusters.find(({network, state}) => isHostNetwork(network.name) && state !== 'stopped');
	if (!other) return;
	throw new Problem(
		'network "host"',
		`cluster "${other.name}" is on it and has port ${kubernetesPort}, which the API of another would need`,
		`Stop it first: k3dui cluster stop ${other.name}`,
	);
}
