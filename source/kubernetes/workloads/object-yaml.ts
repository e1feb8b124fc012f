import type {Client} from '../client.ts';
import {requestJson} from '../json-request.ts';
import {objectPath, wordsOf} from './object-path.ts';
import type {ApiObject} from './objects.ts';
import type {ObjectRef} from './workloads.ts';

/** What stands in the place of a secret's value. */
const hidden = '…';

/** Where `kubectl apply` keeps the whole manifest, values included. */
export const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** An object as YAML, without what only the API's bookkeeping needs. A Secret's values are hidden. */
export async function objectYaml(client: Client, ref: ObjectRef, signal: AbortSignal): Promise<string> {
	const object = await requestJson<ApiObject>(client, wordsOf(ref), {path: objectPath(ref)}, signal);
	const {stringify} = await import('yaml');
	return stringify(shownObject(object), {lineWidth: 0});
}

/** An object without its managed fields, and without the values of a Secret. */
export function shownObject(object: ApiObject): object {
	const {managedFields: _, ...metadata} = object.metadata ?? {};
	if (object.kind !== 'Secret') return {...object, metadata};
	const {data, stringData, ...rest} = object as ApiObject & Readonly<Record<string, unknown>>;
	const {[lastApplied]: __, ...annotations} = metadata.annotations ?? {};
	return {
		...rest,
		metadata: {...metadata, ...(metadata.annotations && {annotations})},
		...(data !== undefined && {data: withoutValues(data)}),
		...(stringData !== undefined && {stringData: withoutValues(stringData)}),
	};
}

function withoutValues(data: unknown): object {
	return Object.fromEntries(Object.keys(Object(data)).map(key => [key, hidden]));
}
