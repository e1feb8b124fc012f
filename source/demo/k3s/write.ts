import {isDeepStrictEqual} from 'node:util';
import {admit, completeTemplate} from './admission.ts';
import type {ApiAnswer, ApiRequest} from './api.ts';
import {isRecord, type KubernetesObject, type PodObject, timestamp, type WorkloadObject} from './objects.ts';
import {jsonPatch, mergePatch, strategicMergePatch} from './patch.ts';
import {groupVersion, type Resource} from './resources.ts';
import {badRequest, conflict, methodNotAllowed, notFound, unsupportedMediaType} from './status-error.ts';
import type {Store} from './store.ts';

/** Where and how something is written. */
export interface WriteContext {
	readonly store: Store;
	readonly now: number;
	readonly resource: Resource;
	readonly namespace: string | undefined;
	readonly dryRun: boolean;
	/** Only `status` is written (the subresource of that name). */
	readonly status: boolean;
	readonly query: URLSearchParams;
}

const uidMismatch =
	'the UID in the precondition does not match the UID in record. The object might have been deleted and then recreated';
const stale = 'the object has been modified; please apply your changes to the latest version and try again';

export function createObject(context: WriteContext, body: KubernetesObject): ApiAnswer {
	const {store, resource, namespace, now, dryRun} = context;
	if (body.kind && body.kind !== resource.kind)
		throw badRequest(`${body.kind} in version "${body.apiVersion}" cannot be handled as a ${resource.kind}`);
	const typed = {...body, kind: resource.kind, apiVersion: groupVersion(resource), metadata: body.metadata ?? {}};
	const object = admit(store, resource, namespace, withoutManagedFields(typed as KubernetesObject), now);
	return {status: 201, json: dryRun ? object : store.put(resource.id, object)};
}

function withoutManagedFields(object: KubernetesObject): KubernetesObject {
	const {managedFields: _, ...metadata} = object.metadata as KubernetesObject['metadata'] & {managedFields?: unknown};
	return {...object, metadata};
}

export function updateObject(context: WriteContext, name: string, body: KubernetesObject): ApiAnswer {
	const {store, resource, namespace} = context;
	const current = store.get(resource.id, namespace, name);
	if (!current) {
		if (resource.hasStatus || resource.id === 'events') throw notFound(resource.id, name);
		return createObject(context, {...body, metadata: {...body.metadata, name}});
	}
	if (body.metadata?.name !== name)
		throw badRequest(`the name of the object (${body.metadata?.name}) does not match the name on the URL (${name})`);
	return {status: 200, json: replace(context, current, body)};
}

/** Puts a new state in place of the current one: keeps what may not change, counts generations, finishes deletions. */
function replace(context: WriteContext, current: KubernetesObject, wanted: KubernetesObject): KubernetesObject {
	const {store, resource, namespace, dryRun, status: onlyStatus} = context;
	const {name} = current.metadata;
	const {resourceVersion, uid} = wanted.metadata;
	if (resourceVersion && resourceVersion !== current.metadata.resourceVersion) throw conflict(resource.id, name, stale);
	if (uid && uid !== current.metadata.uid)
		throw conflict(
			resource.id,
			name,
			`Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.metadata.uid}`,
		);
	const {
		resourceVersion: version,
		uid: id,
		creationTimestamp,
		generation,
		deletionTimestamp,
		deletionGracePeriodSeconds,
	} = current.metadata;
	const fixed = {
		name,
		resourceVersion: version,
		uid: id,
		creationTimestamp,
		generation,
		deletionTimestamp,
		deletionGracePeriodSeconds,
	};
	const known = Object.fromEntries(Object.entries(fixed).filter(([, value]) => value !== undefined));
	const metadata = {...withoutManagedFields(wanted).metadata, ...known, ...(namespace && {namespace})};
	const base = {apiVersion: groupVersion(resource), kind: resource.kind};
	let next: KubernetesObject = {...wanted, ...base, metadata} as KubernetesObject;
	const hasTemplate = resource.group === 'apps' && isRecord(next.spec) && isRecord(next.spec.template);
	if (hasTemplate && !onlyStatus) next = completeTemplate(next as WorkloadObject);
	if (onlyStatus)
		next = {
			...current,
			metadata: {...metadata, generation: current.metadata.generation} as KubernetesObject['metadata'],
			status: wanted.status,
		};
	else if (resource.hasStatus) next = {...next, status: current.status};
	if (generation && !onlyStatus && !isDeepStrictEqual(next.spec, current.spec))
		next = {...next, metadata: {...next.metadata, generation: generation + 1}};
	if (next.metadata.generation === undefined) delete next.metadata.generation;
	if (isDeepStrictEqual(next, current) || isDeepStrictEqual(JSON.parse(JSON.stringify(next)), current)) return current;
	if (dryRun) return next;
	const stored = store.put(resource.id, next);
	if (
		deletionTimestamp &&
		!stored.metadata.finalizers?.length &&
		resource.id !== 'pods' &&
		resource.id !== 'namespaces'
	)
		store.delete(resource.id, namespace, name);
	return stored;
}

