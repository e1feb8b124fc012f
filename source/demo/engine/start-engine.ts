import {rmSync} from 'node:fs';
import {chmod, mkdtemp} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Daemon, type DaemonOptions} from './daemon.ts';
import {createEngineServer} from './http-server.ts';
import {SIGKILL} from './process.ts';

/** A running built-in engine. */
export interface BuiltInEngine {
	/** Its address in DOCKER_HOST's form: `unix:///tmp/...`. */
	readonly host: string;
	readonly daemon: Daemon;
	/** Ends everything in it. The socket is gone afterwards, and so is all that was. */
	close(): Promise<void>;
}

/** Starts an engine without anything in it, on a socket that only this user can reach. */
export async function startEngine(options: DaemonOptions = {}): Promise<BuiltInEngine> {
	const daemon = new Daemon(options);
	const {server, close} = createEngineServer(daemon);
	// mkdtemp makes folders of mode 0700, so nobody can come in before the socket has its own mode.
	const folder = await mkdtemp(join(tmpdir(), 'k3dui-demo-'));
	const path = join(folder, 'docker.sock');
	const remove = () => rmSync(folder, {recursive: true, force: true});
	process.on('exit', remove);
	await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
	await chmod(path, 0o600);
	let closing: Promise<void> | undefined;
	const end = async () => {
		daemon.closing.abort();
		await close();
		const running = daemon.containers.list().flatMap(container => container.process ?? []);
		for (const one of running) one.signal(SIGKILL);
		await Promise.all(running.map(one => one.exited));
		process.off('exit', remove);
		remove();
	};
	return {
		host: `unix://${path}`,
		daemon,
		close() {
			closing ??= end();
			return closing;
		},
	};
}
