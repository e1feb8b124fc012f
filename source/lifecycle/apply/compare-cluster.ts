import type {ClusterSpec} from '../../cluster/cluster-spec.ts';
import {type ClusterChange, type Comparison, compareSpecs} from '../../cluster/compare/compare-specs.ts';
import type {Cluster} from '../../cluster/model.ts';
import {requirePlannable} from '../../cluster/plan/plan-cluster.ts';
import {serverGrowthProblem} from '../../cluster/plan/plan-node.ts';
import {Problem, toProblem} from '../../cluster/problem.ts';
import type {ClusterReading} from '../../cluster/read/read-spec.ts';
import {readSpec} from '../../cluster/read/read-spec.ts';
import type {LifecycleContext} from '../context.ts';
import {resolveImage} from '../create/k3s-channel.ts';
import {findAll} from '../find.ts';
import type {ApplyOptions} from '../lifecycle.ts';
import {newestOf, requireRemovable} from '../nodes/removable.ts';
import {registriesOf} from '../registries/cluster-registries.ts';
import {tidyRegistries} from '../registries/user-registries.ts';
import {compareFiles} from './compare-files.ts';
import {readCluster} from './read-cluster.ts';

/** A cluster that is there, and what it lacks to be what is asked for. */
export interface ComparedCluster {
	readonly cluster: Cluster;
	readonly comparison: Comparison;
}

/** Why a cluster cannot get the wished number of servers; undefined where it can. */
function serversRefusal(cluster: Cluster, {nodes}: ClusterReading, wished: number): string | undefined {
	const more = wished - cluster.servers.length;
	if (more > 0) {
		return serverGrowthProblem(nodes.filter(node => node.role === 'server').map(node => node.container));
	}
	if (more === 0) return undefined;
	if (cluster.state === 'stopped') return 'a server can only leave while the cluster runs';
	try {
		requireRemovable(cluster, newestOf(cluster.servers, -more));
		return undefined;
	} catch (error) {
		return toProblem(error).reason;
	}
}

/** What a cluster that can be planned was made from; one that cannot is a Problem that says so. */
function requireComparable(name: string, spec: ClusterSpec): void {
	try {
		requirePlannable(spec);
	} catch (error) {
		throw new Problem(
			`cluster "${name}"`,
			`it was made in a way that no config can ask for: ${toProblem(error).message}`,
			`See what can be told: k3dui config from ${name}`,
			{cause: error},
		);
	}
}

/**
 * Compares a cluster with what is asked for; undefined where there is no such cluster. Changes nothing. Throws a Problem
 * for a wish that no engine could meet.
 */
export async function compareCluster(
	{engine, env}: Pick<LifecycleContext, 'engine' | 'env'>,
	desired: ClusterSpec,
	{anyImage = false, signal}: Pick<ApplyOptions, 'anyImage' | 'signal'>,
): Promise<ComparedCluster | undefined> {
	requirePlannable(desired);
	const inventory = await findAll(engine, signal);
	const cluster = inventory.clusters.find(({name}) => name === desired.name);
	if (!cluster) return undefined;
	if (cluster.servers.length === 0) {
		throw new Problem(
			`cluster "${cluster.name}"`,
			'it has no server, so it cannot become anything',
			`Delete it: k3dui cluster delete ${cluster.name}`,
		);
	}
	const used = await registriesOf(engine, cluster, inventory, signal);
	const {config} = desired.registries;
	const [image, reading, tidyConfig] = await Promise.all([
		anyImage ? desired.image : resolveImage(desired.image, {env, signal}),
		readCluster(engine, cluster, used, signal),
		config === undefined ? undefined : tidyRegistries(engine, config, used, signal),
	]);
	const {spec: actual} = readSpec(reading);
	requireComparable(cluster.name, actual);
	const wish = {...desired, image, registries: {...desired.registries, config: tidyConfig}};
	const comparison = compareSpecs(wish, actual, {
		anyImage,
		registries: inventory.registries.map(({name}) => name),
		serversRefusal: serversRefusal(cluster, reading, desired.servers),
	});
	const files = await compareFiles(engine, cluster, comparison, signal);
	return {cluster, comparison: {...comparison, changes: [...files, ...comparison.changes]}};
}

/** What `apply` does where there is no cluster. */
export function creation({name, servers, agents}: ClusterSpec): ClusterChange {
	const of = (count: number, role: string) => `${count} ${role}${count === 1 ? '' : 's'}`;
	return {
		kind: 'add',
		what: `cluster ${name} with ${of(servers, 'server')} and ${of(agents, 'agent')}`,
		refusal: undefined,
	};
}
