import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {chmodSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, watch, writeFileSync} from 'node:fs';
import {statfs} from 'node:fs/promises';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {missingCapabilities, runtimeWithout} from './capabilities.ts';
import {ping} from './existing.ts';
import {firewallPrograms, locate} from './firewall.ts';
import type {Instance} from './instance.ts';
import {addBridge, freeSecondOctet} from './network.ts';
import {ensurePrograms} from './packages.ts';
import {ownershipMark} from './processes.ts';
import {stopEngine} from './stop.ts';
import {changeSurroundings, hiddenFolders} from './surroundings.ts';

/** A daemon answers within a second or two; a slow disk may need more. */
const startTimeout = 60_000;
const overlayMagic = 0x79_4c_76_30;
const runtimeName = 'k3dui-runc';

/**
 * Starts a private engine, if it is not up yet. What a crashed one left is removed first.
 *
 * @param say told what happens, line by line
 * @throws when this is not root, when a program is missing and cannot be installed, or when the daemon does not come up;
 * then with the end of its log, and everything of it is removed again.
 */
export async function startEngine(engine: Instance, say: (line: string) => void): Promise<void> {
	if (process.getuid?.() !== 0) {
		throw new Error(
			'A private engine needs root. Use sudo, or start a Docker Engine of your own and name it in DOCKER_HOST.',
		);
	}
	if (existsSync(engine.socket)) {
		try {
			return await ping(engine.socket, AbortSignal.timeout(startTimeout));
		} catch {
			say(`Engine ${engine.name} does not answer: removing what is left of it.`);
		}
	}
	ensurePrograms(say);
	await stopEngine(engine);
	try {
		prepare(engine, await storageDriver(engine));
		await launch(engine, say);
	} catch (error) {
		const log = existsSync(engine.logFile) ? readFileSync(engine.logFile, 'utf8').trimEnd() : '';
		await stopEngine(engine);
		const tail = log === '' ? '' : `\nThe end of its log:\n${log.split('\n').slice(-20).join('\n')}`;
		throw new Error(`Engine ${engine.name} did not start: ${(error as Error).message}${tail}`, {cause: error});
	}
}

/** overlay2 does not work on top of an overlay (as in a container); dockerd's own choice is right anywhere else. */
async function storageDriver(engine: Instance): Promise<string | undefined> {
	mkdirSync(engine.directory, {recursive: true, mode: 0o711});
	const {type} = await statfs(engine.directory);
	if (type !== overlayMagic) {
		return undefined;
	}
	return locate('fuse-overlayfs') === undefined ? 'vfs' : 'fuse-overlayfs';
}

function prepare(engine: Instance, driver: string | undefined): void {
	changeSurroundings(engine);
	mkdirSync(engine.programs);
	for (const [name, text] of firewallPrograms(engine)) {
		writeProgram(path.join(engine.programs, name), text);
	}
	const missing = missingCapabilities();
	const runtime = path.join(engine.programs, runtimeName);
	if (missing.length > 0) {
		writeProgram(runtime, runtimeWithout(missing));
	}
	const octet = freeSecondOctet();
	addBridge(engine, octet);
	const configuration = {
		hosts: [engine.host],
		'data-root': path.join(engine.directory, 'data'),
		'exec-root': path.join(engine.directory, 'exec'),
		pidfile: engine.pidFile,
		bridge: engine.bridge,
		'default-address-pools': [{base: `10.${octet}.0.0/16`, size: 24}],
		'cgroup-parent': `/${engine.cgroup}`,
		'exec-opts': ['native.cgroupdriver=cgroupfs'],
		...(driver === undefined ? {} : {'storage-driver': driver}),
		...(missing.length > 0 ? {runtimes: {[runtimeName]: {path: runtime}}, 'default-runtime': runtimeName} : {}),
	};
	writeFileSync(engine.configFile, JSON.stringify(configuration, undefined, '\t'));
}

function writeProgram(file: string, text: string): void {
	writeFileSync(file, text);
	chmodSync(file, 0o755);
}

/**
 * Runs dockerd in a mount namespace of its own, so that its mounts end with its last process, whatever happens to it. In
 * there the hidden folders are empty: see their list.
 */
async function launch(engine: Instance, say: (line: string) => void): Promise<void> {
	const hide = hiddenFolders.map(folder => `mount -t tmpfs -o mode=711 k3dui ${folder}`).join(' && ');
	const script = `${hide} && exec dockerd --config-file "$0"`;
	const log = openSync(engine.logFile, 'a');
	using created = awaitFile(engine.socket);
	const daemon = spawn('unshare', ['--mount', '--propagation', 'slave', 'sh', '-c', script, engine.configFile], {
		detached: true,
		stdio: ['ignore', log, log],
		cwd: '/',
		env: {
			HOME: '/root',
			[ownershipMark]: engine.directory,
			PATH: `${engine.programs}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
		},
	});
	closeSync(log);
	say(`Starting dockerd (log: ${engine.logFile})`);
	const done = new AbortController();
	const signal = AbortSignal.any([done.signal, AbortSignal.timeout(startTimeout)]);
	const ended = once(daemon, 'exit', {signal}).then(
		([code, cause]) => `dockerd ended with ${code === null ? `signal ${cause}` : `exit code ${code}`}`,
		() => `no answer within ${startTimeout / 1000} s`,
	);
	const answered = created.promise.then(() => firstPing(engine, signal));
	try {
		const failure = await Promise.race([answered, ended]);
		if (failure !== undefined) {
			throw new Error(failure);
		}
	} finally {
		done.abort();
		answered.catch(() => {});
		daemon.unref();
	}
}

/** dockerd makes the socket's file a moment before it listens on it: a refusal is no answer yet. */
async function firstPing(engine: Instance, signal: AbortSignal): Promise<undefined> {
	while (true) {
		try {
			await ping(engine.socket, signal);
			return;
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') {
				throw error;
			}
			await delay(5, undefined, {signal});
		}
	}
}

/** Resolves when the file is there. Dispose of it to stop looking. */
function awaitFile(file: string): Disposable & {promise: Promise<void>} {
	const {promise, resolve} = Promise.withResolvers<void>();
	const look = () => {
		if (existsSync(file)) {
			resolve();
		}
	};
	const watcher = watch(path.dirname(file), look);
	look();
	return {promise, [Symbol.dispose]: () => watcher.close()};
}
