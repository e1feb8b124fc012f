import type {Lifecycle} from '../lifecycle/lifecycle.ts';
import type {Operation} from '../lifecycle/operation.ts';
import {refusal} from './actions.ts';
import type {Activity} from './activity.ts';
import type {Place} from './place.ts';
import {isAboutWorkloads, type Request} from './requests.ts';
import {type Session, say, sessionAt} from './session.ts';

/** How something that was done is taken back. */
export interface Undo {
	readonly activity: Activity;
	readonly place: Place;
	/** The cluster it is about; undefined for a registry. */
	readonly cluster: string | undefined;
	/** What will be done, as an order: `start cluster dev`. */
	readonly does: string;
	/** What is not as it was before then; undefined where everything is. */
	readonly loss: string | undefined;
	readonly start: (lifecycle: Lifecycle) => Operation;
}

type Reverse = Pick<Undo, 'does' | 'loss' | 'start'>;

const simple = (does: string, start: Reverse['start'], loss?: string): Reverse => ({does, loss, start});

function counted(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** The opposite of a request; undefined where there is none. */
function reverse(request: Request): Reverse | undefined {
	switch (request.verb) {
		case 'startCluster': {
			const [name] = request.args;
			return simple(`stop cluster ${name}`, lifecycle => lifecycle.stopCluster(name));
		}
		case 'stopCluster': {
			const [name] = request.args;
			return simple(`start cluster ${name}`, lifecycle => lifecycle.startCluster(name));
		}
		case 'startNode': {
			const [name] = request.args;
			return simple(`stop node ${name}`, lifecycle => lifecycle.stopNode(name));
		}
		case 'stopNode': {
			const [name] = request.args;
			return simple(`start node ${name}`, lifecycle => lifecycle.startNode(name));
		}
		case 'grow': {
			const [cluster, {servers = 0, agents = 0}] = request.args;
			const amounts = [...(agents ? [counted(agents, 'agent')] : []), ...(servers ? [counted(servers, 'server')] : [])];
			return simple(
				`remove the newest ${amounts.join(' and ')} of cluster ${cluster}`,
				lifecycle => lifecycle.shrink(cluster, {servers, agents}),
				'What ran on them moves, and what they had on their disks is gone.',
			);
		}
		case 'shrink': {
			const [cluster, {servers = 0, agents = 0}] = request.args;
			const amounts = [...(agents ? [counted(agents, 'agent')] : []), ...(servers ? [counted(servers, 'server')] : [])];
			return simple(
				`add ${amounts.join(' and ')} to cluster ${cluster}`,
				lifecycle => lifecycle.grow(cluster, {servers, agents}),
				'They are new: what the removed ones had on their disks is gone.',
			);
		}
		case 'editPorts': {
			const [cluster, {add = [], remove = []}] = request.args;
			const words = [...add.map(({value}) => `take back ${value}`), ...remove.map(port => `publish ${port}`)];
			return simple(`${words.join(', ')} of cluster ${cluster}`, lifecycle =>
				lifecycle.editPorts(cluster, {
					add: remove.map(value => ({value, filters: []})),
					remove: add.map(({value}) => value),
				}),
			);
		}
		case 'attachRegistry': {
			const [registry, cluster] = request.args;
			return simple(`detach registry ${registry} from cluster ${cluster}`, lifecycle =>
				lifecycle.detachRegistry(registry, cluster),
			);
		}
		case 'detachRegistry': {
			const [registry, cluster] = request.args;
			return simple(`attach registry ${registry} to cluster ${cluster}`, lifecycle =>
				lifecycle.attachRegistry(registry, cluster),
			);
		}
		case 'scaleWorkload': {
			const [cluster, workload, {replicas, from}] = request.args;
			if (from === undefined || from === replicas) return undefined;
			return simple(
				`scale ${workload.kind.toLowerCase()} ${workload.namespace}/${workload.name} of cluster ${cluster} to ${from} again`,
				lifecycle => lifecycle.scaleWorkload(cluster, workload, {replicas: from, from: replicas}),
				from > replicas ? 'The pods are new: what the ones before had written on their own disks is gone.' : undefined,
			);
		}
		default:
			return undefined;
	}
}

/** The cluster a request is about, by its name; a node's is that of its container. */
function clusterOfRequest(session: Session, request: Request): string | undefined {
	switch (request.verb) {
		case 'createCluster':
		case 'apply':
			return request.args[0].name;
		case 'attachRegistry':
		case 'detachRegistry':
			return request.args[1];
		case 'createRegistry':
		case 'deleteRegistry':
			return undefined;
		case 'importImages':
			return request.args[0][0];
		case 'startNode':
		case 'stopNode':
		case 'restartNode':
		case 'deleteNode': {
			const [name] = request.args;
			return session.places
				.flatMap(({watch}) => watch.snapshot().inventory.clusters)
				.find(({servers, agents, loadBalancer}) =>
					[...servers, ...agents, ...(loadBalancer ? [loadBalancer] : [])].some(node => node.name === name),
				)?.name;
		}
		default:
			return request.args[0];
	}
}

/**
 * The last thing that was done and can be taken back: it went well, and nothing was done to the same cluster after it.
 * Undefined where there is none.
 */
export function lastUndo(session: Session): Undo | undefined {
	const overtaken = new Set<string>();
	for (const activity of session.activity.entries.toReversed()) {
		const {request, host} = activity;
		if (!request) continue;
		const cluster = clusterOfRequest(session, request);
		const key = `${host}\n${cluster ?? JSON.stringify(request.args[0])}`;
		// What is done to one deployment is not in the way of what was done to another one.
		const own = isAboutWorkloads(request) ? `${key}\n${JSON.stringify(request.args[1])}` : key;
		if (overtaken.has(key) || overtaken.has(own)) continue;
		overtaken.add(own);
		const place = session.places.find(({name}) => host === undefined || name === host);
		const found = activity.operation().state === 'done' ? reverse(request) : undefined;
		if (found && place) return {activity, place, cluster, ...found};
	}
	return undefined;
}

/** Why nothing can be taken back. */
export function undoRefusal(session: Session): string | undefined {
	const undo = lastUndo(session);
	if (!undo) return 'nothing was done here that can be taken back';
	return refusal(sessionAt(session, undo.place), undo.cluster);
}

/** Takes it back. Returns false, and says why, where that cannot be now. */
export function undo(session: Session, {place, cluster, start}: Undo): boolean {
	const reason = refusal(sessionAt(session, place), cluster);
	if (reason !== undefined) {
		say(session, reason, 'warning');
		return false;
	}
	start(place.lifecycle);
	return true;
}
