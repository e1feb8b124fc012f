import type {Cluster, Node} from '../cluster/model.ts';
import {freeAddresses, parseSubnet} from '../cluster/subnet.ts';
import {inspectContainer} from '../engine/containers.ts';
import type {Engine} from '../engine/engine.ts';
import {connectTo, disconnect, type Network} from '../engine/networks.ts';
import type {LifecycleContext} from './context.ts';
import type {Run} from './operation.ts';

/** Puts a registry into a cluster's network. */
export async function connectRegistry(
	{engine}: LifecycleContext,
	run: Run,
	{node, cluster, network}: {node: Node; cluster: Cluster; network: Network},
): Promise<void> {
	await run.step(`connect ${node.name} to ${network.name}`, async (_report, signal) => {
		const address = await addressIn(engine, cluster, network, signal);
		run.undo(`disconnect ${node.name}`, `${node.name} in network ${network.name}`, undoSignal =>
			disconnect(engine, network.name, node.id, undoSignal),
		);
		await connectTo(engine, network.name, node.id, {address, signal});
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
	const {servers, agents, loadBalancer, registries} = cluster;
	const members = [...servers, ...agents, ...(loadBalancer ? [loadBalancer] : []), ...registries];
	const inspections = await Promise.all(members.map(({id}) => inspectContainer(engine, id, signal)));
	const fixed = inspections.flatMap(inspection => {
		const endpoint = inspection?.NetworkSettings.Networks[network.name] as
			| {IPAMConfig?: {IPv4Address?: string} | null}
			| undefined;
		return endpoint?.IPAMConfig?.IPv4Address ?? [];
	});
	if (fixed.length === 0 || network.range === undefined) return undefined;
	const taken = [...fixed, ...network.members.map(({address}) => address)];
	return freeAddresses(parseSubnet(network.range), taken, 1)[0];
}
