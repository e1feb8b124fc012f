import {isDeepStrictEqual} from 'node:util';
import {isRecord} from './objects.ts';
import {badRequest, invalid, StatusError} from './status-error.ts';

/** RFC 7386: objects merge, null removes, everything else replaces. */
export function mergePatch(target: unknown, patch: unknown): unknown {
	if (!isRecord(patch)) return patch;
	const result: Record<string, unknown> = isRecord(target) ? {...target} : {};
	for (const [key, value] of Object.entries(patch)) {
		if (value === null) delete result[key];
		else result[key] = mergePatch(result[key], value);
	}
	return result;
}

/**
 * Which lists merge by which key; those not named are replaced whole. From the `patchMergeKey` tags of k8s.io/api; the path is the field's
 * name, which is enough for the kinds served here.
 */
const mergeKeys: Record<string, readonly string[]> = {
	containers: ['name'],
	initContainers: ['name'],
	ephemeralContainers: ['name'],
	containerStatuses: ['name'],
	env: ['name'],
	volumes: ['name'],
	volumeMounts: ['mountPath'],
	imagePullSecrets: ['name'],
	secrets: ['name'],
	hostAliases: ['ip'],
	ports: ['containerPort', 'port'],
	conditions: ['type'],
	addresses: ['type'],
	ownerReferences: ['uid'],
	topologySpreadConstraints: ['topologyKey'],
};
const mergeAsSets = new Set(['finalizers', 'podCIDRs']);

/**
 * Kubernetes' strategic merge patch, its practical part: lists with a merge key merge by it, `$patch: delete|replace`,
 * `$deleteFromPrimitiveList/...` and `$retainKeys` are honoured, `$setElementOrder/...` is dropped (order is not kept).
 */
export function strategicMergePatch(target: unknown, patch: unknown, field = ''): unknown {
	if (Array.isArray(patch)) return mergeList(Array.isArray(target) ? target : [], patch, field);
	if (!isRecord(patch)) return patch;
	if (patch.$patch === 'delete') return undefined;
	if (patch.$patch === 'replace') return withoutDirectives(patch);
	let result: Record<string, unknown> = isRecord(target) ? {...target} : {};
	if (Array.isArray(patch.$retainKeys)) {
		const retained = patch.$retainKeys;
		result = Object.fromEntries(Object.entries(result).filter(([key]) => retained.includes(key)));
	}
	for (const [key, value] of Object.entries(patch)) {
		if (key.startsWith('$deleteFromPrimitiveList/')) {
			const name = key.slice(key.indexOf('/') + 1);
			const [list, removed] = [result[name], value];
			if (Array.isArray(list) && Array.isArray(removed)) result[name] = list.filter(item => !removed.includes(item));
		} else if (key.startsWith('$')) continue;
		else if (value === null) delete result[key];
		else {
			const merged = strategicMergePatch(result[key], value, key);
			if (merged === undefined) delete result[key];
			else result[key] = merged;
		}
	}
	return result;
}

function mergeList(target: readonly unknown[], patch: readonly unknown[], field: string): unknown[] {
	if (mergeAsSets.has(field)) return [...new Set([...target, ...patch])];
	const key = mergeKeys[field]?.find(name => [...patch, ...target].some(item => isRecord(item) && name in item));
	const replaces = patch.some(item => isRecord(item) && item.$patch === 'replace');
	if (!key || replaces) {
		return patch.filter(item => !(isRecord(item) && item.$patch === 'replace' && Object.keys(item).length === 1));
	}
	const result = [...target];
	for (const item of patch) {
		if (!isRecord(item)) continue;
		const index = result.findIndex(one => isRecord(one) && one[key] === item[key]);
		if (item.$patch === 'delete') {
			if (index >= 0) result.splice(index, 1);
		} else if (index >= 0) result[index] = strategicMergePatch(result[index], item);
		else result.push(withoutDirectives(item));
	}
	return result;
}

function withoutDirectives(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(withoutDirectives);
	if (!isRecord(value)) return value;
	const entries = Object.entries(value).filter(([key, one]) => !key.startsWith('$') && one !== null);
	return Object.fromEntries(entries.map(([key, one]) => [key, withoutDirectives(one)]));
}

interface JsonPatchStep {
	op: string;
	path: string;
	from?: string;
	value?: unknown;
}

/**
 * RFC 6902.
 * @throws StatusError 422 when a `test` fails or a path does not exist
 */
export function jsonPatch(target: unknown, steps: unknown): unknown {
	if (!Array.isArray(steps)) throw badRequest('a JSON patch is a list of operations');
	let document = structuredClone(target);
	for (const {op, path, from, value} of steps as JsonPatchStep[]) {
		if (op === 'test') {
			if (!isDeepStrictEqual(readPointer(document, path), value))
				throw new StatusError(422, 'Invalid', `the server rejected our request: test of ${path} failed`);
		} else if (op === 'add' || op === 'replace') document = writePointer(document, path, value, op === 'replace');
		else if (op === 'remove') removePointer(document, path);
		else if (op === 'move' || op === 'copy') {
			const moved = structuredClone(readPointer(document, from ?? ''));
			if (op === 'move') removePointer(document, from ?? '');
			document = writePointer(document, path, moved, false);
		} else throw badRequest(`unknown operation in a JSON patch: ${op}`);
	}
	return document;
}

const unescapeStep = (step: string) => step.replaceAll('~1', '/').replaceAll('~0', '~');

function parentOf(document: unknown, pointer: string): {parent: unknown; last: string} {
	const steps = pointer.split('/').slice(1).map(unescapeStep);
	const last = steps.pop() ?? '';
	let parent = document;
	for (const step of steps) parent = child(parent, step);
	if (typeof parent !== 'object' || parent === null) throw invalid('patch', pointer, 'the path does not exist');
	return {parent, last};
}

function child(parent: unknown, step: string): unknown {
	if (Array.isArray(parent)) return parent[Number(step)];
	return isRecord(parent) ? parent[step] : undefined;
}

function readPointer(document: unknown, pointer: string): unknown {
	if (pointer === '') return document;
	const {parent, last} = parentOf(document, pointer);
	return child(parent, last);
}

function writePointer(document: unknown, pointer: string, value: unknown, mustExist: boolean): unknown {
	if (pointer === '') return value;
	const {parent, last} = parentOf(document, pointer);
	if (mustExist && child(parent, last) === undefined) throw invalid('patch', pointer, 'the path does not exist');
	if (!Array.isArray(parent)) (parent as Record<string, unknown>)[last] = value;
	else if (mustExist) parent[Number(last)] = value;
	else parent.splice(last === '-' ? parent.length : Number(last), 0, value);
	return document;
}

function removePointer(document: unknown, pointer: string): void {
	const {parent, last} = parentOf(document, pointer);
	if (child(parent, last) === undefined) throw invalid('patch', pointer, 'the path does not exist');
	if (Array.isArray(parent)) parent.splice(Number(last), 1);
	else delete (parent as Record<string, unknown>)[last];
}
