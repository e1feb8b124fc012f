import {readFile, statfs} from 'node:fs/promises';
import {answer} from '../engine/answer.ts';
import type {Engine} from '../engine/engine.ts';

/** What the Docker Engine says of its machine (`GET /info`, Engine API), as far as it is looked at. */
export interface EngineInfo {
	readonly ServerVersion?: string;
	readonly OperatingSystem?: string;
	readonly Driver?: string;
	readonly CgroupVersion?: string;
	readonly CgroupDriver?: string;
	/** Bytes. */
	readonly MemTotal?: number;
	readonly NCPU?: number;
	readonly MemoryLimit?: boolean;
	readonly PidsLimit?: boolean;
	readonly IPv4Forwarding?: boolean;
	readonly DockerRootDir?: string;
	readonly SecurityOptions?: readonly string[] | null;
	/** RFC 3339. */
	readonly SystemTime?: string;
}

/** Room on a disk, in bytes. */
export interface DiskRoom {
	readonly total: number;
	readonly free: number;
}

/** What is known of the machine that the engine runs on. What only that machine itself tells is undefined for others. */
export interface HostFacts {
	/** Where the engine is. */
	readonly url: string;
	readonly info: EngineInfo;
	/** Of Docker's data. */
	readonly disk: DiskRoom | undefined;
	/** The kernel's limits for watching files, for each user. */
	readonly inotify: {readonly instances: number; readonly watches: number} | undefined;
	/** By how much the engine's clock is ahead of this one, in milliseconds. */
	readonly clockAhead: number | undefined;
}

async function numberIn(file: string): Promise<number | undefined> {
	const text = await readFile(file, 'utf8').catch(() => '');
	return /^\d+\s*$/.test(text) ? Number(text) : undefined;
}

async function inotifyLimits(): Promise<HostFacts['inotify']> {
	const folder = '/proc/sys/fs/inotify';
	const [instances, watches] = await Promise.all([
		numberIn(`${folder}/max_user_instances`),
		numberIn(`${folder}/max_user_watches`),
	]);
	return instances === undefined || watches === undefined ? undefined : {instances, watches};
}

async function diskRoom(folder: string | undefined): Promise<DiskRoom | undefined> {
	if (folder === undefined) return undefined;
	try {
		const {blocks, bavail, bsize} = await statfs(folder);
		return {total: blocks * bsize, free: bavail * bsize};
	} catch {
		// The engine's folders may be those of a virtual machine, or closed to this user.
		return undefined;
	}
}

/** Whether the engine runs on this machine's kernel, and not in a virtual machine or elsewhere. */
function isHere({endpoint}: Engine, {OperatingSystem = ''}: EngineInfo): boolean {
	const isLocal = endpoint.connection.kind === 'unix' && process.platform === 'linux';
	return isLocal && !/Docker Desktop|built-in engine/.test(OperatingSystem);
}

/** Asks the engine, and this machine where the engine runs on it. Throws a Problem where no engine answers. */
export async function hostFacts(engine: Engine, now: () => number = Date.now): Promise<HostFacts> {
	const asked = now();
	const info = (await answer(engine, 'engine', () => engine.docker.info())) as EngineInfo;
	const answered = now();
	const time = Date.parse(info.SystemTime ?? '');
	const here = isHere(engine, info);
	const [disk, inotify] = await Promise.all([
		here ? diskRoom(info.DockerRootDir) : undefined,
		here ? inotifyLimits() : undefined,
	]);
	const clockAhead = Number.isNaN(time) ? undefined : time - (asked + answered) / 2;
	return {url: engine.endpoint.url, info, disk, inotify, clockAhead};
}
