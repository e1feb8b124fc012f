import {createHash} from 'node:crypto';
import type {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {createGunzip} from 'node:zlib';
import {extract} from 'tar-stream';
import {fullImageName, type StoredImage} from './images.ts';
import {isRecord} from './objects.ts';

/** JSON files of an archive are kept in memory up to this size; layers are only hashed and counted. */
const largestJson = 4 * 1024 * 1024;

interface Entry {
	readonly size: number;
	readonly digest: string;
	/** Content of small files. */
	readonly text: string | undefined;
}

async function readEntries(source: Readable): Promise<Map<string, Entry>> {
	const entries = new Map<string, Entry>();
	const tar = extract();
	tar.on('entry', (header, stream, next) => {
		const hash = createHash('sha256');
		const kept: Buffer[] = [];
		const small = (header.size ?? 0) <= largestJson;
		stream.on('data', (data: unknown) => {
			const chunk = data as Buffer;
			hash.update(chunk);
			if (small) kept.push(chunk);
		});
		stream.on('end', () => {
			const text =
				small && /^\s*[[{]/.test(kept[0]?.subarray(0, 16).toString() ?? '')
					? Buffer.concat(kept).toString()
					: undefined;
			if (header.type === 'file')
				entries.set(header.name.replace(/^\.\//, ''), {
					size: header.size ?? 0,
					digest: `sha256:${hash.digest('hex')}`,
					text,
				});
			next();
		});
		stream.on('error', next);
	});
	const iterator = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
	const first = await iterator.next();
	async function* whole() {
		if (!first.done) yield first.value;
		for (;;) {
			const {done, value} = await iterator.next();
			if (done) return;
			yield value;
		}
	}
	const isGzip = !first.done && first.value[0] === 0x1f && first.value[1] === 0x8b;
	if (isGzip) await pipeline(whole, createGunzip(), tar);
	else await pipeline(whole, tar);
	return entries;
}

function parse(entry: Entry | undefined): unknown {
	if (!entry?.text) return undefined;
	try {
		return JSON.parse(entry.text);
	} catch {
		return undefined;
	}
}

const records = (value: unknown) => (Array.isArray(value) ? value.filter(isRecord) : []);

/** docker-archive (`docker save`): `manifest.json` names images, their configurations and layers. */
function dockerImages(entries: ReadonlyMap<string, Entry>): StoredImage[] {
	return records(parse(entries.get('manifest.json'))).flatMap(one => {
		const layers = (one.Layers ?? []) as string[];
		const config = entries.get(String(one.Config));
		if (!config) throw new Error(`content of ${String(one.Config)}: not found`);
		const size = layers.reduce((sum, layer) => sum + (entries.get(layer)?.size ?? 0), config.size);
		const missing = layers.find(layer => !entries.has(layer));
		if (missing) throw new Error(`content of ${missing}: not found`);
		return ((one.RepoTags ?? []) as string[]).map(tag => ({name: fullImageName(tag), digest: config.digest, size}));
	});
}

/** OCI layout: `index.json` lists manifests (or further indexes) by digest, with names as annotations. */
function ociImages(entries: ReadonlyMap<string, Entry>): StoredImage[] {
	const blob = (digest: unknown) => entries.get(`blobs/${String(digest).replace(':', '/')}`);
	const sizeOf = (digest: unknown): number => {
		const manifest = parse(blob(digest));
		if (!isRecord(manifest)) return 0;
		const parts = [...records(manifest.layers), ...(isRecord(manifest.config) ? [manifest.config] : [])];
		return (
			parts.reduce((sum, {size}) => sum + Number(size ?? 0), 0) +
			records(manifest.manifests).reduce((sum, one) => sum + sizeOf(one.digest), 0)
		);
	};
	const index = parse(entries.get('index.json'));
	return records(isRecord(index) ? index.manifests : undefined).flatMap(one => {
		const annotations = isRecord(one.annotations) ? one.annotations : {};
		const name = annotations['io.containerd.image.name'] ?? annotations['org.opencontainers.image.ref.name'];
		if (typeof name !== 'string') return [];
		if (!blob(one.digest)) throw new Error(`content digest ${String(one.digest)}: not found`);
		return [{name: fullImageName(name), digest: String(one.digest), size: sizeOf(one.digest)}];
	});
}

/**
 * Reads which images an archive of `docker save` or an OCI layout holds, plain or gzipped.
 * @throws Error when it is no such archive, cut off, or lacks what it lists
 */
export async function readImageArchive(source: Readable): Promise<StoredImage[]> {
	const entries = await readEntries(source);
	const images = entries.has('manifest.json') ? dockerImages(entries) : ociImages(entries);
	if (entries.size === 0 || !(entries.has('manifest.json') || entries.has('index.json')))
		throw new Error('unrecognized image format');
	return images;
}
