import {existsSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import {clusterNameProblem} from '../cluster/cluster-name.ts';
import {names} from '../cluster/labels.ts';
import {Problem} from '../cluster/problem.ts';
import {type KubeconfigEntries, type NamedEntry, type Section, sections} from './kubeconfig.ts';
import {KubeconfigText} from './kubeconfig-edit.ts';
import {withLockedFiles} from './kubeconfig-lock.ts';

/** Only the user may read what holds keys. */
const privateMode = 0o600;

/** How entries are merged into kubeconfig files. */
export interface MergeOptions {
	/** Makes the cluster the current context. One is always set where none was. */
	readonly switchContext: boolean;
	/** False refuses to replace entries that exist. Default true. */
	readonly update?: boolean;
	readonly signal?: AbortSignal;
}

/**
 * The kubeconfig files kubectl reads, the first ones winning: those that KUBECONFIG lists, else `~/.kube/config`.
 * `home` is the user's home folder.
 */
export function kubeconfigFiles(env: Readonly<Record<string, string | undefined>>, home: string): readonly string[] {
	const listed = (env.KUBECONFIG ?? '').split(path.delimiter).filter(file => file !== '');
	return listed.length > 0 ? [...new Set(listed)] : [path.join(home, '.kube', 'config')];
}

/**
 * The file in which k3d keeps one cluster's kubeconfig apart. Source: k3d v5.9.0, which takes XDG_CONFIG_HOME as it is,
 * without a folder of its own in it.
 */
export function clusterKubeconfigFile(
	env: Readonly<Record<string, string | undefined>>,
	home: string,
	cluster: string,
): string {
	return path.join(env.XDG_CONFIG_HOME || path.join(home, '.config', 'k3d'), `kubeconfig-${cluster}.yaml`);
}

/**
 * Writes a cluster's entries into kubeconfig files, and says which file has the context now. As `kubectl config`
 * does with several files: an entry is changed in the file that has it; a new one goes to the first file that
 * exists, or else to the last one (client-go, tools/clientcmd/config.go). Files are replaced whole, never half
 * written; symbolic links stay. Nothing is changed when any of the files cannot be read or understood.
 */
export async function mergeKubeconfig(
	files: readonly string[],
	entries: KubeconfigEntries,
	{switchContext, update = true, signal}: MergeOptions,
): Promise<string> {
	const target = files.find(file => existsSync(file)) ?? files.at(-1);
	if (target === undefined) throw new TypeError('no kubeconfig file to merge into');
	return withLockedFiles(
		files.filter(file => file === target || existsSync(file)),
		async () => {
			const texts = await openAll(files, target);
			const fileOf = (section: Section) =>
				[...texts].find(([, text]) => text.has(section, entries[section].name))?.[0] ?? target;
			for (const section of sections) {
				const text = texts.get(fileOf(section));
				if (!update && text?.has(section, entries[section].name)) {
					throw new Problem(
						`kubeconfig ${fileOf(section)}`,
						`it already has "${entries[section].name}" in its ${section}`,
						'Allow replacing it with --update.',
					);
				}
			}
			const contextFile = fileOf('contexts');
			for (const section of sections) {
				const text = texts.get(fileOf(section));
				text?.set(section, withUsersFields(section, entries[section], text.get(section, entries[section].name)));
			}
			setCurrentContext(texts, target, entries.contexts.name, switchContext);
			await saveAll(texts);
			return contextFile;
		},
		signal,
	);
}

/**
 * An entry with what the user has added to the one that it replaces: a namespace, a proxy, extensions. Not what would
 * contradict the certificates in it.
 */
function withUsersFields(section: Section, entry: NamedEntry, previous: NamedEntry | undefined): NamedEntry {
	if (previous === undefined || section === 'users') return entry;
	const field = section === 'clusters' ? 'cluster' : 'context';
	const {
		'certificate-authority': _file,
		'insecure-skip-tls-verify': _insecure,
		...kept
	} = (previous[field] ?? {}) as Record<string, unknown>;
	return {...previous, ...entry, [field]: {...kept, ...(entry[field] as object)}};
}

/** A cluster that a kubeconfig file has as k3d writes it. */
export interface SavedCluster {
	/** k3d's name, without the prefix. */
	readonly cluster: string;
	readonly server: string;
	readonly file: string;
}

/**
 * The clusters in kubeconfig files that k3d or k3dui wrote there: cluster, context and user bear k3d's names and belong
 * together. Changes nothing; throws a Problem for a file that cannot be read or understood.
 */
export async function savedClusters(files: readonly string[]): Promise<readonly SavedCluster[]> {
	const texts = await openAll(files, undefined);
	const find = (section: Section, name: string) =>
		[...texts.values()].map(text => text.get(section, name)).find(entry => entry !== undefined);
	return [...texts].flatMap(([file, text]) =>
		text.names('clusters').flatMap(name => {
			const cluster = name.startsWith(names.context('')) ? name.slice(names.context('').length) : '';
			const server = field(text.get('clusters', name)?.cluster, 'server');
			const context = find('contexts', name)?.context;
			const isOurs =
				field(context, 'cluster') === name &&
				field(context, 'user') === names.user(cluster) &&
				find('users', names.user(cluster)) !== undefined;
			return clusterNameProblem(cluster) === undefined && server !== undefined && isOurs
				? [{cluster, server, file}]
				: [];
		}),
	);
}

function field(value: unknown, key: string): string | undefined {
	const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
	return typeof found === 'string' ? found : undefined;
}

/**
 * Removes what `mergeKubeconfig` wrote for a cluster from every one of the files; says which were changed. Where the
 * cluster was the current context, none is afterwards: k3d picks another one, and the next `kubectl delete` hits it.
 */
export async function removeFromKubeconfig(
	files: readonly string[],
	cluster: string,
	{signal}: {readonly signal?: AbortSignal} = {},
): Promise<readonly string[]> {
	const existing = files.filter(file => existsSync(file));
	const context = names.context(cluster);
	const entryNames = {clusters: context, contexts: context, users: names.user(cluster)};
	return withLockedFiles(
		existing,
		async () => {
			const texts = await openAll(existing, undefined);
			for (const text of texts.values()) {
				for (const section of sections) text.remove(section, entryNames[section]);
				if (text.currentContext === context) text.currentContext = '';
			}
			return saveAll(texts);
		},
		signal,
	);
}

/** Replaces a file by a kubeconfig that holds nothing else. */
export async function writeKubeconfig(file: string, text: string, signal?: AbortSignal): Promise<void> {
	await withLockedFiles([file], () => save(file, text), signal);
}

/** client-go sets the current context in the first file that has one. */
function setCurrentContext(
	texts: ReadonlyMap<string, KubeconfigText>,
	target: string,
	context: string,
	switchContext: boolean,
): void {
	const current = [...texts.values()].find(text => text.currentContext !== '');
	if (current === undefined) {
		const text = texts.get(target);
		if (text) text.currentContext = context;
	} else if (switchContext) {
		current.currentContext = context;
	}
}

/** Opens those of the files that exist, and `target` even if it does not, in their order. */
async function openAll(files: readonly string[], target: string | undefined): Promise<Map<string, KubeconfigText>> {
	const texts = new Map<string, KubeconfigText>();
	for (const file of files) {
		const text = await read(file);
		if (text !== undefined || file === target) texts.set(file, new KubeconfigText(text ?? '', file));
	}
	return texts;
}

/** Writes the files that were edited; says which. */
async function saveAll(texts: ReadonlyMap<string, KubeconfigText>): Promise<string[]> {
	const edited = [...texts].filter(([, text]) => text.isEdited);
	// All are printed before any is written: printing can fail.
	const printed = edited.map(([file, text]) => [file, text.toString()] as const);
	for (const [file, text] of printed) await save(file, text);
	return printed.map(([file]) => file);
}

async function read(file: string): Promise<string | undefined> {
	try {
		return await readFile(file, 'utf8');
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
		const reason = error instanceof Error ? error.message : String(error);
		throw new Problem(`kubeconfig ${file}`, `it cannot be read: ${reason}`, undefined, {cause: error});
	}
}

async function save(file: string, text: string): Promise<void> {
	try {
		await writeFileAtomic(file, text, existsSync(file) ? {} : {mode: privateMode});
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		throw new Problem(`kubeconfig ${file}`, `it cannot be written: ${reason}`, undefined, {cause: error});
	}
}
