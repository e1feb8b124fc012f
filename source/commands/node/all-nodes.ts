import {type Inventory, type Node, nodesOf} from '../../cluster/model.ts';

/** Every node, load balancer, registry and helper of an engine, each once, sorted by name. */
export function allNodes({clusters, registries}: Inventory): Node[] {
	const nodes = new Map([...clusters.flatMap(nodesOf), ...registries].map(node => [node.id, node]));
	return [...nodes.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
