import type {Cluster, Node} from '../../cluster/model.ts';
import {findNetwork} from '../../engine/networks.ts';
import type {LifecycleContext} from '../context.ts';
import {engineFacts} from '../create/surroundings.ts';
import {findCluster, findNode} from '../find.ts';
import type {VerbOptions} from '../lifecycle.ts';
import type {Run} from '../operation.ts';
import {startRegistry} from '../registries/make-registry.ts';
import {tellUsers} from '../registries/tell-cluster.ts';
import {watchDeaths} from '../running/deaths.ts';
import {NodeWatch, unreachableReason, waitForApi} from '../running/readiness.ts';
import {bringUp, startHelper} from '../running/start-cluster.ts';
import {stopNodeContainer} from '../running/stop-cluster.ts';
import {deleteStaleNode} from './kubernetes-nodes.ts';

async function withNode(
	context: LifecycleContext,
	run: Run,
	name: string,
	work: (node: Node, cluster: Cluster | undefined) => Promise<void>,
): Promise<void> {
	const {node, cluster} = await run.step('look at the node', (_report, signal) =>
		findNode(context.engine, name, signal),
	);
	const release = cluster ? context.claim(cluster.name) : () => {};
	try {
		await work(node, cluster);
	} finally {
		release();
	}
}

async function start(
	context: LifecycleContext,
	run: Run,
	{node, cluster, wait}: {node: Node; cluster: Cluster | undefined; wait: boolean},
): Promise<void> {
	if (node.role === 'registry') {
		if (node.state !== 'running') await startRegistry(context, run, node);
		run.remains(`${node.name} is running`);
		return tellUsers(context, run, node);
	}
	if ((node.role !== 'server' && node.role !== 'agent') || !cluster) return startHelper(context, run, node);
	const {engine} = context;
	const [facts, network, deaths] = await Promise.all([
		engineFacts(context, run.signal),
		findNetwork(engine, cluster.network.name, run.signal),
		watchDeaths(engine, cluster.name),
	]);
	try {
		const canWait = wait && (node.role === 'server' || cluster.servers.some(server => server.state === 'running'));
		const {nodeName, isNew, startedAt, wasDrained} = await bringUp(context, run, {
			node,
			cluster,
			facts,
			gateway: network?.gateway,
			wait: canWait && unreachableReason(cluster) === undefined,
		});
		const now = await findCluster(engine, cluster.name, run.signal);
		// An agent of a cluster without a running server cannot become ready; it runs, and that is all there is to do.
		if (!wait || !now.servers.some(server => server.state === 'running')) return;
		const unreachable = unreachableReason(now);
		if (unreachable !== undefined) {
			run.warn(`Whether ${node.name} is Ready cannot be seen: ${unreachable}. k3dui cluster start ${cluster.name}`);
			return;
		}
		const api = await run.step('wait for the Kubernetes API', (report, signal) =>
			deaths.during(node.name, signal, guarded => waitForApi(context, now, report, guarded)),
		);
		const watch = new NodeWatch(api, context.engine);
		try {
			if (isNew) await deleteStaleNode(api, nodeName, {since: node.createdAt, signal: run.signal});
			const known = await run.step(`wait for ${node.name} to be Ready`, (report, signal) =>
				deaths.during(node.name, signal, guarded => watch.ready(nodeName, {since: startedAt, report, signal: guarded})),
			);
			if (wasDrained) await api.setSchedulable(known, true, run.signal);
		} finally {
			watch.close();
			api.close();
		}
	} finally {
		deaths.close();
	}
}

/** Starts one node and waits until it is Ready; on one that runs already, it repairs what Docker's restarts lose. */
export async function startNode(
	context: LifecycleContext,
	run: Run,
	name: string,
	{wait = true}: VerbOptions,
): Promise<void> {
	await withNode(context, run, name, (node, cluster) => start(context, run, {node, cluster, wait}));
}

/** Stops one node. Its pods are not moved; the node is expected back. */
export async function stopNode(context: LifecycleContext, run: Run, name: string): Promise<void> {
	await withNode(context, run, name, node => stopNodeContainer(context, run, node));
}

/** Stops and starts one node. */
export async function restartNode(
	context: LifecycleContext,
	run: Run,
	name: string,
	{wait = true}: VerbOptions,
): Promise<void> {
	await withNode(context, run, name, (node, cluster) => stopAndStart(context, run, {node, cluster, wait}));
}

/** Stops and starts a node of a cluster that is claimed already. */
export async function stopAndStart(
	context: LifecycleContext,
	run: Run,
	{node, cluster, wait}: {node: Node; cluster: Cluster | undefined; wait: boolean},
): Promise<void> {
	await stopNodeContainer(context, run, node);
	await start(context, run, {node: {...node, state: 'exited'}, cluster, wait});
}