const patchTypes =
	'application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml';

export async function patchObject(
	context: WriteContext,
	name: string,
	contentType: string,
	text: string,
): Promise<ApiAnswer> {
	const {store, resource, namespace} = context;
	const type = contentType.split(';')[0]?.trim();
	const patch = await parse(text);
	const current = store.get(resource.id, namespace, name);
	if (!current) {
		if (type !== 'application/apply-patch+yaml' || !isRecord(patch)) throw notFound(resource.id, name);
		const metadata = {...(patch.metadata as object | undefined), name};
		return createObject(context, {...patch, metadata} as unknown as KubernetesObject);
	}
	let next: unknown;
	if (type === 'application/json-patch+json') next = jsonPatch(current, patch);
	else if (type === 'application/merge-patch+json') next = mergePatch(current, patch);
	else if (type === 'application/strategic-merge-patch+json' || type === 'application/apply-patch+yaml')
		next = strategicMergePatch(current, patch);
	else throw unsupportedMediaType(patchTypes);
	const asked = isRecord(patch) && isRecord(patch.metadata) ? patch.metadata.resourceVersion : undefined;
	const result = next as KubernetesObject;
	const resourceVersion = asked === undefined ? current.metadata.resourceVersion : String(asked);
	return {
		status: 200,
		json: replace(context, current, {
			...result,
			metadata: {...result.metadata, ...(resourceVersion && {resourceVersion})},
		}),
	};
}

async function parse(text: string): Promise<unknown> {
	try {
		return JSON.parse(text);
	} catch {
		try {
			return (await import('yaml')).parse(text);
		} catch (error) {
			throw badRequest(`the patch is neither JSON nor YAML: ${error instanceof Error ? error.message : error}`);
		}
	}
}

