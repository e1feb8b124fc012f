import {posix} from 'node:path';
import {Readable} from 'node:stream';
import type {ContainerLog} from '../container-log.ts';
import {type Scope, text} from './expand.ts';
import type {Redirect} from './syntax.ts';

/** Where a command reads from and writes to. */
export interface Streams {
	readonly stdin: Readable;
	out(data: string | Uint8Array): void;
	error(data: string | Uint8Array): void;
}

type Write = (data: string | Uint8Array) => void;

/** What writes to a file of the container, or to one of the few devices there are. */
function writer({files}: Scope, log: ContainerLog, path: string, append: boolean): Write {
	if (['/dev/null', '/dev/tty'].includes(path)) return () => {};
	if (path === '/proc/1/fd/1') return data => log.write(1, data);
	if (path === '/proc/1/fd/2') return data => log.write(2, data);
	if (!append) files.write(path, '');
	return data => {
		const before = files.read(path) ?? Buffer.alloc(0);
		files.write(path, Buffer.concat([before, Buffer.from(data as Uint8Array)]));
	};
}

/** Streams after a command's redirections; undefined, with the reason said, when one cannot be. */
export async function redirected(
	scope: Scope,
	log: ContainerLog,
	redirects: readonly Redirect[],
	streams: Streams,
): Promise<Streams | undefined> {
	let {stdin, out, error} = streams;
	for (const {descriptor, operator, target} of redirects) {
		const name = await text(scope, target);
		if (operator === '>&') {
			if (descriptor === 2 && name === '1') error = out;
			else if (name === '2') out = error;
			continue;
		}
		const path = posix.resolve(scope.workingDir, name);
		if (operator === '<') {
			const content = name === '/dev/null' ? Buffer.alloc(0) : scope.files.read(path);
			if (!content) {
				streams.error(`sh: can't open ${name}: no such file\n`);
				return undefined;
			}
			stdin = Readable.from([content]);
			continue;
		}
		const isFolder = scope.files.stat(path)?.kind === 'directory';
		const isDevice = /^\/(dev|proc)\//.test(path);
		if (!isDevice && (isFolder || scope.files.stat(posix.dirname(path))?.kind !== 'directory')) {
			streams.error(`sh: can't create ${name}: nonexistent directory\n`);
			return undefined;
		}
		const write = writer(scope, log, path, operator === '>>');
		if (descriptor === 2) error = write;
		else out = write;
	}
	return {stdin, out, error};
}
