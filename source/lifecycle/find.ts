import {inventory} from '../cluster/inventory.ts';
import {type Cluster, type Inventory, type Node, nodesOf} from '../cluster/model.ts';
import {NotFound} from '../cluster/problem.ts';
import {listContainers} from '../engine/containers.ts';
import type {Engine} from '../engine/engine.ts';

/** All clusters and registries of an engine; one request. */
export async function findAll(engine: Engine, signal?: AbortSignal): Promise<Inventory> {
	return inventory(await listContainers(engine, signal ? {signal} : {}));
}

/** The cluster of this name; NotFound names those that exist. */
export async function findCluster(engine: Engine, name: string, signal?: AbortSignal): Promise<Cluster> {
	const {clusters} = await findAll(engine, signal);
	const cluster = clusters.find(candidate => candidate.name === name);
	if (cluster) return cluster;
	throw new NotFound(
		`cluster "${name}"`,
		'there is no such cluster',
		clusters.length === 0
			? `Create it: k3dui cluster create ${name}`
			: `There are: ${clusters.map(candidate => candidate.name).join(', ')}.`,
	);
}

/** A node by name, with or without k3d's prefix, and the cluster it belongs to (none for a standalone registry). */
export async function findNode(
	engine: Engine,
	name: string,
	signal?: AbortSignal,
): Promise<{node: Node; cluster: Cluster | undefined}> {
	const {clusters, registries} = await findAll(engine, signal);
	const nodes = [...new Set([...clusters.flatMap(nodesOf), ...registries])];
	const node =
		nodes.find(candidate => candidate.name === name) ?? nodes.find(candidate => candidate.name === `k3d-${name}`);
	if (!node) {
		throw new NotFound(`node "${name}"`, 'no container of k3d has this name', 'List them: k3dui node list');
	}
	return {node, cluster: clusters.find(cluster => cluster.name === node.cluster)};
}
