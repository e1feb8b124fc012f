import {PassThrough, type Readable} from 'node:stream';
import type {PodContainer, PodLogRequest} from './api.ts';
import {isStatus} from './api-problem.ts';
import {abortedBy, type Client} from './client.ts';
import {Log} from './client-library.ts';

/** The log of one container of a pod, each line with its time, as text. Ends with the signal. */
export async function podLog(client: Client, request: PodLogRequest, signal: AbortSignal): Promise<Readable> {
	const {namespace, pod, container, ...options} = request;
	const lines = new PassThrough();
	// The library does not tell when the connection is lost.
	lines.once('pipe', (body: Readable) => body.once('error', error => lines.destroy(error)));
	const subject = `log of container ${container} of pod ${namespace}/${pod}`;
	const library = await client.call(subject, signal, () =>
		new Log(client.config).log(namespace, pod, container, lines, {...options, timestamps: true}),
	);
	const end = () => {
		library.abort();
		lines.destroy();
	};
	signal.addEventListener('abort', end, {once: true});
	lines.once('close', () => {
		signal.removeEventListener('abort', end);
		library.abort();
	});
	return lines;
}

/** How a container of a pod stands; undefined where there is no such pod. */
export async function podContainer(
	client: Client,
	{namespace, pod, container}: Pick<PodLogRequest, 'namespace' | 'pod' | 'container'>,
	signal: AbortSignal,
): Promise<PodContainer | undefined> {
	try {
		const {status} = await client.call(`pod ${namespace}/${pod}`, signal, within =>
			client.core.readNamespacedPod({namespace, name: pod}, abortedBy(within)),
		);
		const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
		const found = all.find(({name}) => name === container);
		return {isRunning: found?.state?.running !== undefined, restarts: found?.restartCount ?? 0};
	} catch (error) {
		if (isStatus(error, 404)) return undefined;
		throw error;
	}
}
