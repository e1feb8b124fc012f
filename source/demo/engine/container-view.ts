import {goTime, never} from './clock.ts';
import type {Container} from './container.ts';
import type {Daemon} from './daemon.ts';
import {portKey} from './published-ports.ts';
import {mountpointOf} from './volumes.ts';

const docker = (id: string) => `/var/lib/docker/containers/${id}`;

/** How Docker words a time that has passed (docker/go-units HumanDuration). */
function duration(seconds: number): string {
	if (seconds < 1) return 'Less than a second';
	if (seconds < 2) return '1 second';
	if (seconds < 60) return `${Math.floor(seconds)} seconds`;
	const minutes = Math.floor(seconds / 60);
	if (minutes === 1) return 'About a minute';
	if (minutes < 60) return `${minutes} minutes`;
	const hours = Math.round(seconds / 3600);
	if (hours === 1) return 'About an hour';
	if (hours < 48) return `${hours} hours`;
	if (hours < 24 * 7 * 2) return `${Math.floor(hours / 24)} days`;
	if (hours < 24 * 30 * 2) return `${Math.floor(hours / 24 / 7)} weeks`;
	return `${Math.floor(hours / 24 / 30)} months`;
}

/** `Up 3 minutes` */
function statusText(container: Container, now: number): string {
	const ago = (nanos: bigint | undefined) => duration((now - Number((nanos ?? 0n) / 1_000_000n)) / 1000);
	switch (container.status) {
		case 'running':
			return `Up ${ago(container.startedAt)}`;
		case 'restarting':
			return `Restarting (${container.exitCode}) ${ago(container.finishedAt)} ago`;
		case 'exited':
			return container.finishedAt === undefined
				? 'Created'
				: `Exited (${container.exitCode}) ${ago(container.finishedAt)} ago`;
		case 'removing':
			return 'Removal In Progress';
		default:
			return 'Created';
	}
}

/** The settings of a container's networks: addresses while it runs, wishes always. */
export function networkSettings(daemon: Daemon, container: Container): Record<string, unknown> {
	const entries = [...container.networks].map(([name, wish]) => {
		const network = daemon.networks.find(name);
		const endpoint = network?.endpoints.get(container.id);
		const isDefault = name === 'bridge' || name === 'host' || name === 'none';
		const aliases = isDefault
			? null
			: [...(wish.Aliases ?? []), container.id.slice(0, 12), container.config.Hostname ?? ''];
		return [
			name,
			{
				IPAMConfig: wish.IPAMConfig ?? null,
				Links: wish.Links ?? null,
				Aliases: aliases && [...new Set(aliases)],
				MacAddress: endpoint?.mac ?? '',
				DriverOpts: wish.DriverOpts ?? null,
				GwPriority: 0,
				NetworkID: network?.id ?? '',
				EndpointID: endpoint?.id ?? '',
				Gateway: endpoint?.address ? (network?.pool?.gateway ?? '') : '',
				IPAddress: endpoint?.address ?? '',
				IPPrefixLen: endpoint?.address ? (network?.pool?.bits ?? 0) : 0,
				IPv6Gateway: '',
				GlobalIPv6Address: '',
				GlobalIPv6PrefixLen: 0,
				DNSNames: isDefault ? null : [...new Set([container.name, ...(aliases ?? [])])],
			},
		];
	});
	return Object.fromEntries(entries);
}

/** Mounts as the API shows them. @param short as the list does: without the source of anonymous volumes */
export function mountsJson({mounts}: Container, short: boolean): Record<string, unknown>[] {
	return mounts.map(({type, destination, volume, source, mode, writable}) =>
		volume
			? {
					Type: type,
					Name: volume.name,
					Source: short && volume.anonymous ? '' : mountpointOf(volume.name),
					Destination: destination,
					Driver: 'local',
					Mode: mode,
					RW: writable,
					Propagation: '',
				}
			: {
					Type: type,
					Source: source,
					Destination: destination,
					Mode: mode,
					RW: writable,
					Propagation: type === 'bind' ? 'rprivate' : '',
				},
	);
}

/** Ports as the list shows them: published ones, and those that are only exposed. */
function portsJson(container: Container): Record<string, unknown>[] {
	if (!container.running) return [];
	const bound = container.ports.map(({key, hostIp, hostPort}) => {
		const [port, Type] = key.split('/');
		return {IP: hostIp, PrivatePort: Number(port), PublicPort: hostPort, Type};
	});
	const published = new Set(container.ports.map(({key}) => key));
	const exposed = Object.keys(container.config.ExposedPorts ?? {})
		.map(portKey)
		.filter(key => !published.has(key))
		.map(key => ({PrivatePort: Number.parseInt(key, 10), Type: key.split('/')[1]}));
	return [...bound, ...exposed];
}

