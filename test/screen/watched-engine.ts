import {createConnection, createServer, type Socket} from 'node:net';
import path from 'node:path';
import {dockerAt} from '../setup/docker.ts';

/** An engine behind a socket at which somebody listens. */
export interface WatchedEngine {
	/** Where that socket is, in DOCKER_HOST's form. */
	readonly host: string;
	/**
	 * Resolves when exactly these containers' logs are being followed, each once.
	 *
	 * @param names names of containers as the engine has them, in any order
	 * @throws when that takes too long, with what is followed instead
	 */
	follows(...names: readonly string[]): Promise<void>;
	close(): void;
}

const patience = 15_000;

/** Puts a socket of its own, in a folder, before an engine's, and looks at who follows which log through it. */
export async function watchEngine(host: string, folder: string): Promise<WatchedEngine> {
	const file = path.join(folder, 'watched.sock');
	const clients = new Set<Socket>();
	const followed = new Map<Socket, string>();
	const listeners = new Set<() => void>();
	const listed = await dockerAt(host).listContainers({all: true});
	const nameOf = (id: string) => listed.find(container => container.Id.startsWith(id))?.Names[0]?.slice(1) ?? id;
	const change = () => {
		for (const listener of listeners) listener();
	};
	const server = createServer(client => {
		const engine = createConnection(host.slice('unix://'.length));
		clients.add(client);
		client.on('data', (data: Buffer) => {
			const [, id, query = ''] = /^GET \S*\/containers\/([^/]+)\/logs\?(\S*)/.exec(data.toString('latin1')) ?? [];
			if (id !== undefined && /follow=(?:1|true)/.test(query)) followed.set(client, nameOf(id));
			else followed.delete(client);
			change();
		});
		client.pipe(engine).pipe(client);
		for (const [end, other] of [
			[client, engine],
			[engine, client],
		] as const) {
			end.on('error', () => other.destroy());
			end.on('close', () => {
				other.destroy();
				clients.delete(client);
				followed.delete(client);
				change();
			});
		}
	});
	await new Promise<void>(resolve => server.listen(file, resolve));
	return {
		host: `unix://${file}`,
		follows: (...names) =>
			new Promise((resolve, reject) => {
				const wanted = names.toSorted().join();
				const now = () => [...followed.values()].sort().join();
				const look = () => {
					if (now() !== wanted) return;
					stop();
					resolve();
				};
				const timer = setTimeout(() => {
					stop();
					reject(new Error(`what is followed is ${now() || 'nothing'}, not ${wanted || 'nothing'}`));
				}, patience);
				const stop = () => {
					clearTimeout(timer);
					listeners.delete(look);
				};
				listeners.add(look);
				look();
			}),
		close() {
			server.close();
			for (const client of clients) client.destroy();
		},
	};
}
