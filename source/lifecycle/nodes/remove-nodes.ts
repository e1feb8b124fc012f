import {setTimeout as delay} from 'node:timers/promises';
import {withoutNode} from '../../cluster/load-balancer/proxy-config.ts';
import {withoutGone} from '../../cluster/load-balancer/proxy-targets.ts';
import type {Cluster, Node} from '../../cluster/model.ts';
import {nodeNameOf} from '../../cluster/node-name.ts';
import {Problem, toProblem} from '../../cluster/problem.ts';
import {isRemoteCluster} from '../../cluster/remote-cluster.ts';
import {removeContainer} from '../../engine/containers.ts';
import type {KubernetesApi} from '../../kubernetes/api.ts';
import {type LifecycleContext, withKubernetes} from '../context.ts';
import {findCluster, findNode} from '../find.ts';
import type {GrowOptions} from '../lifecycle.ts';
import {changeProxy, readProxyConfig, writeProxyConfig} from '../load-balancer/load-balancer.ts';
import type {Run} from '../operation.ts';
import {requireReachable, waitForApi} from '../running/readiness.ts';
import {requireAmount} from './amount.ts';
import {nodeNamesOf} from './kubernetes-nodes.ts';
import {newestOf, requireRemovable, usesEtcd} from './removable.ts';

/** How long the pods of a node may take to leave, in milliseconds; what is left then goes with the node. */
const drainPatience = 30_000;

/** How long Kubernetes may take to forget a node whose container has gone, in milliseconds. */
const deletePatience = 60_000;

/** How long the API may take to answer before nodes are removed without it, in milliseconds. */
const apiPatience = 10_000;

/** Opens the cluster's API if it answers soon; undefined otherwise. */
async function openApi(context: LifecycleContext, run: Run, cluster: Cluster): Promise<KubernetesApi | undefined> {
	if (!cluster.servers.some(server => server.state === 'running')) return undefined;
	requireReachable(cluster);
	return run.step('wait for the Kubernetes API', async (report, signal) => {
		const limit = AbortSignal.any([signal, AbortSignal.timeout(apiPatience)]);
		try {
			return await waitForApi(context, cluster, report, limit);
		} catch {
			signal.throwIfAborted();
			report.skip('it does not answer');
			return undefined;
		}
	});
}

/** Removes nodes of one cluster, in the given order. */
async function removeNodes(
	context: LifecycleContext,
	run: Run,
	cluster: Cluster,
	nodes: readonly Node[],
): Promise<void> {
	requireRemovable(cluster, nodes);
	const servers = nodes.filter(node => node.role === 'server');
	const api = await openApi(context, run, cluster);
	try {
		if (!api && servers.length > 0 && usesEtcd(cluster)) {
			throw new Problem(
				`cluster "${cluster.name}"`,
				'a server can only leave while etcd works, and the Kubernetes API does not answer',
				`Start it first: k3dui cluster start ${cluster.name}`,
			);
		}
		await Promise.all(nodes.map(node => drain(context, run, {cluster, node, api})));
		// Before the containers go, so that nothing new is sent to them.
		await takeFromLoadBalancer(context, run, cluster, nodes);
		await Promise.all([
			...nodes.filter(node => node.role === 'agent').map(node => removeOne(context, run, {cluster, node, api})),
			(async () => {
				for (const node of servers) await removeOne(context, run, {cluster, node, api});
			})(),
		]);
	} finally {
		api?.close();
	}
}

/**
 * Closes a node for pods and waits, within a bound, until its pods have gone. If the operation ends before the node
 * is removed, it takes pods again.
 */
async function drain(
	context: LifecycleContext,
	run: Run,
	{cluster, node, api}: {cluster: Cluster; node: Node; api: KubernetesApi | undefined},
): Promise<void> {
	if (!api || node.state !== 'running') return;
	await run.step(`drain ${node.name}`, async (report, signal) => {
		try {
			const kubernetesNode = await nameInKubernetes(api, node, signal);
			await api.setSchedulable(kubernetesNode, false, signal);
			run.undo(`uncordon ${node.name}`, `${node.name} takes no new pods`, undoSignal =>
				withKubernetes(context, cluster, undoSignal, async again => {
					const known = await again.nodes(undoSignal);
					if (!known.some(candidate => candidate.name === kubernetesNode)) return;
					await again.setSchedulable(kubernetesNode, true, undoSignal);
				}),
			);
			await api.drain(kubernetesNode, {
				signal,
				timeout: drainPatience,
				progress: (done, total) => report.measure({done, total, unit: 'pods'}),
			});
		} catch (error) {
			signal.throwIfAborted();
			report.skip('not all pods left');
			run.warn(`${node.name} was removed with pods on it. ${toProblem(error).message}`);
		}
	});
}

/** A node's name in Kubernetes; the one it should have, where Kubernetes does not know it. */
async function nameInKubernetes(api: KubernetesApi, node: Node, signal: AbortSignal): Promise<string> {
	const wanted = nodeNameOf(node.name, node.args);
	const [known = wanted.name] = await nodeNamesOf(api, wanted, signal);
	return known;
}

