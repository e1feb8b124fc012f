import type {ClusterSpec} from '../cluster/cluster-spec.ts';
import type {Node} from '../cluster/model.ts';
import {type Problem, toProblem} from '../cluster/problem.ts';
import type {RegistrySpec} from '../cluster/registries/registry-spec.ts';
import {harmless} from '../engine/harmless.ts';
import type {CreateOptions, ImageSource, PortEdit} from '../lifecycle/lifecycle.ts';
import type {Operation, OperationSnapshot} from '../lifecycle/operation.ts';
import type {ClusterView} from '../watch/snapshot.ts';
import {rowId} from './cluster-rows.ts';
import {type CommandLine, kubeconfigLine} from './command-line.ts';
import {openCreate} from './create-insight.ts';
import {moveCursor} from './dashboard-state.ts';
import {listForwards} from './forwards.ts';
import {resizeForm} from './resize-form.ts';
import {allOperations, clusterOf, isUnderWay, keyFor, type Session, say, selectionOf, show} from './session.ts';

/** What the keys for starting, stopping and deleting are about: by the panel in focus, a cluster or a container. */
export type Target =
	| {readonly kind: 'cluster'; readonly view: ClusterView}
	| {readonly kind: 'node'; readonly node: Node; readonly cluster: string | undefined};

/** The thing in focus; undefined when its list is empty. */
export function targetOf(session: Session): Target | undefined {
	const {focus} = session.store.get();
	const selection = selectionOf(session);
	if (focus === 'clusters') return selection.cluster && {kind: 'cluster', view: selection.cluster};
	const node = {
		nodes: selection.node,
		loadBalancer: selection.cluster?.cluster.loadBalancer,
		registries: selection.registry?.node,
		// What is read is not to be stopped by a slip of the finger.
		log: undefined,
		workloads: undefined,
		activity: undefined,
	}[focus];
	return node && {kind: 'node', node, cluster: node.cluster};
}

/** The operation under way on a cluster. Read from the lifecycle, which knows first. */
function busyWith(session: Session, cluster: string | undefined): OperationSnapshot | undefined {
	if (cluster === undefined) return undefined;
	const snapshot = session.watch.snapshot();
	return session.lifecycle
		.operations()
		.map(operation => operation.snapshot())
		.find(operation => isUnderWay(operation) && clusterOf(operation, snapshot) === cluster);
}

/** Why nothing can be changed on a cluster now; undefined when it can. */
export function refusal(session: Session, cluster: string | undefined): string | undefined {
	if (session.watch.snapshot().connection.state !== 'connected') {
		return session.places.length > 1 ? `${session.place.name} does not answer` : 'the Docker Engine does not answer';
	}
	const busy = busyWith(session, cluster);
	return (
		busy &&
		`cluster ${harmless(cluster ?? '')} is busy: "${busy.verb} ${harmless(busy.subject)}" has to end first (${keyFor(session, 'cancel')} cancels it)`
	);
}

/** Starts an operation unless another one works on the same cluster; says so then and gives back false. */
function begin(session: Session, cluster: string | undefined, start: () => Operation): boolean {
	const reason = refusal(session, cluster);
	if (reason !== undefined) {
		say(session, reason, 'warning');
		return false;
	}
	start();
	return true;
}

/** Whether the start/stop key starts: what does not run as a whole, load balancer included, is started. */
export function starts(target: Target): boolean {
	if (target.kind === 'node') return !['running', 'restarting', 'paused'].includes(target.node.state);
	const {state, loadBalancer} = target.view.cluster;
	return state !== 'running' || (loadBalancer !== undefined && loadBalancer.state !== 'running');
}

export function startOrStop(session: Session, target: Target): void {
	const {lifecycle} = session;
	if (target.kind === 'cluster') {
		const {name} = target.view.cluster;
		begin(session, name, () => (starts(target) ? lifecycle.startCluster(name) : lifecycle.stopCluster(name)));
	} else {
		const {name} = target.node;
		begin(session, target.cluster, () => (starts(target) ? lifecycle.startNode(name) : lifecycle.stopNode(name)));
	}
}

export function restart(session: Session, target: Target): void {
	const {lifecycle} = session;
	if (target.kind === 'cluster') {
		const {name} = target.view.cluster;
		begin(session, name, () => lifecycle.restartCluster(name));
	} else {
		begin(session, target.cluster, () => lifecycle.restartNode(target.node.name));
	}
}

/** Opens the dialog that asks for a new cluster. */
export function askCreate(session: Session): void {
	const {inventory} = session.watch.snapshot();
	const taken = new Set(inventory.clusters.map(cluster => cluster.name));
	const inUse = inventory.clusters.flatMap(cluster => cluster.servers.slice(0, 1).map(server => server.image));
	show(
		session,
		openCreate(session, {
			taken,
			images: [...(session.images ?? []), ...inUse],
			registries: inventory.registries.map(node => node.name),
		}),
	);
}

/** Creates what the dialog asks for; the cursor goes to the new cluster as soon as that appears. */
export function createCluster(session: Session, spec: ClusterSpec, options: CreateOptions = {}): boolean {
	if (!begin(session, spec.name, () => session.lifecycle.createCluster(spec, options))) return false;
	const state = session.store.get();
	const index = Math.max(0, selectionOf(session).indexes.clusters);
	const unfiltered = {...state, filters: {...state.filters, clusters: ''}};
	session.store.set(moveCursor(unfiltered, 'clusters', {id: rowId(session.place, spec.name), index}));
	return true;
}

