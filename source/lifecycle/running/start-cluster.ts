import {type Cluster, type Node, workersOf} from '../../cluster/model.ts';
import {type NodeName, nodeNameOf} from '../../cluster/node-name.ts';
import {entrypointPath, signature} from '../../cluster/plan/entrypoint.ts';
import {usesEntrypoint} from '../../cluster/plan/plan-node.ts';
import {Problem} from '../../cluster/problem.ts';
import {readFile, requireContainer, unpauseContainer} from '../../engine/containers.ts';
import {findNetwork} from '../../engine/networks.ts';
import type {LifecycleContext} from '../context.ts';
import {type EngineFacts, engineFacts, factsOn} from '../create/surroundings.ts';
import {findCluster} from '../find.ts';
import type {VerbOptions} from '../lifecycle.ts';
import {quickenStart} from '../load-balancer/quick-proxy.ts';
import {repairLoadBalancer} from '../load-balancer/repair-load-balancer.ts';
import {deleteStaleNode} from '../nodes/kubernetes-nodes.ts';
import type {Run} from '../operation.ts';
import {tellOfRegistryAtStart} from '../registries/registry-hosting.ts';
import {repairRegistries} from '../registries/repair-registries.ts';
import {watchDeaths} from './deaths.ts';
import {addNamesToCoreDns, hostAliasesOf, putEntrypoint, repairHosts} from './hosts.ts';
import {NodeWatch, waitForApi} from './readiness.ts';
import {startNodeContainer} from './start-container.ts';
import {startOrder, warnOfMoved} from './start-order.ts';

/** A node that is up, and since when by the engine's clock (milliseconds since the epoch). */
interface Started {
	readonly node: Node;
	readonly nodeName: NodeName;
	/** It had never run before. */
	readonly isNew: boolean;
	readonly startedAt: number;
	/** k3d's script drained it when it stopped, so it came back closed for pods. */
	readonly wasDrained: boolean;
}

/**
 * Brings one server or agent up, with our scripts in it, and its hosts file right. One that runs already is only
 * repaired: Docker writes hosts files anew when it restarts containers by itself.
 */
export async function bringUp(
	context: LifecycleContext,
	run: Run,
	{
		node,
		cluster,
		facts,
		gateway,
		wait,
	}: {node: Node; cluster: Cluster; facts: EngineFacts; gateway: string | undefined; wait: boolean},
): Promise<Started> {
	const {engine} = context;
	const wasRunning = node.state === 'running';
	return run.step(`${wasRunning ? 'check' : 'start'} ${node.name}`, async (_report, signal) => {
		const inspection = await requireContainer(engine, node.id, `node ${node.name}`, signal);
		const oldScript = await readFile(engine, node.id, entrypointPath, signal);
		const isForeign = oldScript !== undefined && !oldScript.includes(signature);
		const isUp = wasRunning || node.state === 'paused';
		// A node that k3d's script runs will be drained by it at its end, whatever the file says by then. While the file is
		// k3d's, the next start knows that the node has to be opened again.
		await putEntrypoint(engine, node.id, {
			facts: factsOn(cluster.network.name, facts),
			gateway,
			hostAliases: hostAliasesOf(cluster),
			hostsOnly: isForeign && (isUp || !wait),
		});
		let startedAt = Date.parse(inspection.State.StartedAt);
		if (node.state === 'paused') {
			await unpauseContainer(engine, node.id);
			run.remains(`${node.name} is running`);
		} else if (!wasRunning) {
			startedAt = await startNodeContainer(context, node.id, node.name);
			run.remains(`${node.name} is running`);
		}
		if (isUp || !usesEntrypoint(inspection)) await repairHosts(engine, node.id, signal);
		return {
			node,
			nodeName: nodeNameOf(node.name, inspection.Config.Cmd ?? [], inspection.Config.Env ?? []),
			isNew: node.state === 'created',
			startedAt,
			wasDrained: !isUp && isForeign,
		};
	});
}

