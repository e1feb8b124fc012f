import {Problem} from '../cluster/problem.ts';
import {ApiStatus} from './api-problem.ts';
import {isStatus, type Transport} from './transport.ts';

/** What every object of the API carries. */
export interface ApiObject {
	metadata?: {name?: string; namespace?: string; uid?: string; resourceVersion?: string};
}

interface ObjectList<T> {
	metadata?: {resourceVersion?: string};
	items?: T[];
}

interface WatchEvent<T> {
	type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
	object: T & {code?: number; reason?: string; message?: string};
}

/** After this long the API ends a watch, and a new one goes on from there. */
const watchSeconds = 300;

/** Watches in a row that may end without telling anything. */
const emptyWatchLimit = 3;

/**
 * Lists objects and keeps the list true: `listener` gets it after the list and after every change, keyed by uid. Returns
 * when the signal aborts; fails with a Problem when the API cannot be reached or the connection is lost.
 * Source: Kubernetes API concepts, "Efficient detection of changes".
 */
export async function listAndWatch<T extends ApiObject>(
	transport: Transport,
	{path, query}: {path: string; query?: Readonly<Record<string, string>>},
	listener: (objects: ReadonlyMap<string, T>) => void,
	signal: AbortSignal,
): Promise<void> {
	let emptyWatches = 0;
	let resourceVersion: string | undefined;
	let objects = new Map<string, T>();
	try {
		while (!signal.aborted) {
			if (resourceVersion === undefined) {
				const list = await transport.json<ObjectList<T>>(transport.subject, {path, ...(query && {query}), signal});
				objects = new Map(list.items?.map(item => [item.metadata?.uid ?? '', item]));
				resourceVersion = list.metadata?.resourceVersion ?? '';
				listener(objects);
			}
			const before: string = resourceVersion;
			resourceVersion = await watchOnce(transport, {path, query}, objects, before, listener, signal);
			emptyWatches = resourceVersion === before || resourceVersion === undefined ? emptyWatches + 1 : 0;
			if (emptyWatches >= emptyWatchLimit) throw new Problem(transport.subject, 'it ends every watch at once');
		}
	} catch (error) {
		if (!signal.aborted) throw error;
	}
}

/** Applies one watch's events until it ends. Gives back the version to go on from; undefined when only a new list helps. */
async function watchOnce<T extends ApiObject>(
	transport: Transport,
	{path, query}: {path: string; query: Readonly<Record<string, string>> | undefined},
	objects: Map<string, T>,
	resourceVersion: string,
	listener: (objects: ReadonlyMap<string, T>) => void,
	signal: AbortSignal,
): Promise<string | undefined> {
	let version = resourceVersion;
	const parameters = {
		...query,
		watch: 'true',
		allowWatchBookmarks: 'true',
		timeoutSeconds: String(watchSeconds),
		resourceVersion,
	};
	try {
		for await (const lines of transport.lines({path, query: parameters, signal})) {
			let changed = false;
			for (const line of lines) {
				const {type, object} = JSON.parse(line) as WatchEvent<T>;
				if (type === 'ERROR') {
					const cause = new ApiStatus(object.code ?? 0, object.reason ?? '', object.message ?? 'the watch failed');
					throw new Problem(transport.subject, cause.message, undefined, {cause});
				}
				version = object.metadata?.resourceVersion ?? version;
				if (type === 'BOOKMARK') continue;
				if (type === 'DELETED') objects.delete(object.metadata?.uid ?? '');
				else objects.set(object.metadata?.uid ?? '', object);
				changed = true;
			}
			if (changed) listener(objects);
		}
		return version;
	} catch (error) {
		// The versions since then have been compacted away.
		if (isStatus(error, 410)) return undefined;
		throw error;
	}
}
