import {Buffer} from 'node:buffer';
import {type ClusterSpec, defaultProxyImage, defaultSpec, k3dVersion} from '../cluster/cluster-spec.ts';
import {appName, labels} from '../cluster/labels.ts';
import {proxyConfigPath, proxyConfigText} from '../cluster/load-balancer/proxy-config.ts';
import type {PlannedContainer} from '../cluster/plan/cluster-plan.ts';
import {entrypointFiles} from '../cluster/plan/entrypoint.ts';
import {onNetwork} from '../cluster/plan/on-network.ts';
import {planCluster} from '../cluster/plan/plan-cluster.ts';
import {nanosOf} from './engine/clock.ts';
import type {Container} from './engine/container.ts';
import {createContainer} from './engine/container-create.ts';
import {startContainer} from './engine/container-run.ts';
import type {Daemon} from './engine/daemon.ts';

/** A cluster to put into an engine as if it had been there for long. */
export interface DemoCluster {
	readonly spec: Partial<ClusterSpec> & {readonly name: string};
	/** Host port of its API, free on this machine. */
	readonly apiPort: number;
	/** CIDR of its network; undefined lets the engine choose. */
	readonly subnet?: string;
	/** Milliseconds since it was made, and since it runs. */
	readonly madeAgo: number;
	readonly upAgo: number;
	readonly running: boolean;
	readonly isLight?: boolean;
	/** Files for its first server. */
	readonly files?: PlannedContainer['files'];
	/** What its containers wait for before they really begin. */
	readonly after: Promise<void>;
}

/** How fast stand-ins boot that pretend to run already. */
const bootSpeed = {K3S_STAND_IN_SPEED: '25'};

/** The log is dated back for so many milliseconds: until everything has booted. */
const bootTime = 15_000;

function putFiles(container: Container, files: PlannedContainer['files']): void {
	for (const {path, content, mode} of files)
		container.files.put(path, {data: Buffer.from(content), mode, mtime: Number(container.nanos / 1_000_000n)});
}

/** Resolves when a container logs a line with this text. */
function logged(container: Container, text: string): Promise<void> {
	return new Promise(resolve => {
		const stop = container.log.subscribe(({data}) => {
			if (!data.includes(text)) return;
			stop();
			resolve();
		});
	});
}

/** Starts a container as one that runs since long ago. */
async function startInPast(daemon: Daemon, container: Container, upAgo: number, after: Promise<void>): Promise<void> {
	container.past = {ago: upAgo, env: bootSpeed, after};
	container.log.ago = upAgo;
	await startContainer(daemon, container, nanosOf(daemon.clock.now() - upAgo));
	setTimeout(() => {
		container.log.ago = 0;
	}, bootTime).unref();
}

/** Makes a cluster exactly as k3dui makes them (the plan is the same), with a past. @returns its containers by name */
export async function addDemoCluster(daemon: Daemon, demo: DemoCluster): Promise<Map<string, Container>> {
	const {spec: given, apiPort, subnet, madeAgo, upAgo, running, isLight = false, files: givenFiles = [], after} = demo;
	const spec: ClusterSpec = {
		...defaultSpec(given.name),
		apiPort: `127.0.0.1:${apiPort}`,
		...(subnet && {subnet}),
		...given,
	};
	const made = nanosOf(daemon.clock.now() - madeAgo);
	const plan = planCluster(spec, {
		networkExists: false,
		freePort: apiPort,
		apiHostIP: undefined,
		randomToken: `demo${given.name.replace(/[^a-zA-Z]/g, '')}`.padEnd(20, 'x').slice(0, 20),
		proxyImage: defaultProxyImage,
		useEntrypoint: true,
	});
	const fixed = plan.network.subnet !== undefined && plan.network.subnet !== 'auto';
	let network = daemon.networks.create(
		{
			Name: plan.network.name,
			Labels: {[labels.app]: appName},
			...(fixed && {IPAM: {Config: [{Subnet: plan.network.subnet ?? ''}]}}),
		},
		made,
	);
	if (plan.network.subnet === 'auto') {
		// Kept as asked for, so that addresses can be fixed.
		const range = network.pool?.cidr ?? '';
		daemon.networks.remove(network.id);
		network = daemon.networks.create(
			{Name: plan.network.name, Labels: {[labels.app]: appName}, IPAM: {Config: [{Subnet: range}]}},
			made,
		);
	}
	for (const volume of plan.volumes)
		daemon.volumes.create(
			{Name: volume, Labels: {[labels.app]: appName, [labels.cluster]: given.name, [labels.version]: k3dVersion}},
			made,
		);
	const placed = onNetwork(plan, {id: network.id, range: network.pool?.cidr});
	const fixes = {dns: true, cgroupV2: true, mounts: true};
	const scripts = entrypointFiles({
		fixes,
		gateway: network.pool?.gateway,
		hostName: undefined,
		hostAliases: plan.hostAliases,
	});
	const containers = new Map<string, Container>();
	for (const {name, role, body, files} of placed.containers) {
		const container = createContainer(
			daemon,
			name,
			{...body},
			{
				nanos: made + BigInt(containers.size),
				isLight: isLight && role !== 'loadbalancer',
			},
		);
		const own =
			role === 'loadbalancer' && plan.proxy
				? [{path: proxyConfigPath, mode: 0o744, content: proxyConfigText(plan.proxy)}]
				: files;
		putFiles(container, role === 'loadbalancer' ? own : isLight ? [] : scripts);
		containers.set(name, container);
	}
	const [first] = containers.values();
	if (first) putFiles(first, givenFiles);
	if (running) await startAll(daemon, [...containers.values()], {upAgo, isLight, after});
	else
		for (const container of containers.values()) pretendStopped(container, made, nanosOf(daemon.clock.now() - upAgo));
	if (!running && first)
		void after.then(async () => (await import('./engine/past-kubeconfig.ts')).leaveKubeconfig(daemon, first));
	return containers;
}

