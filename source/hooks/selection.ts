import type {Node} from '../cluster/model.ts';
import type {ClusterView, RegistryView} from '../watch/snapshot.ts';
import {type ClusterRow, clusterRows, sightInFocus} from './cluster-rows.ts';
import {placeOf} from './cursor.ts';
import type {DashboardState, ListName} from './dashboard-state.ts';
import {type LogInView, logFor} from './log-view.ts';
import {matching} from './matching.ts';
import type {Sight} from './place.ts';
import {type Route, routesOf} from './routes.ts';

/** What the lists show after filtering, and where their cursors are (−1 in an empty list). */
export interface Selection {
	readonly rows: readonly ClusterRow[];
	readonly nodes: readonly Node[];
	readonly routes: readonly Route[];
	readonly registries: readonly RegistryView[];
	readonly indexes: Readonly<Record<ListName, number>>;
	/** The host with the cursor; nodes, ports and registries are its own. */
	readonly sight: Sight;
	readonly cluster: ClusterView | undefined;
	readonly node: Node | undefined;
	readonly registry: RegistryView | undefined;
	/** The container in focus that has a log. */
	readonly logNode: Node | undefined;
	/** The log in view. */
	readonly log: LogInView | undefined;
	/** The ids of a list's items, in the order shown. */
	idsOf(list: ListName): readonly string[];
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
export function select(sights: readonly Sight[], state: DashboardState): Selection {
	const {cursors, filters} = state;
	const rows = clusterRows(sights, state);
	const clusterIndex = placeOf(
		rows.map(({id}) => id),
		cursors.clusters,
	);
	const sight = sightInFocus(sights, state, rows);
	const {snapshot} = sight;
	const row = rows[clusterIndex];
	// A dialog keeps its host also where the cursor has lost it.
	const cluster = row?.sight === sight ? row.view : undefined;
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
		rows,
		nodes,
		routes,
		registries,
		indexes: {clusters: clusterIndex, nodes: nodeIndex, loadBalancer: routeIndex, registries: registryIndex},
		sight,
		cluster,
		node,
		registry,
		logNode,
		log: logFor(state, logNode, cluster),
		idsOf: list =>
			({
				clusters: () => rows.map(({id}) => id),
				nodes: () => nodes.map(each => each.id),
				loadBalancer: () => routes.map(route => route.id),
				registries: () => registries.map(view => view.node.id),
			})[list](),
	};
}
