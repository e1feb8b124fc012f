import {isHostNetwork} from '../cluster/host-network.ts';
import type {Inventory} from '../cluster/model.ts';
import {kubernetesPort} from '../cluster/port.ts';
import {Problem} from '../cluster/problem.ts';

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
