import {once} from 'node:events';
import {Problem} from '../cluster/problem.ts';
import {AbortableWatch} from './abortable-watch.ts';
import {apiProblem} from './api-problem.ts';
import type {Client} from './client.ts';
import {type KubernetesObject, ListWatch} from './client-library.ts';

export interface ListAndWatchOptions<T extends KubernetesObject, Source> {
	/** What to watch: `/api/v1/nodes`. */
	readonly path: string;
	readonly fieldSelector?: string;
	/** Lists the same objects. */
	readonly list: (signal: AbortSignal) => Promise<{items: T[]}>;
	/** What is held of an object that the watch tells of, with its name and its version. Default: all of it. */
	readonly keep?: (object: Source) => T;
}

/** Watches in a row that may end at once without telling anything. */
const emptyWatchLimit = 3;

/** A watch that lasted longer, in milliseconds, has not ended at once: an API ends those of what never changes, too. */
const briefWatch = 5000;

/**
 * Lists objects and keeps the list true: `listener` gets it after the list and after changes. Returns when the signal
 * aborts; fails with a Problem when the API cannot be reached or the connection is lost.
 */
export async function listAndWatch<T extends KubernetesObject, Source = T>(
	client: Client,
	{path, fieldSelector, list, keep}: ListAndWatchOptions<T, Source>,
	listener: (objects: readonly T[]) => void,
	signal: AbortSignal,
): Promise<void> {
	const broken = new AbortController();
	const fail = (error: unknown) => broken.abort(error);
	const running = AbortSignal.any([signal, broken.signal]);
	if (running.aborted) return;
	const listed = async () => {
		const objects = await client.call(client.subject, running, list);
		// An empty list is no change to the library, but news.
		tellSoon();
		return objects;
	};
	const watch = new AbortableWatch(client.config, running, keep);
	const informer = new ListWatch<T>(path, watch, listed, false, undefined, fieldSelector);

	// Changes that come together are told together.
	let isTelling = false;
	const tellSoon = () => {
		if (isTelling) return;
		isTelling = true;
		setImmediate(() => {
			isTelling = false;
			if (running.aborted) return;
			try {
				listener(informer.list());
			} catch (error) {
				fail(error);
			}
		});
	};
	informer.on('change', tellSoon);

	let emptyWatches = 0;
	let version = '';
	let connectedAt = Number.NEGATIVE_INFINITY;
	informer.on('connect', () => {
		const now = informer.latestResourceVersion();
		const isBrief = performance.now() - connectedAt < briefWatch;
		emptyWatches = isBrief && (now === version || now === '') ? emptyWatches + 1 : 0;
		version = now;
		connectedAt = performance.now();
		if (emptyWatches > emptyWatchLimit) fail(new Problem(client.subject, 'it ends every watch at once'));
	});
	informer.on('error', fail);

	const ended = once(running, 'abort');
	informer.start().catch(fail);
	await ended;
	await informer.stop();
	if (!signal.aborted) throw apiProblem(broken.signal.reason, client.subject, client.subject);
}
