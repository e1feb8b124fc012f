import {mkdtempSync, rmSync} from 'node:fs';
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import {createServer as createTlsServer, type ServerOptions} from 'node:https';
import type {AddressInfo, Socket} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import type {Endpoint} from '../../source/engine/engine.ts';

/** A server that pretends to be a Docker Engine, for faults that a real one does not show on demand. */
export interface FakeEngine {
	readonly endpoint: Endpoint;
	/** `METHOD PATH?QUERY` of every request so far. */
	readonly requests: string[];
	/** Connections accepted so far. */
	connections(): number;
	/** Breaks every connection, and accepts no more. */
	stop(): Promise<void>;
	/** Accepts connections again at the same place. */
	restart(): Promise<void>;
	[Symbol.asyncDispose](): Promise<void>;
}

export type FakeHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** Listens on a socket of its own; with `tls` on a free TCP port. */
export async function fakeEngine(
	handler: FakeHandler,
	{apiVersion = '1.45', tls, tcp = tls !== undefined}: {apiVersion?: string; tls?: ServerOptions; tcp?: boolean} = {},
): Promise<FakeEngine> {
	const requests: string[] = [];
	let connections = 0;
	const sockets = new Set<Socket>();
	const answer: FakeHandler = (request, response) => {
		requests.push(`${request.method} ${request.url}`);
		if (request.url === '/_ping') response.setHeader('Api-Version', apiVersion).end('OK');
		else handler(request, response);
	};
	const server: Server = tls ? createTlsServer(tls, answer) : createServer(answer);
	server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => {
		connections++;
		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket));
	});
	const folder = mkdtempSync(path.join(tmpdir(), 'k3dui-engine-'));
	const socketPath = path.join(folder, 'docker.sock');
	let port = 0;
	const listen = () =>
		new Promise<void>((resolve, reject) => {
			server.once('error', reject);
			server.listen(tcp ? {host: '127.0.0.1', port} : {path: socketPath}, resolve);
		});
	const stop = () =>
		new Promise<void>(resolve => {
			server.close(() => resolve());
			for (const socket of sockets) socket.destroy();
		});
	await listen();
	if (tcp) port = (server.address() as AddressInfo).port;
	return {
		endpoint: {
			url: tcp ? `tcp://127.0.0.1:${port}` : `unix://${socketPath}`,
			source: 'flag',
			context: undefined,
			connection: tcp ? {kind: 'tcp', host: '127.0.0.1', port, tls: undefined} : {kind: 'unix', socketPath},
		},
		requests,
		connections: () => connections,
		stop,
		restart: listen,
		async [Symbol.asyncDispose]() {
			await stop();
			rmSync(folder, {recursive: true, force: true});
		},
	};
}

/** Answers with JSON, as the Engine API does. */
export function json(response: ServerResponse, body: unknown, status = 200): void {
	response.writeHead(status, {'Content-Type': 'application/json'}).end(JSON.stringify(body));
}
