import {posix} from 'node:path';
import type {Duplex} from 'node:stream';
import {duplexPair} from 'node:stream';
import type {Files, Listener, Network} from './world.ts';

/** A folder tree in memory: what a container's disk is to a stand-in that runs in process. */
export function memoryFiles(): Files {
	const contents = new Map<string, Buffer>();
	const watchers = new Map<(path: string) => void, string>();
	const below = (path: string, folder: string) => path === folder || path.startsWith(`${folder.replace(/\/$/, '')}/`);
	const tell = (path: string) => {
		for (const [listener, folder] of watchers) if (below(path, folder)) queueMicrotask(() => listener(path));
	};
	return {
		read: async path => contents.get(posix.normalize(path)),
		async write(path, data) {
			const normal = posix.normalize(path);
			contents.set(normal, Buffer.from(data));
			tell(normal);
		},
		async remove(path) {
			const normal = posix.normalize(path);
			for (const one of [...contents.keys()]) if (below(one, normal) && contents.delete(one)) tell(one);
		},
		list: async folder => [...contents.keys()].filter(path => below(path, folder)).sort(),
		watch(folder, changed) {
			const listener = () => changed();
			watchers.set(listener, folder);
			return () => watchers.delete(listener);
		},
	};
}

const refused = (host: string, port: number) =>
	Object.assign(new Error(`connect ECONNREFUSED ${host}:${port}`), {code: 'ECONNREFUSED', syscall: 'connect', port});

/** A network in memory, as a Docker bridge is to its containers: nodes have addresses and names, and dial each other. */
export class MemoryNetwork {
	readonly #listeners = new Map<string, (stream: Duplex) => void>();
	readonly #names = new Map<string, string>();

	/**
	 * Attaches a node and returns the network as that node sees it: listening on any address means its own, `127.0.0.1` and
	 * `localhost` lead to itself.
	 */
	attach(ip: string, ...names: string[]): Network {
		for (const name of names) this.#names.set(name, ip);
		return {
			listen: async (port, _address, accept): Promise<Listener> => {
				const key = `${ip}:${port}`;
				if (this.#listeners.has(key))
					throw Object.assign(new Error(`listen EADDRINUSE: address already in use ${key}`), {code: 'EADDRINUSE'});
				this.#listeners.set(key, accept);
				return {port, close: () => void this.#listeners.delete(key)};
			},
			dial: (host, port) => this.dial(host === 'localhost' || host.startsWith('127.') ? ip : host, port),
		};
	}

	/** Detaches a node's names, as when its container is removed. */
	forget(...names: string[]): void {
		for (const name of names) this.#names.delete(name);
	}

	/** Connects from outside, as a published port does. Rejects with `ECONNREFUSED` when nobody listens there. */
	async dial(host: string, port: number): Promise<Duplex> {
		const accept = this.#listeners.get(`${this.#names.get(host) ?? host}:${port}`);
		if (!accept) throw refused(host, port);
		const [near, far] = duplexPair();
		accept(far);
		return near;
	}
}
