import {access, stat} from 'node:fs/promises';
import path from 'node:path';
import type {Readable} from 'node:stream';
import type {ImageSource} from '../../lifecycle/lifecycle.ts';

/**
 * What a word stands for: `-` is standard input; a file that exists is an archive, as with k3d; a folder is meant where
 * it holds an OCI layout, or the word is written as a path. Anything else is an image of the Docker Engine.
 */
export async function sourceOf(word: string, stdin: Readable): Promise<ImageSource> {
	if (word === '-') return {kind: 'stream', stream: stdin};
	const info = await stat(word).catch(() => undefined);
	if (info?.isFile() || info?.isFIFO()) return {kind: 'path', path: word};
	const isPath = /^(\.{0,2}\/)|\/$/.test(word) || /\.(tar|tgz|tar\.\w+)$/.test(word);
	if (isPath || (info?.isDirectory() && (await isLayout(word)))) return {kind: 'path', path: word};
	return {kind: 'image', name: word};
}

async function isLayout(folder: string): Promise<boolean> {
	return access(path.join(folder, 'oci-layout')).then(
		() => true,
		() => false,
	);
}
