import {defaultK3sImage, defaultProxyImage} from '../cluster/cluster-spec.ts';
import {addDemoCluster, addDemoRegistry} from './demo-cluster.ts';
import {manifestPath, shopManifest} from './demo-workloads.ts';
import {nanosOf} from './engine/clock.ts';
import type {Daemon} from './engine/daemon.ts';
import {findInCatalog} from './engine/image-catalog.ts';
import {splitReference} from './engine/images.ts';
import {startEngine} from './engine/start-engine.ts';
import {failNowAndThen} from './failing-node.ts';
import {freePorts} from './free-ports.ts';

/** What is there at the start: `small` shows something on every panel, `large` has 100 clusters and 1,000 nodes. */
export const demoWorlds = ['small', 'empty', 'large'] as const;
export type DemoWorld = (typeof demoWorlds)[number];

export interface DemoOptions {
	readonly world?: DemoWorld;
	/** Milliseconds since the epoch. */
	readonly now?: () => number;
	readonly random?: () => number;
	/** Divides the time that pulls pretend to take; Infinity for none. */
	readonly pullSpeed?: number;
	/** The pace of k3s stand-ins (k3s/pace.ts). */
	readonly standInEnv?: Readonly<Record<string, string>>;
}

/** A running demonstration. */
export interface Demo {
	/** The engine's address in DOCKER_HOST's form, `unix:///tmp/...`: only this user can reach it. */
	readonly host: string;
	/** Ends it; nothing is left. */
	close(): Promise<void>;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Milliseconds after the start in which nothing boots yet. */
const firstLook = 250;

/** Fewer heartbeats than a test wants: nodes are many here, and lost ones are still seen within seconds. */
const demoPace = {K3S_STAND_IN_HEARTBEAT: '5', K3S_STAND_IN_NODE_GRACE: '12'};

/** Starts the built-in engine with a world in it. Nothing of it is real but the socket and the published ports. */
export async function startDemo(options: DemoOptions = {}): Promise<Demo> {
	const {world = 'small', random = Math.random, standInEnv = demoPace, ...rest} = options;
	const engine = await startEngine({standInEnv, ...rest});
	// Booting loads and computes a lot; whoever waits for the first list of containers comes before that.
	const {promise: after, resolve: begin} = Promise.withResolvers<void>();
	try {
		if (world !== 'empty') addImages(engine.daemon);
		if (world === 'small') await makeSmallWorld(engine.daemon, random, after);
		if (world === 'large') await makeLargeWorld(engine.daemon, random, after);
	} catch (error) {
		await engine.close();
		throw error;
	}
	const timer = setTimeout(begin, firstLook);
	return {
		host: engine.host,
		close() {
			clearTimeout(timer);
			return engine.close();
		},
	};
}

function addImages({images, clock}: Daemon): void {
	for (const [index, reference] of [
		defaultK3sImage,
		defaultProxyImage,
		'ghcr.io/k3d-io/k3d-tools:5.9.0',
		'registry:2',
		'busybox:latest',
	].entries()) {
		const {repository, tag} = splitReference(reference);
		const found = findInCatalog(repository, tag);
		if (found && found !== 'no-tag')
			images.add(found, reference, undefined, {made: nanosOf(clock.now() - (20 + 9 * index) * day)});
	}
}

async function makeSmallWorld(daemon: Daemon, random: () => number, after: Promise<void>): Promise<void> {
	const [dev = 0, web = 0, secure = 0, staging = 0, production = 0, registry = 0] = await freePorts(6);
	await addDemoCluster(daemon, {
		spec: {
			name: 'dev',
			agents: 2,
			ports: [
				{value: `127.0.0.1:${web}:80`, filters: ['loadbalancer']},
				{value: `127.0.0.1:${secure}:443`, filters: ['loadbalancer']},
			],
		},
		apiPort: dev,
		madeAgo: 6 * day,
		upAgo: 5 * hour + 12 * minute,
		running: true,
		files: [{path: manifestPath, content: shopManifest, mode: 0o600}],
		after,
	});
	await addDemoCluster(daemon, {
		spec: {name: 'staging', agents: 1},
		apiPort: staging,
		madeAgo: 12 * day,
		upAgo: 2 * day,
		running: false,
		after,
	});
	const nodes = await addDemoCluster(daemon, {
		spec: {name: 'production', servers: 3, agents: 2},
		apiPort: production,
		madeAgo: 33 * day,
		upAgo: 26 * hour,
		running: true,
		after,
	});
	await addDemoRegistry(daemon, {
		name: 'k3d-registry',
		port: registry,
		networks: ['k3d-dev'],
		madeAgo: 20 * day,
		upAgo: 5 * hour,
		after,
	});
	const weak = nodes.get('k3d-production-agent-1');
	if (weak) failNowAndThen(daemon, weak, random);
}

/** 100 clusters of ten nodes: every seventh is stopped, every fifth has three servers. */
async function makeLargeWorld(daemon: Daemon, random: () => number, after: Promise<void>): Promise<void> {
	const count = 100;
	const ports = await freePorts(count);
	for (const [index, apiPort] of ports.entries()) {
		const servers = index % 5 === 4 ? 3 : 1;
		const up = hour * (1 + Math.floor(200 * random()));
		await addDemoCluster(daemon, {
			spec: {name: `team-${String(index + 1).padStart(3, '0')}`, servers, agents: 10 - servers},
			apiPort,
			subnet: `10.${100 + Math.floor(index / 50)}.${(index % 50) * 4}.0/24`,
			madeAgo: up + day * Math.floor(60 * random()),
			upAgo: up,
			running: index % 7 !== 6,
			isLight: true,
			after,
		});
	}
}
