import {listenerKey} from '../../cluster/load-balancer/proxy-config.ts';
import {withoutGone} from '../../cluster/load-balancer/proxy-targets.ts';
import type {Cluster, Node} from '../../cluster/model.ts';
import {
	type BalancerState,
	type PortEditPlan,
	type PortWishes,
	planPortEdit,
	type RoutedPort,
} from '../../cluster/plan/plan-port-edit.ts';
import {portsOf} from '../../cluster/plan/port-bindings.ts';
import {Problem} from '../../cluster/problem.ts';
import {inspectContainer, requireContainer} from '../../engine/containers.ts';
import type {Engine} from '../../engine/engine.ts';
import type {LifecycleContext} from '../context.ts';
import {findCluster} from '../find.ts';
import type {PortEdit} from '../lifecycle.ts';
import {findFreePort, requireFreePorts} from '../networks/host-ports.ts';
import type {Run} from '../operation.ts';
import {changeProxy, readProxyConfig} from './load-balancer.ts';
import {repairLoadBalancer} from './repair-load-balancer.ts';
import {replaceLoadBalancer} from './replace-load-balancer.ts';

/** The load balancer of a cluster; a Problem says what to do without one. */
function requireLoadBalancer({name, loadBalancer}: Cluster): Node {
	if (!loadBalancer) {
		throw new Problem(
			`cluster "${name}"`,
			'it has no load balancer, and only what goes through one can be published later',
			`Forward a port for a while, kubectl --context k3d-${name} port-forward service/NAME 8080:80, or create the cluster without --no-lb.`,
		);
	}
	if (loadBalancer.state === 'paused') {
		throw new Problem(`node ${loadBalancer.name}`, 'it is paused', `Let it go on: docker unpause ${loadBalancer.name}`);
	}
	return loadBalancer;
}

/** Reads the load balancer, plans the edit and finds out whether the ports are free; changes nothing. */
async function look({engine}: LifecycleContext, cluster: Cluster, wishes: PortWishes, signal?: AbortSignal) {
	const old = requireLoadBalancer(cluster);
	const inspection = await requireContainer(engine, old.id, `node ${old.name}`, signal);
	const written = await readProxyConfig(engine, cluster, signal);
	const state: BalancerState = {published: portsOf(inspection), config: withoutGone(written, cluster)};
	const plan = await withNumbers(engine, planPortEdit(cluster, state, wishes));
	// What the load balancer itself holds now, it gives up: a host port may lead elsewhere afterwards.
	const held = new Set(plan.removed.map(port => `${port.hostPort}/${port.protocol}`));
	const wanted = plan.added.flatMap(({hostIP, hostPort, hostPortTo, protocol}) =>
		hostPort === undefined || hostPortTo !== undefined || held.has(`${hostPort}/${protocol}`)
			? []
			: {hostIP, hostPort, protocol},
	);
	await requireFreePorts(engine, wanted, {except: old.id, signal});
	return {old, inspection, state, plan};
}

/**
 * The plan with host ports for those that have none. Docker could give one a number that another port of the container
 * already has and keeps (seen with Docker 20.10: it counts for every address on its own). Elsewhere than here it has to choose.
 */
async function withNumbers(engine: Engine, plan: PortEditPlan): Promise<PortEditPlan> {
	if (engine.endpoint.connection.kind !== 'unix') return plan;
	const chosen = new Map<RoutedPort, RoutedPort>();
	for (const port of plan.added) {
		if (port.hostPort === undefined) chosen.set(port, {...port, hostPort: await findFreePort()});
	}
	const choose = (port: RoutedPort) => chosen.get(port) ?? port;
	return {...plan, ports: plan.ports.map(choose), added: plan.added.map(choose)};
}

/** What an edit would do, without doing it. Throws a Problem for a wish that cannot be met. */
export async function planPorts(context: LifecycleContext, name: string, wishes: PortWishes): Promise<PortEditPlan> {
	return (await look(context, await findCluster(context.engine, name), wishes)).plan;
}

/**
 * Publishes ports of a cluster, and takes others back. Gives back what is published then. The load balancer keeps
 * everything else, and is replaced only if what it publishes changes. Fails before anything has been touched if a wish
 * cannot be met or a host port is taken; if it fails later, the load balancer is as it was.
 */
export async function editPorts(
	context: LifecycleContext,
	run: Run,
	name: string,
	{add = [], remove = []}: PortEdit,
): Promise<readonly RoutedPort[]> {
	const {engine} = context;
	const release = context.claim(name);
	try {
		const found = await run.step('look at the cluster', async (_report, signal) => {
			const cluster = await findCluster(engine, name, signal);
			requireLoadBalancer(cluster);
			return cluster;
		});
		const cluster = await repairLoadBalancer(context, run, found);
		const {old, inspection, state, plan} = await run.step('check the ports', (_report, signal) =>
			look(context, cluster, {add, remove}, signal),
		);
		for (const note of plan.notes) run.warn(note);
		if (plan.means === 'nothing') return plan.ports;
		if (plan.means === 'configure') {
			await run.step('update the load balancer', (_report, signal) =>
				changeProxy(context, run, {cluster, before: state.config, after: plan.config, signal}),
			);
			return plan.ports;
		}
		await replaceLoadBalancer(context, run, {cluster, old, inspection, ports: plan.ports, config: plan.config});
		return await publishedNow(context, old.name, plan, run.signal);
	} finally {
		release();
	}
}

/** The ports with the numbers that Docker chose for those without. */
async function publishedNow(
	{engine}: LifecycleContext,
	name: string,
	plan: PortEditPlan,
	signal: AbortSignal,
): Promise<RoutedPort[]> {
	const inspection = await inspectContainer(engine, name, signal);
	if (!inspection) return [...plan.ports];
	return portsOf(inspection).map(port => ({...port, nodes: plan.config.ports[listenerKey(port)] ?? []}));
}
