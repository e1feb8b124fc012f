import {answerTimeout} from './client.ts';
import {ApiException, type KubeConfig, Watch} from './client-library.ts';
import {HeldConnection} from './held-connection.ts';

/** After this long the API ends a watch, and a new one goes on from there. */
const watchSeconds = 300;

type Done = Parameters<Watch['watch']>[3];

/**
 * The library's Watch, and what it lacks in 1.4: its watches end with a signal even while nobody answers, begin within a
 * time limit, notice a dead connection sooner than after 40 seconds, ask for bookmarks, and end with the API's error event.
 */
export class AbortableWatch extends Watch {
	readonly #signal: AbortSignal;
	readonly #connection: HeldConnection;
	readonly #keep: (object: never) => object;

	/** `keep` gives what is told of an object in its place. */
	constructor(config: KubeConfig, signal: AbortSignal, keep: (object: never) => object = object => object) {
		const connection = new HeldConnection(config);
		super(connection);
		this.#connection = connection;
		this.#signal = signal;
		this.#keep = keep;
		signal.addEventListener('abort', () => connection.disconnect(), {once: true});
	}

	override async watch(...[path, query, listener, done]: Parameters<Watch['watch']>): Promise<AbortController> {
		if (this.#signal.aborted) {
			done(this.#signal.reason);
			return new AbortController();
		}
		let late: DOMException | undefined;
		const timer = setTimeout(() => {
			late = new DOMException('no answer', 'TimeoutError');
			this.#connection.disconnect();
		}, answerTimeout);
		const end = onlyOnce(error => done(late ?? error));
		const parameters = {...query, allowWatchBookmarks: true, timeoutSeconds: watchSeconds};
		const tell = (type: string, object: {code?: number; message?: string}) => {
			// Status 410 makes the library's ListWatch begin with a new list; the API ends the watch too, but some time later.
			if (type === 'ERROR') end(new ApiException(object.code ?? 0, 'watch', JSON.stringify(object), {}));
			else listener(type, type === 'BOOKMARK' ? object : this.#keep(object as never));
		};
		const controller = await super.watch(path, parameters, tell, end);
		clearTimeout(timer);
		this.#connection.keepAlive();
		return controller;
	}
}

function onlyOnce(done: Done): Done {
	let isDone = false;
	return error => {
		if (isDone) return;
		isDone = true;
		done(error);
	};
}
