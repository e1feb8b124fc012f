import type {PodContainer, PodLogRequest} from './api.ts';
import type {Client} from './client.ts';
import type {KubernetesObject} from './client-library.ts';
import {requestJson} from './json-request.ts';
import {listAndWatch} from './list-watch.ts';
import type {PodObject} from './workloads/objects.ts';
import {hasLog} from './workloads/pod-from.ts';

type WatchedPod = KubernetesObject & Pick<PodObject, 'status'>;

/**
 * Tells how a container of a pod stands, at first and after every change of the pod; undefined where there is no such
 * pod. Returns when the signal aborts; fails with a Problem when the API cannot be reached or the connection is lost.
 */
export async function watchPodContainer(
	client: Client,
	{namespace, pod, container}: Pick<PodLogRequest, 'namespace' | 'pod' | 'container'>,
	listener: (container: PodContainer | undefined) => void,
	signal: AbortSignal,
): Promise<void> {
	const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
	const fieldSelector = `metadata.name=${pod}`;
	const list = (within: AbortSignal) =>
		requestJson<{items: WatchedPod[]}>(client, client.subject, {path, query: {fieldSelector}}, within);
	const tell = ([found]: readonly WatchedPod[]) => listener(found && containerOf(found, container));
	await listAndWatch<WatchedPod>(client, {path, fieldSelector, list}, tell, signal);
}

function containerOf({metadata, status}: WatchedPod, name: string): PodContainer {
	const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
	const found = all.find(each => each.name === name);
	return {
		isRunning: found?.state?.running !== undefined,
		hasLog: hasLog(found),
		run: `${metadata?.uid}/${found?.restartCount ?? 0}`,
	};
}
