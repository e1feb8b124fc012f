import fs, {existsSync} from 'node:fs';
import {mkdir} from 'node:fs/promises';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import lockfile from 'proper-lockfile';
import {Problem} from '../cluster/problem.ts';

/** A lock nobody refreshed for so long, in milliseconds, belongs to a program that died. kubectl holds its own for an instant. */
const stale = 10_000;

/** How long to wait for a lock in all, in milliseconds: longer than a dead one lasts. */
const patience = 15_000;

/**
 * kubectl's lock is an empty file, ours a folder; each keeps the other out, as making either fails when there is
 * one. This lets a stale one of kubectl's be removed as well.
 */
const removesBoth: typeof fs = {
	...fs,
	rmdir: Object.assign(
		(target: fs.PathLike, callback: fs.NoParamCallback) => {
			fs.rmdir(target, error => {
				if (error?.code === 'ENOTDIR') fs.unlink(target, callback);
				else callback(error);
			});
		},
		{__promisify__: fs.rmdir.__promisify__},
	),
};

/**
 * Does some work while holding the locks of kubeconfig files, so that no program that keeps to client-go's locks
 * (`<file>.lock`, made exclusively) changes them meanwhile. Makes the folders the files are in.
 * Locks are taken in sorted order, as client-go does, so that two programs never wait for each other.
 */
export async function withLockedFiles<T>(
	files: readonly string[],
	work: () => Promise<T>,
	signal?: AbortSignal,
): Promise<T> {
	const releases: (() => Promise<void>)[] = [];
	try {
		for (const file of [...new Set(files)].sort()) releases.push(await lock(file, signal));
		return await work();
	} finally {
		// One that was taken over as stale meanwhile is not ours to release.
		for (const release of releases.reverse()) await release().catch(() => {});
	}
}

async function lock(file: string, signal: AbortSignal | undefined): Promise<() => Promise<void>> {
	const deadline = performance.now() + patience;
	for (;;) {
		try {
			await makeFolder(path.dirname(file));
			return await lockfile.lock(file, {realpath: false, stale, fs: removesBoth, onCompromised: () => {}});
		} catch (error) {
			const code = error instanceof Error && 'code' in error ? error.code : undefined;
			const reason = error instanceof Error ? error.message : String(error);
			if (code !== 'ELOCKED') {
				throw new Problem(`kubeconfig ${file}`, `it cannot be locked: ${reason}`, undefined, {cause: error});
			}
			if (performance.now() > deadline) {
				throw new Problem(
					`kubeconfig ${file}`,
					'another program keeps it locked',
					`If none is at work on it, delete ${file}.lock and try again.`,
				);
			}
		}
		await delay(10 + Math.random() * 40, undefined, {signal});
	}
}

/**
 * Makes a folder and those that it is in. Node's own `recursive` tries for ever where the parent exists and yet the
 * system says ENOENT, as for /proc/new.
 */
async function makeFolder(folder: string): Promise<void> {
	if (existsSync(folder)) return;
	const parent = path.dirname(folder);
	if (parent !== folder) await makeFolder(parent);
	await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
		// Another program may have been faster.
		if (error.code !== 'EEXIST') throw error;
	});
}
