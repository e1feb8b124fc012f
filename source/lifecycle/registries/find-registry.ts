import type {Inventory, Node} from '../../cluster/model.ts';
import {NotFound, Problem} from '../../cluster/problem.ts';
import {type Registry, registryFrom} from '../../cluster/registries/registry.ts';
import {parseRegistryReference} from '../../cluster/registries/registry-spec.ts';
import {requireContainer} from '../../engine/containers.ts';
import type {Engine} from '../../engine/engine.ts';

/** The registry that a reference means, with or without k3d's prefix and ports; NotFound names those that exist. */
export function registryNamed({registries, clusters}: Inventory, reference: string): Node {
	const name = parseRegistryReference(reference);
	const isMeant = (node: Node) => node.name === name || node.name === `k3d-${name}`;
	const found = registries.find(node => node.name === name) ?? registries.find(isMeant);
	if (found) return found;
	const subject = `registry "${name}"`;
	const others = clusters.flatMap(({servers, agents, loadBalancer}) => [
		...servers,
		...agents,
		...(loadBalancer ? [loadBalancer] : []),
	]);
	const other = others.find(isMeant);
	if (other)
		throw new Problem(subject, `${other.name} is no registry; it is a ${other.role} of cluster "${other.cluster}"`);
	throw new NotFound(
		subject,
		'there is no such registry',
		registries.length === 0
			? `Create it: k3dui registry create ${name.replace(/^k3d-/, '')}`
			: `There are: ${registries.map(node => node.name).join(', ')}.`,
	);
}

/** What clusters have to know of a registry; works on stopped containers too. */
export async function readRegistry(engine: Engine, node: Node, signal?: AbortSignal): Promise<Registry> {
	return registryFrom(await requireContainer(engine, node.id, `registry ${node.name}`, signal));
}
