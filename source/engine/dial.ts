import {Agent} from 'node:http';
import {createConnection, isIP, type Socket} from 'node:net';
import {connect as connectTls} from 'node:tls';
import type {Endpoint} from './engine.ts';

/** How long opening a connection to a remote engine may take. */
const connectTimeout = 10_000;

/** After this long without traffic the other side's kernel is asked whether it is still there. */
const keepAliveDelay = 15_000;

/**
 * The one place where connections to the engine are opened: an HTTP agent that keeps them alive and takes every request to the
 * endpoint, whatever host the request names. Idle connections do not keep the process running.
 */
export class EndpointAgent extends Agent {
	readonly #connection: Endpoint['connection'];

	constructor({connection}: Endpoint) {
		super({keepAlive: true, keepAliveMsecs: keepAliveDelay});
		this.#connection = connection;
	}

	override createConnection(): Socket {
		const connection = this.#connection;
		if (connection.kind === 'unix') return createConnection({path: connection.socketPath});
		const {host, port, tls} = connection;
		// Without TCP keep-alive, a stream that waits for events would never learn that its engine is gone.
		const tcp = {host, port, keepAlive: true, keepAliveInitialDelay: keepAliveDelay};
		if (!tls) return limited(createConnection(tcp), 'connect');
		const {verify, ...pem} = tls;
		const servername = isIP(host) === 0 ? {servername: host} : {};
		return limited(connectTls({...tcp, ...pem, ...servername, rejectUnauthorized: verify}), 'secureConnect');
	}
}

/** What the agent's pool is named by; only a local endpoint really has one. */
export function poolName({url, connection}: Endpoint): string {
	return connection.kind === 'unix' ? connection.socketPath : url;
}

/** What requests call the host by. */
export function hostHeader({connection}: Endpoint): {Host: string} {
	return {Host: connection.kind === 'unix' ? 'docker' : `${connection.host}:${connection.port}`};
}

function limited<S extends Socket>(socket: S, opened: 'connect' | 'secureConnect'): S {
	const timer = setTimeout(() => {
		socket.destroy(Object.assign(new Error('the connection was not accepted in time'), {code: 'ETIMEDOUT'}));
	}, connectTimeout);
	const stop = () => clearTimeout(timer);
	return socket.once(opened, stop).once('close', stop);
}
