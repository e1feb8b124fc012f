/** Parts of `[REGISTRY/]PATH[:TAG][@DIGEST]`. */
interface ImageName {
	/** With its registry: `docker.io/library/busybox`. */
	readonly repository: string;
	readonly tag: string | undefined;
	readonly digest: string | undefined;
}

/** Docker's own registry, and the folder in it that is left out of names. */
const defaultRegistry = 'docker.io';
const officialFolder = 'library';

function parse(reference: string): ImageName {
	const at = reference.indexOf('@');
	const digest = at === -1 ? undefined : reference.slice(at + 1);
	const name = at === -1 ? reference : reference.slice(0, at);
	const colon = name.lastIndexOf(':');
	const hasTag = colon > name.lastIndexOf('/');
	const path = hasTag ? name.slice(0, colon) : name;
	return {repository: fullRepository(path), tag: hasTag ? name.slice(colon + 1) : undefined, digest};
}

/** The first part is a registry when it looks like a host. Source: distribution/reference, splitDockerDomain. */
function fullRepository(path: string): string {
	const slash = path.indexOf('/');
	const first = slash === -1 ? '' : path.slice(0, slash);
	const isHost = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
	const registry = isHost ? first : defaultRegistry;
	const rest = isHost ? path.slice(slash + 1) : path;
	if (registry !== defaultRegistry && registry !== `index.${defaultRegistry}`) return `${registry}/${rest}`;
	return `${defaultRegistry}/${rest.includes('/') ? rest : `${officialFolder}/${rest}`}`;
}

/**
 * The name of an image as containerd keeps it: `busybox` is `docker.io/library/busybox:latest`. Two names mean the same
 * image when this makes them equal. A name with a digest keeps that instead of a tag.
 */
export function fullImageName(reference: string): string {
	const {repository, tag, digest} = parse(reference);
	return digest === undefined ? `${repository}:${tag ?? 'latest'}` : `${repository}@${digest}`;
}

/** The name as Docker shows it, and as people write it: without what goes without saying, but with its tag. */
export function familiarImageName(reference: string): string {
	return fullImageName(reference)
		.replace(`${defaultRegistry}/${officialFolder}/`, '')
		.replace(new RegExp(`^${defaultRegistry}/`), '');
}

/** The name without tag and digest, in full. */
export function repositoryOf(reference: string): string {
	return parse(reference).repository;
}
