import type {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {extract} from 'tar-stream';
import {ociImageName} from '../../cluster/images/image-archive.ts';
import {type ContentStore, type Descriptor, digestOf} from './content-store.ts';
import {fullImageName, type StoredImage} from './images.ts';

const dockerTypes = {
	manifest: 'application/vnd.docker.distribution.manifest.v2+json',
	config: 'application/vnd.docker.container.image.v1+json',
	layer: 'application/vnd.docker.image.rootfs.diff.tar',
} as const;

/** Files of a tar by path. Not decompressed: ctr does not either. @throws Error in the words of Go's archive/tar */
async function readEntries(source: Readable): Promise<Map<string, Buffer>> {
	const entries = new Map<string, Buffer>();
	const tar = extract();
	const reading = (async () => {
		for await (const entry of tar) {
			const chunks: Buffer[] = [];
			for await (const chunk of entry) chunks.push(chunk as Buffer);
			if (entry.header.type === 'file') entries.set(entry.header.name.replace(/^\.\//, ''), Buffer.concat(chunks));
		}
	})();
	try {
		await Promise.all([pipeline(source, tar), reading]);
	} catch (error) {
		const isCut = /unexpected end|premature/i.test(String(error));
		throw new Error(isCut ? 'unexpected EOF' : 'archive/tar: invalid tar header', {cause: error});
	}
	return entries;
}

/** An image record that an import makes. */
type Imported = StoredImage & {readonly mediaType: string};

interface DockerEntry {
	readonly Config: string;
	readonly RepoTags?: readonly string[] | null;
	readonly Layers: readonly string[];
}

/** docker-archive: containerd writes the manifest itself, byte for byte this one. */
async function importDocker(entries: ReadonlyMap<string, Buffer>, store: ContentStore): Promise<Imported[]> {
	const listed = JSON.parse(entries.get('manifest.json')?.toString() ?? '[]') as DockerEntry[];
	const images: Imported[] = [];
	for (const {Config, RepoTags, Layers} of listed) {
		const describe = async (path: string, mediaType: string): Promise<Descriptor> => {
			const bytes = entries.get(path);
			if (!bytes) throw new Error(`content of ${path}: not found`);
			return {mediaType, digest: await store.write(bytes), size: bytes.length};
		};
		const isGzip = (path: string) => entries.get(path)?.readUInt16BE(0) === 0x1f8b;
		const config = await describe(Config, dockerTypes.config);
		const layers: Descriptor[] = [];
		for (const path of Layers) layers.push(await describe(path, `${dockerTypes.layer}${isGzip(path) ? '.gzip' : ''}`));
		const manifest = JSON.stringify({schemaVersion: 2, mediaType: dockerTypes.manifest, config, layers});
		const digest = await store.write(Buffer.from(manifest));
		const size = [config, ...layers].reduce((sum, part) => sum + part.size, manifest.length);
		for (const tag of RepoTags ?? []) {
			images.push({name: fullImageName(tag), digest, config: config.digest, size, mediaType: dockerTypes.manifest});
		}
	}
	return images;
}

/** OCI layout. Bare tags are completed with the day, as ctr does without `--base-name`; what has no name is left out. */
async function importOci(
	entries: ReadonlyMap<string, Buffer>,
	store: ContentStore,
	{architecture, allPlatforms}: ImportOptions,
): Promise<Imported[]> {
	for (const [path, bytes] of entries) if (path.startsWith('blobs/')) await store.write(bytes);
	const {manifests = []} = JSON.parse(entries.get('index.json')?.toString() ?? '{}') as {manifests?: Descriptor[]};
	const images: Imported[] = [];
	for (const {digest, mediaType = '', annotations = {}} of manifests) {
		const size = await walk(store, digest, architecture, allPlatforms);
		const tag = annotations['org.opencontainers.image.ref.name'];
		const day = new Date().toISOString().slice(0, 10);
		const name = ociImageName(annotations) ?? (tag === undefined ? undefined : `import-${day}:${tag}`);
		if (name !== undefined) images.push({name, digest, size, mediaType});
	}
	return images;
}

/** Follows what an index leads to, for one platform or all. @throws Error for a manifest that is not there */
async function walk(store: ContentStore, digest: string, architecture: string, all: boolean): Promise<number> {
	const document = await store.document(digest);
	const parts = [...(document.config ? [document.config] : []), ...(document.layers ?? [])];
	let size = parts.reduce((sum, part) => sum + part.size, 0);
	for (const inner of document.manifests ?? []) {
		const isOther = inner.platform && inner.platform.architecture !== architecture;
		if (all || !isOther) size += await walk(store, inner.digest, architecture, all);
	}
	return size;
}

export interface ImportOptions {
	/** Go's name of the node's processor. */
	readonly architecture: string;
	/** `--all-platforms` */
	readonly allPlatforms: boolean;
}

/**
 * `ctr images import`: keeps what is in an archive of `docker save` or an OCI layout and gives back the records of its
 * images. Where both are in it, the OCI layout counts.
 * @throws Error in ctr's words when it is no such archive, cut off, or lacks a manifest that it lists
 */
export async function importArchive(
	source: Readable,
	store: ContentStore,
	options: ImportOptions,
): Promise<readonly Imported[]> {
	const entries = await readEntries(source);
	if (entries.has('oci-layout') && entries.has('index.json')) return importOci(entries, store, options);
	if (entries.has('manifest.json')) return importDocker(entries, store);
	throw new Error('unrecognized image format');
}

/**
 * Unpacks an image, as far as that can fail: gives back its configuration's digest.
 * @throws Error in ctr's words when its manifest or a layer is not there
 */
export async function unpack(store: ContentStore, digest: string, architecture: string): Promise<string> {
	const {document} = await store.manifestFor(digest, architecture);
	for (const layer of document.layers ?? []) {
		if (await store.has(layer.digest)) continue;
		const reason = `failed to get reader from content store: content digest ${layer.digest}: not found`;
		throw new Error(`failed to extract layer ${layer.digest}: ${reason}`);
	}
	return document.config?.digest ?? digestOf('');
}
