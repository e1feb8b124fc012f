import type {ClusterSpec} from '../../cluster/cluster-spec.ts';
import type {ClusterPlan} from '../../cluster/plan/cluster-plan.ts';
import {isHostNetwork} from '../../cluster/plan/host-network.ts';
import {planCluster, requirePlannable} from '../../cluster/plan/plan-cluster.ts';
import {withRegistries} from '../../cluster/plan/plan-registries.ts';
import {Problem} from '../../cluster/problem.ts';
import {requireCpus} from '../../cluster/settings/cpus.ts';
import type {LifecycleContext} from '../context.ts';
import {findAll} from '../find.ts';
import {requireHostNetworkFree} from '../networks/host-network-room.ts';
import {type HostPort, hostPortsOf, requireFreePorts} from '../networks/host-ports.ts';
import {requireFreeRange} from '../networks/network.ts';
import {planRegistries} from '../registries/provide-registries.ts';
import {resolveImage} from './k3s-channel.ts';
import {missingFolders} from './missing-folders.ts';
import {type EngineFacts, engineFacts, findSurroundings} from './surroundings.ts';

/** Works out what creating a cluster would make, and whether it can; changes nothing. */
export async function planCreation(
	context: LifecycleContext,
	wish: ClusterSpec,
	signal?: AbortSignal,
): Promise<{plan: ClusterPlan; facts: EngineFacts}> {
	requirePlannable(wish);
	const [facts, image, inventory] = await Promise.all([
		engineFacts(context, signal),
		resolveImage(wish.image, {env: context.env, signal}),
		findAll(context.engine, signal),
	]);
	const spec = {...wish, image};
	if (inventory.clusters.some(cluster => cluster.name === spec.name)) {
		throw new Problem(
			`cluster "${spec.name}"`,
			'it exists already',
			`Choose another name, or delete it first: k3dui cluster delete ${spec.name}`,
		);
	}
	const surroundings = await findSurroundings(context, spec, facts, signal);
	const registries = await planRegistries(context, spec, inventory, signal);
	const plan = withRegistries(planCluster(spec, surroundings), registries);
	for (const {body} of plan.containers) requireCpus(body.HostConfig.NanoCpus ?? 0, facts.cpus);
	if (isHostNetwork(plan.network.name)) requireHostNetworkFree(inventory);
	if (plan.network.create) await requireFreeRange(context.engine, plan.network.subnet, signal);
	await requireFreePorts(context.engine, hostPorts(plan), {signal});
	const warnings = [...plan.warnings, ...(await missingFolders(context.engine, spec))];
	return {plan: {...plan, warnings}, facts};
}

/** The ports of the Docker host that a cluster will have to itself. */
function hostPorts({containers, registry, network, api}: ClusterPlan): HostPort[] {
	if (isHostNetwork(network.name)) return [{hostIP: '0.0.0.0', hostPort: api.port, protocol: 'tcp'}];
	return [...containers, ...(registry ? [registry] : [])].flatMap(({body}) => hostPortsOf(body));
}
