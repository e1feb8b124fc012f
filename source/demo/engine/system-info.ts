import {arch, hostname, release} from 'node:os';
import {goTime, nanosOf} from './clock.ts';
import type {Daemon} from './daemon.ts';
import {goArch} from './images.ts';
import {apiVersions} from './router.ts';

/** What the engine says it is: a Docker of today, with a suffix that is honest about it. */
export const serverVersion = '28.5.0+k3dui';

/** How the engine names itself wherever there is room. */
export const honestName = "k3dui's built-in engine: nothing here is real";

/** `GET /version` */
export function versionJson({startedAt}: Daemon): Record<string, unknown> {
	const details = {
		ApiVersion: apiVersions.newest,
		Arch: goArch(),
		BuildTime: goTime(nanosOf(startedAt)),
		Experimental: 'false',
		GitCommit: 'k3dui',
		GoVersion: `node ${process.version}`,
		KernelVersion: release(),
		MinAPIVersion: apiVersions.oldest,
		Os: 'linux',
	};
	return {
		Platform: {Name: honestName},
		Components: [{Name: 'Engine', Version: serverVersion, Details: details}],
		Version: serverVersion,
		...details,
		Experimental: false,
	};
}

/** `GET /info` */
export function infoJson(daemon: Daemon): Record<string, unknown> {
	const containers = daemon.containers.list();
	const running = containers.filter(container => container.running).length;
	return {
		ID: daemon.id,
		Containers: containers.length,
		ContainersRunning: running,
		ContainersPaused: 0,
		ContainersStopped: containers.length - running,
		Images: daemon.images.list().length,
		Driver: 'overlay2',
		DriverStatus: [['Backing Filesystem', 'memory']],
		Plugins: {Volume: ['local'], Network: ['bridge', 'host', 'null'], Authorization: null, Log: ['json-file']},
		MemoryLimit: true,
		SwapLimit: true,
		CpuCfsPeriod: true,
		CpuCfsQuota: true,
		CPUShares: true,
		CPUSet: true,
		PidsLimit: true,
		IPv4Forwarding: true,
		Debug: false,
		NFd: 0,
		OomKillDisable: false,
		NGoroutines: 0,
		SystemTime: goTime(daemon.clock.nanos()),
		LoggingDriver: 'json-file',
		CgroupDriver: 'systemd',
		CgroupVersion: '2',
		NEventsListener: daemon.events.listeners,
		KernelVersion: release(),
		OperatingSystem: honestName,
		OSVersion: '',
		OSType: 'linux',
		Architecture: {x64: 'x86_64', arm64: 'aarch64'}[arch() as string] ?? arch(),
		IndexServerAddress: 'https://index.docker.io/v1/',
		RegistryConfig: {IndexConfigs: {}, InsecureRegistryCIDRs: ['127.0.0.0/8'], Mirrors: null},
		NCPU: daemon.cpus,
		MemTotal: daemon.memory,
		GenericResources: null,
		DockerRootDir: '/var/lib/docker',
		HttpProxy: '',
		HttpsProxy: '',
		NoProxy: '',
		Name: hostname(),
		Labels: ['dev.k3dui.engine=built-in'],
		ExperimentalBuild: false,
		ServerVersion: serverVersion,
		Runtimes: {runc: {path: 'runc'}},
		DefaultRuntime: 'runc',
		Swarm: {
			NodeID: '',
			NodeAddr: '',
			LocalNodeState: 'inactive',
			ControlAvailable: false,
			Error: '',
			RemoteManagers: null,
		},
		LiveRestoreEnabled: false,
		Isolation: '',
		InitBinary: 'docker-init',
		ContainerdCommit: {ID: ''},
		RuncCommit: {ID: ''},
		InitCommit: {ID: ''},
		SecurityOptions: ['name=seccomp,profile=builtin', 'name=cgroupns'],
		Warnings: null,
	};
}
