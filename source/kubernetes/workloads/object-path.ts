import type {ObjectKind, ObjectRef} from './workloads.ts';

/** Where each kind lives in the API. Source: Kubernetes API reference, the kinds' HTTP paths. */
const places: Readonly<Record<ObjectKind, {readonly base: string; readonly plural: string}>> = {
	Pod: {base: '/api/v1', plural: 'pods'},
	Service: {base: '/api/v1', plural: 'services'},
	Event: {base: '/api/v1', plural: 'events'},
	Node: {base: '/api/v1', plural: 'nodes'},
	Secret: {base: '/api/v1', plural: 'secrets'},
	Deployment: {base: '/apis/apps/v1', plural: 'deployments'},
	StatefulSet: {base: '/apis/apps/v1', plural: 'statefulsets'},
	DaemonSet: {base: '/apis/apps/v1', plural: 'daemonsets'},
	Ingress: {base: '/apis/networking.k8s.io/v1', plural: 'ingresses'},
};

/** Whether a word is a kind that can be looked at: events are about others, too. */
export function isObjectKind(kind: string): kind is ObjectKind {
	return Object.hasOwn(places, kind);
}

/** All objects of a kind, in all namespaces. */
export function listPath(kind: ObjectKind): string {
	const {base, plural} = places[kind];
	return `${base}/${plural}`;
}

/** One object. */
export function objectPath({kind, namespace, name}: ObjectRef): string {
	const {base, plural} = places[kind];
	const within = namespace === '' ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
	return `${base}${within}/${plural}/${encodeURIComponent(name)}`;
}

/** An object for messages: `pod default/web-1`, as kubectl has it. */
export function wordsOf({kind, namespace, name}: ObjectRef): string {
	return `${kind.toLowerCase()} ${namespace === '' ? name : `${namespace}/${name}`}`;
}
