import {createServer, type IncomingMessage, type Server} from 'node:http';
import {Duplex} from 'node:stream';
import {type WebSocket, WebSocketServer} from 'ws';
import type {Api} from './api.ts';
import type {User} from './authentication.ts';
import type {PodObject} from './objects.ts';
import {badRequest, StatusError} from './status-error.ts';

/** The only way of port-forwarding spoken here; kubectl before 1.31 speaks SPDY. */
const protocol = 'v4.channel.k8s.io';

/**
 * Forwards connections to ports of pods, as the API's `portforward` subresource does over WebSocket: a channel for data
 * and one for errors, each beginning with the port (kubelet, `pkg/kubelet/server` `cri-streaming/portforward`). On the
 * ports that a pod declares, a page that names it answers; on others nothing listens.
 */
export class PortForwarding {
	readonly #api: Api;
	readonly #sockets = new WebSocketServer({
		noServer: true,
		perMessageDeflate: false,
		handleProtocols: offered => (offered.has(protocol) ? protocol : false),
	});

	constructor(api: Api) {
		this.#api = api;
	}

	/** Takes a connection over, if this user may have it. */
	accept(request: IncomingMessage, socket: Duplex, head: Buffer, user: User): void {
		try {
			const {pod, port} = this.#target(request, user);
			this.#sockets.handleUpgrade(request, socket, head, channel => forward(channel, pod, port));
		} catch (error) {
			refuse(socket, error instanceof StatusError ? error : new StatusError(500, 'InternalError', String(error)));
		}
	}

	#target(request: IncomingMessage, user: User): {pod: PodObject; port: number} {
		const {pathname, searchParams} = new URL(request.url ?? '/', 'https://server');
		const pod = this.#api.podToForward(pathname, user);
		if (request.headers.upgrade?.toLowerCase() !== 'websocket') throw badRequest('only WebSocket is spoken here');
		if (!request.headers['sec-websocket-protocol']?.includes(protocol))
			throw badRequest(`only ${protocol} is spoken here`);
		if (pod.status.phase !== 'Running')
			throw badRequest(`unable to forward port because pod is not running. Current status=${pod.status.phase}`);
		const port = Number(searchParams.get('ports'));
		if (!Number.isInteger(port) || port < 1 || port > 65_535)
			throw badRequest(`invalid port ${searchParams.get('ports')}`);
		return {pod, port};
	}
}

/** Answers a connection that asked for something else as HTTP does, and ends it. */
export function refuse(socket: Duplex, error: StatusError): void {
	const body = JSON.stringify(error.status());
	socket.end(
		`HTTP/1.1 ${error.code} ${error.reason}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
	);
}

const data = 0;
const errors = 1;

function frame(channel: number, bytes: Uint8Array): Buffer {
	return Buffer.concat([Buffer.of(channel), bytes]);
}

function forward(channel: WebSocket, pod: PodObject, port: number): void {
	const beginning = Buffer.alloc(2);
	beginning.writeUInt16LE(port);
	channel.send(frame(data, beginning));
	channel.send(frame(errors, beginning));
	const isServed = pod.spec.containers.some(({ports}) => ports?.some(({containerPort}) => containerPort === port));
	if (!isServed) {
		const where = `inside namespace "${pod.metadata.uid}", IPv4: dial tcp4 127.0.0.1:${port}`;
		const reason = `failed to connect to localhost:${port} ${where}: connect: connection refused`;
		const text = `error forwarding port ${port} to pod ${pod.metadata.uid}, uid : failed to execute portforward in network namespace: ${reason}`;
		channel.send(frame(errors, Buffer.from(text)), () => channel.close());
		return;
	}
	const connection = new Duplex({
		read: () => channel.resume(),
		write: (chunk: Buffer, _encoding, done) => channel.send(frame(data, chunk), done),
		final(done) {
			channel.close();
			done();
		},
	});
	channel.on('message', (message: Buffer) => {
		if (message[0] === data && !connection.push(message.subarray(1))) channel.pause();
	});
	channel.once('close', () => connection.destroy());
	connection.on('error', () => {});
	serverOf(pod, port).emit('connection', connection);
}

/** What answers in a pod: a page that says which pod it is; what is sent to `/echo` comes back. */
function serverOf({metadata}: PodObject, port: number): Server {
	return createServer((request, response) => {
		if (request.url === '/echo') return void request.pipe(response);
		response.writeHead(200, {'content-type': 'text/plain; charset=utf-8'});
		response.end(`${metadata.namespace}/${metadata.name} answers on port ${port}. Nothing here is real.\n`);
	});
}
