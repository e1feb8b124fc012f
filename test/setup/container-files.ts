import {PassThrough} from 'node:stream';
import type {Container} from 'dockerode';
import {pack} from 'tar-stream';

/** Writes a file into a container, running or not, as k3d does: one entry in an archive for `/`. */
export async function putFile(container: Container, location: string, text: string, mode = 0o644): Promise<void> {
	const archive = pack();
	archive.entry({name: location.replace(/^\//, ''), mode}, text);
	archive.finalize();
	await container.putArchive(archive.pipe(new PassThrough()), {path: '/'});
}