/**
 * Starts a cluster's containers all at once, waits until Kubernetes says that everything is ready, and repairs what
 * is lost when Docker restarts containers by itself: hosts files, the names in CoreDNS, the load balancer.
 * On a cluster that runs, it repairs only.
 */
export async function startCluster(
	context: LifecycleContext,
	run: Run,
	name: string,
	{wait = true}: VerbOptions,
): Promise<void> {
	const {engine} = context;
	const release = context.claim(name);
	const closers: (() => void)[] = [];
	try {
		const found = await run.step('look at the cluster', (_report, signal) => findCluster(engine, name, signal));
		const cluster = await repairLoadBalancer(context, run, found);
		if (cluster.servers.length === 0) {
			throw new Problem(`cluster "${name}"`, 'it has no server', `Delete it: k3dui cluster delete ${name}`);
		}
		const [facts, network] = await Promise.all([
			engineFacts(context, run.signal),
			findNetwork(engine, cluster.network.name, run.signal),
		]);
		if (!network) {
			throw new Problem(
				`network "${cluster.network.name}"`,
				'it is gone, and the nodes cannot start without it',
				`Delete the cluster and create it again: k3dui cluster delete ${name}`,
			);
		}
		const deaths = await watchDeaths(engine, name);
		closers.push(() => deaths.close());

		const order = await startOrder(engine, cluster, run.signal);
		const bring = (node: Node) => bringUp(context, run, {node, cluster, facts, gateway: network.gateway, wait});
		const repair = () => repairRegistries(context, run, {cluster, network});
		// k3s asks its registries as soon as it runs; but what would take a server's address comes after the servers.
		const early = order ? undefined : await repair();
		const started = await Promise.all((order?.together ?? workersOf(cluster)).map(bring));
		for (const {node} of order?.inTurn ?? []) started.push(await bring(node));
		if (order) await warnOfMoved(engine, run, cluster, order);
		const registries = early ?? (await repair());
		// After the nodes: nginx does not start while a name in its configuration has no address.
		if (cluster.loadBalancer && cluster.loadBalancer.state !== 'running') {
			await startHelper(context, run, cluster.loadBalancer);
		}
		if (!wait) return;

		const now = await findCluster(engine, name, run.signal);
		const api = await run.step('wait for the Kubernetes API', (report, signal) =>
			deaths.during(cluster.servers[0]?.name ?? '', signal, guarded => waitForApi(context, now, report, guarded)),
		);
		closers.push(() => api.close());
		const nodes = new NodeWatch(api, context.engine);
		closers.push(() => nodes.close());
		await Promise.all([
			...started.map(({node, nodeName, isNew, startedAt, wasDrained}) =>
				run.step(`wait for ${node.name} to be Ready`, async (report, signal) => {
					// A cluster that is stopped grows without asking which names Kubernetes still knows.
					if (isNew) await deleteStaleNode(api, nodeName, {since: node.createdAt, signal});
					const name = await deaths.during(node.name, signal, guarded =>
						nodes.ready(nodeName, {since: startedAt, report, signal: guarded}),
					);
					if (wasDrained) await api.setSchedulable(name, true, signal);
				}),
			),
			addNamesToCoreDns(engine, {cluster: now, api, facts, run}),
			tellOfRegistryAtStart(context, run, {cluster: now, api, registries}),
		]);
	} finally {
		for (const close of closers.toReversed()) close();
		release();
	}
}

/** Starts a load balancer or a registry. */
export async function startHelper(context: LifecycleContext, run: Run, node: Node): Promise<void> {
	await run.step(`start ${node.name}`, async (_report, signal) => {
		if (node.role === 'loadbalancer') await quickenStart(context.engine, node.id, signal);
		await startNodeContainer(context, node.id, node.name);
		run.remains(`${node.name} is running`);
	});
}
