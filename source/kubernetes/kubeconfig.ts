import {parse, stringify} from 'yaml';
import {names} from '../cluster/labels.ts';
import {Problem} from '../cluster/problem.ts';

/** What a kubeconfig holds for one cluster: the three entries that k3d names after it. */
export interface KubeconfigEntries {
	/** k3d's name of the cluster, without the prefix. */
	readonly cluster: string;
	/** The parts as client-go writes them; `name` is the entry's key. */
	readonly clusters: NamedEntry;
	readonly contexts: NamedEntry;
	readonly users: NamedEntry;
}

/** One element of `clusters`, `contexts` or `users`. */
export interface NamedEntry {
	readonly name: string;
	readonly [field: string]: unknown;
}

/** The lists of a kubeconfig, in client-go's order. */
export const sections = ['clusters', 'contexts', 'users'] as const;
export type Section = (typeof sections)[number];

/**
 * The entries for a cluster out of the kubeconfig that k3s wrote (`/output/kubeconfig.yaml` in a server, where all
 * three are named `default`), with k3d's names and an address that works from here.
 */
export function entriesFrom(k3sKubeconfig: string, cluster: string, server: string): KubeconfigEntries {
	const subject = `kubeconfig of cluster "${cluster}"`;
	let document: unknown;
	try {
		document = parse(k3sKubeconfig);
	} catch (error) {
		throw new Problem(subject, 'what k3s wrote is not YAML', undefined, {cause: error});
	}
	const clusterPart = firstEntry(document, 'clusters', 'cluster');
	const userPart = firstEntry(document, 'users', 'user');
	if (!clusterPart || !userPart) {
		throw new Problem(subject, 'what k3s wrote has no cluster or no user in it', 'Wait until the server is ready.');
	}
	const name = names.context(cluster);
	const user = names.user(cluster);
	return {
		cluster,
		clusters: {cluster: {...clusterPart, server}, name},
		contexts: {context: {cluster: name, user}, name},
		users: {name: user, user: userPart},
	};
}

/** A whole kubeconfig with nothing but these entries. */
export function kubeconfigText(entries: KubeconfigEntries): string {
	return stringify(
		{
			apiVersion: 'v1',
			kind: 'Config',
			clusters: [entries.clusters],
			contexts: [entries.contexts],
			'current-context': entries.contexts.name,
			users: [entries.users],
		},
		{lineWidth: 0, indentSeq: false},
	);
}

function firstEntry(document: unknown, section: Section, field: string): Record<string, unknown> | undefined {
	if (!isRecord(document)) return undefined;
	const list = document[section];
	const [first]: unknown[] = Array.isArray(list) ? list : [];
	const part = isRecord(first) ? first[field] : undefined;
	return isRecord(part) ? part : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
