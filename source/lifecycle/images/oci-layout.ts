import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {readFile, stat} from 'node:fs/promises';
import path from 'node:path';
import {pipeline} from 'node:stream/promises';
import {
	type ArchiveDocument,
	type ArchivedImage,
	blobPath,
	manifestsIn,
	ociImageName,
	readArchiveContents,
} from '../../cluster/images/image-archive.ts';
import {fullImageName} from '../../cluster/images/image-name.ts';
import {bestFor, type Platform} from '../../cluster/images/platform.ts';
import {Problem} from '../../cluster/problem.ts';
import type {Parcel} from './image-parcel.ts';
import {requireImages} from './image-sources.ts';
import {expectedOf} from './node-images.ts';

/** A manifest, an index or a configuration is no larger, in bytes. Source: OCI distribution-spec, "Pushing Manifests". */
const largestDocument = 4 * 1024 * 1024;

/** Bytes of a header in a tar archive, and what contents are filled up to. */
const tarBlock = 512;

interface IndexEntry {
	readonly digest: string;
	readonly annotations?: Readonly<Record<string, string>>;
	readonly [more: string]: unknown;
}

/**
 * A folder with an OCI layout, to be sent as an archive with what the nodes' platform needs of it and nothing else. An
 * image that is named by a bare tag or not at all, as skopeo and crane write them, is called after the folder.
 * Throws a Problem for a folder that is none, or whose images do not run on the nodes.
 */
export async function readLayout(folder: string, platform: Platform): Promise<Parcel> {
	const title = `OCI layout ${folder}`;
	const documents = new Map<string, ArchiveDocument>();
	const read = async (file: string): Promise<string> => {
		const document = await readDocument(folder, file);
		if (document) documents.set(file, document);
		return document?.text ?? '';
	};
	await read('oci-layout');
	const index = parseIndex(await read('index.json'), title);
	for (const {digest} of index.manifests) {
		for (const inner of [digest, ...manifestsIn(await read(blobPath(digest))).filter(isDigest)]) {
			await read(blobPath(configOf(await read(blobPath(inner))) ?? ''));
		}
	}
	const named = {...index, manifests: index.manifests.map(entry => withName(entry, folder))};
	const indexText = JSON.stringify(named);
	documents.set('index.json', {digest: digestOf(indexText), text: indexText});
	const contents = readArchiveContents(documents);
	if (!contents)
		throw new Problem(title, 'there is no oci-layout in it', 'k3dui takes folders with an OCI layout only.');
	const images = requireImages(title, contents, platform);
	const blobs = [...new Set(images.flatMap(image => blobsOf(image, documents, platform)))];
	const sizes = new Map(await Promise.all(blobs.map(async blob => [blob, await sizeOf(folder, blob, title)] as const)));
	const marker = documents.get('oci-layout')?.text ?? '';
	const texts = [
		['oci-layout', marker],
		['index.json', indexText],
	] as const;
	const all = [...sizes.values(), ...texts.map(([, text]) => Buffer.byteLength(text))];
	return {
		title,
		expected: images.map(image => expectedOf(image, platform)),
		bytes: all.reduce((sum, size) => sum + tarBlock + Math.ceil(size / tarBlock) * tarBlock, 2 * tarBlock),
		open: signal => pack(folder, sizes, texts, signal),
	};
}

function parseIndex(text: string, title: string): {readonly manifests: readonly IndexEntry[]} {
	try {
		const index = JSON.parse(text) as {manifests?: IndexEntry[]};
		return {...index, manifests: (index.manifests ?? []).filter(({digest}) => isDigest(digest))};
	} catch (error) {
		throw new Problem(title, 'its index.json is missing or no JSON', 'k3dui takes folders with an OCI layout only.', {
			cause: error,
		});
	}
}

/** Anything else could lead out of the folder. */
function isDigest(text: unknown): text is string {
	return typeof text === 'string' && /^sha(256:[0-9a-f]{64}|512:[0-9a-f]{128})$/.test(text);
}

function withName(entry: IndexEntry, folder: string): IndexEntry {
	const {annotations = {}} = entry;
	const tag = annotations['org.opencontainers.image.ref.name'] ?? 'latest';
	const base = path.basename(path.resolve(folder)).toLowerCase();
	const name = ociImageName(annotations) ?? fullImageName(`${base}:${tag}`);
	return {...entry, annotations: {...annotations, 'io.containerd.image.name': name}};
}

interface ManifestParts {
	readonly config?: {readonly digest?: unknown};
	readonly layers?: readonly {readonly digest?: unknown}[];
}

function parseManifest(text: string): ManifestParts {
	try {
		return (JSON.parse(text) ?? {}) as ManifestParts;
	} catch {
		return {};
	}
}

function configOf(text: string): string | undefined {
	const digest = parseManifest(text).config?.digest;
	return isDigest(digest) ? digest : undefined;
}

/** Paths of all that a node of this platform needs for an image: its index, manifest, configuration and layers. */
function blobsOf(
	{target = '', variants}: ArchivedImage,
	documents: ReadonlyMap<string, ArchiveDocument>,
	platform: Platform,
): string[] {
	const manifest = bestFor(platform, variants)?.manifest ?? target;
	const {config, layers = []} = parseManifest(documents.get(blobPath(manifest))?.text ?? '');
	const digests = [target, manifest, config?.digest, ...layers.map(({digest}) => digest)];
	return digests.filter(isDigest).map(blobPath);
}

async function readDocument(folder: string, file: string): Promise<ArchiveDocument | undefined> {
	const full = path.join(folder, file);
	const info = await stat(full).catch(() => undefined);
	if (!info?.isFile() || info.size > largestDocument) return undefined;
	const text = await readFile(full, 'utf8');
	return {digest: digestOf(text), text};
}

function digestOf(text: string): string {
	return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

async function sizeOf(folder: string, blob: string, title: string): Promise<number> {
	try {
		return (await stat(path.join(folder, blob))).size;
	} catch (error) {
		throw new Problem(title, `${blob} is missing`, 'Write the layout anew.', {cause: error});
	}
}

async function* pack(
	folder: string,
	sizes: ReadonlyMap<string, number>,
	texts: readonly (readonly [file: string, text: string])[],
	signal: AbortSignal,
) {
	const tarStream = await import('../../engine/tar-stream.ts');
	const tar = tarStream.pack();
	const write = async () => {
		for (const [name, text] of texts) tar.entry({name}, text);
		for (const [name, size] of sizes) {
			await pipeline(createReadStream(path.join(folder, name), {signal}), tar.entry({name, size}));
		}
		tar.finalize();
	};
	// What it fails with, whoever reads the archive is told.
	write().catch((error: Error) => tar.destroy(error));
	yield* tar as AsyncIterable<Buffer>;
}
