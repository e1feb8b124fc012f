import {posix} from 'node:path';
import type {Files} from './world.ts';

export {fullImageName} from '../../cluster/images/image-name.ts';

/** An image in a node's store. What was imported has content; of what was pulled only the names are kept. */
export interface StoredImage {
	/** Full reference: `docker.io/library/busybox:1.36`. */
	readonly name: string;
	/** `sha256:...` of the manifest or index the name leads to. */
	readonly digest: string;
	/** `sha256:...` of the configuration, which Kubernetes knows the image by; of pulled ones it is made up. */
	readonly config?: string;
	readonly mediaType?: string;
	/** Bytes. */
	readonly size: number;
}

/** Where a node's image list lies. */
export const imageFolder = (dataDir: string) => posix.join(dataDir, 'agent', 'images');
const imageFile = (dataDir: string) => posix.join(imageFolder(dataDir), 'images.json');

/** Reads a node's images; a node that never ran has none. */
export async function readImages(files: Files, dataDir: string): Promise<StoredImage[]> {
	const text = await files.read(imageFile(dataDir));
	return text ? (JSON.parse(text.toString()) as StoredImage[]) : [];
}

/** Adds images to a node's store; a name that is there gets the new content. */
export async function addImages(files: Files, dataDir: string, added: readonly StoredImage[]): Promise<StoredImage[]> {
	const before = await readImages(files, dataDir);
	const byName = new Map([...before, ...added].map(image => [image.name, image]));
	const all = [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
	if (JSON.stringify(all) !== JSON.stringify(before)) await files.write(imageFile(dataDir), JSON.stringify(all));
	return all;
}

/** Removes names from a node's store. Gives back those that were there. */
export async function removeImages(files: Files, dataDir: string, names: readonly string[]): Promise<string[]> {
	const before = await readImages(files, dataDir);
	const gone = before.filter(({name}) => names.includes(name));
	if (gone.length > 0) {
		await files.write(imageFile(dataDir), JSON.stringify(before.filter(image => !gone.includes(image))));
	}
	return gone.map(({name}) => name);
}

/** Whether the node pulled it, or had it from the start: importing alone makes content. */
export const isPulled = ({mediaType}: StoredImage) => mediaType === undefined;

/** What Kubernetes knows an image by. */
export const configOf = ({config, digest}: StoredImage) => config ?? digest;

/** The names that containerd has an image under: pulling adds one with the digest, Kubernetes one that is the id. */
export function recordsOf(image: StoredImage): StoredImage[] {
	const colon = image.name.lastIndexOf(':');
	const byDigest = {...image, name: `${image.name.slice(0, colon)}@${image.digest}`};
	return [image, ...(isPulled(image) ? [byDigest] : []), {...image, name: configOf(image)}];
}