/** Deletes, or begins to: pods on nodes end gracefully, finalizers hold an object, namespaces are emptied first. */
export function deleteObject(context: WriteContext, name: string, options: KubernetesObject): ApiAnswer {
	const {store, resource, namespace, now, dryRun, query} = context;
	const current = store.get(resource.id, namespace, name);
	if (!current) throw notFound(resource.id, name);
	const preconditions = (options.preconditions ?? {}) as {uid?: string; resourceVersion?: string};
	if (preconditions.uid && preconditions.uid !== current.metadata.uid) throw conflict(resource.id, name, uidMismatch);
	if (dryRun) return deleted(resource, current);
	if ((options.propagationPolicy ?? query.get('propagationPolicy')) === 'Orphan') orphan(store, current);
	const asked = options.gracePeriodSeconds ?? query.get('gracePeriodSeconds') ?? undefined;
	if (resource.id === 'pods') {
		const pod = current as PodObject;
		const grace = asked === undefined ? (pod.spec.terminationGracePeriodSeconds ?? 30) : Number(asked);
		const finished = pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';
		if (grace > 0 && pod.spec.nodeName && !finished) return {status: 200, json: markDeleted(context, pod, grace)};
	} else if (resource.id === 'namespaces') {
		const marked = markDeleted(context, {...current, status: {phase: 'Terminating'}}, undefined);
		return {status: 200, json: marked};
	}
	if (current.metadata.finalizers?.length) return {status: 200, json: markDeleted(context, current, 0)};
	store.delete(resource.id, namespace, name);
	return resource.id === 'pods' ? {status: 200, json: current} : deleted(resource, current);

	function markDeleted({store: into}: WriteContext, object: KubernetesObject, grace: number | undefined) {
		const already = object.metadata.deletionTimestamp;
		if (already && (grace === undefined || grace >= (object.metadata.deletionGracePeriodSeconds ?? 0))) return object;
		const deletionTimestamp = timestamp(now + (grace ?? 0) * 1000);
		const metadata = {
			...object.metadata,
			deletionTimestamp,
			...(grace !== undefined && {deletionGracePeriodSeconds: grace}),
		};
		return into.put(resource.id, {...object, metadata});
	}
}

function deleted(resource: Resource, {metadata}: KubernetesObject): ApiAnswer {
	const details = {
		name: metadata.name,
		...(resource.group && {group: resource.group}),
		kind: resource.plural,
		uid: metadata.uid,
	};
	return {status: 200, json: {kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details}};
}

function orphan(store: Store, {metadata: {uid}}: KubernetesObject): void {
	for (const id of ['pods', 'replicasets.apps'])
		for (const one of store.list(id))
			if (one.metadata.ownerReferences?.some(owner => owner.uid === uid)) {
				const ownerReferences = one.metadata.ownerReferences.filter(owner => owner.uid !== uid);
				store.put(id, {...one, metadata: {...one.metadata, ownerReferences}});
			}
}

/** The `eviction` subresource, with which drain removes pods. There are no disruption budgets to respect here. */
export function evict(context: WriteContext, name: string, body: KubernetesObject): ApiAnswer {
	const options = isRecord(body.deleteOptions) ? body.deleteOptions : {};
	deleteObject(context, name, options as unknown as KubernetesObject);
	return {status: 201, json: {kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201}};
}

/** The `scale` subresource. */
export async function scale(context: WriteContext, name: string, request: ApiRequest): Promise<ApiAnswer> {
	const {store, resource, namespace} = context;
	const workload = store.get<WorkloadObject>(resource.id, namespace, name);
	if (!workload) throw notFound(resource.id, name);
	const asScale = (one: WorkloadObject) => ({
		kind: 'Scale',
		apiVersion: 'autoscaling/v1',
		metadata: {
			name,
			namespace,
			uid: one.metadata.uid,
			resourceVersion: one.metadata.resourceVersion,
			creationTimestamp: one.metadata.creationTimestamp,
		},
		spec: {replicas: one.spec.replicas ?? 1},
		status: {
			replicas: one.status.replicas ?? 0,
			selector: Object.entries(one.spec.selector.matchLabels ?? {})
				.map(([key, value]) => `${key}=${value}`)
				.join(','),
		},
	});
	if (request.method === 'GET') return {status: 200, json: asScale(workload)};
	if (request.method !== 'PUT' && request.method !== 'PATCH') throw methodNotAllowed();
	const body = await parse(request.body?.toString() ?? '{}');
	const before = asScale(workload);
	const wanted = (
		request.contentType.startsWith('application/json-patch') ? jsonPatch(before, body) : mergePatch(before, body)
	) as typeof before;
	const {resourceVersion} = wanted.metadata;
	if (resourceVersion && resourceVersion !== workload.metadata.resourceVersion)
		throw conflict(resource.id, name, stale);
	const spec = {...workload.spec, replicas: Number(wanted.spec.replicas)};
	return {status: 200, json: asScale(replace(context, workload, {...workload, spec}) as WorkloadObject)};
}
