import {setTimeout as delay} from 'node:timers/promises';
import type {V1Pod} from '@kubernetes/client-node';
import {Problem} from '../cluster/problem.ts';
import type {DrainOptions} from './api.ts';
import {ApiStatus} from './api-problem.ts';
import {listAndWatch} from './list-watch.ts';
import {isStatus, type Transport} from './transport.ts';

/** How long to wait after a disruption budget has refused an eviction, where the API does not say; as kubectl does. */
const refusedDelay = 5000;

/**
 * Evicts the pods of a node and waits until they are gone. DaemonSet pods and mirrors of static pods stay, as with
 * `kubectl drain --ignore-daemonsets --delete-emptydir-data --force`.
 */
export async function drain(
	transport: Transport,
	node: string,
	{signal, timeout, progress}: DrainOptions,
): Promise<void> {
	const limit = AbortSignal.timeout(timeout);
	const over = new AbortController();
	const running = AbortSignal.any([signal, limit, over.signal]);
	const version = await evictionVersion(transport, signal);
	let targets: ReadonlyMap<string, V1Pod> | undefined;
	let left: V1Pod[] = [];
	let gone = -1;
	const listener = (pods: ReadonlyMap<string, V1Pod>) => {
		if (!targets) {
			targets = new Map([...pods].filter(([, pod]) => mustLeave(pod)));
			for (const pod of targets.values()) {
				evict(transport, pod, version, running).catch((error: unknown) => over.abort(error));
			}
		}
		left = [...targets].filter(([uid]) => pods.has(uid)).map(([, pod]) => pod);
		if (targets.size - left.length !== gone) {
			gone = targets.size - left.length;
			progress?.(gone, targets.size);
		}
		if (left.length === 0) over.abort(drained);
	};
	const query = {fieldSelector: `spec.nodeName=${node}`};
	await listAndWatch(transport, {path: '/api/v1/pods', query}, listener, running);
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
async function evictionVersion(transport: Transport, signal: AbortSignal): Promise<string> {
	const {resources} = await transport.json<{resources?: {name: string; version?: string}[]}>(transport.subject, {
		path: '/api/v1',
		signal,
	});
	return resources?.find(({name}) => name === 'pods/eviction')?.version ?? 'v1';
}

async function evict(transport: Transport, pod: V1Pod, version: string, signal: AbortSignal): Promise<void> {
	const {name, namespace, deletionTimestamp} = pod.metadata ?? {};
	if (deletionTimestamp !== undefined) return;
	const path = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`;
	const body = {apiVersion: `policy/${version}`, kind: 'Eviction', metadata: {name, namespace}};
	while (!signal.aborted) {
		try {
			await transport.json(`pod ${nameOf(pod)}`, {method: 'POST', path, body, signal});
			return;
		} catch (error) {
			if (signal.aborted || isStatus(error, 404)) return;
			if (!isStatus(error, 429)) throw error;
			const {cause} = error as Problem;
			const wait = cause instanceof ApiStatus ? cause.retryAfter : undefined;
			// Ends with the drain: by its time limit at the latest.
			await delay(Math.max(wait ?? refusedDelay, 100), undefined, {signal}).catch(() => {});
		}
	}
}

function nameOf({metadata}: V1Pod): string {
	return `${metadata?.namespace}/${metadata?.name}`;
}
