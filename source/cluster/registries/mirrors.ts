import {isDeepStrictEqual} from 'node:util';
import {endpointOf, mirrorKeys, proxiedHost, type Registry} from './registry.ts';

/** Where to ask instead of one registry, in order. Source: K3s documentation, "Private Registry Configuration". */
export interface Mirror {
	readonly endpoint?: readonly string[] | null | undefined;
	readonly rewrite?: Readonly<Record<string, string>> | null | undefined;
}

/** What k3s reads from registries.yaml. Keys we do not know are kept. */
export interface Mirrors {
	readonly mirrors: Readonly<Record<string, Mirror | null>>;
	readonly configs: Readonly<Record<string, unknown>>;
	readonly auths: Readonly<Record<string, unknown>>;
	readonly [other: string]: unknown;
}

/** Where k3s reads its registries from, when it starts. */
export const registriesPath = '/etc/rancher/k3s/registries.yaml';

/** Whether a volume (`SOURCE:DESTINATION`) brings a node's registries.yaml, so that we must not write into it. */
export function bringsRegistries(binds: readonly string[]): boolean {
	return binds.some(bind => {
		const destination = (bind.split(':')[1] ?? '').replace(/\/+$/, '');
		return destination !== '' && `${registriesPath}/`.startsWith(`${destination}/`);
	});
}

/** A file that names no registry. */
export const noMirrors: Mirrors = {mirrors: {}, configs: {}, auths: {}};

/** Keys in the order k3d writes them, and an empty `rewrite` where there is none, as k3d has it. */
function tidy(file: Mirrors): Mirrors {
	const mirrors = Object.entries(file.mirrors)
		.map(([key, mirror]) => [key, {...mirror, rewrite: mirror?.rewrite ?? {}}] as const)
		.toSorted(([a], [b]) => (a < b ? -1 : 1));
	return {...file, mirrors: Object.fromEntries(mirrors)};
}

/** Two files as one, as k3d merges them: where both have a key, the second's counts. */
export function mergeMirrors(ours: Mirrors, theirs: Mirrors): Mirrors {
	return tidy({
		...ours,
		...theirs,
		mirrors: {...ours.mirrors, ...theirs.mirrors},
		configs: {...ours.configs, ...theirs.configs},
		auths: {...ours.auths, ...theirs.auths},
	});
}

/** A changed file. */
export interface ChangedMirrors {
	readonly file: Mirrors;
	/** The keys in it that are for the registry now. */
	readonly own: readonly string[];
	/** The keys in it that somebody else made and that stay, although they are in the way. */
	readonly foreign: readonly string[];
}

/** The names of the hosts an entry sends to; those that are no URLs are left out. */
function hostsOf(mirror: Mirror | null | undefined): string[] {
	return (mirror?.endpoint ?? []).flatMap(endpoint => (URL.canParse(endpoint) ? new URL(endpoint).hostname : []));
}

/** Whether an entry sends to this registry and nowhere else, on whatever port it had. */
function isFor(mirror: Mirror | null | undefined, name: string): boolean {
	return mirror?.endpoint?.length === 1 && hostsOf(mirror)[0] === name.toLowerCase();
}

/** Whether a key is the registry's own name with a port, any it ever had. */
function isNameOf(key: string, name: string): boolean {
	return key.slice(0, key.lastIndexOf(':')) === name;
}

/** The file with a registry in it as it is now; ports that it has no more are forgotten. */
export function withRegistry(file: Mirrors, registry: Registry): ChangedMirrors {
	const keys = mirrorKeys(registry);
	const foreign = keys.filter(key => Object.hasOwn(file.mirrors, key) && !isFor(file.mirrors[key], registry.name));
	const kept = Object.entries(file.mirrors).filter(
		([key, mirror]) => !(isNameOf(key, registry.name) && isFor(mirror, registry.name)),
	);
	const own = keys.filter(key => !foreign.includes(key));
	const mirror: Mirror = {endpoint: [endpointOf(registry)], rewrite: {}};
	const mirrors = Object.fromEntries([...kept, ...own.map(key => [key, mirror] as const)]);
	return {file: tidy({...file, mirrors}), own, foreign};
}

/** The file without a registry. Entries that somebody else made stay, even those that send to it. */
export function withoutRegistry(file: Mirrors, {name, proxyOf}: Pick<Registry, 'name' | 'proxyOf'>): ChangedMirrors {
	const remote = proxyOf === undefined ? undefined : proxiedHost(proxyOf);
	const kept = Object.entries(file.mirrors).filter(
		([key, mirror]) => !((isNameOf(key, name) || key === remote) && isFor(mirror, name)),
	);
	return {
		file: tidy({...file, mirrors: Object.fromEntries(kept)}),
		own: [],
		foreign: kept.flatMap(([key, mirror]) => (hostsOf(mirror).includes(name.toLowerCase()) ? key : [])),
	};
}

/** Whether two files say the same. */
export function isSame(one: Mirrors, other: Mirrors): boolean {
	return isDeepStrictEqual(tidy(one), tidy(other));
}

/** The registries, of these, that the file sends to by their own names. */
export function registriesIn(file: Mirrors, names: readonly string[]): string[] {
	return names.filter(name =>
		Object.entries(file.mirrors).some(([key, mirror]) => isNameOf(key, name) && isFor(mirror, name)),
	);
}
