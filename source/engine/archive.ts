import {Buffer} from 'node:buffer';
import {buffer} from 'node:stream/consumers';
import type {PlannedFile} from '../cluster/plan/cluster-plan.ts';

/** The largest file that is read out of a container into memory, in bytes. */
const largestFile = 4 * 1024 * 1024;

/** A tar archive with these files, owned by root, ready for the Engine API's archive PUT at `/`. */
export async function archive(files: readonly PlannedFile[]): Promise<Buffer> {
	const {pack} = await import('./tar-stream.ts');
	const tar = pack();
	for (const {path, mode, content} of files) tar.entry({name: path.replace(/^\//, ''), mode}, content);
	tar.finalize();
	return buffer(tar);
}

/** The first regular file in a tar stream, as UTF-8; undefined when there is none. Fails for one that is too large. */
export async function onlyFile(stream: NodeJS.ReadableStream): Promise<string | undefined> {
	const {extract} = await import('./tar-stream.ts');
	const entries = extract();
	stream.on('error', error => entries.destroy(error instanceof Error ? error : new Error(String(error))));
	stream.pipe(entries);
	for await (const entry of entries) {
		if (entry.header.type === 'file') {
			if ((entry.header.size ?? 0) > largestFile)
				throw new Error(`it has ${entry.header.size} bytes, too many to read`);
			const content = Buffer.from(await buffer(entry)).toString('utf8');
			return content;
		}
		entry.resume();
	}
	return undefined;
}
