import type {ApiAnswer} from './api.ts';
import type {KeyPair} from './certificates.ts';
import type {NodeObject, PodObject} from './objects.ts';
import {badRequest, StatusError} from './status-error.ts';
import type {Store} from './store.ts';
import {HttpsClient} from './tls-network.ts';
import type {Network} from './world.ts';

/** Fetches containers' logs from the kubelets of their nodes. */
export class PodLogClient {
	readonly #https: HttpsClient;
	readonly #store: Store;

	constructor(network: Network, store: Store, ca: string, client: KeyPair) {
		this.#https = new HttpsClient(network, {ca, client});
		this.#store = store;
	}

	/** Opens a log as the API's `log` subresource was asked for it. @throws StatusError */
	async open(pod: PodObject, query: URLSearchParams, signal: AbortSignal): Promise<ApiAnswer> {
		const {namespace, name} = pod.metadata;
		const names = pod.spec.containers.map(one => one.name);
		const container = query.get('container') || names[0];
		if (!query.get('container') && names.length > 1)
			throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${names.join(' ')}]`);
		if (!container || !names.includes(container))
			throw badRequest(`container ${container} is not valid for pod ${name}`);
		const node = this.#store.get<NodeObject>('nodes', undefined, pod.spec.nodeName ?? '');
		const address = node?.status.addresses?.find(({type}) => type === 'InternalIP')?.address;
		const {state, lastState} = pod.status.containerStatuses?.find(one => one.name === container) ?? {};
		if (query.get('previous') === 'true' && !lastState?.terminated)
			throw badRequest(`previous terminated container "${container}" in pod "${name}" not found`);
		if (!address || !state || (state.waiting && !lastState?.terminated))
			throw badRequest(
				`container "${container}" in pod "${name}" is waiting to start: ${state?.waiting?.reason ?? 'ContainerCreating'}`,
			);
		const url = `https://${address}:10250/containerLogs/${namespace}/${name}/${container}?${query}`;
		try {
			const response = await this.#https.open('GET', url, {signal});
			if (response.statusCode !== 200) {
				const text = (await response.toArray()).join('');
				throw new StatusError(
					response.statusCode ?? 500,
					response.statusCode === 400 ? 'BadRequest' : 'NotFound',
					text,
				);
			}
			return {
				status: 200,
				contentType: 'text/plain',
				async stream(write) {
					try {
						for await (const chunk of response) write(chunk as Buffer);
					} catch {
						// The node went away in the middle of its log: what came, came.
					}
				},
			};
		} catch (error) {
			if (error instanceof StatusError || signal.aborted) throw error;
			throw new StatusError(500, 'InternalError', `Get "${url}": ${error instanceof Error ? error.message : error}`);
		}
	}

	close(): void {
		this.#https.close();
	}
}
