import type {ContainerInspectInfo} from 'dockerode';
import type {Node} from '../../cluster/model.ts';
import {inspectContainer} from '../../engine/containers.ts';
import type {Engine} from '../../engine/engine.ts';

/** The address in a network that Docker was told to give to a container; undefined for one that Docker chose. */
export function fixedAddressOf(info: ContainerInspectInfo, network: string): string | undefined {
	const endpoint = info.NetworkSettings.Networks[network] as {IPAMConfig?: {IPv4Address?: string} | null} | undefined;
	return endpoint?.IPAMConfig?.IPv4Address;
}

/** The addresses in a network that Docker was told to give to any of these, also while they do not run. */
export async function fixedAddresses(
	engine: Engine,
	nodes: readonly Node[],
	network: string,
	signal?: AbortSignal,
): Promise<string[]> {
	const inspected = await Promise.all(nodes.map(({id}) => inspectContainer(engine, id, signal)));
	return inspected.flatMap(info => (info && fixedAddressOf(info, network)) ?? []);
}
