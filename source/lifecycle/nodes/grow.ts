import {type ProxyConfig, withNode} from '../../cluster/load-balancer/proxy-config.ts';
import {withoutGone} from '../../cluster/load-balancer/proxy-targets.ts';
import type {Cluster} from '../../cluster/model.ts';
import type {ClusterPlan, PlannedFile} from '../../cluster/plan/cluster-plan.ts';
import {Problem} from '../../cluster/problem.ts';
import {isRemoteCluster} from '../../cluster/remote-cluster.ts';
import {createContainer, putFiles, removeContainer} from '../../engine/containers.ts';
import {connectTo} from '../../engine/networks.ts';
import {type LifecycleContext, withKubernetes} from '../context.ts';
import type {EngineFacts} from '../create/surroundings.ts';
import {findCluster} from '../find.ts';
import {ensureImage} from '../images/ensure-image.ts';
import type {GrowOptions} from '../lifecycle.ts';
import {changeProxy, readProxyConfig} from '../load-balancer/load-balancer.ts';
import type {Run} from '../operation.ts';
import {registriesFileFor} from '../registries/repair-registries.ts';
import {type Deaths, watchDeaths} from '../running/deaths.ts';
import {hostAliasesOf, putEntrypoint} from '../running/hosts.ts';
import {NodeWatch, requireReachable, waitForApi} from '../running/readiness.ts';
import {startNodeContainer} from '../running/start-container.ts';
import {requireAmount} from './amount.ts';
import {joinRemote} from './join-remote.ts';
import {deleteNodesOf} from './kubernetes-nodes.ts';
import {type NewNode, type Peer, planGrowth} from './plan-growth.ts';

/**
 * Adds servers or agents and gives back their names. Refuses what etcd or SQLite cannot do. New servers join one
 * after another, agents all at once. A stopped cluster grows too; its new nodes stay stopped and join when it starts.
 * New nodes have what their peers have in common, or what a plan of the whole cluster says.
 */
export async function grow(
	context: LifecycleContext,
	run: Run,
	clusterName: string,
	options: GrowOptions,
	plan?: ClusterPlan,
): Promise<readonly string[]> {
	if (isRemoteCluster(clusterName)) {
		if (options.importImages) throw importsNeedPeers(clusterName);
		return joinRemote(context, run, clusterName, options);
	}
	const {servers = 0, agents = 0, wait = true, names = {}, ...settings} = options;
	const {engine} = context;
	const release = context.claim(clusterName);
	const closers: (() => void)[] = [];
	try {
		requireAmount(clusterName, 'grow', {servers, agents});
		const {cluster, peers, nodes, facts, network} = await run.step('look at the cluster', (_report, signal) =>
			planGrowth(context, clusterName, {servers, agents, names, settings, plan}, signal),
		);
		const isRunning = cluster.servers.some(server => server.state === 'running');
		if (isRunning) requireReachable(cluster);
		else if (options.importImages) throw importsNeedRunning(clusterName);
		for (const newImage of new Set(nodes.map(node => node.body.Image))) await ensureImage(context, run, newImage);

		const registries = await registriesFileFor(context, cluster, peers, run.signal);
		const deaths = isRunning ? await watchDeaths(engine, clusterName) : undefined;
		closers.push(() => deaths?.close());
		const api = isRunning
			? await run.step('wait for the Kubernetes API', (report, signal) => waitForApi(context, cluster, report, signal))
			: undefined;
		closers.push(() => api?.close());
		const watch = api && wait ? new NodeWatch(api, context.engine) : undefined;
		closers.push(() => watch?.close());

		const add = async (node: NewNode): Promise<void> => {
			const id = await makeNode(context, run, {
				node,
				facts,
				gateway: network?.gateway,
				cluster,
				isRunning,
				files: [...registries, ...node.files],
				networks: settings.networks ?? [],
			});
			// k3d, and a removal while the API was away, leave the Node of an earlier container of this name. k3s would
			// refuse the new one as a duplicate: it keeps a password for every Node.
			if (api) await deleteNodesOf(api, node.nodeName, run.signal);
			if (isRunning) await join(context, run, {node, id, watch, deaths});
		};
		await Promise.all([
			...nodes.filter(node => node.role === 'agent').map(add),
			(async () => {
				for (const node of nodes.filter(candidate => candidate.role === 'server')) await add(node);
			})(),
		]);
		await addToLoadBalancer(context, run, clusterName, nodes, peers);
		const added = nodes.map(node => node.name);
		if (options.importImages) {
			const {shareImages} = await import('../images/share-images.ts');
			await shareImages(engine, run, clusterName, added);
		}
		return added;
	} finally {
		for (const close of closers.toReversed()) close();
		release();
	}
}

function importsNeedPeers(clusterName: string): Problem {
	const next = 'Leave --import out; the new nodes pull what they need.';
	return new Problem(`cluster "${clusterName}"`, 'its other nodes are elsewhere, so their images cannot be had', next);
}

function importsNeedRunning(clusterName: string): Problem {
	return new Problem(
		`cluster "${clusterName}"`,
		'it does not run, and images can be given to running nodes only',
		`Start it first, or grow it without --import: k3dui cluster start ${clusterName}`,
	);
}

async function makeNode(
	context: LifecycleContext,
	run: Run,
	{
		node,
		facts,
		gateway,
		cluster,
		isRunning,
		files,
		networks,
	}: {
		node: NewNode;
		facts: EngineFacts;
		gateway: string | undefined;
		cluster: Cluster;
		isRunning: boolean;
		files: readonly PlannedFile[];
		networks: readonly string[];
	},
): Promise<string> {
	const {engine} = context;
	return run.step(`create ${node.name}`, async () => {
		const id = await createContainer(engine, node.name, node.body);
		run.undo(`remove ${node.name}`, `node ${node.name}`, async signal => {
			await removeContainer(engine, id, signal);
			if (isRunning) await withKubernetes(context, cluster, signal, api => deleteNodesOf(api, node.nodeName, signal));
		});
		await putEntrypoint(engine, id, {facts, gateway, hostAliases: hostAliasesOf(cluster)});
		await putFiles(engine, id, files);
		for (const network of networks) await connectTo(engine, network, id);
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
		deaths.during(node.name, signal, guarded => watch.ready(node.nodeName, {since, report, signal: guarded})),
	);
}

/** How often the load balancer's configuration is written again when somebody else changed it meanwhile. */
const rounds = 3;

async function addToLoadBalancer(
	context: LifecycleContext,
	run: Run,
	clusterName: string,
	added: readonly NewNode[],
	peers: readonly Peer[],
): Promise<void> {
	const {engine} = context;
	const cluster = await findCluster(engine, clusterName, run.signal);
	if (!cluster.loadBalancer) return;
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
			const after = grown(withoutGone(before, cluster));
			if (JSON.stringify(after) === JSON.stringify(before)) {
				if (round === 1) report.skip('nothing changes for it');
				return;
			}
			await changeProxy(context, run, {cluster, ...(round === 1 ? {before} : {}), after, signal});
		}
	});
}
