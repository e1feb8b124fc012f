import {type PortMapping, portKey} from '../settings/port.ts';
import type {ContainerBody} from './cluster-plan.ts';
import {type PortBindings, portBindings} from './port-bindings.ts';

/** How a container takes part in a network; the Engine API's EndpointSettings, as far as a person can set them. */
export interface EndpointWish {
	readonly IPAMConfig?: {readonly IPv4Address?: string; readonly IPv6Address?: string} | null | undefined;
	readonly Links?: readonly string[] | null | undefined;
	readonly Aliases?: readonly string[] | null | undefined;
	readonly DriverOpts?: Readonly<Record<string, string>> | null | undefined;
}

/** What a container is made anew from: the Engine API's inspection, wire names and all. */
export interface ContainerInspection {
	readonly Id: string;
	/** With a leading slash. */
	readonly Name: string;
	readonly Config: Readonly<Record<string, unknown>> & {
		readonly ExposedPorts?: Readonly<Record<string, object>> | null;
	};
	readonly HostConfig: object & {readonly PortBindings?: Partial<PortBindings> | null};
	readonly NetworkSettings: {readonly Networks: Readonly<Record<string, EndpointWish>>};
}

/** A container that takes the place of another. */
export interface Replacement {
	readonly body: ContainerBody;
	/** Networks to join before it starts: the Engine API takes only one when it makes a container. */
	readonly networks: readonly {readonly name: string; readonly endpoint: EndpointWish}[];
}

/** What of an endpoint is a wish and no result. Docker adds the container's short id to the aliases. */
function wishOf({IPAMConfig, Links, Aliases, DriverOpts}: EndpointWish, id: string, name: string): EndpointWish {
	// By its own name already while it still has another: nodes join through it, and k3d looks it up.
	const aliases = [...new Set([...(Aliases ?? []).filter(alias => alias !== id.slice(0, 12)), name])];
	return {
		Aliases: aliases,
		...(IPAMConfig ? {IPAMConfig} : {}),
		...(Links ? {Links} : {}),
		...(DriverOpts ? {DriverOpts} : {}),
	};
}

/**
 * The container again, with other ports: labels, environment, mounts, limits, restart policy, networks and fixed
 * addresses as they are, whoever made it. Its files are not part of an inspection. Pure.
 */
export function planReplacement(
	{Id, Name, Config, HostConfig, NetworkSettings}: ContainerInspection,
	{image, ports, mainNetwork}: {image: string; ports: readonly PortMapping[]; mainNetwork: string},
): Replacement {
	const name = Name.replace(/^\//, '');
	const bindings = portBindings(ports);
	const withProtocol = (key: string) => (key.includes('/') ? key : `${key}/tcp`);
	const published = new Set(Object.keys(HostConfig.PortBindings ?? {}).map(withProtocol));
	const exposed = Object.keys(Config.ExposedPorts ?? {})
		.map(withProtocol)
		.filter(key => !published.has(key));
	const networks = Object.entries(NetworkSettings.Networks)
		.map(([network, endpoint]) => ({name: network, endpoint: wishOf(endpoint, Id, name)}))
		.toSorted((a, b) => Number(b.name === mainNetwork) - Number(a.name === mainNetwork));
	const [first, ...others] = networks;
	const body = {
		...Config,
		Image: image,
		ExposedPorts: Object.fromEntries([...exposed, ...ports.map(portKey)].map(key => [key, {}])),
		HostConfig: {...HostConfig, PortBindings: bindings},
		NetworkingConfig: {EndpointsConfig: first ? {[first.name]: first.endpoint} : {}},
	};
	// An inspection has what a create request takes, and more, which the Engine leaves aside.
	return {body: body as unknown as ContainerBody, networks: others};
}