/** A container as `GET /containers/json` shows it. */
export function containerSummary(daemon: Daemon, container: Container, size: boolean): Record<string, unknown> {
	const {id, name, config, image, argv} = container;
	return {
		Id: id,
		Names: [`/${name}`],
		Image: config.Image,
		ImageID: image.id,
		Command: argv.map(word => (/[\s"']/.test(word) ? `'${word}'` : word)).join(' '),
		Created: Number(container.nanos / 1_000_000_000n),
		Ports: portsJson(container),
		...(size && {SizeRw: container.files.layer.size, SizeRootFs: image.layers.reduce((sum, layer) => sum + layer, 0)}),
		Labels: config.Labels,
		State: container.status,
		Status: statusText(container, daemon.clock.now()),
		HostConfig: {NetworkMode: container.hostConfig.NetworkMode},
		NetworkSettings: {Networks: networkSettings(daemon, container)},
		Mounts: mountsJson(container, true),
	};
}

function boundPorts(container: Container): Record<string, unknown> {
	if (!container.running) return {};
	const keys = new Set([
		...Object.keys(container.config.ExposedPorts ?? {}).map(portKey),
		...container.ports.map(({key}) => key),
	]);
	return Object.fromEntries(
		[...keys].sort().map(key => {
			const bindings = container.ports
				.filter(port => port.key === key)
				.map(({hostIp, hostPort}) => ({HostIp: hostIp, HostPort: String(hostPort)}));
			return [key, bindings.length > 0 ? bindings : null];
		}),
	);
}

/** A container as `GET /containers/{id}/json` shows it. */
export function containerJson(daemon: Daemon, container: Container, size: boolean): Record<string, unknown> {
	const {id, name, config, image, argv, status} = container;
	const networks = networkSettings(daemon, container);
	const bridge = (networks.bridge ?? {}) as Record<string, unknown>;
	return {
		Id: id,
		Created: goTime(container.nanos),
		Path: argv[0] ?? '',
		Args: argv.slice(1),
		State: {
			Status: status,
			Running: status === 'running' || status === 'restarting',
			Paused: false,
			Restarting: status === 'restarting',
			OOMKilled: false,
			Dead: false,
			Pid: container.pid,
			ExitCode: container.exitCode,
			Error: container.error,
			StartedAt: container.startedAt === undefined ? never : goTime(container.startedAt),
			FinishedAt: container.finishedAt === undefined ? never : goTime(container.finishedAt),
		},
		Image: image.id,
		ResolvConfPath: `${docker(id)}/resolv.conf`,
		HostnamePath: `${docker(id)}/hostname`,
		HostsPath: `${docker(id)}/hosts`,
		LogPath: `${docker(id)}/${id}-json.log`,
		Name: `/${name}`,
		RestartCount: container.restartCount,
		Driver: 'overlay2',
		Platform: 'linux',
		MountLabel: '',
		ProcessLabel: '',
		AppArmorProfile: '',
		ExecIDs: runningExecs(daemon, container),
		HostConfig: container.hostConfig,
		GraphDriver: {Data: null, Name: 'overlay2'},
		...(size && {SizeRw: container.files.layer.size, SizeRootFs: image.layers.reduce((sum, layer) => sum + layer, 0)}),
		Mounts: mountsJson(container, false),
		Config: config,
		NetworkSettings: {
			Bridge: '',
			SandboxID: container.running ? id.split('').reverse().join('') : '',
			SandboxKey: container.running ? `/var/run/docker/netns/${id.slice(0, 12)}` : '',
			Ports: boundPorts(container),
			HairpinMode: false,
			LinkLocalIPv6Address: '',
			LinkLocalIPv6PrefixLen: 0,
			SecondaryIPAddresses: null,
			SecondaryIPv6Addresses: null,
			EndpointID: bridge.EndpointID ?? '',
			Gateway: bridge.Gateway ?? '',
			GlobalIPv6Address: '',
			GlobalIPv6PrefixLen: 0,
			IPAddress: bridge.IPAddress ?? '',
			IPPrefixLen: bridge.IPPrefixLen ?? 0,
			IPv6Gateway: '',
			MacAddress: bridge.MacAddress ?? '',
			Networks: networks,
		},
	};
}

function runningExecs(daemon: Daemon, {execs}: Container): string[] | null {
	const running = [...execs].filter(id => daemon.execs.get(id)?.state === 'running');
	return running.length > 0 ? running : null;
}
