import type {Node} from '../cluster/model.ts';
import type {ClusterView, RegistryView, Snapshot} from '../watch/snapshot.ts';
import type {Cursor, DashboardState, ListName} from './dashboard-state.ts';
import {type Route, routesOf} from './routes.ts';

/** What the lists show after filtering, and where their cursors are (−1 in an empty list). */
export interface Selection {
	readonly clusters: readonly ClusterView[];
	readonly nodes: readonly Node[];
	readonly routes: readonly Route[];
	readonly registries: readonly RegistryView[];
	readonly indexes: Readonly<Record<ListName, number>>;
	readonly cluster: ClusterView | undefined;
	readonly node: Node | undefined;
	readonly registry: RegistryView | undefined;
	/** The container whose log is in view. */
	readonly logNode: Node | undefined;
	/** The ids of a list's items, in the order shown. */
	idsOf(list: ListName): readonly string[];
}

/** Where a cursor is in a list of these ids: on its item, or as long as that is gone, on its place; −1 in an empty list. */
export function placeOf(ids: readonly string[], {id, index}: Cursor): number {
	const found = id === undefined ? -1 : ids.indexOf(id);
	return found === -1 ? Math.min(index, ids.length - 1) : found;
}

function matching<Item>(items: readonly Item[], filter: string, texts: (item: Item) => readonly string[]) {
	const wanted = filter.trim().toLowerCase();
	if (wanted === '') return items;
	return items.filter(item => texts(item).some(text => text.toLowerCase().includes(wanted)));
}

/** The nodes of a cluster that have no panel of their own: all but the registries. */
function listedNodes({cluster}: ClusterView): Node[] {
	return [
		...cluster.servers,
		...cluster.agents,
		...(cluster.loadBalancer ? [cluster.loadBalancer] : []),
		...cluster.tools,
	];
}

/** Finds what is chosen: by id, so that the cursor stays on its item when others come and go. */
export function select(snapshot: Snapshot, state: DashboardState): Selection {
	const {cursors, filters} = state;
	const clusters = matching(snapshot.clusters, filters.clusters, ({cluster}) => [
		cluster.name,
		cluster.state,
		cluster.version ?? '',
	]);
	const clusterIndex = placeOf(
		clusters.map(view => view.cluster.name),
		cursors.clusters,
	);
	const cluster = clusters[clusterIndex];
	const nodes = matching(cluster ? listedNodes(cluster) : [], filters.nodes, node => [
		node.name,
		node.role,
		node.state,
		node.image,
	]);
	const nodeIndex = placeOf(
		nodes.map(node => node.id),
		cursors.nodes,
	);
	const routes = matching(cluster ? routesOf(cluster, snapshot.publishedHost) : [], filters.loadBalancer, route => [
		route.host ?? '',
		route.target,
		...(route.backends ?? []),
	]);
	const routeIndex = placeOf(
		routes.map(route => route.id),
		cursors.loadBalancer,
	);
	const registries = matching(snapshot.registries, filters.registries, ({node, proxyOf, usedBy}) => [
		node.name,
		proxyOf ?? '',
		...usedBy,
	]);
	const registryIndex = placeOf(
		registries.map(view => view.node.id),
		cursors.registries,
	);
	const node = nodes[nodeIndex];
	const registry = registries[registryIndex];
	const logNode = {
		nodes: node,
		loadBalancer: cluster?.cluster.loadBalancer,
		registries: registry?.node,
	}[state.logOf];
	return {
		clusters,
		nodes,
		routes,
		registries,
		indexes: {clusters: clusterIndex, nodes: nodeIndex, loadBalancer: routeIndex, registries: registryIndex},
		cluster,
		node,
		registry,
		logNode,
		idsOf: list =>
			({
				clusters: () => clusters.map(view => view.cluster.name),
				nodes: () => nodes.map(each => each.id),
				loadBalancer: () => routes.map(route => route.id),
				registries: () => registries.map(view => view.node.id),
			})[list](),
	};
}
