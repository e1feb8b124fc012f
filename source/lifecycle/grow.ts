import type {ContainerBody} from '../cluster/cluster-plan.ts';
import {labels} from '../cluster/labels.ts';
import type {Cluster, Node} from '../cluster/model.ts';
import {type NodeInspection, nextNames, planNode, serverGrowthProblem} from '../cluster/plan-node.ts';
import {Problem} from '../cluster/problem.ts';
import {type ProxyConfig, withNode} from '../cluster/proxy-config.ts';
import {freeAddresses, parseSubnet} from '../cluster/subnet.ts';
import {createContainer, inspectContainer, removeContainer} from '../engine/containers.ts';
import {imageEnv} from '../engine/images.ts';
import {findNetwork, type Network} from '../engine/networks.ts';
import type {KubernetesApi} from '../kubernetes/api.ts';
import type {LifecycleContext} from './context.ts';
import {ensureImage, startNodeContainer} from './create-cluster.ts';
import {type Deaths, watchDeaths} from './deaths.ts';
import {findCluster} from './find.ts';
import {hostAliasesOf, putEntrypoint} from './hosts.ts';
import type {GrowOptions} from './lifecycle.ts';
import {readProxyConfig, writeProxyConfig} from './load-balancer.ts';
import type {Run} from './operation.ts';
import {NodeWatch, waitForApi} from './readiness.ts';
import {type EngineFacts, engineFacts} from './surroundings.ts';

type WorkerRole = 'server' | 'agent';

interface Peer {
	readonly node: Node;
	readonly role: WorkerRole;
	readonly inspection: NodeInspection;
	/** The address Docker was told to give it; undefined for one that Docker chose. */
	readonly fixedAddress: string | undefined;
}

interface NewNode {
	readonly name: string;
	readonly role: WorkerRole;
	readonly body: ContainerBody;
}

async function inspectPeers({engine}: LifecycleContext, cluster: Cluster): Promise<Peer[]> {
	const inspected = await Promise.all(
		[...cluster.servers, ...cluster.agents].map(async (node): Promise<Peer[]> => {
			const info = await inspectContainer(engine, node.id);
			if (!info) return [];
			const endpoint = info.NetworkSettings.Networks[cluster.network.name] as
				| {IPAMConfig?: {IPv4Address?: string} | null}
				| undefined;
			return [
				{
					node,
					role: node.role === 'server' ? 'server' : 'agent',
					inspection: info,
					fixedAddress: endpoint?.IPAMConfig?.IPv4Address,
				},
			];
		}),
	);
	return inspected.flat();
}

/** Free fixed addresses for a cluster whose servers have fixed ones; nothing for any other. */
function addressesFor(cluster: Cluster, peers: readonly Peer[], network: Network | undefined, count: number): string[] {
	if (network?.range === undefined || !peers.some(peer => peer.fixedAddress !== undefined)) return [];
	const taken = [
		...peers.flatMap(peer => peer.fixedAddress ?? []),
		...peers.flatMap(peer => peer.inspection.Config.Labels[labels.staticIP] ?? []),
		...network.members.map(member => member.address),
		...(cluster.loadBalancer?.attachments.flatMap(({address}) => address ?? []) ?? []),
	];
	return freeAddresses(parseSubnet(network.range), taken, count);
}

function requireGrowable(cluster: Cluster, peers: readonly Peer[], servers: number): void {
	const subject = `cluster "${cluster.name}"`;
	if (peers.length === 0) throw new Problem(subject, 'it has no server that a node could join');
	if (servers === 0) return;
	const reason = serverGrowthProblem(peers.filter(peer => peer.role === 'server').map(peer => peer.inspection));
	if (reason !== undefined) {
		throw new Problem(
			subject,
			`it cannot get another server: ${reason}`,
			'Agents can be added. For several servers, create the cluster with --servers 3.',
		);
	}
}

/**
 * Adds servers or agents and gives back their names. Refuses what etcd or SQLite cannot do. New servers join one
 * after another, agents all at once. A stopped cluster grows too; its new nodes stay stopped and join when it starts.
 */
