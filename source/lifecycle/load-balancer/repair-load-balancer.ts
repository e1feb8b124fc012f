import {labels, names} from '../../cluster/labels.ts';
import {proxyConfigPath} from '../../cluster/load-balancer/proxy-config.ts';
import {withoutGone} from '../../cluster/load-balancer/proxy-targets.ts';
import {type Cluster, workersOf} from '../../cluster/model.ts';
import {putFiles, readFile, removeContainer, renameContainer} from '../../engine/containers.ts';
import type {LifecycleContext} from '../context.ts';
import {findCluster} from '../find.ts';
import type {Run} from '../operation.ts';
import {startNodeContainer} from '../running/start-container.ts';
import {proxyConfigFile, readProxyConfig} from './load-balancer.ts';
import {quickenStart} from './quick-proxy.ts';

/** The name that the nodes know the load balancer of a cluster by. */
function nameOf(cluster: Cluster): string {
	const labelled = workersOf(cluster).map(node => node.labels[labels.loadBalancer]);
	return labelled.find(name => name !== undefined && name !== '') ?? names.loadBalancer(cluster.name);
}

/**
 * Finishes what an edit of ports left when it was killed, ours or k3d's: of several load balancers, the one with the name
 * stays, with a configuration; if none has the name, one gets it. It runs if any of them did. Gives back the cluster as it is then.
 */
export async function repairLoadBalancer(context: LifecycleContext, run: Run, cluster: Cluster): Promise<Cluster> {
	const {engine} = context;
	const {loadBalancer, formerLoadBalancers: former} = cluster;
	const name = nameOf(cluster);
	if (!loadBalancer || (former.length === 0 && loadBalancer.name === name)) return cluster;
	await run.step(`finish an interrupted edit of ${name}`, async (_report, signal) => {
		const known = await readFile(engine, loadBalancer.id, proxyConfigPath, signal);
		if (known === undefined) {
			// k3d writes the configuration of a new load balancer just before it starts it.
			const source = former[0] ? {...cluster, loadBalancer: former[0]} : cluster;
			const config = withoutGone(await readProxyConfig(engine, source, signal), cluster);
			await putFiles(engine, loadBalancer.id, [proxyConfigFile(config)], signal);
		}
		const didRun = former.some(node => node.state === 'running');
		// Not interrupted, so that the ports are not held by a container that is half gone.
		for (const node of former) await removeContainer(engine, node.id);
		run.remains(`${former.map(node => node.name).join(', ')} is removed`);
		if (loadBalancer.name !== name) await renameContainer(engine, loadBalancer.id, name);
		if (!didRun) return;
		await quickenStart(engine, loadBalancer.id, signal);
		await startNodeContainer(context, loadBalancer.id, name);
	});
	return findCluster(engine, cluster.name, run.signal);
}
