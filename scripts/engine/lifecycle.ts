import {existsSync, mkdirSync, readFileSync} from 'node:fs';
import lockfile from 'proper-lockfile';
import {missingCapabilities} from './capabilities.ts';
import {answers, engineRequest, existingEngine} from './existing.ts';
import type {Instance} from './instance.ts';
import {startEngine} from './start.ts';
import {stopEngine} from './stop.ts';
import {removeIfEmpty} from './surroundings.ts';

export {instance} from './instance.ts';

export type Status = {
	name: string;
	/** `broken`: its folder is there, but no daemon answers. */
	state: 'up' | 'down' | 'broken';
	/** Address in DOCKER_HOST's form. */
	host: string;
	directory: string;
	pid?: number;
	version?: string;
	storageDriver?: string;
	runtime?: string;
	/** Capabilities that this machine lacks and the OCI runtime therefore leaves out. */
	missingCapabilities?: string[];
};

/**
 * Makes sure that there is an engine: the one the user already has where it answers, else the private one.
 *
 * @param wish `private: true`, like K3DUI_ENGINE_NAME being set, takes no other engine than the private one
 * @returns its address in DOCKER_HOST's form, and whether it is the private one.
 */
export async function up(
	engine: Instance,
	say: (line: string) => void,
	wish: {private: boolean} = {private: false},
): Promise<{host: string; private: boolean}> {
	if (!wish.private && process.env.K3DUI_ENGINE_NAME === undefined) {
		const host = await existingEngine();
		if (host !== undefined && host !== engine.host) {
			say(`Using the engine that is there already: ${host} (--private starts one of our own)`);
			return {host, private: false};
		}
	}
	if (await answers(engine.host)) {
		say(`Engine ${engine.name} is up.`);
	} else {
		await locked(engine, () => startEngine(engine, say));
		say(`Engine ${engine.name} is up.`);
	}
	return {host: engine.host, private: true};
}

/** Stops the private engine and removes everything of it; an engine of the user's is not touched. */
export async function down(engine: Instance, say: (line: string) => void): Promise<void> {
	if (!existsSync(engine.directory)) {
		say(`Engine ${engine.name} is down.`);
		return;
	}
	await locked(engine, () => stopEngine(engine));
	removeIfEmpty(engine.home);
	say(`Engine ${engine.name} is down; nothing of it is left.`);
}

/** Tells about the private engine. */
export async function status(engine: Instance): Promise<Status> {
	const {name, host, directory} = engine;
	if (!existsSync(directory)) {
		return {name, state: 'down', host, directory};
	}
	if (!(await answers(host))) {
		return {name, state: 'broken', host, directory};
	}
	const body = await engineRequest(engine.socket, 'GET', '/info', AbortSignal.timeout(10_000));
	const info = JSON.parse(body) as {ServerVersion: string; Driver: string; DefaultRuntime: string};
	return {
		name,
		state: 'up',
		host,
		directory,
		pid: Number(readFileSync(engine.pidFile, 'utf8')),
		version: info.ServerVersion,
		storageDriver: info.Driver,
		runtime: info.DefaultRuntime,
		missingCapabilities: missingCapabilities(),
	};
}

/** One at a time: engines choose a free network and share the machine's settings. Waits up to about two minutes. */
async function locked(engine: Instance, work: () => Promise<void>): Promise<void> {
	mkdirSync(engine.home, {recursive: true, mode: 0o711});
	const release = await lockfile.lock(engine.home, {
		realpath: false,
		lockfilePath: `${engine.home}.lock`,
		retries: {retries: 240, minTimeout: 500, maxTimeout: 500},
	});
	try {
		await work();
	} finally {
		await release();
	}
}
