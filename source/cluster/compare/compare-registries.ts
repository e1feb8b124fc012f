import type {RegistriesSpec} from '../cluster-spec.ts';
import {parseRegistryReference, type RegistrySpec} from '../registries/registry-spec.ts';
import type {ClusterChange} from './compare-specs.ts';

/** What has to be done with registries, by the names of their containers. */
export interface RegistryEdit {
	/** Made for the cluster, and attached to it. */
	readonly create: RegistrySpec | undefined;
	readonly attach: readonly string[];
	readonly detach: readonly string[];
}

/** The container that `[http(s)://]HOST[:PORT]` names, with or without k3d's prefix. */
function containerName(reference: string, known: readonly string[]): string {
	const host = parseRegistryReference(reference);
	return [host, `k3d-${host}`].find(name => known.includes(name)) ?? host;
}

/** What a registry of the cluster's own cannot be changed in, and how that is called. */
function differences(wished: RegistrySpec, actual: RegistrySpec): ClusterChange[] {
	const traits: readonly (readonly [string, (spec: RegistrySpec) => string])[] = [
		['image', spec => spec.image],
		// A port that was left open is whatever it became.
		['port', spec => `${spec.host}:${spec.port ?? wished.port ?? actual.port ?? 'random'}`],
		['volumes', spec => spec.volumes.toSorted().join(', ') || 'none'],
		['remote', spec => spec.proxy?.remoteURL ?? 'none'],
	];
	return traits
		.filter(([, show]) => show(wished) !== show(actual))
		.map(([name, show]) => ({
			kind: 'change',
			what: `${name} of registry ${actual.name}: ${show(actual)} → ${show(wished)}`,
			refusal: 'a registry keeps what it was made with',
		}));
}

/** Differences in registries. `known` are the names of all registries there are. */
export function compareRegistries(
	wished: RegistriesSpec,
	actual: RegistriesSpec,
	known: readonly string[],
): {changes: ClusterChange[]; edit: RegistryEdit} {
	const used = new Set(actual.use);
	const own = actual.create?.name;
	const wishes = wished.use.map(reference => containerName(reference, known));
	const {create} = wished;
	const isThere = create !== undefined && (create.name === own || used.has(create.name));
	const isMade = create !== undefined && !isThere && !known.includes(create.name);
	const attach = [
		...(create === undefined || isThere || isMade ? [] : [create.name]),
		...wishes.filter(name => name !== own && !used.has(name)),
	].filter((name, i, all) => all.indexOf(name) === i);
	const staying = new Set([...wishes, ...(create === undefined ? [] : [create.name])]);
	const detach = actual.use.filter(name => !staying.has(name));
	const changes: ClusterChange[] = [
		...(create !== undefined && actual.create?.name === create.name ? differences(create, actual.create) : []),
		...(isMade ? [{kind: 'add' as const, what: `registry ${create.name}`, refusal: undefined}] : []),
		...attach.map(name => ({
			kind: 'add' as const,
			what: `registry ${name} is used`,
			refusal: known.includes(name) ? undefined : 'there is no such registry',
		})),
		...detach.map(name => ({kind: 'remove' as const, what: `registry ${name} is used`, refusal: undefined})),
	];
	if (wished.config !== actual.config) {
		changes.push({
			kind: 'change',
			what: 'registries.yaml of the user',
			refusal: 'k3s reads it when a node starts for the first time',
		});
	}
	if (own !== undefined && !staying.has(own)) {
		changes.push({
			kind: 'remove',
			what: `registry ${own}`,
			refusal: `it was made with the cluster and goes with it; to be rid of it: k3dui registry delete ${own}`,
		});
	}
	return {changes, edit: {create: isMade ? create : undefined, attach, detach}};
}
