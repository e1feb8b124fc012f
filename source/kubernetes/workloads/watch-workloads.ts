import {byName} from '../../cluster/by-name.ts';
import {isStatus} from '../api-problem.ts';
import type {Client} from '../client.ts';
import {requestJson} from '../json-request.ts';
import {listAndWatch} from '../list-watch.ts';
import {controllerFrom} from './controller-from.ts';
import {eventFrom, shownEvents} from './event-from.ts';
import {listPath} from './object-path.ts';
import type {ApiObject, ControllerObject} from './objects.ts';
import {podFrom} from './pod-from.ts';
import {ingressFrom, serviceFrom} from './service-from.ts';
import type {
	Controller,
	ControllerKind,
	Ingress,
	KubernetesEvent,
	ObjectKind,
	Pod,
	Service,
	Workloads,
} from './workloads.ts';

/** Objects per answer of a list. */
const page = 500;

const controllerKinds: readonly ControllerKind[] = ['Deployment', 'StatefulSet', 'DaemonSet'];
const kinds: readonly ObjectKind[] = ['Pod', ...controllerKinds, 'Service', 'Ingress', 'Event'];

interface Listed<Item> {
	readonly metadata?: {readonly resourceVersion?: string; readonly continue?: string};
	readonly items?: readonly Item[] | null;
}

/** What the library's watch keeps of an object: what it needs itself, and what is shown of it. */
interface Kept<Shown> {
	readonly metadata: {readonly namespace?: string; readonly name?: string; readonly resourceVersion?: string};
	readonly shown: Shown;
}

function kept<Source extends ApiObject, Shown>(source: Source, read: (source: Source) => Shown): Kept<Shown> {
	const {namespace, name, resourceVersion} = source.metadata ?? {};
	return {
		metadata: {
			...(namespace !== undefined && {namespace}),
			...(name !== undefined && {name}),
			...(resourceVersion !== undefined && {resourceVersion}),
		},
		shown: read(source),
	};
}

/** Lists all objects of a kind, page by page. An API that does not serve the kind has none. */
async function listAll<Source extends ApiObject>(client: Client, kind: ObjectKind, signal: AbortSignal) {
	const items: Source[] = [];
	let resourceVersion = '';
	let next = '';
	do {
		const query = {limit: String(page), ...(next !== '' && {continue: next})};
		const answer = await requestJson<Listed<Source>>(client, client.subject, {path: listPath(kind), query}, signal);
		items.push(...(answer.items ?? []));
		resourceVersion = answer.metadata?.resourceVersion ?? '';
		next = answer.metadata?.continue ?? '';
	} while (next !== '');
	return {items, resourceVersion};
}

/**
 * Lists what runs in all namespaces and keeps the lists true: `listener` gets all of it once every list is there, and
 * after every change. Of each object only what is shown is held. Returns when the signal aborts; fails with a Problem
 * when the API cannot be reached or the connection is lost.
 */
export async function watchWorkloads(
	client: Client,
	listener: (workloads: Workloads) => void,
	signal: AbortSignal,
): Promise<void> {
	const broken = new AbortController();
	const running = AbortSignal.any([signal, broken.signal]);
	const known = new Map<ObjectKind, readonly unknown[]>();
	let tellsSoon = false;
	const take = (kind: ObjectKind, objects: readonly unknown[]) => {
		known.set(kind, objects);
		if (known.size < kinds.length || tellsSoon) return;
		tellsSoon = true;
		setImmediate(() => {
			tellsSoon = false;
			if (!running.aborted) listener(assemble(known));
		});
	};
	const follow = async <Source extends ApiObject, Shown>(kind: ObjectKind, read: (source: Source) => Shown) => {
		const list = async (within: AbortSignal) => {
			const {items, resourceVersion} = await listAll<Source>(client, kind, within);
			return {items: items.map(item => kept(item, read)), metadata: {resourceVersion}};
		};
		const keep = (source: Source) => kept(source, read);
		const tell = (objects: readonly Kept<Shown>[]) =>
			take(
				kind,
				objects.map(({shown}) => shown),
			);
		try {
			await listAndWatch<Kept<Shown>, Source>(client, {path: listPath(kind), list, keep}, tell, running);
		} catch (error) {
			if (!isStatus(error, 404)) throw error;
			// The API does not serve the kind; all others are still to be seen.
			take(kind, []);
		}
	};
	const follows = [
		follow('Pod', podFrom),
		...controllerKinds.map(kind => follow(kind, (source: ControllerObject) => controllerFrom(kind, source))),
		follow('Service', serviceFrom),
		follow('Ingress', ingressFrom),
		follow('Event', eventFrom),
	];
	// The first that fails ends the others; all are awaited, so that nothing of this goes on after it.
	await Promise.all(follows.map(each => each.catch((error: unknown) => broken.abort(error))));
	if (!signal.aborted && broken.signal.aborted) throw broken.signal.reason;
}

function inOrder<Item extends {readonly namespace: string; readonly name: string}>(items: unknown): readonly Item[] {
	return (items as readonly Item[]).toSorted((a, b) => byName(a.namespace, b.namespace) || byName(a.name, b.name));
}

function assemble(known: ReadonlyMap<ObjectKind, readonly unknown[]>): Workloads {
	const all = (kind: ObjectKind) => known.get(kind) ?? [];
	return {
		pods: inOrder<Pod>(all('Pod')),
		controllers: inOrder<Controller>(controllerKinds.flatMap(kind => all(kind))),
		services: inOrder<Service>(all('Service')),
		ingresses: inOrder<Ingress>(all('Ingress')),
		events: shownEvents(all('Event') as readonly KubernetesEvent[]),
	};
}
