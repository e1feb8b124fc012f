import {readdir, stat} from 'node:fs/promises';
import path from 'node:path';
import {Problem} from './cluster/problem.ts';
import type {Engine} from './engine/engine.ts';
import {listImages} from './engine/images.ts';
import type {FolderEntry, Machine} from './hooks/session.ts';
import type {Lifecycle} from './lifecycle/lifecycle.ts';

export interface MachineOptions {
	readonly engine: Engine;
	readonly lifecycle: Lifecycle;
	/** Where `~/` is. */
	readonly home: string;
	/** Where paths begin that begin nowhere else. */
	readonly cwd: string;
}

/** What the dashboard's dialogs ask of this machine and of an engine. Does nothing by itself. */
export function createMachine({engine, lifecycle, home, cwd}: MachineOptions): Machine {
	const resolvePath = (typed: string) => {
		const isAtHome = typed === '~' || typed.startsWith('~/');
		return path.resolve(cwd, isAtHome ? path.join(home, typed.slice(1)) : typed);
	};
	return {
		resolvePath,
		listFolder: folder => listFolder(resolvePath(folder)),
		listImages: () => listImages(engine),
		loadConfig: async () => {
			throw new Problem('config file', 'this is not built yet');
		},
		saveConfig: async () => {
			throw new Problem('config file', 'this is not built yet');
		},
		async previewCluster(spec) {
			const {planText} = await import('./commands/output/plan-text.ts');
			return planText(await lifecycle.plan(spec))
				.trimEnd()
				.split('\n');
		},
	};
}

/** More entries than this are left out: nobody looks through them, and each costs a question to the file system. */
const mostEntries = 1000;

const reasons: Readonly<Record<string, string>> = {
	ENOENT: 'there is no such folder',
	ENOTDIR: 'this is no folder',
	EACCES: 'you may not look into this folder',
};

async function listFolder(folder: string): Promise<FolderEntry[]> {
	try {
		const names = await readdir(folder);
		const entries = await Promise.all(names.slice(0, mostEntries).map(name => entryOf(folder, name)));
		return entries.flat();
	} catch (error) {
		const {code = '', message} = error as NodeJS.ErrnoException;
		throw new Problem(folder, reasons[code] ?? message, undefined, {cause: error});
	}
}

/** A link counts as what it leads to; one that leads nowhere is left out. */
async function entryOf(folder: string, name: string): Promise<FolderEntry[]> {
	try {
		const found = await stat(path.join(folder, name));
		return [{name, isFolder: found.isDirectory(), modifiedAt: found.mtimeMs}];
	} catch {
		return [];
	}
}
