import {type Cluster, type Node, workersOf} from '../../cluster/model.ts';
import {freeAddresses, parseSubnet} from '../../cluster/settings/subnet.ts';
import type {Engine} from '../../engine/engine.ts';
import {connectTo, disconnect, type Network} from '../../engine/networks.ts';
import type {LifecycleContext} from '../context.ts';
import {fixedAddresses} from '../networks/fixed-addresses.ts';
import type {Run} from '../operation.ts';

/** Puts a registry into a cluster's network, at an address that no node has. */
export async function connectRegistry(
	{engine}: LifecycleContext,
	run: Run,
	{node, cluster, network}: {node: Node; cluster: Cluster; network: Network},
): Promise<void> {
	await connectAt(engine, run, network, {
		...node,
		address: signal => addressIn(engine, cluster, network, signal),
	});
}

/** Puts a container into a network at an address; it is taken out again when the operation fails. */
export async function connectAt(
	engine: Engine,
	run: Run,
	network: Network,
	{
		id,
		name,
		address,
	}: {id: string; name: string; address: (signal: AbortSignal) => Promise<string | undefined> | string | undefined},
): Promise<void> {
	await run.step(`connect ${name} to ${network.name}`, async (_report, signal) => {
		const chosen = await address(signal);
		run.undo(`disconnect ${name}`, `${name} in network ${network.name}`, undoSignal =>
			disconnect(engine, network.name, id, undoSignal),
		);
		await connectTo(engine, network.name, id, {address: chosen, signal});
	});
}

/**
 * An address for a container that joins a cluster's network; undefined where Docker may choose. Where the nodes have
 * fixed addresses, Docker would give away that of a node which does not run.
 */
async function addressIn(
	engine: Engine,
	cluster: Cluster,
	network: Network,
	signal: AbortSignal,
): Promise<string | undefined> {
	const {loadBalancer, registries} = cluster;
	const members = [...workersOf(cluster), ...(loadBalancer ? [loadBalancer] : []), ...registries];
	const fixed = await fixedAddresses(engine, members, network.name, signal);
	if (fixed.length === 0 || network.range === undefined) return undefined;
	const taken = [...fixed, ...network.members.map(({address}) => address)];
	return freeAddresses(parseSubnet(network.range), taken, 1)[0];
}
