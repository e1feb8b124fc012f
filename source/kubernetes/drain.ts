import {setTimeout as delay} from 'node:timers/promises';
import {Problem} from '../cluster/problem.ts';
import type {DrainOptions} from './api.ts';
import {isStatus, retryAfter} from './api-problem.ts';
import {abortedBy, type Client} from './client.ts';
import type {V1Pod} from './client-library.ts';
import {listAndWatch} from './list-watch.ts';

/** How long to wait after a disruption budget has refused an eviction, where the API does not say; as kubectl does. */
const refusedDelay = 5000;

/**
 * Evicts the pods of a node and waits until they are gone. DaemonSet pods and mirrors of static pods stay, as with
 * `kubectl drain --ignore-daemonsets --delete-emptydir-data --force`.
 */
export async function drain(client: Client, node: string, {signal, timeout, progress}: DrainOptions): Promise<void> {
	const limit = AbortSignal.timeout(timeout);
	const over = new AbortController();
	const running = AbortSignal.any([signal, limit, over.signal]);
	const version = await evictionVersion(client, signal);
	let targets: ReadonlyMap<string, V1Pod> | undefined;
	let left: V1Pod[] = [];
	let gone = -1;
	const listener = (pods: readonly V1Pod[]) => {
		if (!targets) {
			targets = new Map(pods.filter(mustLeave).map(pod => [pod.metadata?.uid ?? '', pod]));
			for (const pod of targets.values()) {
				evict(client, pod, version, running).catch((error: unknown) => over.abort(error));
			}
		}
		// By uid: a StatefulSet makes another pod of the same name.
		const there = new Set(pods.map(({metadata}) => metadata?.uid));
		left = [...targets].filter(([uid]) => there.has(uid)).map(([, pod]) => pod);
		if (targets.size - left.length !== gone) {
			gone = targets.size - left.length;
			progress?.(gone, targets.size);
		}
		if (left.length === 0) over.abort(drained);
	};
	const fieldSelector = `spec.nodeName=${node}`;
	const list = (within: AbortSignal) => client.core.listPodForAllNamespaces({fieldSelector}, abortedBy(within));
	await listAndWatch(client, {path: '/api/v1/pods', fieldSelector, list}, listener, running);
	if (over.signal.reason === drained) return;
	signal.throwIfAborted();
	if (over.signal.aborted) throw over.signal.reason;
	throw new Problem(
		`node ${node}`,
		`${left.length} of ${targets?.size ?? 0} pods did not leave within ${timeout / 1000} s: ${left.map(nameOf).join(', ')}`,
		'a PodDisruptionBudget may hold them; `kubectl get pdb -A` shows them',
	);
}

const drained = Symbol('drained');

function mustLeave({metadata}: V1Pod): boolean {
	if (metadata?.annotations?.['kubernetes.io/config.mirror'] !== undefined) return false;
	return !metadata?.ownerReferences?.some(owner => owner.controller === true && owner.kind === 'DaemonSet');
}

/** `v1` since Kubernetes 1.22, `v1beta1` before, by what the API says of itself. */
async function evictionVersion(client: Client, signal: AbortSignal): Promise<string> {
	const {resources} = await client.call(client.subject, signal, within =>
		client.core.getAPIResources(abortedBy(within)),
	);
	return resources.find(({name}) => name === 'pods/eviction')?.version ?? 'v1';
}

async function evict(client: Client, pod: V1Pod, version: string, signal: AbortSignal): Promise<void> {
	const {name = '', namespace = '', deletionTimestamp} = pod.metadata ?? {};
	if (deletionTimestamp !== undefined) return;
	const body = {apiVersion: `policy/${version}`, kind: 'Eviction', metadata: {name, namespace}};
	while (!signal.aborted) {
		try {
			await client.call(`pod ${nameOf(pod)}`, signal, within =>
				client.core.createNamespacedPodEviction({name, namespace, body}, abortedBy(within)),
			);
			return;
		} catch (error) {
			if (signal.aborted || isStatus(error, 404)) return;
			if (!isStatus(error, 429)) throw error;
			// Ends with the drain: by its time limit at the latest.
			await delay(Math.max(retryAfter(error) ?? refusedDelay, 100), undefined, {signal}).catch(() => {});
		}
	}
}

function nameOf({metadata}: V1Pod): string {
	return `${metadata?.namespace}/${metadata?.name}`;
}
