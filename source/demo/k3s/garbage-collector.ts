import type {Controller} from './controllers.ts';
import type {EventObject, KubernetesObject, PodObject} from './objects.ts';
import {resources} from './resources.ts';

const ownable = [
	'replicasets.apps',
	'pods',
	'daemonsets.apps',
	'deployments.apps',
	'controllerrevisions.apps',
	'jobs.batch',
];
const stored = resources.filter(({group}) => group !== 'metrics.k8s.io');

/** Removes what nobody owns any more: objects whose owners are all gone. */
export const garbageCollector: Controller = {
	resources: ownable,
	reconcile({store, timers}) {
		const alive = new Set(
			stored
				.flatMap(({id}) =>
					ownable.includes(id) || id === 'statefulsets.apps' || id === 'services' || id === 'nodes'
						? store.list(id)
						: [],
				)
				.map(({metadata}) => metadata.uid),
		);
		for (const id of ownable)
			for (const object of store.list(id)) {
				const owners = object.metadata.ownerReferences ?? [];
				if (owners.length === 0 || owners.some(({uid}) => alive.has(uid)) || object.metadata.deletionTimestamp)
					continue;
				const {namespace, name} = object.metadata;
				const pod = object as PodObject;
				if (id !== 'pods' || !pod.spec.nodeName) store.delete(id, namespace, name);
				else {
					const deletionGracePeriodSeconds = pod.spec.terminationGracePeriodSeconds ?? 30;
					const end = new Date(timers.now() + deletionGracePeriodSeconds * 1000).toISOString();
					const metadata = {...pod.metadata, deletionTimestamp: `${end.slice(0, 19)}Z`, deletionGracePeriodSeconds};
					store.put('pods', {...pod, metadata});
				}
			}
	},
};

const mostEvents = 1000;
/** Kubernetes keeps events for an hour. */
const eventLife = 3_600_000;

/** Keeps the number of events within bounds. */
export const eventExpiry: Controller = {
	resources: ['events'],
	reconcile({store, timers}) {
		const events = store.list<EventObject>('events');
		const age = (event: EventObject) => Date.parse(event.lastTimestamp ?? event.metadata.creationTimestamp ?? '') || 0;
		const sorted = events.length > mostEvents ? events.sort((a, b) => age(b) - age(a)) : events;
		const surplus = sorted.filter(
			(event, index) =>
				(index >= mostEvents * 0.8 && events.length > mostEvents) || age(event) < timers.now() - eventLife,
		);
		for (const {metadata} of surplus) store.delete('events', metadata.namespace, metadata.name);
	},
};

/** Empties namespaces that are being deleted, then removes them; gives new ones what every namespace has. */
export function namespaceController(rootCa: string): Controller {
	return {
		resources: ['namespaces', 'pods'],
		reconcile(context) {
			const {store} = context;
			for (const {metadata} of store.list('namespaces')) {
				const {name} = metadata;
				if (!metadata.deletionTimestamp) {
					if (!store.get('serviceaccounts', name, 'default'))
						context.create('serviceaccounts', name, object('v1', 'ServiceAccount', 'default'));
					if (!store.get('configmaps', name, 'kube-root-ca.crt'))
						context.create('configmaps', name, {
							...object('v1', 'ConfigMap', 'kube-root-ca.crt'),
							data: {'ca.crt': rootCa},
						});
					continue;
				}
				for (const {id, namespaced} of stored) {
					if (!namespaced || id === 'pods') continue;
					for (const one of store.list(id, name)) store.delete(id, name, one.metadata.name);
				}
				const pods = store.list<PodObject>('pods', name);
				for (const pod of pods) {
					if (!pod.spec.nodeName) store.delete('pods', name, pod.metadata.name);
					else if (!pod.metadata.deletionTimestamp) {
						const {deletionTimestamp} = metadata;
						store.put('pods', {...pod, metadata: {...pod.metadata, deletionTimestamp, deletionGracePeriodSeconds: 30}});
					}
				}
				if (pods.length === 0) store.delete('namespaces', undefined, name);
			}
		},
	};
}

function object(apiVersion: string, kind: string, name: string): KubernetesObject {
	return {apiVersion, kind, metadata: {name}};
}
