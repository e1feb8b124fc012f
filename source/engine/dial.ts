import {Agent} from 'node:http';
import {createConnection, isIP, type Socket} from 'node:net';
import type {Duplex} from 'node:stream';
import type {connect as connectTls} from 'node:tls';
import type {Endpoint} from './engine.ts';
import type {SshConnection} from './ssh/ssh-connection.ts';

/** How long opening a connection to a remote engine may take. */
const connectTimeout = 10_000;

/** After this long without traffic the other side's kernel is asked whether it is still there. */
const keepAliveDelay = 15_000;

/** What only some endpoints take, loaded for those. */
interface Ways {
	readonly ssh?: SshConnection;
	readonly sshHost?: string | undefined;
	readonly connectTls?: typeof connectTls;
}

/**
 * The one place where connections to the engine are opened: an HTTP agent that keeps them alive and takes every request to the
 * endpoint, whatever host the request names. Idle connections do not keep the process running.
 */
export class EndpointAgent extends Agent {
	readonly #connection: Endpoint['connection'];
	readonly #connectTls: Ways['connectTls'];
	/** The way to a machine behind SSH, and that machine's name; undefined for other endpoints. */
	readonly ssh: SshConnection | undefined;
	readonly sshHost: string | undefined;

	constructor({connection}: Endpoint, {ssh, sshHost, connectTls}: Ways = {}) {
		// Without a name, Node.js would make one up of each request's host, to be checked in TLS, and have to see first that it is
		// no IP address (5 ms).
		const unnamed = {servername: ''};
		super({keepAlive: true, keepAliveMsecs: keepAliveDelay, ...unnamed});
		this.#connection = connection;
		this.#connectTls = connectTls;
		this.ssh = ssh;
		this.sshHost = sshHost;
	}

	override createConnection(
		_options: unknown,
		done?: (error: Error | null, connection: Duplex) => void,
	): Socket | undefined {
		const connection = this.#connection;
		if (connection.kind === 'unix') return createConnection({path: connection.socketPath});
		if (connection.kind === 'ssh') {
			this.ssh?.dialEngine().then(
				opened => done?.(null, opened),
				// Node.js' types want a connection even where there is none.
				(error: Error) => done?.(error, undefined as unknown as Duplex),
			);
			return undefined;
		}
		if (connection.kind === 'none') {
			queueMicrotask(() => done?.(connection.problem, undefined as unknown as Duplex));
			return undefined;
		}
		const {host, port, tls} = connection;
		// Without TCP keep-alive, a stream that waits for events would never learn that its engine is gone.
		const tcp = {host, port, keepAlive: true, keepAliveInitialDelay: keepAliveDelay};
		if (!tls) return limited(createConnection(tcp), 'connect');
		if (!this.#connectTls) throw new Error(`${host} is to be spoken to with TLS, which was not loaded`);
		const {verify, ...pem} = tls;
		const servername = isIP(host) === 0 ? {servername: host} : {};
		return limited(this.#connectTls({...tcp, ...pem, ...servername, rejectUnauthorized: verify}), 'secureConnect');
	}

	override destroy(): void {
		super.destroy();
		this.ssh?.close();
	}
}

/** The agent for an endpoint. Connects to nobody yet; what SSH and TLS need loads when it is asked for. */
export async function agentFor(endpoint: Endpoint): Promise<EndpointAgent> {
	const {connection} = endpoint;
	if (connection.kind === 'tcp' && connection.tls) {
		const {connect} = await import('node:tls');
		return new EndpointAgent(endpoint, {connectTls: connect});
	}
	if (connection.kind !== 'ssh') return new EndpointAgent(endpoint);
	const {SshConnection} = await import('./ssh/ssh-connection.ts');
	const ssh = new SshConnection(connection.destination);
	return new EndpointAgent(endpoint, {ssh, sshHost: await ssh.hostName()});
}

/** What the agent's pool is named by; only a local endpoint really has one. */
export function poolName({url, connection}: Endpoint): string {
	return connection.kind === 'unix' ? connection.socketPath : url;
}

/** What requests call the host by. */
export function hostHeader({connection}: Endpoint): {Host: string} {
	return {Host: connection.kind === 'tcp' ? `${connection.host}:${connection.port}` : 'docker'};
}

function limited<S extends Socket>(socket: S, opened: 'connect' | 'secureConnect'): S {
	const timer = setTimeout(() => {
		socket.destroy(Object.assign(new Error('the connection was not accepted in time'), {code: 'ETIMEDOUT'}));
	}, connectTimeout);
	const stop = () => clearTimeout(timer);
	return socket.once(opened, stop).once('close', stop);
}
