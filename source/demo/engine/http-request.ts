import type {IncomingMessage, ServerResponse} from 'node:http';
import {Duplex, type Readable} from 'node:stream';
import {badRequest} from './docker-error.ts';

/** More of a body than this is not read into memory as JSON. */
const largestBody = 16 * 1024 * 1024;

/** A request to the Engine API, whichever way its connection came. */
export class EngineRequest {
	readonly method: string;
	/** Without the version before it. */
	readonly path: string;
	readonly query: URLSearchParams;
	readonly headers: IncomingMessage['headers'];
	readonly body: Readable;
	readonly response: ServerResponse;
	/** Aborts when the client goes away or the answer is out. */
	readonly signal: AbortSignal;
	/** What the route's pattern named. */
	params: Readonly<Record<string, string>> = {};
	readonly #upgraded: Duplex | undefined;

	/** @param upgraded the bare connection, where the client asked for one; the body is then read already */
	constructor(
		request: IncomingMessage,
		{
			path,
			query,
			response,
			body,
			upgraded,
		}: {path: string; query: URLSearchParams; response: ServerResponse; body: Readable; upgraded?: Duplex},
	) {
		this.method = request.method ?? 'GET';
		this.path = path;
		this.query = query;
		this.headers = request.headers;
		this.body = body;
		this.response = response;
		this.#upgraded = upgraded;
		const gone = new AbortController();
		this.signal = gone.signal;
		(upgraded ?? response).once('close', () => gone.abort());
	}

	/** A flag of the query as Docker reads it. */
	flag(name: string): boolean {
		const value = this.query.get(name);
		return value !== null && !['', '0', 'no', 'false', 'none'].includes(value.trim().toLowerCase());
	}

	param(name: string): string {
		return this.params[name] ?? '';
	}

	/** The body as JSON; an empty one is an empty object. @throws DockerError 400 */
	async json<T>(): Promise<T> {
		const chunks: Buffer[] = [];
		let size = 0;
		for await (const chunk of this.body) {
			chunks.push(chunk as Buffer);
			size += (chunk as Buffer).length;
			if (size > largestBody) throw badRequest('request body too large');
		}
		const text = Buffer.concat(chunks).toString().trim();
		if (text === '') return {} as T;
		try {
			return (JSON.parse(text) ?? {}) as T;
		} catch (error) {
			throw badRequest(`invalid JSON: ${(error as Error).message}`);
		}
	}

	/**
	 * Takes the connection for raw bytes both ways. A client that asked for an upgrade gets one (101); another gets an
	 * answer without end (200), and what its body holds is the input.
	 */
	hijack(tty: boolean): Duplex {
		const type = tty ? 'application/vnd.docker.raw-stream' : 'application/vnd.docker.multiplexed-stream';
		if (this.#upgraded) {
			this.#upgraded.write(
				`HTTP/1.1 101 UPGRADED\r\nContent-Type: ${type}\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n`,
			);
			return this.#upgraded;
		}
		this.response.writeHead(200, {'content-type': type});
		this.response.flushHeaders();
		const {response, signal} = this;
		const stream = new Duplex({
			read() {
				this.push(null);
			},
			write: (chunk, _encoding, done) => void response.write(chunk, () => done()),
			final(done) {
				response.end(() => done());
			},
		});
		signal.addEventListener('abort', () => stream.destroy(), {once: true});
		return stream;
	}

	/** Starts an answer of lines that come one by one. */
	startStream(type = 'application/json'): void {
		this.response.writeHead(200, {'content-type': type});
		this.response.flushHeaders();
	}
}

/** What a route answers: a status, and JSON where there is some; undefined when it has answered by itself. */
export type Answer =
	| {
			readonly status: number;
			readonly json?: unknown;
			readonly headers?: Record<string, string>;
			readonly text?: string;
	  }
	| undefined;

export const ok = (json: unknown): Answer => ({status: 200, json});
export const noContent: Answer = {status: 204};
