import type {Controller, ControllerContext} from './controllers.ts';
import type {NodeObject, PodSpec, WorkloadObject} from './objects.ts';
import {activePods, createPod, isReady, removePod, templateHash} from './owned-pods.ts';
import {misfit} from './scheduler.ts';

const component = 'daemonset-controller';
const hashKey = 'controller-revision-hash';

/** What pods of daemon sets put up with by themselves, from Kubernetes' daemon set controller. */
const tolerations = [
	'not-ready',
	'unreachable',
	'disk-pressure',
	'memory-pressure',
	'pid-pressure',
	'unschedulable',
].map(name => ({
	key: `node.kubernetes.io/${name}`,
	operator: 'Exists',
	effect: name === 'not-ready' || name === 'unreachable' ? 'NoExecute' : 'NoSchedule',
}));

/** Keeps one pod on every fitting node. */
export const daemonSetController: Controller = {
	resources: ['daemonsets.apps', 'pods', 'nodes'],
	reconcile(context) {
		for (const set of context.store.list<WorkloadObject>('daemonsets.apps')) reconcileOne(context, set);
	},
};

function reconcileOne(context: ControllerContext, set: WorkloadObject): void {
	const spec: PodSpec = {
		...set.spec.template.spec,
		tolerations: [...(set.spec.template.spec.tolerations ?? []), ...tolerations],
	};
	const ignoringReadiness = [
		{key: 'node.kubernetes.io/not-ready', operator: 'Exists'},
		{key: 'node.kubernetes.io/unreachable', operator: 'Exists'},
	];
	const fits = (node: NodeObject) =>
		!misfit({spec: {...spec, tolerations: [...(spec.tolerations ?? []), ...ignoringReadiness]}}, node);
	const nodes = context.store.list<NodeObject>('nodes').filter(node => !node.metadata.deletionTimestamp && fits(node));
	const hash = templateHash(set.spec.template);
	const withSpec = {...set, spec: {...set.spec, template: {...set.spec.template, spec}}};
	const before = activePods(context, set);
	const labels = {[hashKey]: hash, 'pod-template-generation': '1'};
	for (const node of nodes) {
		const {name} = node.metadata;
		if (!before.some(pod => pod.spec.nodeName === name))
			createPod(context, withSpec, {component, nodeName: name, labels});
	}
	const outdated = before.filter(pod => pod.metadata.labels?.[hashKey] !== hash);
	const wrong = before.filter(pod => !nodes.some(({metadata}) => metadata.name === pod.spec.nodeName));
	// A rolling update takes one pod at a time and waits for its successor.
	const next = before.every(isReady) && before.length === nodes.length ? outdated.slice(0, 1) : [];
	for (const pod of new Set([...wrong, ...next])) removePod(context, set, pod, component);
	const pods = activePods(context, set);
	const ready = pods.filter(isReady).length;
	const status = {
		currentNumberScheduled: pods.length,
		desiredNumberScheduled: nodes.length,
		numberMisscheduled: 0,
		numberReady: ready,
		...(ready > 0 && {numberAvailable: ready}),
		...(nodes.length > ready && {numberUnavailable: nodes.length - ready}),
		observedGeneration: set.metadata.generation ?? 1,
		updatedNumberScheduled: pods.filter(pod => pod.metadata.labels?.[hashKey] === hash).length,
	};
	context.update('daemonsets.apps', {...set, status});
}
