import {type Duplex, duplexPair} from 'node:stream';
import type {Listener, Network} from '../k3s/world.ts';
import type {Networks} from './networks.ts';

type Accept = (stream: Duplex) => void;

function failure(code: string, syscall: string, host: string, port: number): Error {
	const text = code === 'ENOTFOUND' ? `getaddrinfo ENOTFOUND ${host}` : `${syscall} ${code} ${host}:${port}`;
	return Object.assign(new Error(text), {code, syscall, port});
}

const isLoopback = (host: string) => host === 'localhost' || host === '::1' || host.startsWith('127.');

/** One stream's end by force is the other's, as with a reset connection; a proper end takes its own way through the data. */
export function sharesEnd(one: Duplex, other: Duplex): void {
	for (const [from, to] of [
		[one, other],
		[other, one],
	] as const) {
		from.on('error', () => {});
		from.once('close', () => {
			if (!from.writableFinished || !from.readableEnded) to.destroy();
		});
	}
}

/** The network as a container sees it. */
export interface ContainerNetwork extends Network {
	/** The address of a name; undefined where Docker's DNS knows none. */
	address(host: string): string | undefined;
}

/** What carries bytes between the containers of the engine, and into them through published ports. No bit of it is real network. */
export class Fabric {
	readonly #networks: Networks;
	/** By `<container id>:<port>`. */
	readonly #listeners = new Map<string, Accept>();

	constructor(networks: Networks) {
		this.#networks = networks;
	}

	/** The id of the container that a name or address means to another container. */
	resolve(from: string, host: string): string | undefined {
		if (isLoopback(host)) return from;
		for (const {endpoints} of this.#networks.list()) {
			if (!endpoints.has(from)) continue;
			for (const endpoint of endpoints.values())
				if (endpoint.names.has(host) || (endpoint.address !== '' && endpoint.address === host))
					return endpoint.containerId;
		}
		return undefined;
	}

	/** The address that a name has for a container. */
	#address(from: string, host: string): string | undefined {
		if (/^[\d.]+$/.test(host)) return host;
		const target = this.resolve(from, host);
		if (target === undefined) return undefined;
		for (const {endpoints} of this.#networks.list()) {
			const address = endpoints.has(from) && endpoints.get(target)?.address;
			if (address) return address;
		}
		return undefined;
	}

	/** Connects to a port of a container. @throws with `ECONNREFUSED` when nobody listens there */
	async connect(container: string, port: number, host = container): Promise<Duplex> {
		const accept = this.#listeners.get(`${container}:${port}`);
		if (!accept) throw failure('ECONNREFUSED', 'connect', host, port);
		const [near, far] = duplexPair();
		sharesEnd(near, far);
		accept(far);
		return near;
	}

	/** The network as a container sees it. */
	of(container: string): ContainerNetwork {
		return {
			address: host => this.#address(container, host),
			listen: async (port, _address, accept): Promise<Listener> => {
				const key = `${container}:${port}`;
				if (this.#listeners.has(key)) throw failure('EADDRINUSE', 'listen', '0.0.0.0', port);
				this.#listeners.set(key, accept);
				return {port, close: () => void this.#listeners.delete(key)};
			},
			dial: async (host, port) => {
				const target = this.resolve(container, host);
				const isAddress = /^[\d.]+$/.test(host);
				if (target === undefined) throw failure(isAddress ? 'EHOSTUNREACH' : 'ENOTFOUND', 'connect', host, port);
				return this.connect(target, port, host);
			},
		};
	}
}
