import type {Controller, ControllerContext} from './controllers.ts';
import {type NodeObject, type PodObject, type Taint, type Toleration, timestamp} from './objects.ts';

/** Whether a pod puts up with a taint. */
export function tolerates(tolerations: readonly Toleration[] = [], taint: Taint): boolean {
	return tolerations.some(
		({key, operator = 'Equal', value, effect}) =>
			(!effect || effect === taint.effect) &&
			(!key
				? operator === 'Exists'
				: key === taint.key && (operator === 'Exists' || (value ?? '') === (taint.value ?? ''))),
	);
}

/** Why a pod cannot go to a node, in the scheduler's words, or undefined when it can. */
export function misfit({spec}: Pick<PodObject, 'spec'>, node: NodeObject): string | undefined {
	const tolerations = spec.tolerations ?? [];
	const taint = node.spec.taints?.find(one => one.effect !== 'PreferNoSchedule' && !tolerates(tolerations, one));
	if (
		node.spec.unschedulable &&
		!tolerates(tolerations, {key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule'})
	)
		return 'were unschedulable';
	if (taint) return `had untolerated taint {${taint.key}: ${taint.value ?? ''}}`;
	const labels = node.metadata.labels ?? {};
	const matches = Object.entries(spec.nodeSelector ?? {}).every(([key, value]) => labels[key] === value);
	return matches ? undefined : "didn't match Pod's node affinity/selector";
}

/** Binds waiting pods to the fitting node with the fewest pods. */
export const scheduler: Controller = {
	resources: ['pods', 'nodes'],
	reconcile(context) {
		const {store} = context;
		const pods = store.list<PodObject>('pods');
		const waiting = pods.filter(({spec, metadata}) => !spec.nodeName && !metadata.deletionTimestamp);
		if (waiting.length === 0) return;
		const nodes = store.list<NodeObject>('nodes').filter(({metadata}) => !metadata.deletionTimestamp);
		const load = new Map<string, number>();
		for (const {spec} of pods) if (spec.nodeName) load.set(spec.nodeName, (load.get(spec.nodeName) ?? 0) + 1);
		for (const pod of waiting) {
			const reasons = nodes.map(node => misfit(pod, node));
			const fitting = nodes.filter((_, index) => !reasons[index]);
			const [best] = fitting.sort((a, b) => (load.get(a.metadata.name) ?? 0) - (load.get(b.metadata.name) ?? 0));
			if (best) {
				load.set(best.metadata.name, (load.get(best.metadata.name) ?? 0) + 1);
				bind(context, pod, best.metadata.name);
			} else postpone(context, pod, reasons);
		}
	},
};

function bind({store, timers, event}: ControllerContext, pod: PodObject, nodeName: string): void {
	const {namespace, name} = pod.metadata;
	const scheduled = {
		type: 'PodScheduled',
		status: 'True' as const,
		lastProbeTime: null,
		lastTransitionTime: timestamp(timers.now()),
	};
	store.put('pods', {...pod, spec: {...pod.spec, nodeName}, status: {...pod.status, conditions: [scheduled]}});
	event({
		about: pod,
		reason: 'Scheduled',
		message: `Successfully assigned ${namespace}/${name} to ${nodeName}`,
		component: 'default-scheduler',
	});
}

function postpone(
	{store, timers, event}: ControllerContext,
	pod: PodObject,
	reasons: readonly (string | undefined)[],
): void {
	const counts = new Map<string, number>();
	for (const reason of reasons) if (reason) counts.set(reason, (counts.get(reason) ?? 0) + 1);
	const text = [...counts].map(([reason, count]) => `${count} node(s) ${reason}`).join(', ');
	const message =
		reasons.length === 0 ? 'no nodes available to schedule pods' : `0/${reasons.length} nodes are available: ${text}.`;
	if (pod.status.conditions?.some(one => one.type === 'PodScheduled' && one.message === message)) return;
	const conditions = [
		{
			type: 'PodScheduled',
			status: 'False' as const,
			reason: 'Unschedulable',
			message,
			lastProbeTime: null,
			lastTransitionTime: timestamp(timers.now()),
		},
	];
	store.put('pods', {...pod, status: {...pod.status, conditions}});
	event({about: pod, reason: 'FailedScheduling', message, type: 'Warning', component: 'default-scheduler'});
}
