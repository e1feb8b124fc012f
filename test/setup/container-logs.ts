import {PassThrough, type Readable} from 'node:stream';
import type {Container} from 'dockerode';

/**
 * Follows a container's log (output and errors, from its creation) until `pattern` has matched in `count` lines.
 *
 * @param signal ends the wait; without it, 30 seconds do
 * @returns what it had logged by then
 * @throws with the log, when it ends before that or the wait does.
 */
export async function waitForLog(
	container: Container,
	pattern: RegExp,
	{count = 1, signal = AbortSignal.timeout(30_000)}: {count?: number; signal?: AbortSignal} = {},
): Promise<string> {
	const raw = (await container.logs({follow: true, stdout: true, stderr: true})) as Readable;
	const output = new PassThrough({encoding: 'utf8'});
	container.modem.demuxStream(raw, output, output);
	const end = () => output.end();
	raw.on('end', end);
	signal.addEventListener('abort', end);
	let log = '';
	try {
		for await (const text of output) {
			log += text;
			if (log.split('\n').filter(line => pattern.test(line)).length >= count) {
				return log;
			}
		}
		throw new Error(`${signal.aborted ? 'Waited too long for' : 'The log ended without'} ${pattern}:\n${log}`);
	} finally {
		signal.removeEventListener('abort', end);
		raw.destroy();
	}
}

/** What a container has logged so far. */
export async function logsOf(container: Container): Promise<string> {
	const log = await container.logs({follow: false, stdout: true, stderr: true});
	const lines = new PassThrough({encoding: 'utf8'});
	const source = new PassThrough();
	container.modem.demuxStream(source, lines, lines);
	source.on('end', () => lines.end());
	source.end(log);
	return (await lines.toArray()).join('');
}
