import type {IncomingMessage, ServerResponse} from 'node:http';
import {createServer} from 'node:https';
import type {AddressInfo, Socket} from 'node:net';
import type {Duplex} from 'node:stream';
import {authority} from '../engine/certificates.ts';

/** An HTTPS server in the place of a cluster's Kubernetes API, with a kubeconfig as k3s writes it. */
export interface FakeApi {
	readonly server: string;
	readonly kubeconfig: string;
	/** `METHOD PATH?QUERY` of every request so far. */
	readonly requests: string[];
	/** Breaks every connection, and accepts no more. */
	stop(): void;
	[Symbol.asyncDispose](): Promise<void>;
}

export type FakeApiHandler = (request: IncomingMessage, response: ServerResponse, url: URL) => void;

export async function fakeApi(
	handler: FakeApiHandler,
	{
		names = ['localhost'],
		addresses = ['127.0.0.1'],
		onUpgrade,
	}: {
		names?: string[];
		addresses?: string[];
		/** Takes a connection over that asks for another protocol. */
		onUpgrade?: (request: IncomingMessage, socket: Duplex) => void;
	} = {},
): Promise<FakeApi> {
	const {ca, issue} = await authority();
	const own = await issue('k3s', [
		...names.map(value => ({type: 'dns' as const, value})),
		...addresses.map(value => ({type: 'ip' as const, value})),
	]);
	const admin = await issue('admin');
	const requests: string[] = [];
	const sockets = new Set<Socket>();
	const api = createServer({...own, ca, requestCert: true, rejectUnauthorized: true}, (request, response) => {
		requests.push(`${request.method} ${request.url}`);
		handler(request, response, new URL(request.url ?? '/', 'https://api'));
	});
	if (onUpgrade) api.on('upgrade', onUpgrade);
	api.on('secureConnection', (socket: Socket) => {
		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket));
	});
	await new Promise<void>(resolve => api.listen(0, '0.0.0.0', resolve));
	const server = `https://127.0.0.1:${(api.address() as AddressInfo).port}`;
	const stop = () => {
		api.close();
		for (const socket of sockets) socket.destroy();
	};
	const base64 = (text: string) => Buffer.from(text).toString('base64');
	return {
		server,
		kubeconfig: `apiVersion: v1
kind: Config
clusters:
- cluster:
    certificate-authority-data: ${base64(ca)}
    server: https://127.0.0.1:6443
  name: default
users:
- name: default
  user:
    client-certificate-data: ${base64(admin.cert)}
    client-key-data: ${base64(admin.key)}
`,
		requests,
		stop,
		async [Symbol.asyncDispose]() {
			stop();
		},
	};
}

export async function bodyOf(request: IncomingMessage): Promise<unknown> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

export function json(response: ServerResponse, body: unknown, status = 200): void {
	response.writeHead(status, {'Content-Type': 'application/json'}).end(JSON.stringify(body));
}

/** An error as the Kubernetes API spells it. */
export function failure(response: ServerResponse, code: number, reason: string, message: string): void {
	json(response, {kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message}, code);
}
