import {randomInt} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {writeFile} from 'node:fs/promises';
import type {Container} from 'dockerode';
import {parse, stringify} from 'yaml';
import {entrypointFiles, entrypointPath, hostsScriptPath} from '../../source/cluster/plan/entrypoint.ts';
import {findFreePort} from '../../source/lifecycle/networks/host-ports.ts';
import {putFile} from '../setup/container-files.ts';
import {recorded, recordedText} from '../setup/recorded.ts';
import type {World} from './world.ts';

/** A container as k3d made it, as far as k3d had a say. */
interface Recording {
	readonly Name: string;
	readonly Config: {
		readonly Hostname: string;
		readonly Image: string;
		readonly Env: string[];
		readonly Cmd: string[] | null;
		readonly Entrypoint: string[];
		readonly Labels: Record<string, string>;
		readonly ExposedPorts?: Record<string, object>;
	};
	readonly HostConfig: Record<string, unknown>;
	readonly NetworkSettings: {readonly Networks: Record<string, {readonly IPAMConfig: object | null}>};
}

interface RecordedNetwork {
	readonly Id: string;
	readonly Driver: string;
	readonly Options: Record<string, string>;
	readonly Labels: Record<string, string>;
	readonly IPAM: {readonly Config: readonly {readonly Subnet: string; readonly Gateway: string}[]};
}

/** Which files tell of a cluster. */
const clusters = {
	rec: {
		network: 'inspect/network-k3d-rec.json',
		container: (name: string) => `inspect/${name}.json`,
		first: 'k3d-rec-server-0',
		servers: [],
		agents: ['k3d-rec-agent-0', 'k3d-rec-agent-1'],
		proxy: 'k3d-rec-serverlb',
		registry: 'rec-reg',
		values: 'files/lb-values.yaml',
		// Its range was Docker's choice.
		range: undefined,
	},
	ha: {
		network: 'ha/network.json',
		container: (name: string) => `ha/inspect-${name.replace('k3d-ha-', '')}.json`,
		first: 'k3d-ha-server-0',
		servers: ['k3d-ha-server-1', 'k3d-ha-server-2'],
		agents: ['k3d-ha-agent-0'],
		proxy: 'k3d-ha-serverlb',
		registry: undefined,
		values: 'ha/lb-values.yaml',
		range: /172\.29\.0\./g,
	},
} as const;

/** The images of the recordings, by name and by id, and the tests' own for them. */
const recordedImages = {
	k3s: [
		'docker.io/rancher/k3s:v1.33.6-k3s1',
		'sha256:a5dd6c966423567aa18af6660d0edf10fb6952b94a3082ee741ee2c590ed608e',
	],
	proxy: ['ghcr.io/k3d-io/k3d-proxy:5.9.0', 'sha256:41d7331f2fc49965e8f4859a8b615c2a1b1013df689d30770ccd10a6ce10e245'],
	registry: ['docker.io/library/registry:2', undefined],
} as const;

/** What k3d waits for in the log of what it starts. */
const readyLines = {
	first: 'Containerd is now running',
	server: 'k3s is up and running',
	agent: 'Successfully registered node',
	loadbalancer: 'start worker processes',
} as const;

/** What of HostConfig k3d decides; the rest is the engine's. */
const decided = ['Binds', 'NetworkMode', 'PortBindings', 'RestartPolicy', 'Privileged', 'Tmpfs', 'UsernsMode', 'Init'];

/** A cluster that was made of containers like the recorded ones. */
export interface K3dMade {
	readonly name: string;
	/** A recorded text as it reads for this cluster: its names, images, host ports and network. */
	as(text: string): string;
	/** The host port that stands for a recorded one. */
	port(recorded: number): number;
	/** As `k3d node create extra` of the recording; the clone's name. */
	addExtra(): Promise<string>;
	/** As `k3d cluster stop`: one by one. The grace is shorter than Docker's, as it is wasted where nobody heeds the signal. */
	stop(): Promise<void>;
}

/**
 * Makes a recorded cluster on the world's engine as k3d v5.9.0 made it: the containers of the recorded inspections with
 * k3d's files in them, in k3d's order, each waited for by its line in the log; hosts files, the registry's ConfigMap and
 * the kubeconfig afterwards. Names, images, host ports and address ranges are the test's. Without `subnet`, the cluster
 * is as k3d makes it where no --subnet was given: addresses are Docker's choice.
 */
