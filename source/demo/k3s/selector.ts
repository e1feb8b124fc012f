import {isRecord, type KubernetesObject} from './objects.ts';
import {badRequest} from './status-error.ts';

/** Decides whether an object is wanted. */
export type Filter = (object: KubernetesObject) => boolean;

const inSet = /^\s*(\S+)\s+(in|notin)\s*\(([^)]*)\)\s*$/;

/**
 * Compiles a label selector as in URLs: `a=b,c!=d,e,!f,g in (x,y),h notin (z)`.
 * @throws StatusError 400 for a requirement it cannot read
 */
export function labelFilter(selector: string): Filter {
	const requirements = selector.match(/[^,(]+(\([^)]*\))?/g) ?? [];
	const tests = requirements.map((text): ((labels: Record<string, string>) => boolean) => {
		const set = inSet.exec(text);
		if (set) {
			const [, key = '', operator, list = ''] = set;
			const values = list.split(',').map(value => value.trim());
			return operator === 'in'
				? labels => key in labels && values.includes(labels[key] ?? '')
				: labels => !(key in labels) || !values.includes(labels[key] ?? '');
		}
		const [, negated, key = '', operator, value = ''] = /^\s*(!?)([^!=\s]+)\s*(==|=|!=)?\s*(\S*)\s*$/.exec(text) ?? [];
		if (!key) throw badRequest(`unable to parse requirement: ${text}`);
		if (negated) return labels => !(key in labels);
		if (!operator) return labels => key in labels;
		return operator === '!=' ? labels => labels[key] !== value : labels => labels[key] === value;
	});
	return ({metadata}) => tests.every(test => test(metadata.labels ?? {}));
}

/** Compiles a field selector: `metadata.name=x,spec.nodeName!=y`. Fields are read by their path; absent ones count as empty. */
export function fieldFilter(selector: string): Filter {
	const tests = selector
		.split(',')
		.filter(Boolean)
		.map((text): Filter => {
			const [, path = '', operator, value = ''] = /^([^!=]+)(==|=|!=)(.*)$/.exec(text.trim()) ?? [];
			if (!path) throw badRequest(`invalid field selector: ${text}`);
			return object => {
				const actual = readField(object, path);
				return operator === '!=' ? actual !== value : actual === value;
			};
		});
	return object => tests.every(test => test(object));
}

function readField(object: KubernetesObject, path: string): string {
	let value: unknown = object;
	for (const step of path.split('.')) value = isRecord(value) ? value[step] : undefined;
	if (path === 'spec.unschedulable') return String(value === true);
	return value === undefined || value === null ? '' : String(value);
}
