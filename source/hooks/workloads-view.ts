import {nodeFor} from '../cluster/node-name.ts';
import type {
	Controller,
	Ingress,
	KubernetesEvent,
	Pod,
	PodUsage,
	Service,
	Workloads,
} from '../kubernetes/workloads/workloads.ts';
import type {ClusterView, WorkloadsView} from '../watch/snapshot.ts';
import {placeOf} from './cursor.ts';
import {type DashboardState, isDetail} from './dashboard-state.ts';
import {matching} from './matching.ts';
import type {Selection} from './selection.ts';
import {ingressUrls, serviceUrls} from './service-urls.ts';
import {type Session, selectionOf} from './session.ts';
import type {WorkloadTab} from './workloads-state.ts';

/** A service or an ingress, with where it is reached from here. */
export type Reachable = (Service | Ingress) & {readonly urls: readonly string[]};

/** What a row of the panel shows. */
export type WorkloadRow = Pod | Controller | Reachable | KubernetesEvent;

/** The workloads panel as it is shown. */
export interface ShownWorkloads {
	readonly cluster: ClusterView | undefined;
	/** The Kubernetes node whose pods and events alone are shown; undefined for the whole cluster. */
	readonly node: string | undefined;
	readonly tab: WorkloadTab;
	readonly rows: readonly WorkloadRow[];
	/** The cursor's place in the rows; −1 for none. */
	readonly index: number;
	/** How many rows each tab has, the filter left out. */
	readonly counts: Readonly<Record<WorkloadTab, number>>;
	readonly warnings: number;
	/** Those in which the tab in view has rows, and the one that is shown; in order. */
	readonly namespaces: readonly string[];
	/** The one that is shown; undefined for all. */
	readonly namespace: string | undefined;
	readonly usage: ReadonlyMap<string, PodUsage> | undefined;
}

const none: Workloads = {pods: [], controllers: [], services: [], ingresses: [], events: []};

/** The Kubernetes node that the panel is about: the one with the cursor where the focus is, or came from, in the nodes' list. */
function nodeInScope({focus, cameFrom, workloads}: DashboardState, selection: Selection): string | undefined {
	const list = isDetail(focus) ? cameFrom : focus;
	const {node, cluster} = selection;
	if (list !== 'nodes' || workloads.isWide || !node || !['server', 'agent'].includes(node.role)) return undefined;
	const known = cluster?.kubernetes.state === 'connected' ? nodeFor(cluster.kubernetes.nodes, node) : undefined;
	return known?.name ?? node.name;
}

type Parts = Readonly<Record<WorkloadTab, readonly WorkloadRow[]>>;

/** Everything in scope, tab by tab. */
function partsOf(
	{pods, controllers, services, ingresses, events}: Workloads,
	{node, namespace, cluster, publishedHost}: Scope,
): Parts {
	const isHere = (each: {readonly namespace: string}) => namespace === undefined || each.namespace === namespace;
	const podsHere = pods.filter(pod => isHere(pod) && (node === undefined || pod.node === node));
	const names = new Set(podsHere.map(({namespace: of, name}) => `${of}/${name}`));
	const isAbout = ({about}: KubernetesEvent) =>
		about.kind === 'Node' ? about.name === node : about.kind === 'Pod' && names.has(`${about.namespace}/${about.name}`);
	const reachable = (each: Service | Ingress): Reachable => {
		if (!cluster) return {...each, urls: []};
		const urls =
			each.kind === 'Service'
				? serviceUrls(each, cluster.cluster, publishedHost)
				: ingressUrls(each, services, cluster.cluster, publishedHost);
		return {...each, urls};
	};
	const ways = [...services.filter(isHere), ...ingresses.filter(isHere)].map(reachable);
	return {
		pods: podsHere,
		controllers: controllers.filter(isHere),
		// What can be opened from here comes first.
		services: ways.toSorted((a, b) => Number(b.urls.length > 0) - Number(a.urls.length > 0)),
		events: events.filter(event => isHere(event) && (node === undefined || isAbout(event))),
	};
}

interface Scope {
	readonly node: string | undefined;
	readonly namespace: string | undefined;
	readonly cluster: ClusterView | undefined;
	readonly publishedHost: string;
}

/** The texts of a row that the filter looks through. */
function textsOf(row: WorkloadRow): readonly string[] {
	const {namespace, name, kind} = row;
	switch (row.kind) {
		case 'Pod':
			return [name, namespace, row.status, row.node ?? ''];
		case 'Service':
			return [name, namespace, kind, row.type, ...row.urls];
		case 'Ingress':
			return [name, namespace, kind, ...row.urls];
		case 'Event':
			return [row.reason, row.message, row.about.name, row.about.kind, row.isWarning ? 'warning' : 'normal', namespace];
		default:
			return [name, namespace, kind, ...row.images];
	}
}

/** What the panel shows of what is known. */
export function shownWorkloads(
	state: DashboardState,
	selection: Selection,
	view: WorkloadsView | undefined,
): ShownWorkloads {
	const {tab, cursors} = state.workloads;
	const {cluster, sight} = selection;
	const workloads = view?.workloads ?? none;
	const node = nodeInScope(state, selection);
	// One that is gone hides nothing.
	const namespace = namespacesOf(Object.values(workloads).flat()).find(each => each === state.workloads.namespace);
	const scope = {node, namespace, cluster, publishedHost: sight.snapshot.publishedHost};
	const parts = partsOf(workloads, scope);
	const all = namespace === undefined ? parts : partsOf(workloads, {...scope, namespace: undefined});
	const shownHere = namespace === undefined ? [] : [{namespace}];
	const rows = matching(parts[tab], state.filters.workloads, textsOf);
	const counts = {
		pods: parts.pods.length,
		controllers: parts.controllers.length,
		services: parts.services.length,
		events: parts.events.length,
	};
	const index = placeOf(
		rows.map(({id}) => id),
		cursors[tab],
	);
	const warnings = parts.events.filter(row => row.kind === 'Event' && row.isWarning).length;
	const namespaces = namespacesOf([...all[tab], ...shownHere]);
	return {cluster, node, tab, rows, index, counts, warnings, namespaces, namespace, usage: view?.usage};
}

function namespacesOf(items: readonly {readonly namespace: string}[]): readonly string[] {
	return [...new Set(items.map(({namespace}) => namespace))].toSorted();
}

/** What the panel shows now, for keys. */
export function workloadsInView(session: Session): ShownWorkloads {
	return shownWorkloads(session.store.get(), selectionOf(session), session.workloads.current?.view());
}

/** The row with the cursor. */
export function chosenWorkload(session: Session): WorkloadRow | undefined {
	const {rows, index} = workloadsInView(session);
	return rows[index];
}
