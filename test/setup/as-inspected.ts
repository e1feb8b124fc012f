import type {ContainerBody} from '../../source/cluster/plan/cluster-plan.ts';

/** A container as `docker inspect` shows it, as far as somebody who makes it has a say. */
export interface Inspected {
	readonly Config: Readonly<Record<string, unknown>> & {readonly Env: readonly string[] | null};
	readonly HostConfig: Readonly<Record<string, unknown>>;
	readonly NetworkSettings: {
		readonly Networks: Readonly<Record<string, {readonly IPAMConfig: unknown} & Readonly<Record<string, unknown>>>>;
	};
}

/** What a maker decides. */
export interface Decisions {
	readonly config: Readonly<Record<string, unknown>>;
	readonly host: Readonly<Record<string, unknown>>;
	/** By network: what it was told of the address. */
	readonly addresses: Readonly<Record<string, unknown>>;
}

/** What the engine of the recordings, Docker 20.10, puts where a maker says nothing. */
const configDefaults = {
	Domainname: '',
	User: '',
	AttachStdin: false,
	AttachStdout: false,
	AttachStderr: false,
	Tty: false,
	OpenStdin: false,
	StdinOnce: false,
	WorkingDir: '',
	OnBuild: null,
};

const hostDefaults = {
	...{ContainerIDFile: '', LogConfig: {Type: 'json-file', Config: {}}, AutoRemove: false, VolumeDriver: ''},
	...{VolumesFrom: null, CapAdd: null, CapDrop: null, CgroupnsMode: 'host', Dns: null, DnsOptions: null},
	...{DnsSearch: null, ExtraHosts: null, GroupAdd: null, IpcMode: 'private', Cgroup: '', Links: null, OomScoreAdj: 0},
	...{PidMode: '', PublishAllPorts: false, ReadonlyRootfs: false, UTSMode: '', ShmSize: 67_108_864, Runtime: 'shim'},
	...{ConsoleSize: [0, 0], Isolation: '', CpuShares: 0, Memory: 0, NanoCpus: 0, CgroupParent: '', BlkioWeight: 0},
	...{BlkioWeightDevice: null, BlkioDeviceReadBps: null, BlkioDeviceWriteBps: null, BlkioDeviceReadIOps: null},
	...{BlkioDeviceWriteIOps: null, CpuPeriod: 0, CpuQuota: 0, CpuRealtimePeriod: 0, CpuRealtimeRuntime: 0},
	...{CpusetCpus: '', CpusetMems: '', Devices: null, DeviceCgroupRules: null, DeviceRequests: null, KernelMemory: 0},
	...{KernelMemoryTCP: 0, MemoryReservation: 0, MemorySwap: 0, MemorySwappiness: null, OomKillDisable: false},
	...{PidsLimit: null, Ulimits: null, CpuCount: 0, CpuPercent: 0, IOMaximumIOps: 0, IOMaximumBandwidth: 0},
	...{MaskedPaths: null, ReadonlyPaths: null},
	// Because it is privileged.
	SecurityOpt: ['label=disable'],
};

/** Docker keeps the API's port without its protocol, as k3d sends it; and nothing where there is none. */
function withProtocol(ports: unknown): Record<string, unknown> {
	return Object.fromEntries(
		Object.entries((ports ?? {}) as object).map(([key, value]) => [key.includes('/') ? key : `${key}/tcp`, value]),
	);
}

/** What comes from the recorded images and not from who made the container. */
const imageEnv = /^(PATH|CRI_CONFIG_FILE)=/;

/** What a container that was made is like; the image's own settings are left out. */
export function decisionsOf({Config, HostConfig, NetworkSettings}: Inspected, ownEntrypoint: boolean): Decisions {
	const {Volumes: _, StopSignal: __, Entrypoint, ...config} = Config;
	const published = withProtocol(HostConfig.PortBindings);
	// The proxy's image exposes a port that nobody publishes.
	const exposed = Object.entries(withProtocol(Config.ExposedPorts)).filter(([port]) => port in published);
	return {
		config: {
			...config,
			...(ownEntrypoint ? {Entrypoint} : {}),
			Env: (Config.Env ?? []).filter(entry => !imageEnv.test(entry)),
			Cmd: Config.Cmd ?? [],
			ExposedPorts: Object.fromEntries(exposed),
		},
		host: {...HostConfig, PortBindings: published},
		addresses: Object.fromEntries(
			Object.entries(NetworkSettings.Networks).map(([network, {IPAMConfig}]) => [network, IPAMConfig]),
		),
	};
}

/** What a container would be like if it were made on the engine of the recordings. */
export function decisionsIn({HostConfig, NetworkingConfig, ...config}: ContainerBody): Decisions {
	return {
		config: {...configDefaults, ...config, ExposedPorts: withProtocol(config.ExposedPorts)},
		host: {
			...hostDefaults,
			...HostConfig,
			RestartPolicy: {MaximumRetryCount: 0, ...HostConfig.RestartPolicy},
			PortBindings: withProtocol(HostConfig.PortBindings),
		},
		addresses: Object.fromEntries(
			Object.entries(NetworkingConfig.EndpointsConfig).map(([network, {IPAMConfig}]) => [network, IPAMConfig ?? null]),
		),
	};
}
