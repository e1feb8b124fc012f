import {PassThrough, type Readable} from 'node:stream';
import type {PodLogRequest} from './api.ts';
import type {Client} from './client.ts';
import {Log} from './client-library.ts';
import {HeldConnection} from './held-connection.ts';

/**
 * The log of one container of a pod, each line with its time, as text. Ends with the signal, also while it is waited for:
 * a kubelet answers no sooner than it has a line.
 */
export async function podLog(client: Client, request: PodLogRequest, signal: AbortSignal): Promise<Readable> {
	const {namespace, pod, container, ...options} = request;
	const lines = new PassThrough();
	// The library does not tell when the connection is lost.
	lines.once('pipe', (body: Readable) => body.once('error', error => lines.destroy(error)));
	const connection = new HeldConnection(client.config);
	const end = () => {
		connection.disconnect();
		lines.destroy();
	};
	signal.addEventListener('abort', end, {once: true});
	lines.once('close', () => {
		signal.removeEventListener('abort', end);
		connection.disconnect();
	});
	const subject = `log of container ${container} of pod ${namespace}/${pod}`;
	try {
		await client.call(subject, signal, async within => {
			within.throwIfAborted();
			await new Log(connection).log(namespace, pod, container, lines, {...options, timestamps: true});
		});
		signal.throwIfAborted();
	} catch (error) {
		lines.destroy();
		throw error;
	}
	connection.keepAlive();
	return lines;
}