async function startAll(
	daemon: Daemon,
	containers: readonly Container[],
	{upAgo, isLight, after}: Pick<DemoCluster, 'upAgo' | 'after'> & {isLight: boolean},
): Promise<void> {
	let before = after;
	const role = (container: Container) => container.config.Labels[labels.role];
	for (const container of containers) {
		if (role(container) === 'loadbalancer') continue;
		const waits = before;
		// Servers join etcd one after another; agents find their own time.
		if (role(container) === 'server' && !isLight) before = logged(container, 'k3s is up and running');
		await startInPast(daemon, container, upAgo, waits);
	}
	for (const container of containers)
		if (role(container) === 'loadbalancer') await startInPast(daemon, container, upAgo - 2000, after);
}

/** Gives a container a life that is over. */
function pretendStopped(container: Container, started: bigint, stopped: bigint): void {
	const role = container.config.Labels[labels.role];
	container.status = 'exited';
	container.startedAt = started;
	container.finishedAt = stopped;
	container.exitCode = role === 'loadbalancer' ? 137 : 1;
	container.stoppedByHand = true;
	const line = (nanos: bigint, level: string, message: string) => {
		const time = new Date(Number(nanos / 1_000_000n)).toISOString().slice(0, 19);
		container.log.add(nanos, 2, `time="${time}Z" level=${level} msg=${JSON.stringify(message)}`);
	};
	if (role === 'loadbalancer') {
		const time = new Date(Number(started / 1_000_000n)).toISOString().slice(0, 19);
		container.log.add(
			started,
			2,
			`${time.replaceAll('-', '/').replace('T', ' ')} [notice] 1#1: start worker processes`,
		);
		return;
	}
	const second = 1_000_000_000n;
	line(
		started,
		'info',
		`Starting k3s${role === 'agent' ? ' agent' : ''} v1.36.4+k3s1 (k3dui's stand-in for k3s: not k3s, it runs no containers)`,
	);
	line(started + 3n * second, 'info', 'Containerd is now running');
	line(
		started + 5n * second,
		'info',
		role === 'server' ? 'k3s is up and running' : `Successfully registered node ${container.name}`,
	);
	line(stopped, 'info', 'Received signal: shutting down');
}

/** Makes a registry as `k3d registry create` does, running, and attaches it to networks. */
export async function addDemoRegistry(
	daemon: Daemon,
	{
		name,
		port,
		networks,
		madeAgo,
		upAgo,
		after,
	}: {
		name: string;
		port: number;
		networks: readonly string[];
		madeAgo: number;
		upAgo: number;
		after: Promise<void>;
	},
): Promise<Container> {
	const container = createContainer(
		daemon,
		name,
		{
			Hostname: name,
			Image: 'docker.io/library/registry:2',
			Env: ['K3S_KUBECONFIG_OUTPUT=/output/kubeconfig.yaml'],
			Labels: {
				[labels.app]: appName,
				[labels.version]: k3dVersion,
				[labels.role]: 'registry',
				[labels.cluster]: '',
				[labels.registryHost]: '127.0.0.1',
				[labels.registryHostIP]: '127.0.0.1',
				[labels.registryExternalPort]: String(port),
				[labels.registryInternalPort]: '5000',
			},
			ExposedPorts: {'5000/tcp': {}},
			HostConfig: {
				NetworkMode: 'bridge',
				PortBindings: {'5000/tcp': [{HostIp: '127.0.0.1', HostPort: String(port)}]},
				RestartPolicy: {Name: 'unless-stopped'},
				Privileged: true,
				UsernsMode: 'host',
				Init: true,
				Tmpfs: {'/run': '', '/var/run': ''},
			},
		},
		{nanos: nanosOf(daemon.clock.now() - madeAgo)},
	);
	for (const network of networks) container.networks.set(network, {});
	await startInPast(daemon, container, upAgo, after);
	return container;
}
