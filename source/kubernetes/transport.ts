import type {IncomingMessage} from 'node:http';
import {Agent, request as httpsRequest} from 'node:https';
import {text} from 'node:stream/consumers';
import {Problem} from '../cluster/problem.ts';
import {ApiStatus, connectionProblem, statusFrom} from './api-problem.ts';

/** How a client proves who it is, as PEM texts or a token. */
export interface Credentials {
	readonly ca: string;
	readonly cert?: string | undefined;
	readonly key?: string | undefined;
	readonly token?: string | undefined;
}

export interface ApiRequest {
	readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
	/** `/api/v1/nodes`. */
	readonly path: string;
	readonly query?: Readonly<Record<string, string>>;
	/** Sent as JSON; for PATCH as a JSON merge patch (RFC 7386). */
	readonly body?: unknown;
	readonly signal: AbortSignal;
}

export interface ApiAnswer {
	readonly status: number;
	readonly headers: IncomingMessage['headers'];
	readonly body: string;
}

/** How long an ordinary answer, or the beginning of a stream, may take. */
const answerTimeout = 10_000;

/** A connection without traffic is asked for a sign of life after this long, and given up ten seconds later. */
const keepAliveDelay = 5000;

/**
 * JSON over HTTPS to one Kubernetes API: connections kept alive, certificates always verified.
 *
 * Why not the client library's: it is built on undici, whose current major refuses Node before 22.19, and which offers
 * no tls-server-name; its types are used.
 */
export class Transport {
	readonly server: string;
	/** What a Problem about the connection is about. */
	readonly subject: string;
	readonly #agent: Agent;
	readonly #token: string | undefined;

	constructor(server: string, cluster: string, {ca, cert, key, token}: Credentials) {
		this.server = server.replace(/\/+$/, '');
		this.subject = `Kubernetes API of cluster "${cluster}" at ${this.server}`;
		this.#token = token;
		const {hostname} = new URL(server);
		this.#agent = new Agent({
			ca,
			...(cert && {cert}),
			...(key && {key}),
			keepAlive: true,
			keepAliveMsecs: keepAliveDelay,
			// k3s' certificate always covers these two; how the port is reached from here, it cannot know.
			servername: hostname === '127.0.0.1' ? '' : 'localhost',
		});
	}

	/** Sends a request and reads the whole answer, whatever its status. Fails with a Problem when nobody answers. */
	async answer(request: ApiRequest): Promise<ApiAnswer> {
		const limit = AbortSignal.timeout(answerTimeout);
		const signal = AbortSignal.any([request.signal, limit]);
		try {
			const response = await this.#open(request, signal);
			return {status: response.statusCode ?? 0, headers: response.headers, body: await text(response)};
		} catch (error) {
			throw this.#problem(error, request.signal, limit);
		}
	}

	/** Sends a request and parses the answer. An error status fails with a Problem about `subject`, caused by an ApiStatus. */
	async json<T>(subject: string, request: ApiRequest): Promise<T> {
		const {status, headers, body} = await this.answer(request);
		if (status >= 200 && status < 300) return JSON.parse(body) as T;
		const cause = statusFrom(status, headers, body);
		throw new Problem(subject, cause.message, undefined, {cause});
	}

	/**
	 * Opens a stream of JSON lines; every chunk that arrives gives the lines it completed. Ends when the API ends it;
	 * fails with a Problem when the connection is lost, and with an ApiStatus as its cause for an error status.
	 */
	async *lines(request: ApiRequest): AsyncGenerator<string[], void, undefined> {
		const late = new AbortController();
		const timer = setTimeout(() => late.abort(new DOMException('no answer', 'TimeoutError')), answerTimeout);
		try {
			const response = await this.#open(request, AbortSignal.any([request.signal, late.signal]));
			clearTimeout(timer);
			const status = response.statusCode ?? 0;
			if (status !== 200) {
				const cause = statusFrom(status, response.headers, await text(response));
				throw new Problem(this.subject, cause.message, undefined, {cause});
			}
			response.setEncoding('utf8');
			let rest = '';
			for await (const chunk of response) {
				const lines = (rest + chunk).split('\n');
				rest = lines.pop() ?? '';
				if (lines.length > 0) yield lines;
			}
		} catch (error) {
			throw this.#problem(error, request.signal, late.signal);
		} finally {
			clearTimeout(timer);
		}
	}

	close(): void {
		this.#agent.destroy();
	}

	async #open(request: ApiRequest, signal: AbortSignal): Promise<IncomingMessage> {
		try {
			return await this.#send(request, signal);
		} catch (error) {
			// A kept connection that the other side has just closed says nothing about the API.
			if (!(error instanceof StaleConnection)) throw error;
			return this.#send(request, signal);
		}
	}

	#send({method = 'GET', path, query, body}: ApiRequest, signal: AbortSignal): Promise<IncomingMessage> {
		const url = new URL(this.server + path);
		for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
		const payload = body === undefined ? undefined : JSON.stringify(body);
		const contentType = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
		const headers = {
			Accept: 'application/json',
			...(payload !== undefined && {'Content-Type': contentType, 'Content-Length': Buffer.byteLength(payload)}),
			...(this.#token !== undefined && {Authorization: `Bearer ${this.#token}`}),
		};
		return new Promise((resolve, reject) => {
			const sent = httpsRequest(url, {agent: this.#agent, method, signal, headers}, resolve);
			sent.once('error', (error: NodeJS.ErrnoException) => {
				const isStale = method === 'GET' && sent.reusedSocket && error.code === 'ECONNRESET' && !signal.aborted;
				reject(isStale ? new StaleConnection() : error);
			});
			sent.end(payload);
		});
	}

	#problem(error: unknown, outer: AbortSignal, limit: AbortSignal): unknown {
		if (outer.aborted) return outer.reason;
		return connectionProblem(limit.aborted ? limit.reason : error, this.subject);
	}
}

class StaleConnection extends Error {
	readonly code = 'ECONNRESET';
}

/** Whether the API answered with this status. */
export function isStatus(error: unknown, status: number): boolean {
	return error instanceof Problem && error.cause instanceof ApiStatus && error.cause.status === status;
}
