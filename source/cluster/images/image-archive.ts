import {fullImageName} from './image-name.ts';
import {type Platform, type PlatformParts, platformText} from './platform.ts';

/** A JSON file of an image archive. */
export interface ArchiveDocument {
	/** `sha256:…` of its bytes. */
	readonly digest: string;
	readonly text: string;
}

/** One platform's image in an archive. */
export interface ImageVariant {
	readonly platform: Platform;
	/** `sha256:…` of the manifest; undefined where the archive has none and containerd writes one (docker save before 25). */
	readonly manifest: string | undefined;
	/** `sha256:…` of the configuration, which Kubernetes knows the image by. */
	readonly config: string | undefined;
}

/** An image in an archive. */
export interface ArchivedImage {
	/** As containerd will call it: `docker.io/library/busybox:1.36`. */
	readonly name: string;
	/** `sha256:…` of what the name leads to, a manifest or an index; undefined as above. */
	readonly target: string | undefined;
	/** Those whose manifest is in the archive. */
	readonly variants: readonly ImageVariant[];
	/** All platforms that its index lists, in the archive or not. */
	readonly listed: readonly Platform[];
}

/** What an archive holds. */
export interface ArchiveContents {
	readonly images: readonly ArchivedImage[];
	/** How many images bear no full name, so that nobody could ask for them. */
	readonly nameless: number;
}

/** Where the two formats list their images, and what tells an OCI layout. Source: OCI image-spec, image-layout.md. */
const ociIndex = 'index.json';
const ociMarker = 'oci-layout';
const dockerIndex = 'manifest.json';

/**
 * What is in an archive, from its JSON files by path; undefined when it is no image archive. Where both formats are in
 * it, as in those of Docker 25 and newer, containerd reads the OCI one. Source: containerd, images/archive/importer.go.
 */
export function readArchiveContents(documents: ReadonlyMap<string, ArchiveDocument>): ArchiveContents | undefined {
	if (documents.has(ociMarker) && documents.has(ociIndex)) return ociContents(documents);
	return documents.has(dockerIndex) ? dockerContents(documents) : undefined;
}

/** A manifest, an index or an image configuration, as far as it matters here. */
interface Descriptor {
	readonly mediaType?: string;
	readonly digest?: string;
	readonly platform?: PlatformParts;
	readonly annotations?: Readonly<Record<string, string>>;
}

interface Manifest {
	readonly config?: Descriptor;
	readonly manifests?: readonly Descriptor[];
}

function ociContents(documents: ReadonlyMap<string, ArchiveDocument>): ArchiveContents {
	const {manifests = []} = parse<Manifest>(documents.get(ociIndex)) ?? {};
	const images: ArchivedImage[] = [];
	let nameless = 0;
	for (const descriptor of manifests) {
		const name = ociImageName(descriptor.annotations ?? {});
		if (name === undefined) {
			nameless++;
			continue;
		}
		const variants = variantsOf(descriptor, documents);
		const {manifests: inner = []} = parse<Manifest>(documents.get(blobPath(descriptor.digest ?? ''))) ?? {};
		const platforms = [...variants, ...inner.map(({platform = {}}) => ({platform: platformText(platform)}))];
		const listed = [...new Set(platforms.map(({platform}) => platform))].filter(
			one => one !== '' && one !== 'unknown/unknown',
		);
		images.push({name, target: descriptor.digest, variants, listed});
	}
	return {images, nameless};
}

/**
 * The full name that an entry of an index carries. A bare tag is none: containerd would call the image
 * `import-2026-11-22:TAG`. Source: containerd, import.go and images/archive/reference.go.
 */
export function ociImageName(annotations: Readonly<Record<string, string>>): string | undefined {
	const name = annotations['io.containerd.image.name'] ?? annotations['org.opencontainers.image.ref.name'];
	return name !== undefined && /[/:@]/.test(name) ? fullImageName(name) : undefined;
}

/** Where an OCI layout keeps what has this digest. */
export function blobPath(digest: string): string {
	return `blobs/${digest.replace(':', '/')}`;
}

/** The images that a descriptor leads to and whose manifests are there, without attestations. */
export function variantsOf(
	descriptor: Descriptor,
	documents: ReadonlyMap<string, ArchiveDocument>,
	depth = 0,
): ImageVariant[] {
	const manifest = parse<Manifest>(documents.get(blobPath(descriptor.digest ?? '')));
	// An index in an index in an index is nobody's image.
	if (!manifest || depth > 2) return [];
	if (manifest.manifests) return manifest.manifests.flatMap(inner => variantsOf(inner, documents, depth + 1));
	const config = manifest.config?.digest;
	const platform = descriptor.platform ?? parse<PlatformParts>(documents.get(blobPath(config ?? ''))) ?? {};
	if (platform.os === 'unknown') return [];
	return [{platform: platformText(platform), manifest: descriptor.digest, config}];
}

/** The digests of what an index lists; none for a manifest, and for what is no JSON. */
export function manifestsIn(text: string): string[] {
	const {manifests = []} = parse<Manifest>({digest: '', text}) ?? {};
	return manifests.flatMap(({digest}) => digest ?? []);
}

interface DockerEntry {
	readonly Config?: string;
	readonly RepoTags?: readonly string[] | null;
}

function dockerContents(documents: ReadonlyMap<string, ArchiveDocument>): ArchiveContents {
	const entries = parse<readonly DockerEntry[]>(documents.get(dockerIndex)) ?? [];
	const images = entries.flatMap(({Config = '', RepoTags}) => {
		const config = documents.get(Config);
		const platform = platformText(parse<PlatformParts>(config) ?? {});
		const variants = [{platform, manifest: undefined, config: config?.digest}];
		const listed = platform === '' ? [] : [platform];
		return (RepoTags ?? []).map(name => ({name: fullImageName(name), target: undefined, variants, listed}));
	});
	return {images, nameless: entries.filter(({RepoTags}) => (RepoTags ?? []).length === 0).length};
}

/** JSON from anywhere; undefined for what is none. */
function parse<Content>(document: ArchiveDocument | undefined): Content | undefined {
	if (!document) return undefined;
	try {
		return (JSON.parse(document.text) ?? undefined) as Content | undefined;
	} catch {
		return undefined;
	}
}
