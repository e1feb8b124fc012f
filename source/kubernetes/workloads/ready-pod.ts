import type {Client} from '../client.ts';
import {requestJson} from '../json-request.ts';

interface PodList {
	readonly items: readonly {
		readonly metadata: {readonly name: string; readonly deletionTimestamp?: string};
		readonly status?: {
			readonly phase?: string;
			readonly conditions?: readonly {readonly type: string; readonly status: string}[];
		};
	}[];
}

/** The name of a pod with these labels that is ready and not on its way out; undefined where there is none. */
export async function readyPod(
	client: Client,
	namespace: string,
	labels: Readonly<Record<string, string>>,
	signal: AbortSignal,
): Promise<string | undefined> {
	const words = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
	const request = {
		path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`,
		query: {labelSelector: words.join(',')},
	};
	const {items} = await requestJson<PodList>(client, `pods of namespace ${namespace}`, request, signal);
	const ready = items.find(
		({metadata, status}) =>
			metadata.deletionTimestamp === undefined &&
			status?.phase === 'Running' &&
			status.conditions?.some(({type, status}) => type === 'Ready' && status === 'True'),
	);
	return ready?.metadata.name;
}
