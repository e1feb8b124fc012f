import {constants} from 'node:crypto';
import type {IncomingMessage, RequestListener} from 'node:http';
import {Agent, createServer, request as httpsRequest, type ServerOptions} from 'node:https';
import type {Duplex} from 'node:stream';
import {type TLSSocket, connect as tlsConnect} from 'node:tls';
import type {KeyPair} from './certificates.ts';
import type {Listener, Network} from './world.ts';

/** What a TLS client presents and trusts. */
export interface Credentials {
	/** PEM of the authority to trust; without one, any certificate is taken (to fetch the authority itself). */
	readonly ca?: string;
	readonly client?: KeyPair;
	/** `user:password` for a Basic header. */
	readonly basic?: string;
}

/** An HTTPS client whose connections are dialled on a world's network. Connections are kept for reuse until `close`. */
export class HttpsClient {
	readonly #agent: Agent;
	readonly #credentials: Credentials;

	constructor(network: Network, credentials: Credentials) {
		this.#credentials = credentials;
		const {ca, client} = credentials;
		this.#agent = new Agent({keepAlive: true, maxSockets: 64, scheduling: 'lifo'});
		this.#agent.createConnection = (options, callback) => {
			const {host, port} = options as {host?: string; port?: number | string};
			network.dial(host ?? 'localhost', Number(port)).then(
				socket => {
					const secure: TLSSocket = tlsConnect({
						socket,
						...(host && !/^[\d.]+$/.test(host) && {servername: host}),
						rejectUnauthorized: ca !== undefined,
						...(ca && {ca}),
						...(client && {cert: client.certificate, key: client.key}),
						// The certificates name what the servers are reached by; an address that changed is the authority's business alone.
						checkServerIdentity: () => undefined,
					});
					callback?.(null, secure);
				},
				(error: Error) => callback?.(error, undefined as unknown as Duplex),
			);
			return undefined;
		};
	}

	/** Sends a request; resolves when the answer's head is there. Rejects with Node's error when nobody answers. */
	open(
		method: string,
		url: string,
		options: {body?: string | Buffer; headers?: Record<string, string>; signal?: AbortSignal; timeout?: number} = {},
	): Promise<IncomingMessage> {
		const {body, headers, signal, timeout} = options;
		return new Promise((resolve, reject) => {
			const request = httpsRequest(
				url,
				{
					method,
					agent: this.#agent,
					headers: {
						...(body !== undefined && {'content-length': Buffer.byteLength(body)}),
						...(this.#credentials.basic && {
							authorization: `Basic ${Buffer.from(this.#credentials.basic).toString('base64')}`,
						}),
						...headers,
					},
					...(signal && {signal}),
				},
				resolve,
			);
			request.on('error', reject);
			if (timeout)
				request.setTimeout(timeout, () => request.destroy(new Error(`no answer from ${url} within ${timeout} ms`)));
			request.end(body);
		});
	}

	/** Sends a request and reads the whole answer. */
	async fetch(
		method: string,
		url: string,
		options: Parameters<HttpsClient['open']>[2] = {},
	): Promise<{status: number; statusText: string; body: Buffer; headers: IncomingMessage['headers']}> {
		const response = await this.open(method, url, options);
		const chunks: Buffer[] = [];
		for await (const chunk of response) chunks.push(chunk as Buffer);
		return {
			status: response.statusCode ?? 0,
			statusText: `${response.statusCode} ${response.statusMessage}`,
			body: Buffer.concat(chunks),
			headers: response.headers,
		};
	}

	close(): void {
		this.#agent.destroy();
	}
}

/** Serves HTTPS on a port of a world's network. Closing it ends every connection at once. */
export async function serveHttps(
	network: Network,
	port: number,
	address: string,
	options: ServerOptions,
	onRequest: RequestListener,
	onUpgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void,
): Promise<Listener> {
	// Resumed sessions would come without the client's certificate: every connection shows it anew.
	const secureOptions = constants.SSL_OP_NO_TICKET;
	const server = createServer({...options, secureOptions, keepAliveTimeout: 60_000}, onRequest);
	if (onUpgrade) server.on('upgrade', onUpgrade);
	const open = new Set<Duplex>();
	// Clients that hang up in the middle of a handshake are no concern of the process.
	server.on('tlsClientError', () => {});
	server.on('clientError', (_error, socket) => socket.destroy());
	const listener = await network.listen(port, address, stream => {
		open.add(stream);
		stream.on('error', () => {});
		stream.once('close', () => open.delete(stream));
		server.emit('connection', stream);
	});
	return {
		port: listener.port,
		close() {
			listener.close();
			for (const stream of open) stream.destroy();
			server.close();
		},
	};
}
