import type {Controller} from './controllers.ts';
import type {WorkloadObject} from './objects.ts';
import {activePods, createPod, isReady, removePod} from './owned-pods.ts';

const component = 'replicaset-controller';

/** Keeps as many pods as each replica set asks for. */
export const replicaSetController: Controller = {
	resources: ['replicasets.apps', 'pods'],
	reconcile(context) {
		for (const set of context.store.list<WorkloadObject>('replicasets.apps')) {
			const desired = set.metadata.deletionTimestamp ? 0 : (set.spec.replicas ?? 1);
			const before = activePods(context, set);
			for (let missing = desired - before.length; missing > 0; missing--) createPod(context, set, {component});
			const surplus = [...before]
				.sort((a, b) => Number(isReady(a)) - Number(isReady(b)))
				.slice(0, Math.max(0, before.length - desired));
			for (const pod of surplus) removePod(context, set, pod, component);
			const pods = activePods(context, set);
			const ready = pods.filter(isReady).length;
			const status = {
				replicas: pods.length,
				fullyLabeledReplicas: pods.length,
				...(ready > 0 && {readyReplicas: ready, availableReplicas: ready}),
				observedGeneration: set.metadata.generation ?? 1,
			};
			const latest = context.store.get<WorkloadObject>('replicasets.apps', set.metadata.namespace, set.metadata.name);
			if (latest) context.update('replicasets.apps', {...latest, status});
		}
	},
};

/** Keeps numbered pods, created one after the other once the one before is ready. */
export const statefulSetController: Controller = {
	resources: ['statefulsets.apps', 'pods'],
	reconcile(context) {
		for (const set of context.store.list<WorkloadObject>('statefulsets.apps')) {
			const desired = set.metadata.deletionTimestamp ? 0 : (set.spec.replicas ?? 1);
			const {name, namespace} = set.metadata;
			const before = activePods(context, set);
			const ordinal = (pod: {metadata: {name: string}}) => Number(pod.metadata.name.slice(name.length + 1));
			for (let index = 0; index < desired; index++) {
				const pod = before.find(one => ordinal(one) === index);
				if (pod && isReady(pod)) continue;
				const labels = {
					'apps.kubernetes.io/pod-index': String(index),
					'statefulset.kubernetes.io/pod-name': `${name}-${index}`,
				};
				if (!pod && !context.store.get('pods', namespace, `${name}-${index}`))
					createPod(context, set, {name: `${name}-${index}`, component: 'statefulset-controller', labels});
				break;
			}
			for (const pod of before.filter(one => ordinal(one) >= desired))
				removePod(context, set, pod, 'statefulset-controller');
			const pods = activePods(context, set);
			const ready = pods.filter(isReady).length;
			const status = {
				observedGeneration: set.metadata.generation ?? 1,
				replicas: pods.length,
				readyReplicas: ready,
				availableReplicas: ready,
				currentReplicas: pods.length,
				updatedReplicas: pods.length,
				collisionCount: 0,
			};
			context.update('statefulsets.apps', {...set, status});
		}
	},
};