export function askResize(session: Session, direction: 'grow' | 'shrink'): void {
	const view = selectionOf(session).cluster;
	if (view) show(session, {kind: 'resize', form: resizeForm(direction, view.cluster)});
}

export function resize(
	session: Session,
	direction: 'grow' | 'shrink',
	cluster: string,
	role: 'servers' | 'agents',
	count: number,
	importImages: boolean,
): boolean {
	const {lifecycle} = session;
	const options = {[role]: count, ...(importImages && {importImages})};
	return begin(session, cluster, () => lifecycle[direction](cluster, options));
}

export function deleteCluster(session: Session, cluster: string): boolean {
	return begin(session, cluster, () => session.lifecycle.deleteCluster(cluster));
}

export function deleteNode(session: Session, node: string, cluster: string): boolean {
	return begin(session, cluster, () => session.lifecycle.deleteNode(node));
}

/** Adds ports to a cluster and removes some. */
export function editPorts(session: Session, cluster: string, edit: PortEdit): boolean {
	return begin(session, cluster, () => session.lifecycle.editPorts(cluster, edit));
}

export function importImages(session: Session, cluster: string, sources: readonly ImageSource[]): boolean {
	return begin(session, cluster, () => session.lifecycle.importImages([cluster], sources));
}

/** Creates a registry, and says how to use it once it is there. */
export function createRegistry(session: Session, spec: RegistrySpec): boolean {
	return begin(session, undefined, () => {
		const operation = session.lifecycle.createRegistry(spec);
		operation.result.then(
			({pushTo, pullFrom}) =>
				say(
					session,
					spec.proxy
						? `${harmless(pullFrom)} caches ${harmless(spec.proxy.remoteURL)} for the clusters it is attached to (${keyFor(session, 'attach-registry')})`
						: `push to ${harmless(pushTo)}; clusters that it is attached to (${keyFor(session, 'attach-registry')}) pull from ${harmless(pullFrom)}`,
					'good',
				),
			// Why it failed stands with the operation.
			() => {},
		);
		return operation;
	});
}

export function deleteRegistry(session: Session, registry: string): boolean {
	return begin(session, undefined, () => session.lifecycle.deleteRegistry(registry));
}

export function attachRegistry(session: Session, registry: string, cluster: string): boolean {
	return begin(session, cluster, () => session.lifecycle.attachRegistry(registry, cluster));
}

export function detachRegistry(session: Session, registry: string, cluster: string): boolean {
	return begin(session, cluster, () => session.lifecycle.detachRegistry(registry, cluster));
}

/** The operation that the cancel key ends: the chosen cluster's, or the one that began last. */
export function cancellable(session: Session): Operation | undefined {
	const snapshot = session.watch.snapshot();
	const isRunning = (operation: Operation) => operation.snapshot().state === 'running';
	const here = session.lifecycle.operations().filter(isRunning);
	const chosen = selectionOf(session).cluster?.cluster.name;
	const found = here.find(operation => clusterOf(operation.snapshot(), snapshot) === chosen) ?? here.at(-1);
	return found ?? allOperations(session).findLast(isRunning);
}

let lastNote = 0;

/** Something that is done by key and is no operation of the lifecycle. */
export interface Noted {
	readonly verb: string;
	readonly subject: string;
	readonly command: CommandLine;
}

/** Notes in the activity log that something begins. Gives back what notes its end. */
export function note(session: Session, {verb, subject, command}: Noted): (problem?: Problem) => void {
	let current: OperationSnapshot = {
		// Operations are numbered upwards.
		id: --lastNote,
		verb,
		subject,
		state: 'running',
		steps: [],
		startedAt: session.now(),
		endedAt: undefined,
		problem: undefined,
		leftovers: [],
		warnings: [],
	};
	const host = session.places.length > 1 ? session.place.name : undefined;
	session.activity.add({host, request: undefined, command, operation: () => current});
	return problem => {
		current = {...current, state: problem ? 'failed' : 'done', endedAt: session.now(), problem};
	};
}

/** Saves the chosen cluster's kubeconfig and says where it is. */
export function saveKubeconfig(session: Session, cluster: string): void {
	say(session, `saving the kubeconfig of ${harmless(cluster)}…`);
	const command = kubeconfigLine(cluster, session.place.words);
	const end = note(session, {verb: 'save kubeconfig of', subject: `cluster ${cluster}`, command});
	session.saveKubeconfig(cluster).then(
		path => {
			end();
			say(session, `${harmless(cluster)} is the current context in ${harmless(path)}`, 'good');
		},
		error => {
			const problem = toProblem(error, `kubeconfig of ${cluster}`);
			end(problem);
			const {subject, reason, next} = problem;
			say(session, harmless(`${subject}: ${reason}${next === undefined ? '' : `. ${next}`}`), 'bad');
		},
	);
}

/** How long leaving waits for running operations to be undone, in milliseconds. */
const closeLimit = 60_000;

/** Leaves at once, or asks first when operations are under way. */
export function quit(session: Session): void {
	const running = allOperations(session).some(operation => isUnderWay(operation.snapshot()));
	if (running || listForwards(session).length > 0) show(session, {kind: 'quit', answer: 'no', closing: false});
	else session.exit(0);
}

/** Cancels what is under way, waits until it has been undone or the limit is over, and leaves. */
export function quitWhenUndone(session: Session): void {
	const leave = () => {
		clearTimeout(timer);
		session.exit(0);
	};
	const timer = setTimeout(leave, closeLimit);
	Promise.allSettled(session.places.map(({lifecycle}) => lifecycle.close())).then(leave);
}
