import {posix} from 'node:path';
import type {Files} from './world.ts';

/** An image in a node's store: nothing is unpacked, only what it is called is kept. */
export interface StoredImage {
	/** Full reference: `docker.io/library/busybox:1.36`. */
	readonly name: string;
	/** `sha256:...` of the image's configuration or manifest. */
	readonly digest: string;
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

/** Completes a short image name as containerd stores it: `busybox` is `docker.io/library/busybox:latest`. */
export function fullImageName(reference: string): string {
	const [name = '', digest] = reference.split('@');
	const first = name.split('/')[0] ?? '';
	const hasHost = name.includes('/') && (/[.:]/.test(first) || first === 'localhost');
	const path = hasHost ? name : name.includes('/') ? `docker.io/${name}` : `docker.io/library/${name}`;
	if (digest) return `${path}@${digest}`;
	return /:[^/]+$/.test(path) ? path : `${path}:latest`;
}
