import {spawnSync} from 'node:child_process';
import {existsSync, globSync, mkdirSync, mkdtempSync, renameSync, rmSync} from 'node:fs';
import path from 'node:path';
import type {RootFilesystem} from './rootfs.ts';

const cache = path.resolve(import.meta.dirname, '../../.cache/debian');

/**
 * Downloads a Debian package and unpacks it into the repository's cache, once; nothing is installed on this machine.
 *
 * @returns the folder it is unpacked in
 * @throws when apt is not there or does not find it.
 */
export function debianPackage(name: string): string {
	const folder = path.join(cache, name);
	if (existsSync(folder)) {
		return folder;
	}
	mkdirSync(cache, {recursive: true});
	const work = mkdtempSync(path.join(cache, '.download-'));
	try {
		// As root, apt would warn that its own user cannot write here; the sandbox is of no use for a signed download.
		const download = () => run(work, 'apt-get', '-q', '-o', 'APT::Sandbox::User=root', 'download', name);
		try {
			download();
		} catch (error) {
			if (process.getuid?.() !== 0) {
				throw error;
			}
			run(work, 'apt-get', '-q', 'update');
			download();
		}
		const [archive = ''] = globSync('*.deb', {cwd: work});
		run(work, 'dpkg-deb', '--extract', archive, 'content');
		renameSync(path.join(work, 'content'), folder);
	} catch (error) {
		if (!existsSync(folder)) {
			throw new Error(`The Debian package ${name} is needed for the test images: ${(error as Error).message}`, {
				cause: error,
			});
		}
	} finally {
		rmSync(work, {recursive: true, force: true});
	}
	return folder;
}

function run(cwd: string, command: string, ...arguments_: string[]): string {
	const {status, error, stdout, stderr} = spawnSync(command, arguments_, {cwd, encoding: 'utf8'});
	if (status !== 0) {
		throw error ?? new Error(`${command} ${arguments_.join(' ')} failed:\n${stderr.trim()}`);
	}
	return stdout;
}

/**
 * Adds the shared libraries of programs, and the loader: those of unpacked packages where they bring them, else this
 * machine's.
 *
 * @param programs paths on this machine; those in an unpacked package find its libraries and those of `packages`
 * @throws naming a library that is in neither.
 */
export function addLibraries(files: RootFilesystem, programs: string[], packages: string[] = []): void {
	const folders = packages.flatMap(folder =>
		globSync('{lib,usr/lib}/*-linux-gnu*', {cwd: folder}).map(entry => path.join(folder, entry)),
	);
	const env = {...process.env, LD_LIBRARY_PATH: folders.join(':'), LC_ALL: 'C'};
	for (const program of programs) {
		const {stdout} = spawnSync('ldd', [program], {encoding: 'utf8', env});
		const missing = /^\s*(\S+) => not found$/m.exec(stdout)?.[1];
		if (missing !== undefined) {
			throw new Error(
				`${program} needs the shared library ${missing}, which is not here. Install its package and try again.`,
			);
		}
		for (const [, library = ''] of stdout.matchAll(/(?:=> |^\s+)(\/\S+) \(0x/gm)) {
			const owner = packages.find(folder => library.startsWith(`${folder}/`));
			files.copy(library, owner === undefined ? library : library.slice(owner.length));
		}
	}
}
