import {type Cluster, type Inventory, type Node, workersOf} from '../../cluster/model.ts';
import {registriesIn} from '../../cluster/registries/mirrors.ts';
import type {Registry} from '../../cluster/registries/registry.ts';
import type {Engine} from '../../engine/engine.ts';
import {readRegistry} from './find-registry.ts';
import {readMirrors} from './node-registries.ts';

/** The registries a cluster pulls from: its own, and those that the registries.yaml of its nodes names. */
export async function registriesOf(
	engine: Engine,
	cluster: Cluster,
	{registries}: Inventory,
	signal?: AbortSignal,
): Promise<Node[]> {
	if (registries.length === 0) return [];
	const named = new Set(await namedRegistries(engine, cluster, registries, signal));
	return registries.filter(registry => registry.cluster === cluster.name || named.has(registry.name));
}

async function namedRegistries(
	engine: Engine,
	cluster: Cluster,
	registries: readonly Node[],
	signal?: AbortSignal,
): Promise<string[]> {
	for (const node of workersOf(cluster)) {
		const file = await readMirrors(engine, node, signal);
		if (file)
			return registriesIn(
				file,
				registries.map(({name}) => name),
			);
	}
	return [];
}

/** What clusters have to know of several registries. */
export async function readRegistries(
	engine: Engine,
	nodes: readonly Node[],
	signal?: AbortSignal,
): Promise<Registry[]> {
	return Promise.all(nodes.map(node => readRegistry(engine, node, signal)));
}