/** Removes one drained server or agent, and then its Node, by which k3s drops the etcd member. */
async function removeOne(
	{engine}: LifecycleContext,
	run: Run,
	{cluster, node, api}: {cluster: Cluster; node: Node; api: KubernetesApi | undefined},
): Promise<void> {
	await run.step(`remove ${node.name}`, async () => {
		await removeContainer(engine, node.id);
		run.remains(`${node.name} is removed`);
	});
	if (api) {
		await run.step(`delete Node ${node.name} from Kubernetes`, async (report, signal) => {
			const limit = AbortSignal.any([signal, AbortSignal.timeout(deletePatience)]);
			let kubernetesNode: string | undefined;
			for (;;) {
				try {
					kubernetesNode ??= await nameInKubernetes(api, node, limit);
					await api.deleteNode(kubernetesNode, limit);
					// A finalizer keeps a server's Node until etcd's leader has dropped the member. Before that, the next
					// server to leave could cost etcd its majority.
					const known = node.role === 'server' ? await api.nodes(limit) : [];
					if (!known.some(({name}) => name === kubernetesNode)) return;
					report.detail('etcd has not dropped it yet');
				} catch (error) {
					// The connection may have led to the server that went; etcd may be choosing a new leader.
					signal.throwIfAborted();
					if (limit.aborted) throw error;
					report.detail(toProblem(error).reason);
				}
				await delay(300, undefined, {signal});
				if (limit.aborted) {
					throw new Problem(
						`node ${node.name}`,
						`etcd has not dropped it within ${deletePatience / 1000} s`,
						`Look before you remove another server: k3dui logs ${cluster.servers[0]?.name}`,
					);
				}
			}
		});
	} else {
		const when = isRemoteCluster(cluster.name) ? 'There' : 'When the cluster runs';
		run.warn(`Kubernetes still knows ${node.name}. ${when}: kubectl delete node ${node.name}`);
	}
}

async function takeFromLoadBalancer(
	context: LifecycleContext,
	run: Run,
	cluster: Cluster,
	nodes: readonly Node[],
): Promise<void> {
	const {engine} = context;
	const {loadBalancer} = cluster;
	if (!loadBalancer) return;
	await run.step('update the load balancer', async (report, signal) => {
		const before = await readProxyConfig(engine, cluster, signal);
		const after = nodes.reduce((config, node) => withoutNode(config, node.name), withoutGone(before, cluster));
		if (JSON.stringify(after) === JSON.stringify(before)) return report.skip('nothing changes for it');
		run.undo('restore the load balancer', 'the load balancer’s configuration', async undoSignal => {
			const now = await findCluster(engine, cluster.name, undoSignal);
			const gone = nodes.filter(node => ![...now.servers, ...now.agents].some(({name}) => name === node.name));
			const restored = gone.reduce((config, node) => withoutNode(config, node.name), before);
			await writeProxyConfig(engine, loadBalancer.id, restored, undoSignal);
		});
		await changeProxy(context, run, {cluster, after, signal});
	});
}

/** Removes the newest servers or agents of a cluster and gives back their names. */
export async function shrink(
	context: LifecycleContext,
	run: Run,
	clusterName: string,
	{servers = 0, agents = 0}: GrowOptions,
): Promise<readonly string[]> {
	const release = context.claim(clusterName);
	try {
		const cluster = await run.step('look at the cluster', (_report, signal) =>
			findCluster(context.engine, clusterName, signal),
		);
		const subject = `cluster "${clusterName}"`;
		requireAmount(clusterName, 'shrink', {servers, agents});
		for (const [kind, wanted, have] of [
			['agent', agents, cluster.agents.length],
			['server', servers, cluster.servers.length],
		] as const) {
			if (wanted > have) throw new Problem(subject, `it has ${have} ${kind}s, so ${wanted} cannot be removed`);
		}
		const leaving = [...newestOf(cluster.agents, agents), ...newestOf(cluster.servers, servers)];
		await removeNodes(context, run, cluster, leaving);
		return leaving.map(node => node.name);
	} finally {
		release();
	}
}

/** Removes one node by name: a server or agent cleanly, a registry or tools container as it is. */
export async function deleteNode(context: LifecycleContext, run: Run, name: string): Promise<void> {
	const {node, cluster} = await run.step('look at the node', (_report, signal) =>
		findNode(context.engine, name, signal),
	);
	if (node.role === 'loadbalancer') {
		throw new Problem(
			`node ${node.name}`,
			`it is the load balancer of cluster "${node.cluster}", which is not reached without it`,
			`Delete the cluster instead: k3dui cluster delete ${node.cluster}`,
		);
	}
	if ((node.role === 'server' || node.role === 'agent') && cluster) {
		const release = context.claim(cluster.name);
		try {
			await removeNodes(context, run, cluster, [node]);
		} finally {
			release();
		}
		return;
	}
	await run.step(`remove ${node.name}`, (_report, signal) => removeContainer(context.engine, node.id, signal));
}
