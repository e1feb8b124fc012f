import {type Cluster, isAttached, type Node, workersOf} from '../../cluster/model.ts';
import {Problem} from '../../cluster/problem.ts';
import {type ChangedMirrors, type Mirrors, withoutRegistry, withRegistry} from '../../cluster/registries/mirrors.ts';
import {pullAddress, pushAddress, type Registry} from '../../cluster/registries/registry.ts';
import {connectTo, disconnect, findNetwork, type Network} from '../../engine/networks.ts';
import type {LifecycleContext} from '../context.ts';
import {findAll, findCluster} from '../find.ts';
import type {AttachedRegistry, DetachedRegistry, RegistryEffect} from '../lifecycle.ts';
import {stopAndStart} from '../nodes/node-verbs.ts';
import type {Run} from '../operation.ts';
import {registriesOf} from './cluster-registries.ts';
import {connectRegistry} from './connect-registry.ts';
import {readRegistry, registryNamed} from './find-registry.ts';
import {startAgain} from './make-registry.ts';
import {requireOwnRegistries, type WrittenNode, writeRegistries} from './node-registries.ts';
import {tellCluster} from './tell-cluster.ts';

interface Pair {
	readonly node: Node;
	readonly registry: Registry;
	readonly cluster: Cluster;
	readonly network: Network;
}

async function look(
	{engine}: LifecycleContext,
	run: Run,
	{reference, clusterName}: {reference: string; clusterName: string},
): Promise<Pair> {
	return run.step('look at the registry and the cluster', async (_report, signal) => {
		const cluster = await findCluster(engine, clusterName, signal);
		const node = registryNamed(await findAll(engine, signal), reference);
		const [registry, network] = await Promise.all([
			readRegistry(engine, node, signal),
			findNetwork(engine, cluster.network.name, signal),
			requireOwnRegistries(engine, cluster, signal),
		]);
		if (!network || network.name === 'host') {
			throw new Problem(
				`cluster "${clusterName}"`,
				network ? 'it is on the host network, where registries have no names' : 'its network is gone',
				network ? `Its nodes reach the registry as ${pushAddress(registry)}.` : undefined,
			);
		}
		return {node, registry, cluster, network};
	});
}

/**
 * Makes a cluster pull from a registry, running or not: puts the registry into the cluster's network, names it in the
 * registries.yaml of every node, where other entries stay, and tells CoreDNS and Kubernetes. Recent k3s heeds it at once;
 * older ones start again, one node at a time. k3d cannot do this (k3d #334). Doing it twice changes nothing.
 */
export async function attachRegistry(
	context: LifecycleContext,
	run: Run,
	reference: string,
	clusterName: string,
): Promise<AttachedRegistry> {
	const release = context.claim(clusterName);
	try {
		const {node, registry, cluster, network} = await look(context, run, {reference, clusterName});
		if (node.state !== 'running') await startAgain(context, run, node);
		if (!isAttached(node, network.name)) await connectRegistry(context, run, {node, cluster, network});
		const nodes = await writeAll(context, run, cluster, file => withRegistry(file, registry));
		for (const key of foreignIn(nodes)) {
			run.warn(
				`Images named ${key}/… are not looked for in ${node.name}: the nodes have an entry of their own for it.`,
			);
		}
		await restartOld(context, run, cluster, nodes);
		await tellCluster(context, run, clusterName, []);
		return {
			registry: node.name,
			cluster: clusterName,
			pushTo: pushAddress(registry),
			pullFrom: pullAddress(registry),
			proxyOf: registry.proxyOf,
			effect: effectOf(nodes),
		};
	} finally {
		release();
	}
}

/** Makes a cluster forget a registry, running or not. The registry goes on for others; one that the cluster owns stays. */
export async function detachRegistry(
	context: LifecycleContext,
	run: Run,
	reference: string,
	clusterName: string,
): Promise<DetachedRegistry> {
	const {engine} = context;
	const release = context.claim(clusterName);
	try {
		const {node, registry, cluster, network} = await look(context, run, {reference, clusterName});
		if (node.cluster === clusterName) {
			throw new Problem(
				`registry ${node.name}`,
				`it was made with cluster "${clusterName}" and goes with it`,
				`To be rid of it, delete it: k3dui registry delete ${node.name}`,
			);
		}
		const isUsed = (await registriesOf(engine, cluster, {clusters: [], registries: [node]}, run.signal)).length > 0;
		if (!isUsed && !isAttached(node, network.name)) {
			throw new Problem(
				`registry ${node.name}`,
				`cluster "${clusterName}" does not use it`,
				'See which registries it uses: k3dui registry list -o wide',
			);
		}
		const nodes = await writeAll(context, run, cluster, file => withoutRegistry(file, registry));
		for (const key of foreignIn(nodes)) {
			run.warn(
				`Images named ${key}/… are still looked for in ${node.name}: the nodes have an entry of their own for it.`,
			);
		}
		await restartOld(context, run, cluster, nodes);
		// On a network that is not the cluster's own, somebody else put it.
		if (isAttached(node, network.name) && !cluster.network.external) {
			await run.step(`disconnect ${node.name} from ${network.name}`, async (_report, signal) => {
				run.undo(`connect ${node.name}`, `${node.name} in network ${network.name}`, undoSignal =>
					connectTo(engine, network.name, node.id, {signal: undoSignal}),
				);
				await disconnect(engine, network.name, node.id, signal);
			});
		}
		await tellCluster(context, run, clusterName, [node.name]);
		return {registry: node.name, cluster: clusterName, effect: effectOf(nodes)};
	} finally {
		release();
	}
}

function writeAll(
	context: LifecycleContext,
	run: Run,
	cluster: Cluster,
	change: (file: Mirrors) => ChangedMirrors,
): Promise<WrittenNode[]> {
	return Promise.all(workersOf(cluster).map(node => writeRegistries(context, run, node, change)));
}

function foreignIn(nodes: readonly WrittenNode[]): Set<string> {
	return new Set(nodes.flatMap(({foreign}) => foreign));
}

/** The latest of the nodes' effects; nodes that are stopped heed it when they start, as a matter of course. */
function effectOf(nodes: readonly WrittenNode[]): RegistryEffect {
	const effects = nodes.map(({effect}) => effect);
	if (effects.includes('after restart')) return 'after restart';
	return effects.includes('now') ? 'now' : 'at start';
}

/** Older k3s reads its registries only when it starts. One node after the other, so that etcd keeps its majority. */
async function restartOld(
	context: LifecycleContext,
	run: Run,
	cluster: Cluster,
	nodes: readonly WrittenNode[],
): Promise<void> {
	for (const {node, effect} of nodes) {
		if (effect === 'after restart') await stopAndStart(context, run, {node, cluster, wait: true});
	}
}
