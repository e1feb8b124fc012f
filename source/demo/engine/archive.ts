import {posix} from 'node:path';
import type {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {createGunzip} from 'node:zlib';
import type {Container} from './container.ts';
import {badRequest, notFound} from './docker-error.ts';
import type {FileEntry} from './file-tree.ts';

/** Go's os.FileMode bits beside the permissions. */
const goMode = {file: 0, directory: 2 ** 31, symlink: 2 ** 27} as const;

/** @throws DockerError 404 */
function entryAt(container: Container, path: string): {entry: FileEntry; at: string} {
	if (path === '') throw badRequest("bad parameter: 'path' cannot be empty");
	// A final slash or dot means what a link points to.
	const entry = container.files.stat(path, /\/\.?$/.test(path));
	if (!entry || (/\/$/.test(path) && entry.kind !== 'directory'))
		throw notFound(`Could not find the file ${path} in container ${container.id}`);
	return {entry, at: container.files.resolve(path, /\/\.?$/.test(path))};
}

/** The header X-Docker-Container-Path-Stat: base64 JSON. */
export function pathStat(container: Container, path: string): string {
	const {entry, at} = entryAt(container, path);
	const stat = {
		name: posix.basename(at) || '/',
		size: entry.kind === 'file' ? entry.data.length : 4096,
		mode: goMode[entry.kind] + entry.mode,
		mtime: new Date(entry.mtime).toISOString(),
		linkTarget: entry.kind === 'symlink' ? entry.target : '',
	};
	return Buffer.from(JSON.stringify(stat)).toString('base64');
}

/** A tar of a file or folder, named by its last step, as `docker cp` takes it. */
export async function packPath(container: Container, path: string): Promise<Readable> {
	const {pack} = await import('../../engine/tar-stream.ts');
	const {entry, at} = entryAt(container, path);
	const {files} = container;
	const tar = pack();
	const base = /\/\.$/.test(path) ? '.' : posix.basename(at) || '/';
	const add = (name: string, {kind, mode, data, target, mtime, uid, gid}: FileEntry) => {
		const header = {name, mode, mtime: new Date(mtime), uid, gid};
		if (kind === 'file') tar.entry({...header, type: 'file'}, data);
		else if (kind === 'directory') tar.entry({...header, name: `${name}/`, type: 'directory'});
		else tar.entry({...header, type: 'symlink', linkname: target});
	};
	add(base, entry);
	if (entry.kind === 'directory')
		for (const inner of files.below(at)) {
			const found = files.stat(inner, false);
			if (found) add(posix.join(base, inner.slice(at === '/' ? 1 : at.length + 1)), found);
		}
	tar.finalize();
	return tar as unknown as Readable;
}

/**
 * Unpacks a tar, plain or gzipped, into a folder of a container.
 * @throws DockerError 404 without the folder, 400 where it is none
 */
export async function unpack(container: Container, path: string, source: Readable): Promise<void> {
	const {entry, at} = entryAt(container, path);
	if (entry.kind !== 'directory') throw badRequest('extraction point is not a directory');
	const {extract} = await import('../../engine/tar-stream.ts');
	const {files} = container;
	const tar = extract();
	tar.on('entry', (header, stream, next) => {
		const chunks: Buffer[] = [];
		stream.on('data', chunk => chunks.push(chunk as Buffer));
		stream.on('error', next);
		stream.on('end', () => {
			const target = posix.resolve(at, posix.join('/', header.name).slice(1));
			const {mode = 0o644, uid = 0, gid = 0} = header;
			const common = {mode, mtime: header.mtime?.getTime() ?? 0, uid, gid};
			if (header.type === 'directory') {
				if (files.stat(target)?.kind !== 'directory') files.put(target, {...common, kind: 'directory'});
			} else if (header.type === 'symlink')
				files.put(target, {...common, kind: 'symlink', target: header.linkname ?? ''});
			else if (header.type === 'file') files.put(target, {...common, kind: 'file', data: Buffer.concat(chunks)});
			next();
		});
	});
	const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
	const first = await chunks.next();
	async function* whole() {
		for (let one = first; !one.done; one = await chunks.next()) yield one.value;
	}
	try {
		if (!first.done && first.value[0] === 0x1f && first.value[1] === 0x8b) await pipeline(whole, createGunzip(), tar);
		else await pipeline(whole, tar);
	} catch (error) {
		throw badRequest(`Error processing tar file: ${error instanceof Error ? error.message : error}`);
	}
}
