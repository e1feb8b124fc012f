import {isStatus} from '../api-problem.ts';
import type {Client} from '../client.ts';
import {requestJson} from '../json-request.ts';
import {objectPath, wordsOf} from './object-path.ts';
import type {ObjectRef} from './workloads.ts';

/** By which `kubectl rollout restart` has a controller make its pods anew. */
const restartAnnotation = 'kubectl.kubernetes.io/restartedAt';

/** Deletes a pod, which may take its time to end. One that is already gone is fine. */
export async function deletePod(
	client: Client,
	{namespace, name}: Pick<ObjectRef, 'namespace' | 'name'>,
	signal: AbortSignal,
): Promise<void> {
	const ref: ObjectRef = {kind: 'Pod', namespace, name};
	try {
		await requestJson(client, wordsOf(ref), {method: 'DELETE', path: objectPath(ref)}, signal);
	} catch (error) {
		if (!isStatus(error, 404)) throw error;
	}
}

/** Has a controller make its pods anew, one after the other as its strategy says. `at`: milliseconds since the epoch. */
export async function restartWorkload(client: Client, ref: ObjectRef, at: number, signal: AbortSignal): Promise<void> {
	const restartedAt = `${new Date(at).toISOString().slice(0, 19)}Z`;
	const body = {spec: {template: {metadata: {annotations: {[restartAnnotation]: restartedAt}}}}};
	await requestJson(client, wordsOf(ref), {method: 'PATCH', path: objectPath(ref), body}, signal);
}

/** Says how many pods a Deployment or a StatefulSet should have. Gives back how many it should have had before. */
export async function scaleWorkload(
	client: Client,
	ref: ObjectRef,
	replicas: number,
	signal: AbortSignal,
): Promise<number> {
	const path = `${objectPath(ref)}/scale`;
	const subject = wordsOf(ref);
	const before = await requestJson<{readonly spec?: {readonly replicas?: number}}>(client, subject, {path}, signal);
	await requestJson(client, subject, {method: 'PATCH', path, body: {spec: {replicas}}}, signal);
	return before.spec?.replicas ?? 0;
}