export async function grow(
	context: LifecycleContext,
	run: Run,
	clusterName: string,
	{servers = 0, agents = 0, wait = true, names = {}, image, k3sArgs = [], nodeLabels = []}: GrowOptions,
): Promise<readonly string[]> {
	const {engine} = context;
	const release = context.claim(clusterName);
	const closers: (() => void)[] = [];
	try {
		if (
			!Number.isInteger(servers) ||
			!Number.isInteger(agents) ||
			servers < 0 ||
			agents < 0 ||
			servers + agents === 0
		) {
			throw new Problem(
				`cluster "${clusterName}"`,
				'it was not said by how much to grow',
				'Give --agents 1 or --servers 1.',
			);
		}
		const {cluster, peers, planned, facts, network} = await run.step('look at the cluster', async (_report, signal) => {
			const found = await findCluster(engine, clusterName, signal);
			const peerList = await inspectPeers(context, found);
			requireGrowable(found, peerList, servers);
			const [engineSays, clusterNetwork] = await Promise.all([
				engineFacts(context),
				findNetwork(engine, found.network.name, signal),
			]);
			const wanted = [
				...(names.servers ?? nextNames(found, 'server', servers)).map(name => ({name, role: 'server' as const})),
				...(names.agents ?? nextNames(found, 'agent', agents)).map(name => ({name, role: 'agent' as const})),
			];
			const addresses = addressesFor(found, peerList, clusterNetwork, wanted.length);
			const newNodes = await Promise.all(
				wanted.map(async ({name, role}, index): Promise<NewNode> => {
					const like = peerList.find(peer => peer.role === role) ?? peerList[0];
					const body = planNode({
						cluster: found,
						role,
						name,
						nodes: peerList,
						imageEnv: like ? await imageEnv(engine, like.inspection.Image) : [],
						image,
						address: addresses[index],
						k3sArgs,
						nodeLabels,
					});
					return {name, role, body};
				}),
			);
			return {cluster: found, peers: peerList, planned: newNodes, facts: engineSays, network: clusterNetwork};
		});
		const isRunning = cluster.servers.some(server => server.state === 'running');
		for (const newImage of new Set(planned.map(node => node.body.Image))) await ensureImage(context, run, newImage);

		const deaths = isRunning ? await watchDeaths(engine, clusterName) : undefined;
		closers.push(() => deaths?.close());
		const api = isRunning
			? await run.step('wait for the Kubernetes API', (report, signal) => waitForApi(context, cluster, report, signal))
			: undefined;
		closers.push(() => api?.close());
		const watch = api && wait ? new NodeWatch(api) : undefined;
		closers.push(() => watch?.close());

		const add = async (node: NewNode): Promise<void> => {
			const id = await makeNode(context, run, {node, facts, gateway: network?.gateway, cluster, api});
			if (isRunning) await join(context, run, {node, id, watch, deaths});
		};
		await Promise.all([
			...planned.filter(node => node.role === 'agent').map(add),
			(async () => {
				for (const node of planned.filter(candidate => candidate.role === 'server')) await add(node);
			})(),
		]);
		await addToLoadBalancer(context, run, clusterName, planned, peers);
		return planned.map(node => node.name);
	} finally {
		for (const close of closers.toReversed()) close();
		release();
	}
}

async function makeNode(
	{engine}: LifecycleContext,
	run: Run,
	{
		node,
		facts,
		gateway,
		cluster,
		api,
	}: {
		node: NewNode;
		facts: EngineFacts;
		gateway: string | undefined;
		cluster: Cluster;
		api: KubernetesApi | undefined;
	},
): Promise<string> {
	return run.step(`create ${node.name}`, async () => {
		const id = await createContainer(engine, node.name, node.body);
		run.undo(`remove ${node.name}`, `node ${node.name}`, async signal => {
			await removeContainer(engine, id, signal);
			await api?.deleteNode(node.name, signal);
		});
		await putEntrypoint(engine, id, {facts, gateway, hostAliases: hostAliasesOf(cluster)});
		return id;
	});
}

async function join(
	context: LifecycleContext,
	run: Run,
	{node, id, watch, deaths}: {node: NewNode; id: string; watch: NodeWatch | undefined; deaths: Deaths | undefined},
): Promise<void> {
	const since = await run.step(`start ${node.name}`, () => startNodeContainer(context, id, node.name));
	if (!watch || !deaths) return;
	await run.step(`wait for ${node.name} to be Ready`, (report, signal) =>
		deaths.during(node.name, signal, guarded => watch.ready(node.name, {since, report, signal: guarded})),
	);
}

/** How often the load balancer's configuration is written again when somebody else changed it meanwhile. */
const rounds = 3;

async function addToLoadBalancer(
	{engine}: LifecycleContext,
	run: Run,
	clusterName: string,
	added: readonly NewNode[],
	peers: readonly Peer[],
): Promise<void> {
	const cluster = await findCluster(engine, clusterName, run.signal);
	const {loadBalancer} = cluster;
	if (!loadBalancer) return;
	const grown = (config: ProxyConfig) =>
		added.reduce(
			(current, node) =>
				withNode(
					current,
					node,
					peers.filter(peer => peer.role === node.role).map(peer => peer.node.name),
				),
			config,
		);
	await run.step('update the load balancer', async (report, signal) => {
		for (let round = 1; round <= rounds; round++) {
			const before = await readProxyConfig(engine, cluster, signal);
			const after = grown(before);
			if (JSON.stringify(after) === JSON.stringify(before)) {
				if (round === 1) report.skip('nothing changes for it');
				return;
			}
			if (round === 1) {
				run.undo('restore the load balancer', 'the load balancer’s configuration', async undoSignal => {
					await writeProxyConfig(engine, loadBalancer.id, before, undoSignal);
				});
			}
			if (!(await writeProxyConfig(engine, loadBalancer.id, after, signal))) {
				run.warn(`The load balancer has not said that it reloaded: k3dui logs ${loadBalancer.name}`);
			}
		}
	});
}
