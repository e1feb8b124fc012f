import type {KubernetesObject, NodeObject, PodObject} from './objects.ts';
import {timestamp} from './objects.ts';
import type {Store} from './store.ts';

/** A steady number per name in [0, 1), so that every node and pod has a character of its own. */
function characterOf(name: string): number {
	let hash = 2166136261;
	for (const letter of name) hash = Math.imul(hash ^ letter.charCodeAt(0), 16777619) >>> 0;
	return hash / 2 ** 32;
}

/** A slow wave in [0, 1] with a little faster ripple on it, shifted per name. */
function waveAt(now: number, character: number): number {
	const seconds = now / 1000 + character * 600;
	return 0.5 + 0.35 * Math.sin(seconds / 47) + 0.15 * Math.sin(seconds / 7);
}

const window = '15.0s';

function podUsage(pod: PodObject, now: number) {
	return pod.spec.containers.map(({name}) => {
		const character = characterOf(pod.metadata.name + name);
		const cpu = Math.round((1 + 12 * character * waveAt(now, character)) * 1_000_000);
		const memory = Math.round((8 + 50 * character + 4 * waveAt(now, 1 - character)) * 1024);
		return {name, usage: {cpu: `${cpu}n`, memory: `${memory}Ki`}};
	});
}

/** `metrics.k8s.io` for running pods: believable, steady, invented. */
export function podMetrics(store: Store, now: number): KubernetesObject[] {
	return store
		.list<PodObject>('pods')
		.filter(({status}) => status.phase === 'Running')
		.map(pod => ({
			kind: 'PodMetrics',
			apiVersion: 'metrics.k8s.io/v1beta1',
			metadata: {
				name: pod.metadata.name,
				namespace: pod.metadata.namespace ?? 'default',
				creationTimestamp: timestamp(now),
				...(pod.metadata.labels && {labels: pod.metadata.labels}),
			},
			timestamp: timestamp(now),
			window,
			containers: podUsage(pod, now),
		}));
}

/** `metrics.k8s.io` for ready nodes: the system's share plus what their pods use. */
export function nodeMetrics(store: Store, now: number): KubernetesObject[] {
	const pods = store.list<PodObject>('pods');
	return store
		.list<NodeObject>('nodes')
		.filter(({status}) => status.conditions?.some(({type, status: is}) => type === 'Ready' && is === 'True'))
		.map(node => {
			const {name, labels} = node.metadata;
			const usages = pods
				.filter(pod => pod.spec.nodeName === name)
				.flatMap(pod => podUsage(pod, now).map(({usage}) => usage));
			const character = characterOf(name);
			const podCpu = usages.reduce((sum, {cpu}) => sum + Number.parseInt(cpu, 10), 0);
			const podMemory = usages.reduce((sum, {memory}) => sum + Number.parseInt(memory, 10), 0);
			const cpu = podCpu + Math.round((40 + 120 * waveAt(now, character)) * 1_000_000);
			const memory = podMemory + Math.round((350 + 150 * character + 40 * waveAt(now, character)) * 1024);
			return {
				kind: 'NodeMetrics',
				apiVersion: 'metrics.k8s.io/v1beta1',
				metadata: {name, creationTimestamp: timestamp(now), ...(labels && {labels})},
				timestamp: timestamp(now),
				window,
				usage: {cpu: `${cpu}n`, memory: `${memory}Ki`},
			};
		});
}
