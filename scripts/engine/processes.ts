import {existsSync, globSync, readdirSync, readFileSync, rmdirSync} from 'node:fs';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import type {Instance} from './instance.ts';

/** Environment variable on dockerd, inherited by its containerd, shims and port proxies, with the engine's directory. */
export const ownershipMark = 'K3DUI_ENGINE_DIRECTORY';

/** The engine's own processes, by the mark in their environment, and those in its containers, by their cgroup. */
export function processesOf(engine: Instance): number[] {
	const mark = `${ownershipMark}=${engine.directory}`;
	return readdirSync('/proc')
		.filter(entry => /^\d+$/.test(entry))
		.filter(pid => {
			try {
				return (
					readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(mark) ||
					readFileSync(`/proc/${pid}/cgroup`, 'latin1').includes(`/${engine.cgroup}/`)
				);
			} catch {
				return false; // It ended meanwhile.
			}
		})
		.map(Number);
}

/** Sends a signal, unless the process has ended. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
	try {
		process.kill(pid, signal);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
			throw error;
		}
	}
}

/** Kills every process of the engine, also those that appear while it does so. */
export async function killProcesses(engine: Instance): Promise<void> {
	await until(5000, () => {
		const pids = processesOf(engine);
		for (const pid of pids) {
			signalProcess(pid, 'SIGKILL');
		}
		return pids.length === 0;
	});
}

/**
 * Looks again every 20 ms until `done` says so: for the end of processes that are no children of ours and for the kernel's
 * work after it, for which there is no event.
 *
 * @returns whether it came to that within `milliseconds`.
 */
export async function until(milliseconds: number, done: () => boolean): Promise<boolean> {
	const end = Date.now() + milliseconds;
	while (!done()) {
		if (Date.now() > end) {
			return false;
		}
		await delay(20);
	}
	return true;
}

/** Removes the engine's cgroups, in every hierarchy (cgroup v1) or the only one (v2). The kernel lets go of them late. */
export async function removeCgroups(engine: Instance): Promise<void> {
	await until(5000, () => {
		const roots = globSync([`/sys/fs/cgroup/${engine.cgroup}`, `/sys/fs/cgroup/*/${engine.cgroup}`]);
		for (const root of roots) {
			removeTree(root);
		}
		return roots.every(root => !existsSync(root));
	});
}

/** A cgroup's files go with its folder, so only folders are removed, the innermost first. */
function removeTree(folder: string): void {
	try {
		for (const entry of readdirSync(folder, {withFileTypes: true})) {
			if (entry.isDirectory()) {
				removeTree(path.join(folder, entry.name));
			}
		}
		rmdirSync(folder);
	} catch {
		// Busy still, or gone already: the caller looks again.
	}
}
