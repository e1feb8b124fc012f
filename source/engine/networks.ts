import type {EndpointSettings, NetworkInspectInfo} from 'dockerode';
import type {EndpointWish} from '../cluster/plan/plan-replacement.ts';
import {answer} from './answer.ts';
import type {Engine} from './engine.ts';
import {separately} from './separately.ts';

/** A Docker network, as far as a cluster needs to know it. */
export interface Network {
	readonly id: string;
	readonly name: string;
	/** CIDR of the first IPv4 pool; undefined for a network without addresses of its own. */
	readonly range: string | undefined;
	/** The Docker host's address in it. */
	readonly gateway: string | undefined;
	readonly labels: Readonly<Record<string, string>>;
	/** Ids and names of the running containers in it. */
	readonly members: readonly {readonly id: string; readonly name: string; readonly address: string}[];
}

function networkFrom(info: NetworkInspectInfo): Network {
	const pool = info.IPAM?.Config?.find(config => !config.Subnet?.includes(':'));
	return {
		id: info.Id,
		name: info.Name,
		range: pool?.Subnet,
		gateway: pool?.Gateway,
		labels: info.Labels ?? {},
		members: Object.entries(info.Containers ?? {}).map(([id, member]) => ({
			id,
			name: member.Name,
			address: member.IPv4Address.split('/')[0] ?? '',
		})),
	};
}

/** Ids of the networks of this exact name: at most one, but several where Docker before 25 was asked at once. */
export async function networkIds(engine: Engine, name: string, signal?: AbortSignal): Promise<string[]> {
	const found = await answer(engine, `network ${name}`, () =>
		engine.docker.listNetworks({filters: {name: [name]}, ...(signal ? {abortSignal: signal} : {})}),
	);
	return found.filter(network => network.Name === name).map(network => network.Id);
}

/** The network of this exact name; of several the first, as k3d does. */
export async function findNetwork(engine: Engine, name: string, signal?: AbortSignal): Promise<Network | undefined> {
	const [id] = await networkIds(engine, name, signal);
	return id === undefined ? undefined : inspectNetwork(engine, id);
}

/** The IPv4 ranges of all networks of an engine, with their names. */
export async function networkRanges(engine: Engine, signal?: AbortSignal): Promise<{name: string; range: string}[]> {
	const found = await answer(engine, 'networks', () => engine.docker.listNetworks(signal ? {abortSignal: signal} : {}));
	return found.flatMap(({Name: name, IPAM}) =>
		(IPAM?.Config ?? []).flatMap(({Subnet: range}) => (range && !range.includes(':') ? {name, range} : [])),
	);
}

/** One network by id; undefined when it is gone. */
export async function inspectNetwork(engine: Engine, id: string): Promise<Network | undefined> {
	const info = await answer(engine, `network ${id}`, () => engine.docker.getNetwork(id).inspect(), [404]);
	return info && networkFrom(info);
}

/** Makes a bridge network and gives back its id. Source of the settings: k3d v5.9.0, pkg/runtimes/docker/network.go. */
export async function createNetwork(
	engine: Engine,
	{
		name,
		subnet,
		gateway,
		labels,
	}: {name: string; subnet: string | undefined; gateway: string | undefined; labels: Record<string, string>},
	signal?: AbortSignal,
): Promise<string> {
	const network = await answer(engine, `network ${name}`, async attempt => {
		// The answer of the first try may be all that was lost.
		const [made] = attempt > 0 ? await networkIds(engine, name, signal) : [];
		if (made !== undefined) return {id: made};
		const body = {
			Name: name,
			Driver: 'bridge',
			CheckDuplicate: true,
			Options: {'com.docker.network.bridge.enable_ip_masquerade': 'true'},
			Labels: labels,
			...(subnet === undefined
				? {}
				: {
						IPAM: {Driver: 'default', Config: [{Subnet: subnet, ...(gateway === undefined ? {} : {Gateway: gateway})}]},
					}),
		};
		return engine.docker.createNetwork(separately(body, {signal}));
	});
	return network.id;
}

/** Removes a network; one that is gone is fine, one that is in use is a Problem. */
export async function removeNetwork(engine: Engine, id: string, signal?: AbortSignal): Promise<void> {
	await answer(
		engine,
		`network ${id}`,
		() => engine.docker.getNetwork(id).remove(signal ? {abortSignal: signal} : {}),
		[404],
	);
}

/** Puts a container into a network, at a fixed address if one is given; one that is in it already is fine. */
export async function connectTo(
	engine: Engine,
	network: string,
	container: string,
	{address, signal}: {address?: string | undefined; signal?: AbortSignal} = {},
): Promise<void> {
	await answer(engine, `network ${network}`, async () => {
		try {
			await engine.docker.getNetwork(network).connect({
				Container: container,
				EndpointConfig: address === undefined ? {} : {IPAMConfig: {IPv4Address: address}},
				...(signal ? {abortSignal: signal} : {}),
			});
		} catch (error) {
			// Docker answers so, and with the same status to whatever else it refuses.
			if (!/already exists in network/.test(String(error))) throw error;
		}
	});
}

/** Puts a container into a network as it is wished: with aliases, at a fixed address. */
export async function connectAs(
	engine: Engine,
	network: string,
	container: string,
	endpoint: EndpointWish,
): Promise<void> {
	await answer(engine, `network ${network}`, () =>
		engine.docker
			.getNetwork(network)
			.connect({Container: container, EndpointConfig: structuredClone(endpoint) as EndpointSettings}),
	);
}

/** Takes a container out of a network; it or the network being gone is fine. */
export async function disconnect(
	engine: Engine,
	network: string,
	container: string,
	signal?: AbortSignal,
): Promise<void> {
	await answer(
		engine,
		`network ${network}`,
		() =>
			engine.docker
				.getNetwork(network)
				.disconnect({Container: container, Force: true, ...(signal ? {abortSignal: signal} : {})}),
		[404],
	);
}
