import {buffer} from 'node:stream/consumers';
import type {Daemon} from '../daemon.ts';
import {save} from '../image-archive.ts';
import {familiarReference} from '../images.ts';
import {type ProgramContext, pause} from '../process.ts';

/** `k3d-tools`: `noop` waits, `save-image -d FILE IMAGE...` writes images of the engine to a file. */
export async function runTools(daemon: Daemon, context: ProgramContext): Promise<number> {
	const [, command, ...args] = context.argv;
	if (command === 'noop') {
		const stopped = new AbortController();
		context.onSignal([2, 15], () => stopped.abort());
		await pause(Number.POSITIVE_INFINITY, AbortSignal.any([stopped.signal, context.ended]));
		return 0;
	}
	const at = args.findIndex(arg => arg === '-d' || arg === '--dest');
	if (command !== 'save-image' || at < 0) {
		context.error(`k3d-tools: '${command ?? ''}' is not known here\n`);
		return 1;
	}
	const [, target = ''] = args.splice(at, 2);
	const chosen = args.map(name => ({image: daemon.images.get(name), names: [familiarReference(name)]}));
	context.files.write(target, await buffer(await save(chosen)));
	return 0;
}
