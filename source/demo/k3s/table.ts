import type {KubernetesObject} from './objects.ts';
import type {Resource} from './resources.ts';
import {plainColumns, tableColumns} from './table-columns.ts';

/** How a client wants its objects: as they are, or as `Table` rows with this much of the object attached. */
export interface TableRequest {
	/** `v1` or `v1beta1` of meta.k8s.io. */
	readonly version: string;
	readonly include: 'None' | 'Metadata' | 'Object';
}

/** Reads `Accept: application/json;as=Table;v=v1;g=meta.k8s.io` and `?includeObject=`; undefined when no table is asked for. */
export function tableRequest(accept: string, includeObject: string | null): TableRequest | undefined {
	const version = /as=Table;v=(v1beta1|v1)(?:;|,|$)/.exec(accept.replaceAll(' ', ''))?.[1];
	if (!version) return undefined;
	return {version, include: includeObject === 'Object' || includeObject === 'None' ? includeObject : 'Metadata'};
}

function attached(object: KubernetesObject, {version, include}: TableRequest): unknown {
	if (include === 'None') return undefined;
	if (include === 'Object') return object;
	return {kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata: object.metadata};
}

/**
 * Objects as a `Table`, which is what `kubectl get` prints.
 * @param metadata of the list (its resource version)
 */
export function toTable(
	resource: Resource,
	objects: readonly KubernetesObject[],
	request: TableRequest,
	metadata: Record<string, unknown>,
	now: number,
): Record<string, unknown> {
	const columns = tableColumns[resource.id] ?? plainColumns;
	return {
		kind: 'Table',
		apiVersion: `meta.k8s.io/${request.version}`,
		metadata,
		columnDefinitions: columns.map(({name, wide, type = 'string'}) => ({
			name,
			type,
			format: name === 'Name' ? 'name' : '',
			description: '',
			priority: wide ? 1 : 0,
		})),
		rows: objects.map(object => ({
			cells: columns.map(column => column.cell(object, now)),
			object: attached(object, request),
		})),
	};
}