export async function makeAsK3d(
	world: World,
	recording: keyof typeof clusters,
	{subnet = true}: {readonly subnet?: boolean} = {},
): Promise<K3dMade> {
	const {docker} = world.engine;
	const cluster = clusters[recording];
	const name = world.name();
	const [recordedNetwork] = recorded<[RecordedNetwork]>(cluster.network);
	const [range] = recordedNetwork.IPAM.Config;
	const ports = new Map<string, string>();
	for (const each of ['8080', '8443', '9000', '36267', '40475', '5100', '8090']) {
		let port = String(await findFreePort());
		while ([...ports.values()].includes(port)) port = String(await findFreePort());
		ports.set(each, port);
	}
	const images: [string, string][] = [];
	for (const [image, [reference, id]] of Object.entries(recordedImages)) {
		const own = world.images[image as keyof typeof recordedImages];
		images.push([reference, own]);
		if (id !== undefined) images.push([id, (await docker.getImage(own).inspect()).Id]);
	}
	const here = `10.${150 + randomInt(100)}.0.`;
	const rename = (text: string) =>
		[
			...images,
			...['36267', '40475', '5100'].map(port => [new RegExp(`\\b${port}\\b`, 'g'), ports.get(port) ?? ''] as const),
		]
			.reduce((result, [from, to]) => result.replaceAll(from, to), text)
			.replace(/("HostPort":\s*")(8080|8443|9000|8090)"/g, (_, key, port) => `${key}${ports.get(port)}"`)
			.replace(/\bk3d-extra-0\b/g, `k3d-${name}-extra-0`)
			.replace(new RegExp(`\\b${recording}\\b`, 'g'), name)
			.replace(cluster.range ?? /$^/, here);

	const networkName = `k3d-${name}`;
	const {Driver, Options, Labels} = recordedNetwork;
	const IPAM = {Config: [JSON.parse(rename(JSON.stringify(range)))]};
	const network = await docker.createNetwork({
		...{Name: networkName, Driver, Options, Labels, CheckDuplicate: true},
		...(cluster.range && subnet ? {IPAM} : {}),
	});
	const {Id: networkId, IPAM: used} = (await network.inspect()) as RecordedNetwork;
	const [{Subnet, Gateway} = {Subnet: '', Gateway: ''}] = used.Config;
	const as = (text: string) =>
		rename(text)
			.replaceAll(recordedNetwork.Id, networkId)
			.replaceAll(range?.Subnet ?? '', Subnet)
			.replaceAll(range?.Gateway ?? '', Gateway);

	const volume = recorded<[{Labels: Record<string, string>}]>('inspect/volume-k3d-rec-images.json');
	const [{Labels: volumeLabels}] = volume;
	await docker.createVolume({
		Name: `${networkName}-images`,
		Labels: {...volumeLabels, 'k3d.cluster': name},
	});

	const create = async (recordedName: string, files: readonly (readonly [string, string, number?])[]) => {
		const [inspection] = JSON.parse(as(recordedText(cluster.container(recordedName)))) as [Recording];
		const container = await docker.createContainer(
			bodyOf(subnet ? inspection : withoutAddress(inspection), networkName),
		);
		for (const [location, content, mode] of files) await putFile(container, location, content, mode);
		return container;
	};
	const scripts = entrypointFiles({
		fixes: {dns: true, cgroupV2: false, mounts: true},
		...{gateway: Gateway, hostName: undefined, hostAliases: []},
	}).filter(({path}) => path !== entrypointPath && path !== hostsScriptPath);
	const umbrella = readFileSync(new URL('k3d-entrypoint.sh', import.meta.url), 'utf8');
	const nodeFiles = [
		[entrypointPath, umbrella, 0o744] as const,
		...scripts.map(({path, content, mode}) => [path, content, mode] as const),
		...(cluster.registry
			? [['/etc/rancher/k3s/registries.yaml', as(recordedText('files/registries.yaml'))] as const]
			: []),
	];

	// Made first, then started: the server that the others join, the other servers one by one, the agents, the rest.
	const registry = cluster.registry && (await create(cluster.registry, []));
	if (registry) await network.connect({Container: registry.id});
	const first = await create(cluster.first, nodeFiles);
	const others: [Container, string][] = [];
	for (const server of cluster.servers) others.push([await create(server, nodeFiles), readyLines.server]);
	const agents: Container[] = [];
	for (const agent of cluster.agents) agents.push(await create(agent, nodeFiles));
	const proxy = await create(cluster.proxy, [['/etc/confd/values.yaml', as(recordedText(cluster.values)), 0o744]]);

	await startUntil(first, cluster.servers.length > 0 ? readyLines.first : readyLines.server);
	for (const [server, line] of others) await startUntil(server, line);
	await Promise.all(agents.map(agent => startUntil(agent, readyLines.agent)));
	await Promise.all([registry?.start(), startUntil(proxy, readyLines.loadbalancer)]);

	const hosts = cluster.registry
		? ['10.9.8.7 db.test', `${Gateway} host.k3d.internal`]
		: [`${Gateway} host.k3d.internal`];
	const knowHosts = (container: string) =>
		world.docker('exec', container, 'sh', '-c', `printf '%s\\n' "$@" >>/etc/hosts`, 'sh', ...hosts);
	// k3d forgets the first of several servers.
	const knowing = [...(others.length > 0 ? others.map(([server]) => server) : [first]), ...agents];
	await Promise.all(knowing.map(({id}) => knowHosts(id)));
	if (registry) await announceRegistry(first, world, as);
	await writeKubeconfig(world, name, first.id, ports.get(recording === 'rec' ? '36267' : '40475') ?? '');

	return {
		name,
		as,
		port: each => Number(ports.get(String(each))),
		async addExtra() {
			const extra = await create('k3d-extra-0', nodeFiles);
			await startUntil(extra, readyLines.agent);
			await world.docker('exec', extra.id, 'sh', '-c', `echo '${Gateway} host.k3d.internal' >>/etc/hosts`);
			return `k3d-${name}-extra-0`;
		},
		async stop() {
			const ids = await world.docker('ps', '-q', '--filter', `label=k3d.cluster=${name}`);
			for (const id of ids.split('\n')) await world.docker('stop', '-t', '4', id);
		},
	};
}

/** A container as k3d makes it where no --subnet was given. */
function withoutAddress(inspection: Recording): Recording {
	const {'k3d.node.staticIP': _, ...Labels} = inspection.Config.Labels;
	return {...inspection, Config: {...inspection.Config, Labels}, NetworkSettings: {Networks: {}}};
}

/** What k3d asked Docker for. A load balancer and a registry start as their image says. */
function bodyOf({Name, Config, HostConfig, NetworkSettings}: Recording, network: string) {
	const {Hostname, Image, Env, Cmd, Entrypoint, Labels, ExposedPorts} = Config;
	const isNode = Entrypoint[0] === entrypointPath;
	const endpoint = Labels['k3d.role'] === 'registry' ? 'bridge' : network;
	return {
		name: Name.slice(1),
		...{Hostname, Image, Env, Labels, ...(ExposedPorts ? {ExposedPorts} : {})},
		...(isNode ? {Entrypoint, Cmd: Cmd ?? []} : {}),
		HostConfig: Object.fromEntries(decided.map(key => [key, HostConfig[key]])),
		NetworkingConfig: {
			EndpointsConfig: {[endpoint]: {IPAMConfig: NetworkSettings.Networks[endpoint]?.IPAMConfig ?? {}}},
		},
	};
}

/** Starts a container and returns when a line is in its log, as k3d does. */
async function startUntil(container: Container, line: string): Promise<void> {
	await container.start();
	const log = await container.logs({follow: true, stdout: true, stderr: true});
	let text = '';
	for await (const chunk of log) {
		text += String(chunk);
		if (text.includes(line)) return;
	}
	throw new Error(`${container.id} ended and never said "${line}":\n${text.slice(-2000)}`);
}

/** The ConfigMap that tells tools of a registry, applied inside a server. */
async function announceRegistry(server: Container, world: World, as: K3dMade['as']): Promise<void> {
	const {items} = recorded<{items: {metadata: {name: string; namespace: string}; data: object}[]}>(
		'kubernetes/configmaps_n_kubepublic.json',
	);
	const map = items.find(({metadata}) => metadata.name === 'local-registry-hosting');
	if (!map) throw new Error('the recording has no ConfigMap of a registry');
	const {name, namespace} = map.metadata;
	const file = '/tmp/localRegistryHostingCM.yaml';
	const text = stringify({apiVersion: 'v1', kind: 'ConfigMap', metadata: {name, namespace}, data: map.data});
	await putFile(server, file, as(text));
	await world.docker('exec', server.id, 'kubectl', 'apply', '-f', file);
}

/** Writes the world's kubeconfig as k3d would: what is in the node, with k3d's names and the address 0.0.0.0. */
async function writeKubeconfig(world: World, name: string, server: string, port: string): Promise<void> {
	const {clusters: [cluster] = [], users: [user] = []} = parse(
		await world.docker('exec', server, 'cat', '/output/kubeconfig.yaml'),
	) as {clusters: {cluster: object}[]; users: {user: object}[]};
	const context = `k3d-${name}`;
	const config = {
		...{apiVersion: 'v1', kind: 'Config', 'current-context': context},
		clusters: [{name: context, cluster: {...cluster?.cluster, server: `https://0.0.0.0:${port}`}}],
		users: [{name: `admin@${context}`, user: user?.user}],
		contexts: [{name: context, context: {cluster: context, user: `admin@${context}`}}],
	};
	await writeFile(world.kubeconfig, stringify(config), {mode: 0o600});
}
