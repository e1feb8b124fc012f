import {randomBytes, randomUUID} from 'node:crypto';
import type {EventObject, KubernetesObject} from './objects.ts';
import {timestamp} from './objects.ts';

/** An event in the making. */
export interface EventReport {
	readonly about: Pick<KubernetesObject, 'kind' | 'apiVersion' | 'metadata'>;
	readonly reason: string;
	readonly message: string;
	readonly type?: 'Normal' | 'Warning';
	readonly component: string;
	readonly host?: string;
	/** `spec.containers{name}`, when one container is meant. */
	readonly fieldPath?: string;
}

/** Builds a core/v1 Event. Events about nodes live in `default` and carry the node's name as uid, as the kubelet reports them. */
export function eventObject(
	{about, reason, message, type, component, host, fieldPath}: EventReport,
	now: number,
): EventObject {
	const {name, namespace, uid, resourceVersion} = about.metadata;
	const isNode = about.kind === 'Node';
	const at = timestamp(now);
	return {
		apiVersion: 'v1',
		kind: 'Event',
		metadata: {
			name: `${name}.${randomBytes(8).toString('hex')}`,
			namespace: namespace ?? 'default',
			uid: randomUUID(),
			creationTimestamp: at,
		},
		involvedObject: {
			kind: about.kind,
			...(namespace && {namespace}),
			name,
			uid: isNode ? name : (uid ?? ''),
			...(!isNode && {apiVersion: about.apiVersion}),
			...(!isNode && resourceVersion && {resourceVersion}),
			...(fieldPath && {fieldPath}),
		},
		reason,
		message,
		source: {component, ...(host && {host})},
		firstTimestamp: at,
		lastTimestamp: at,
		count: 1,
		type: type ?? 'Normal',
		eventTime: null,
		reportingComponent: component,
		reportingInstance: host ?? '',
	};
}
