import {createReadStream} from 'node:fs';
import {stat} from 'node:fs/promises';
import type {Readable} from 'node:stream';
import type {ArchiveContents, ArchivedImage} from '../../cluster/images/image-archive.ts';
import {fullImageName} from '../../cluster/images/image-name.ts';
import {bestFor, type Platform, runsOn} from '../../cluster/images/platform.ts';
import {Problem} from '../../cluster/problem.ts';
import type {Engine} from '../../engine/engine.ts';
import {findImage} from '../../engine/find-image.ts';
import {ArchiveReader, uncompressed} from '../../engine/image-archive.ts';
import {type EngineImage, imagePlatform, listImages} from '../../engine/images.ts';
import type {ImageSource} from '../lifecycle.ts';
import type {EngineParcel, Parcel} from './image-parcel.ts';
import {expectedOf} from './node-images.ts';
import {readLayout} from './oci-layout.ts';

/** How much of a file is read at a time, in bytes. */
const pieceSize = 256 * 1024;

/** What is to be sent. */
export interface Parcels {
	readonly engine: readonly EngineParcel[];
	readonly others: readonly Parcel[];
}

/**
 * Finds what sources stand for, and what is in it. Reads every file as a whole, so that a broken one is refused before
 * any node gets a part of it. Throws a Problem for a source that is not there, holds no images, or none that runs on
 * the nodes.
 */
export async function findSources(
	engine: Engine,
	sources: readonly ImageSource[],
	platform: Platform,
	signal: AbortSignal,
): Promise<Parcels> {
	const isImage = (source: ImageSource) => source.kind === 'image';
	const images = sources.some(isImage) ? await listImages(engine, signal) : [];
	const fromEngine = new Map<string, EngineParcel>();
	const others: Parcel[] = [];
	for (const source of sources) {
		if (source.kind === 'image') {
			const parcel = await engineParcel(engine, images, source.name, platform, signal);
			fromEngine.set(parcel.names.join(' '), parcel);
		} else if (source.kind === 'stream') {
			others.push(streamParcel(source.stream));
		} else {
			others.push(await pathParcel(source.path, platform, signal));
		}
	}
	return {engine: [...fromEngine.values()], others};
}

async function engineParcel(
	engine: Engine,
	images: readonly EngineImage[],
	word: string,
	platform: Platform,
	signal: AbortSignal,
): Promise<EngineParcel> {
	const {image, names} = findImage(images, word);
	const {manifests} = image;
	const manifest = bestFor(platform, manifests);
	const there = manifests.length > 0 ? image.platforms : [await imagePlatform(engine, image.id, signal)];
	requirePlatform(`image ${JSON.stringify(word)}`, platform, {there, listed: there});
	const digests = [image.id, ...(manifest ? [manifest.digest] : [])];
	return {
		names,
		expected: names.map(name => ({name: fullImageName(name), digests})),
		bytes: manifest ? manifest.size : image.size,
		isMultiPlatform: manifests.length > 0,
	};
}

/** Throws a Problem that names the platforms of an image, when what is there of it does not run on the nodes. */
function requirePlatform(
	subject: string,
	platform: Platform,
	{there, listed}: {readonly there: readonly Platform[]; readonly listed: readonly Platform[]},
): void {
	if (there.some(candidate => runsOn(candidate, platform))) return;
	const isMissing = listed.some(candidate => runsOn(candidate, platform));
	throw new Problem(
		subject,
		isMissing
			? `its part for ${platform}, which the nodes run, is not in it`
			: `it is for ${listed.join(', ') || 'no platform'}, and the nodes run ${platform}`,
		`Get it for the nodes' platform: docker pull --platform ${platform} NAME, or build it so.`,
	);
}

function streamParcel(stream: Readable): Parcel {
	const title = 'standard input';
	return {
		title,
		expected: undefined,
		bytes: undefined,
		open(signal) {
			signal.addEventListener('abort', () => stream.destroy(), {once: true});
			return uncompressed(stream, title);
		},
	};
}

async function pathParcel(path: string, platform: Platform, signal: AbortSignal): Promise<Parcel> {
	const title = `archive ${path}`;
	const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
		const reason = error.code === 'ENOENT' ? 'there is no such file or folder' : `it cannot be read (${error.message})`;
		throw new Problem(title, reason, undefined, {cause: error});
	});
	if (info.isDirectory()) return readLayout(path, platform);
	const open = (openSignal: AbortSignal) => {
		const file = createReadStream(path, {highWaterMark: pieceSize, signal: openSignal});
		return uncompressed(file, title);
	};
	const reader = await ArchiveReader.open(title);
	for await (const _ of reader.passing(open(signal))) signal.throwIfAborted();
	const images = requireImages(title, reader.contents(), platform);
	return {title, expected: images.map(image => expectedOf(image, platform)), bytes: reader.bytes, open};
}

/** The images of an archive. Throws a Problem when nobody could use them. */
export function requireImages(
	title: string,
	{images, nameless}: ArchiveContents,
	platform: Platform,
): readonly ArchivedImage[] {
	if (images.length === 0) {
		throw new Problem(
			title,
			nameless === 0
				? 'there are no images in it'
				: 'the images in it have no full names, so that no pod could ask for them',
			'Save them by name: docker save NAME:TAG; an OCI layout names them in the annotation io.containerd.image.name.',
		);
	}
	for (const {name, variants, listed} of images) {
		const there = variants.map(variant => variant.platform);
		requirePlatform(`image ${name} in ${title}`, platform, {there, listed});
	}
	return images;
}
