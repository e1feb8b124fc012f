import {mkdirSync, watch} from 'node:fs';
import {mkdir, readdir, readFile, rename, rm, writeFile} from 'node:fs/promises';
import {connect, createServer} from 'node:net';
import {hostname, networkInterfaces} from 'node:os';
import {dirname, join} from 'node:path';
import type {Files, Network, Timers, World} from './world.ts';

/** Files on disk, below a root folder (`/` in a container). */
export function diskFiles(root: string): Files {
	const real = (path: string) => join(root, path);
	let counter = 0;
	return {
		async read(path) {
			try {
				return await readFile(real(path));
			} catch (error) {
				if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
				throw error;
			}
		},
		async write(path, data, mode = 0o644) {
			const target = real(path);
			await mkdir(dirname(target), {recursive: true});
			const temporary = `${target}.${process.pid}.${counter++}.tmp`;
			await writeFile(temporary, data, {mode});
			await rename(temporary, target);
		},
		remove: path => rm(real(path), {recursive: true, force: true}),
		async list(folder) {
			const entries = await readdir(real(folder), {recursive: true, withFileTypes: true}).catch(() => []);
			const files = entries.filter(entry => entry.isFile() && !entry.name.endsWith('.tmp'));
			const prefix = real('/');
			return files
				.map(({parentPath, name}) => `/${join(parentPath, name).slice(prefix.length)}`.replace('//', '/'))
				.sort();
		},
		watch(folder, changed) {
			mkdirSync(real(folder), {recursive: true});
			const watcher = watch(real(folder), {recursive: true}, (_event, name) => {
				if (!name?.endsWith('.tmp')) changed();
			});
			watcher.on('error', () => watcher.close());
			return () => watcher.close();
		},
	};
}

/** TCP. */
export const realNetwork: Network = {
	listen(port, address, accept) {
		return new Promise((resolve, reject) => {
			const server = createServer(socket => {
				socket.setNoDelay(true);
				accept(socket);
			});
			server.once('error', reject);
			server.listen(port, address, () => {
				const bound = server.address();
				resolve({port: typeof bound === 'object' && bound ? bound.port : port, close: () => void server.close()});
			});
		});
	},
	dial(host, port) {
		return new Promise((resolve, reject) => {
			const socket = connect({host, port, noDelay: true});
			socket.once('error', reject);
			socket.setTimeout(5000, () => socket.destroy(new Error(`dial tcp ${host}:${port}: i/o timeout`)));
			socket.once('connect', () => {
				socket.off('error', reject);
				socket.setTimeout(0);
				resolve(socket);
			});
		});
	},
};

/** The system's clock. Timers keep the process alive, as it lives by them. */
export const realTimers: Timers = {
	now: () => Date.now(),
	after(milliseconds, callback) {
		const timer = setTimeout(callback, milliseconds);
		return () => clearTimeout(timer);
	},
};

/** The first address that others can reach; loopback when there is none. */
function firstAddress(): string {
	const all = Object.values(networkInterfaces()).flatMap(addresses => addresses ?? []);
	return all.find(({family, internal}) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
}

/** The world of a process of its own. `K3S_STAND_IN_ROOT` puts all its files below another folder than `/`. */
export function realWorld(args: readonly string[], env: NodeJS.ProcessEnv, write: (text: string) => void): World {
	return {
		hostname: hostname(),
		ip: firstAddress(),
		args,
		env,
		files: diskFiles(env.K3S_STAND_IN_ROOT || '/'),
		network: realNetwork,
		timers: realTimers,
		log: line => write(`${line}\n`),
	};
}
