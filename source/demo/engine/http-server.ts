import {createServer, type IncomingMessage, type Server, ServerResponse} from 'node:http';
import type {Socket} from 'node:net';
import {type Duplex, Readable} from 'node:stream';
import {buffer} from 'node:stream/consumers';
import {containerRoutes} from './container-routes.ts';
import type {Daemon} from './daemon.ts';
import {asDockerError} from './docker-error.ts';
import {execRoutes} from './exec-routes.ts';
import {type Answer, EngineRequest} from './http-request.ts';
import {imageRoutes} from './image-routes.ts';
import {networkRoutes} from './network-routes.ts';
import {outputRoutes} from './output-routes.ts';
import {apiVersions, Router, withoutVersion} from './router.ts';
import {serverVersion} from './system-info.ts';
import {systemRoutes} from './system-routes.ts';

const commonHeaders = {
	'api-version': apiVersions.newest,
	'docker-experimental': 'false',
	ostype: 'linux',
	server: `Docker/${serverVersion} (linux)`,
};

/** Serves the Engine API over HTTP. Whoever makes it listens, and closes it. */
export function createEngineServer(daemon: Daemon): {server: Server; close(): Promise<void>} {
	const router = new Router(systemRoutes, containerRoutes, outputRoutes, execRoutes, networkRoutes, imageRoutes);
	const sockets = new Set<Duplex>();
	const server = createServer((request, response) => {
		void serve(daemon, router, request, response, {body: request});
	});
	// Streams of events, logs and statistics have no end that could be waited for.
	server.requestTimeout = 0;
	server.keepAliveTimeout = 60_000;
	server.on('connection', socket => {
		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket));
	});
	server.on('upgrade', (request, socket, head) => void upgrade(daemon, router, request, socket as Socket, head));
	server.on('clientError', (_error, socket) => socket.destroy());
	return {
		server,
		async close() {
			const closed = new Promise<void>(resolve => server.close(() => resolve()));
			for (const socket of sockets) socket.destroy();
			await closed;
		},
	};
}

async function serve(
	daemon: Daemon,
	router: Router,
	request: IncomingMessage,
	response: ServerResponse,
	connection: {body: Readable; upgraded?: Duplex},
): Promise<void> {
	for (const [name, value] of Object.entries(commonHeaders)) response.setHeader(name, value);
	response.on('error', () => {});
	try {
		const {pathname, searchParams} = new URL(request.url ?? '/', 'http://docker');
		const path = withoutVersion(pathname);
		const answer = await router.handle(
			daemon,
			new EngineRequest(request, {path, query: searchParams, response, ...connection}),
		);
		if (answer) send(response, answer);
	} catch (error) {
		const {status, message} = asDockerError(error);
		if (response.headersSent || response.destroyed) response.destroy();
		else send(response, {status, json: {message}});
	}
}

function send(response: ServerResponse, {status, json, headers = {}, text}: NonNullable<Answer>): void {
	const body = json === undefined ? (text ?? '') : `${JSON.stringify(json)}\n`;
	const type =
		json === undefined
			? text === undefined
				? {}
				: {'content-type': 'text/plain; charset=utf-8'}
			: {'content-type': 'application/json'};
	response.writeHead(status, {
		...type,
		...(status === 204 || status === 304 ? {} : {'content-length': Buffer.byteLength(body)}),
		...headers,
	});
	response.end(body);
}

/**
 * A request for a bare connection. Newer Node.js reads its body as of any request; older leaves it in the bytes that come after the
 * head.
 */
async function upgrade(
	daemon: Daemon,
	router: Router,
	request: IncomingMessage,
	socket: Socket,
	head: Buffer,
): Promise<void> {
	socket.on('error', () => {});
	const length = Number(request.headers['content-length'] ?? 0);
	let body: Buffer = await buffer(request);
	let rest = head;
	if (body.length < length) {
		while (rest.length < length) {
			const chunk = socket.read() as Buffer | null;
			if (chunk) rest = Buffer.concat([rest, chunk]);
			else if (socket.readableEnded || socket.destroyed) return;
			else await new Promise<void>(resolve => void socket.once('readable', resolve).once('close', resolve));
		}
		body = rest.subarray(0, length);
		rest = rest.subarray(length);
		socket.removeAllListeners('readable');
	}
	if (rest.length > 0) socket.unshift(rest);
	const response = new ServerResponse(request);
	response.shouldKeepAlive = false;
	response.assignSocket(socket);
	response.once('finish', () => {
		response.detachSocket(socket);
		socket.end();
	});
	await serve(daemon, router, request, response, {body: Readable.from([body]), upgraded: socket});
}
