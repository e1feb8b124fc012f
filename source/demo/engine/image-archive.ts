import type {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {createGunzip} from 'node:zlib';
import {badRequest, DockerError} from './docker-error.ts';
import type {ImageConfig} from './image-catalog.ts';
import {type Image, type Images, layerDigests} from './images.ts';

/** More JSON than this no image has. */
const largestJson = 4 * 1024 * 1024;

/**
 * `docker save`: an archive that `docker load` and `ctr image import` take. The layers in it are empty; what they pretend to
 * weigh is noted in the configuration's history.
 */
export async function save(images: readonly {image: Image; names: readonly string[]}[]): Promise<Readable> {
	const {pack} = await import('../../engine/tar-stream.ts');
	const tar = pack();
	const manifest: object[] = [];
	const repositories: Record<string, Record<string, string>> = {};
	for (const {image, names} of images) {
		const digests = layerDigests(image).map(digest => digest.slice(7));
		const file = `${image.id.slice(7)}.json`;
		tar.entry({name: file, mode: 0o644}, image.configText);
		for (const digest of digests) {
			tar.entry({name: `${digest}/VERSION`, mode: 0o644}, '1.0');
			// An empty tar: two blocks of zeros.
			tar.entry({name: `${digest}/layer.tar`, mode: 0o644}, Buffer.alloc(1024));
		}
		manifest.push({Config: file, RepoTags: names, Layers: digests.map(digest => `${digest}/layer.tar`)});
		for (const name of names) {
			const colon = name.lastIndexOf(':');
			repositories[name.slice(0, colon)] = {
				...repositories[name.slice(0, colon)],
				[name.slice(colon + 1)]: digests.at(-1) ?? '',
			};
		}
	}
	tar.entry({name: 'manifest.json', mode: 0o644}, JSON.stringify(manifest));
	tar.entry({name: 'repositories', mode: 0o644}, JSON.stringify(repositories));
	tar.finalize();
	return tar as unknown as Readable;
}

/** Small JSON files, and the sizes of all others. */
async function readArchive(source: Readable): Promise<{texts: Map<string, string>; sizes: Map<string, number>}> {
	const {extract} = await import('../../engine/tar-stream.ts');
	const texts = new Map<string, string>();
	const sizes = new Map<string, number>();
	const tar = extract();
	tar.on('entry', (header, stream, next) => {
		const chunks: Buffer[] = [];
		const size = header.size ?? 0;
		const isJson = size <= largestJson && !/layer\.tar$/.test(header.name);
		sizes.set(header.name, size);
		stream.on('data', chunk => isJson && chunks.push(chunk as Buffer));
		stream.on('end', () => {
			if (isJson) texts.set(header.name, Buffer.concat(chunks).toString());
			next();
		});
	});
	const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
	const first = await chunks.next();
	async function* whole() {
		for (let next = first; !next.done; next = await chunks.next()) yield next.value;
	}
	const zipped = !first.done && first.value[0] === 0x1f && first.value[1] === 0x8b;
	try {
		if (zipped) await pipeline(whole, createGunzip(), tar);
		else await pipeline(whole, tar);
	} catch (error) {
		throw new DockerError(
			500,
			`Error processing tar file(exit status 1): ${error instanceof Error ? error.message : error}`,
		);
	}
	return {texts, sizes};
}

/**
 * `docker load`. @returns what Docker says, a line an image
 * @throws DockerError for what is no image archive
 */
export async function load(images: Images, source: Readable): Promise<string[]> {
	const {texts, sizes} = await readArchive(source);
	const text = texts.get('manifest.json');
	if (text === undefined) throw badRequest('unrecognized image format: there is no manifest.json in it');
	const said: string[] = [];
	for (const {Config, RepoTags, Layers} of JSON.parse(text) as {
		Config: string;
		RepoTags: string[] | null;
		Layers: string[];
	}[]) {
		const configText = texts.get(Config);
		const config = JSON.parse(configText ?? '{}') as {config?: ImageConfig; history?: {comment?: string}[]};
		const noted = (config.history ?? [])
			.flatMap(({comment}) => /^size=(\d+)/.exec(comment ?? '')?.[1] ?? [])
			.map(Number);
		const layers = noted.length === Layers.length ? noted : Layers.map(layer => sizes.get(layer) ?? 0);
		for (const name of RepoTags ?? []) {
			images.add({config: config.config ?? {}, layers}, name, 'load', {configText});
			said.push(`Loaded image: ${name}`);
		}
	}
	return said;
}
