import {Agent} from 'node:https';
import {apiProblem} from './api-problem.ts';
import {
	type ConfigurationOptions,
	CoreV1Api,
	HttpMethod,
	IsomorphicFetchHttpLibrary,
	KubeConfig,
	Observable,
	RequestContext,
} from './client-library.ts';
import type {Credentials} from './credentials.ts';

/** How long an answer, or the beginning of a watch, may take, in milliseconds. */
export const answerTimeout = 10_000;

/** The client library for one Kubernetes API. Certificates are always verified. */
export class Client {
	readonly server: string;
	/** What a Problem about the connection is about. */
	readonly subject: string;
	readonly config = new KubeConfig();
	readonly core: CoreV1Api;
	readonly #closed = new AbortController();
	/** Keeps the connection of an API that is ready from one `/readyz` to the next. */
	#kept: Agent | undefined;

	constructor(server: string, cluster: string, {ca, cert, key, token}: Credentials) {
		this.server = server.replace(/\/+$/, '');
		this.subject = `Kubernetes API of cluster "${cluster}" at ${this.server}`;
		this.config.loadFromClusterAndUser(
			{
				name: cluster,
				server: this.server,
				caData: ca,
				skipTLSVerify: false,
				// k3s' certificate always covers these two; how the port is reached from here, it cannot know.
				...(new URL(server).hostname !== '127.0.0.1' && {tlsServerName: 'localhost'}),
			},
			{name: cluster, ...(cert && {certData: cert}), ...(key && {keyData: key}), ...(token && {token})},
		);
		this.core = this.config.makeApiClient(CoreV1Api);
	}

	/**
	 * Sends a request, which must heed the signal it gets; `abortedBy` makes the library do so. Fails with a Problem: about
	 * `subject`, caused by an ApiException, when the API says no; about the API when it cannot be reached or takes too long.
	 */
	async call<T>(subject: string, outer: AbortSignal, send: (signal: AbortSignal) => Promise<T>): Promise<T> {
		const limit = AbortSignal.timeout(answerTimeout);
		try {
			return await send(AbortSignal.any([outer, limit, this.#closed.signal]));
		} catch (error) {
			outer.throwIfAborted();
			throw apiProblem(limit.aborted ? limit.reason : error, subject, this.subject);
		}
	}

	/** Asks `/readyz?verbose`, which is text: the library's own call tells only whether it is ready, not what is missing. */
	async readyz(outer: AbortSignal): Promise<{status: number; body: string}> {
		let isReady = false;
		try {
			const answer = await this.#askReadyz(outer);
			isReady = answer.status === 200;
			return answer;
		} finally {
			// Behind a load balancer another connection may lead to a server that is ready.
			if (!isReady) this.#hangUp();
		}
	}

	#askReadyz(outer: AbortSignal): Promise<{status: number; body: string}> {
		return this.call(this.subject, outer, async signal => {
			const request = new RequestContext(`${this.server}/readyz`, HttpMethod.GET);
			request.setQueryParam('verbose', '');
			request.setSignal(signal);
			await this.config.applySecurityAuthentication(request);
			const agent = request.getAgent();
			if (agent instanceof Agent) this.#kept ??= new Agent({...agent.options, keepAlive: true});
			if (this.#kept) request.setAgent(this.#kept);
			const {httpStatusCode: status, body} = await new IsomorphicFetchHttpLibrary().send(request).toPromise();
			return {status, body: await body.text()};
		});
	}

	/** Ends what is still going on. */
	close(): void {
		this.#closed.abort();
		this.#hangUp();
	}

	#hangUp(): void {
		this.#kept?.destroy();
		this.#kept = undefined;
	}
}

/** The option of the library's calls that has a signal abort them. */
export function abortedBy(signal: AbortSignal): ConfigurationOptions {
	return {
		middleware: [
			{
				pre(request) {
					request.setSignal(signal);
					return new Observable(Promise.resolve(request));
				},
				post: response => new Observable(Promise.resolve(response)),
			},
		],
		middlewareMergeStrategy: 'append',
	};
}
