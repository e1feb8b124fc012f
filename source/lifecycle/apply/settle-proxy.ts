import type {Comparison} from '../../cluster/compare/compare-specs.ts';
import {names} from '../../cluster/labels.ts';
import type {ProxyConfig} from '../../cluster/load-balancer/proxy-config.ts';
import type {Cluster} from '../../cluster/model.ts';
import type {LifecycleContext} from '../context.ts';
import {findCluster} from '../find.ts';
import {changeProxy, readProxyConfig} from '../load-balancer/load-balancer.ts';
import type {Run} from '../operation.ts';

/** A planned configuration for the nodes as they are called; those that are not there are left out. */
function withRealNames({ports, settings}: ProxyConfig, {name, servers, agents}: Cluster): ProxyConfig {
	const real = new Map([
		...servers.map((node, index) => [names.node(name, 'server', index), node.name] as const),
		...agents.map((node, index) => [names.node(name, 'agent', index), node.name] as const),
	]);
	return {
		ports: Object.fromEntries(
			Object.entries(ports).map(([key, nodes]) => [key, nodes.flatMap(node => real.get(node) ?? [])]),
		),
		settings,
	};
}

/** A configuration's text for comparing: the order of listeners and nodes does not matter. */
function canonical({ports, settings}: ProxyConfig): string {
	const sorted = (entries: readonly (readonly [string, unknown])[]) => entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
	return JSON.stringify([
		sorted(Object.entries(ports).map(([key, nodes]) => [key, nodes.toSorted()])),
		sorted(Object.entries(settings)),
	]);
}

/**
 * Makes the load balancer do just what is planned, after nodes and ports have come and gone: where ports that were
 * there lead to, and its settings. Only its configuration changes; it reloads without a break.
 */
export async function settleProxy(
	context: LifecycleContext,
	run: Run,
	clusterName: string,
	{proxy}: Pick<Comparison, 'proxy'>,
): Promise<void> {
	if (!proxy) return;
	const {engine} = context;
	const cluster = await findCluster(engine, clusterName, run.signal);
	if (!cluster.loadBalancer) return;
	const before = await readProxyConfig(engine, cluster, run.signal);
	const after = withRealNames(proxy, cluster);
	if (canonical(before) === canonical(after)) return;
	await run.step('set up the load balancer', (_report, signal) =>
		changeProxy(context, run, {cluster, before, after, signal}),
	);
}
