import {readdir, stat} from 'node:fs/promises';
import path from 'node:path';
import {Problem} from './cluster/problem.ts';
import type {Engine} from './engine/engine.ts';
import {listImages} from './engine/images.ts';
import {mostEntries} from './hooks/path-field.ts';
import type {FolderEntry, Machine} from './hooks/session.ts';
import type {Lifecycle} from './lifecycle/lifecycle.ts';

export interface MachineOptions {
	readonly engine: Engine;
	readonly lifecycle: Lifecycle;
	/** Where `~/` is. */
	readonly home: string;
	/** What config files may refer to. */
	readonly env: NodeJS.ProcessEnv;
	/** What says where the kubeconfig is: with the built-in engine it is another one than the person's own. */
	readonly kubeconfig: {readonly env: NodeJS.ProcessEnv; readonly home: string};
}

/** How long reading an object may take, in milliseconds. */
const readingTime = 20_000;

/** What the dashboard's dialogs ask of this machine and of an engine. Does nothing by itself. */
export function createMachine({engine, lifecycle, home, env, kubeconfig}: MachineOptions): Machine {
	const atHome = (typed: string) => (typed === '~' || typed.startsWith('~/') ? path.join(home, typed.slice(1)) : typed);
	return {
		resolvePath: typed => path.resolve(atHome(typed)),
		listFolder: folder => listFolder(path.resolve(atHome(folder))),
		listImages: () => listImages(engine),
		async loadConfig(typed) {
			const {loadConfig} = await import('./config/load-config.ts');
			return loadConfig(atHome(typed), {env});
		},
		async saveConfig(cluster, typed, overwrite) {
			const {configText} = await import('./config/write-config.ts');
			const {spec, warnings} = await lifecycle.readSpec(cluster);
			const comment = `Cluster ${cluster}, as k3dui found it. The secret that nodes join with is in it.`;
			const file = path.resolve(atHome(typed));
			const isWritten = await writeFile(file, configText(spec, {comment}), overwrite);
			return isWritten ? {path: file, warnings} : undefined;
		},
		async saveText(typed, text, overwrite) {
			const file = path.resolve(atHome(typed));
			return (await writeFile(file, text, overwrite)) ? file : undefined;
		},
		async checkCreation(spec) {
			const {checkCreation} = await import('./checks/check-creation.ts');
			return checkCreation(engine, lifecycle, spec);
		},
		async checkHost() {
			const [{engineChecks}, {kubeconfigChecks}, {worstFirst}] = await Promise.all([
				import('./checks/engine-checks.ts'),
				import('./checks/kubeconfig-checks.ts'),
				import('./checks/check.ts'),
			]);
			const {checks, clusters} = await engineChecks(engine);
			const {publishedHost} = engine;
			return worstFirst([...checks, ...(await kubeconfigChecks({...kubeconfig, clusters, publishedHost}))]);
		},
		async configOf(spec) {
			const {configText} = await import('./config/write-config.ts');
			return configText(spec).trimEnd().split('\n');
		},
		async readObject(name, ref, reading) {
			const [{findCluster}, {openKubernetes}] = await Promise.all([
				import('./lifecycle/find.ts'),
				import('./kubernetes/access.ts'),
			]);
			const signal = AbortSignal.timeout(readingTime);
			const api = await openKubernetes(engine, await findCluster(engine, name, signal), {signal});
			try {
				if (reading === 'description') return await api.describeObject(ref, signal);
				return (await api.objectYaml(ref, signal)).trimEnd().split('\n');
			} finally {
				api.close();
			}
		},
		async previewCluster(spec) {
			const {planText} = await import('./commands/output/plan-text.ts');
			return planText(await lifecycle.plan(spec))
				.trimEnd()
				.split('\n');
		},
	};
}

/** Why a folder cannot be listed, by Node's code. */
const reasons: Readonly<Record<string, string>> = {
	ENOENT: 'there is no such folder',
	ENOTDIR: 'this is no folder',
	EACCES: 'you may not look there',
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

/** Only the owner may read what has secrets in it. */
const ownerOnly = 0o600;

/** Writes a file that only its owner may read, all of it or nothing. False where there is one that must not be overwritten. */
async function writeFile(file: string, text: string, replace: boolean): Promise<boolean> {
	const {writeWhole} = await import('./config/write-whole.ts');
	return writeWhole(file, text, {replace, mode: ownerOnly});
}
