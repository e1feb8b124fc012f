import type {IncomingMessage, ServerResponse} from 'node:http';
import {basicCredentials} from './authentication.ts';
import type {Authorities} from './authorities.ts';
import {issueCertificate} from './certificates.ts';
import {readBody} from './http-front.ts';
import {rejection} from './node-password.ts';
import type {NodeContext} from './pace.ts';
import {parseToken, sameSecret} from './token.ts';

/** What the supervisor end points need of their server. */
export interface SupervisorContext {
	readonly context: NodeContext;
	readonly authorities: Authorities;
	/** The join token's password. */
	readonly password: string;
	/** False until the API is up: nodes are then told to come back (503). */
	isReady(): boolean;
	/** Whether a node may have its name. Throws while the API cannot say. */
	acceptNode(name: string, password: string): Promise<boolean>;
	/** Members of an etcd cluster answer their peers and newcomers; undefined for a server with SQLite. */
	readonly peers?: {
		/** Answers one message of the consensus protocol. */
		receive(message: unknown): Promise<unknown>;
		/** Takes a new member in; throws when it cannot be now. */
		join(member: unknown): Promise<unknown>;
	};
}

function send(response: ServerResponse, status: number, body: string, contentType = 'text/plain'): void {
	response.writeHead(status, {'content-type': contentType, 'content-length': Buffer.byteLength(body)}).end(body);
}

/**
 * k3s' own end points beside the API: `/cacerts` and `/ping` for everyone, `/v1-k3s/...` for who has the token.
 * @returns whether the path was one of them
 */
export async function supervise(
	options: SupervisorContext,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<boolean> {
	const path = request.url ?? '/';
	if (path === '/ping') {
		send(response, 200, 'pong');
		return true;
	}
	if (path === '/cacerts') {
		send(response, 200, options.authorities.server.certificate);
		return true;
	}
	if (!path.startsWith('/v1-k3s/')) return false;
	const {context, authorities, peers} = options;
	const given = basicCredentials(request.headers.authorization);
	if (!given || !sameSecret(parseToken(given.password).password, options.password)) {
		const from = request.socket.remoteAddress ?? 'a client';
		context.log.error(`Failed to authenticate request from ${from}: invalid username/password combination`);
		send(response, 401, 'Unauthorized');
		return true;
	}
	const endpoint = path.slice('/v1-k3s/'.length);
	const json = async (work: () => Promise<unknown>) => {
		try {
			send(response, 200, JSON.stringify(await work()), 'application/json');
		} catch (error) {
			send(response, 503, error instanceof Error ? error.message : String(error));
		}
	};
	if (endpoint === 'server-bootstrap') {
		// Only etcd can be joined; k3s answers so, too, when a server with SQLite is asked.
		if (!peers) send(response, 400, 'Bad Request');
		else send(response, 200, JSON.stringify(authorities), 'application/json');
	} else if (endpoint === 'stand-in/consensus' && peers) {
		const body = JSON.parse((await readBody(request, 256 * 1024 * 1024)).toString());
		await json(() => peers.receive(body));
	} else if (endpoint === 'stand-in/members' && peers) {
		const body = JSON.parse((await readBody(request)).toString());
		await json(() => peers.join(body));
	} else if (endpoint === 'serving-kubelet.crt' || endpoint === 'client-kubelet.crt') {
		if (!options.isReady()) {
			send(response, 503, 'Service Unavailable');
			return true;
		}
		const name = String(request.headers['k3s-node-name'] ?? '');
		const ip = String(request.headers['k3s-node-ip'] ?? '');
		if (!name || !ip) {
			send(response, 400, 'node name and address are required');
			return true;
		}
		try {
			if (!(await options.acceptNode(name, String(request.headers['k3s-node-password'] ?? '')))) {
				send(response, 403, rejection);
				return true;
			}
		} catch {
			send(response, 503, 'Service Unavailable');
			return true;
		}
		const serving = endpoint === 'serving-kubelet.crt';
		const pair = await issueCertificate(
			serving ? authorities.server : authorities.client,
			serving
				? {commonName: name, usage: 'server', names: [name, 'localhost', '127.0.0.1', ip]}
				: {commonName: `system:node:${name}`, organization: 'system:nodes', usage: 'client'},
			context.world.timers.now(),
		);
		context.log.info(
			`certificate CN=${serving ? name : `system:node:${name},O=system:nodes`} signed by CN=k3s-${serving ? 'server' : 'client'}-ca`,
		);
		send(response, 200, `${pair.certificate}${pair.key}`);
	} else if (endpoint === 'client-ca.crt') send(response, 200, authorities.client.certificate);
	else send(response, 404, '404 page not found');
	return true;
}
