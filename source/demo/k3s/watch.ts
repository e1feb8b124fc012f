import {isRecord, type KubernetesObject} from './objects.ts';
import {groupVersion, type Resource} from './resources.ts';
import type {Filter} from './selector.ts';
import {expired, StatusError} from './status-error.ts';
import type {Change, Store} from './store.ts';
import {type TableRequest, toTable} from './table.ts';
import type {Timers} from './world.ts';

/** What a `?watch=1` request asked for. */
export interface WatchOptions {
	readonly resource: Resource;
	readonly namespace: string | undefined;
	readonly filter: Filter;
	/** Only changes after this one; '' and '0' begin with all that exists. */
	readonly resourceVersion: string;
	readonly timeoutSeconds: number;
	readonly bookmarks: boolean;
	/** Begin with all that exists and mark the end of it by a bookmark (WatchList, KEP-3157). */
	readonly sendInitialEvents: boolean;
	readonly table: TableRequest | undefined;
}

const bookmarkInterval = 60_000;

/** Streams watch events, one JSON object a line, until the signal, the time-out or a lost history ends it. */
export function watchObjects(
	store: Store,
	options: WatchOptions,
	timers: Timers,
	write: (line: string) => void,
	signal: AbortSignal,
): Promise<void> {
	const {resource, namespace, filter, table} = options;
	const wanted = (object: KubernetesObject | undefined): object is KubernetesObject =>
		object !== undefined && (!namespace || object.metadata.namespace === namespace) && filter(object);
	const send = (type: string, object: KubernetesObject) => {
		const body = table
			? toTable(resource, [object], table, {resourceVersion: object.metadata.resourceVersion}, timers.now())
			: object;
		write(`${JSON.stringify({type, object: body})}\n`);
	};
	const sendChange = (change: Change) => {
		if (change.resource !== resource.id) return;
		const isWanted = change.type !== 'DELETED' && wanted(change.object);
		const wasWanted = change.type !== 'ADDED' && wanted(change.previous);
		if (isWanted) send(wasWanted ? 'MODIFIED' : 'ADDED', change.object);
		else if (wasWanted) {
			const {resourceVersion} = change.object.metadata;
			send('DELETED', {
				...change.previous,
				metadata: {...change.previous.metadata, resourceVersion},
			} as KubernetesObject);
		}
	};
	const bookmark = (annotations?: Record<string, string>) => {
		const metadata = {
			resourceVersion: String(store.revision),
			creationTimestamp: null,
			...(annotations && {annotations}),
		};
		const object = {kind: resource.kind, apiVersion: groupVersion(resource), metadata};
		write(`${JSON.stringify({type: 'BOOKMARK', object})}\n`);
	};

	const version = options.resourceVersion;
	if (version === '' || version === '0' || options.sendInitialEvents) {
		for (const object of store.list(resource.id, namespace)) if (filter(object)) send('ADDED', object);
		if (options.sendInitialEvents) bookmark({'k8s.io/initial-events-end': 'true'});
	} else {
		const missed = store.changesSince(Number(version));
		if (!missed) {
			write(`${JSON.stringify({type: 'ERROR', object: expired().status()})}\n`);
			return Promise.resolve();
		}
		for (const change of missed) sendChange(change);
	}

	return new Promise(resolve => {
		const stopListening = store.onChange(sendChange);
		let cancelBookmark = () => {};
		const plan = () => {
			cancelBookmark = timers.after(bookmarkInterval, () => {
				bookmark();
				plan();
			});
		};
		if (options.bookmarks) plan();
		const cancelTimeout = timers.after(options.timeoutSeconds * 1000, end);
		function end() {
			stopListening();
			cancelBookmark();
			cancelTimeout();
			signal.removeEventListener('abort', end);
			resolve();
		}
		if (signal.aborted) end();
		else signal.addEventListener('abort', end);
	});
}

/** One event of a watch, read back from its line. */
export interface WatchEvent {
	readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
	readonly object: KubernetesObject;
}

/**
 * Reads a line of a watch.
 * @throws StatusError for an ERROR event
 */
export function parseWatchLine(line: string): WatchEvent {
	const event: unknown = JSON.parse(line);
	if (!isRecord(event)) throw new StatusError(500, 'InternalError', `not a watch event: ${line.slice(0, 100)}`);
	if (event.type === 'ERROR') {
		const code = isRecord(event.object) ? Number(event.object.code) : 500;
		throw StatusError.from(code, event.object);
	}
	return event as unknown as WatchEvent;
}
