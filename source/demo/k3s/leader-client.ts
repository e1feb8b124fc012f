import type {ApiAnswer, ApiRequest} from './api.ts';
import type {Store} from './store.ts';
import type {HttpsClient} from './tls-network.ts';

const answerTimeout = 10_000;
/** How long a follower waits to see for itself what it has had written. */
const catchUpTime = 1000;

/** Sends a follower's writes to the leader. */
export class LeaderClient {
	readonly #https: HttpsClient;

	constructor(https: HttpsClient) {
		this.#https = https;
	}

	/** Forwards a write and waits for it to come back by replication, so that a client reads here what it wrote here. */
	async send(leaderUrl: string | undefined, request: ApiRequest, store: Store): Promise<ApiAnswer> {
		if (!leaderUrl) throw new Error('no leader');
		const query = request.query.size > 0 ? `?${request.query}` : '';
		const {status, headers, body} = await this.#https.fetch(request.method, `${leaderUrl}${request.path}${query}`, {
			...(request.body && {body: request.body}),
			headers: {accept: request.accept, 'content-type': request.contentType || 'application/json'},
			signal: request.signal,
			timeout: answerTimeout,
		});
		const written = Number(/"resourceVersion":"(\d+)"/.exec(body.subarray(0, 4000).toString())?.[1] ?? 0);
		if (status < 300) await caughtUp(store, written);
		return {status, body, contentType: headers['content-type'] ?? 'application/json'};
	}

	close(): void {
		this.#https.close();
	}
}

function caughtUp(store: Store, revision: number): Promise<void> {
	if (store.revision >= revision) return Promise.resolve();
	return new Promise(resolve => {
		const timer = setTimeout(done, catchUpTime);
		const stop = store.onChange(() => {
			if (store.revision >= revision) done();
		});
		function done() {
			clearTimeout(timer);
			stop();
			resolve();
		}
	});
}
