import {isStatus} from '../api-problem.ts';
import type {Client} from '../client.ts';
import {requestJson} from '../json-request.ts';
import type {ApiObject} from './objects.ts';
import {quantityOf} from './quantity.ts';
import type {PodUsage} from './workloads.ts';

interface PodMetrics extends ApiObject {
	readonly containers?: readonly {readonly usage?: {readonly cpu?: string; readonly memory?: string}}[];
}

/** Answers of an API without metrics-server, or with one that is not up: no such API, no answer behind it. */
const absent = [404, 503];

/** What metrics-server says that pods use, by `namespace/name`; undefined where it does not run, or not yet. */
export async function podUsage(
	client: Client,
	signal: AbortSignal,
): Promise<ReadonlyMap<string, PodUsage> | undefined> {
	try {
		const path = '/apis/metrics.k8s.io/v1beta1/pods';
		const {items} = await requestJson<{readonly items?: readonly PodMetrics[]}>(
			client,
			'metrics-server',
			{path},
			signal,
		);
		return new Map((items ?? []).map(item => [`${item.metadata?.namespace}/${item.metadata?.name}`, usageOf(item)]));
	} catch (error) {
		if (absent.some(status => isStatus(error, status))) return undefined;
		throw error;
	}
}

function usageOf({containers = []}: PodMetrics): PodUsage {
	const sum = (what: 'cpu' | 'memory') =>
		containers.reduce((total, {usage}) => total + (quantityOf(usage?.[what] ?? '') || 0), 0);
	return {cores: sum('cpu'), memory: sum('memory')};
}
