import {type PortMapping, portKey} from '../settings/port.ts';

/** Ports in the words of the Engine API's HostConfig: by `80/tcp`, where on the Docker host each is published. */
export type PortBindings = Readonly<Record<string, readonly {readonly HostIp: string; readonly HostPort: string}[]>>;

/** Ports to publish, as the Engine API takes them. */
export function portBindings(ports: readonly PortMapping[]): PortBindings {
	return Object.fromEntries(
		[...Map.groupBy(ports, portKey)].map(([key, mappings]) => [
			key,
			mappings.map(({hostIP, hostPort, hostPortTo}) => ({
				HostIp: hostIP,
				HostPort: `${hostPort ?? ''}${hostPortTo === undefined ? '' : `-${hostPortTo}`}`,
			})),
		]),
	);
}

/** What of a container's inspection tells its ports; wire names and all. */
export interface PortInspection {
	readonly HostConfig: {readonly PortBindings?: Partial<PortBindings> | null};
	/** Where Docker published them; empty while the container does not run. */
	readonly NetworkSettings: {readonly Ports?: Readonly<Record<string, PortBindings[string] | null>> | null};
}

/** `80/tcp`, `9000/udp`, and `6443`, which is how k3d writes the API's. */
function portOf(key: string): Pick<PortMapping, 'containerPort' | 'protocol'> {
	const [port = '', protocol = 'tcp'] = key.split('/');
	return {containerPort: Number(port), protocol: protocol === 'udp' || protocol === 'sctp' ? protocol : 'tcp'};
}

/** The ports a container was made to publish. One that Docker chose has the number that Docker chose, while it runs. */
export function portsOf({HostConfig, NetworkSettings}: PortInspection): PortMapping[] {
	return Object.entries(HostConfig.PortBindings ?? {}).flatMap(([key, bindings]) => {
		const port = portOf(key);
		// Of a port of all addresses Docker lists one for IPv4 and one for IPv6.
		const chosen = (NetworkSettings.Ports?.[portKey(port)] ?? []).map(({HostPort}) => Number(HostPort));
		const given = (bindings ?? []).map(({HostPort}) => Number(HostPort));
		const free = [...new Set(chosen)].filter(number => !given.includes(number));
		return (bindings ?? []).map(({HostIp, HostPort}): PortMapping => {
			const [from = '', to] = HostPort.split('-');
			if (from !== '' && to === undefined) return {hostIP: HostIp, hostPort: Number(from), ...port};
			const found = free.shift();
			if (found !== undefined || to === undefined) return {hostIP: HostIp, hostPort: found, ...port};
			return {hostIP: HostIp, hostPort: Number(from), hostPortTo: Number(to), ...port};
		});
	});
}
