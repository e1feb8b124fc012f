import {createHash} from 'node:crypto';
import {nameSuffix} from './admission.ts';
import type {ControllerContext} from './controllers.ts';
import {
	isRecord,
	type KubernetesObject,
	type OwnerReference,
	type PodObject,
	type PodTemplate,
	type WorkloadObject,
} from './objects.ts';

/** A reference that makes `owner` the one controller of another object. */
export function ownedBy(owner: KubernetesObject): OwnerReference {
	const {apiVersion, kind} = owner;
	const {name, uid = ''} = owner.metadata;
	return {apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true};
}

/** Whether `owner` controls an object. */
export function isOwned(object: KubernetesObject, owner: KubernetesObject): boolean {
	return (
		object.metadata.ownerReferences?.some(({uid, controller}) => controller && uid === owner.metadata.uid) ?? false
	);
}

/** The pods that a workload controls and that are not on their way out. */
export function activePods({store}: ControllerContext, owner: WorkloadObject): PodObject[] {
	return store
		.list<PodObject>('pods', owner.metadata.namespace)
		.filter(
			pod =>
				isOwned(pod, owner) &&
				!pod.metadata.deletionTimestamp &&
				pod.status.phase !== 'Failed' &&
				pod.status.phase !== 'Succeeded',
		);
}

export const isReady = ({status}: PodObject) =>
	status.conditions?.some(({type, status: is}) => type === 'Ready' && is === 'True') ?? false;

/** Ten letters that stand for a pod template, for names and the hash labels. */
export function templateHash(template: PodTemplate): string {
	const digest = createHash('sha256').update(canonical(template)).digest('hex');
	return digest.replace(/[aeiou01]/g, '').slice(0, 10);
}

/** JSON with sorted keys: the same template hashes alike, whatever a patch did to the order. */
function canonical(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
	if (!isRecord(value)) return JSON.stringify(value);
	const keys = Object.keys(value).filter(key => value[key] !== undefined && value[key] !== null);
	return `{${keys
		.sort()
		.map(key => `${JSON.stringify(key)}:${canonical(value[key])}`)
		.join()}}`;
}

/** Creates a pod for a workload and tells so. */
export function createPod(
	context: ControllerContext,
	owner: WorkloadObject,
	options: {name?: string; component: string; nodeName?: string; labels?: Record<string, string>},
): void {
	const {template} = owner.spec;
	const {namespace} = owner.metadata;
	const name = options.name ?? `${owner.metadata.name}-${nameSuffix()}`;
	const created = context.create('pods', namespace, {
		apiVersion: 'v1',
		kind: 'Pod',
		metadata: {
			name,
			...(!options.name && {generateName: `${owner.metadata.name}-`}),
			labels: {...template.metadata?.labels, ...options.labels},
			...(template.metadata?.annotations && {annotations: template.metadata.annotations}),
			ownerReferences: [ownedBy(owner)],
		},
		spec: {...template.spec, ...(options.nodeName && {nodeName: options.nodeName})},
	});
	if (created)
		context.event({
			about: owner,
			reason: 'SuccessfulCreate',
			message: `Created pod: ${name}`,
			component: options.component,
		});
}

/** Ends a pod of a workload, gracefully where it runs, and tells so. */
export function removePod(
	{store, timers, event}: ControllerContext,
	owner: WorkloadObject,
	pod: PodObject,
	component: string,
): void {
	const {namespace, name} = pod.metadata;
	event({about: owner, reason: 'SuccessfulDelete', message: `Deleted pod: ${name}`, component});
	if (!pod.spec.nodeName) return void store.delete('pods', namespace, name);
	const seconds = pod.spec.terminationGracePeriodSeconds ?? 30;
	const deletionTimestamp = `${new Date(timers.now() + seconds * 1000).toISOString().slice(0, 19)}Z`;
	store.put('pods', {...pod, metadata: {...pod.metadata, deletionTimestamp, deletionGracePeriodSeconds: seconds}});
}
