import type {NodeFilter} from '../cluster-spec.ts';
import type {Filterable} from './node-filter.ts';

/** The indices as a filter's subset: `*`, `1-3`, `0,2`. The only server is named, since it has no equals. */
function subset(indices: readonly number[], count: number, role: 'server' | 'agent'): string {
	if (indices.length === count && (count > 1 || role === 'agent')) return '*';
	const [first = 0] = indices;
	const isRun = indices.length > 2 && indices.every((index, i) => index === first + i);
	return isRun ? `${first}-${indices.at(-1)}` : indices.join(',');
}

/**
 * The shortest filters that pick just these nodes, the inverse of `selectNodes`. Roles that are picked whole stay whole
 * when the cluster grows, as its peers' settings do.
 */
export function filtersFor(picked: readonly Filterable[], all: readonly Filterable[]): NodeFilter[] {
	if (picked.length === all.length && all.length > 1) return ['all'];
	return (['server', 'agent', 'loadbalancer'] as const).flatMap(role => {
		const indices = picked.filter(node => node.role === role).map(node => node.index);
		if (indices.length === 0) return [];
		if (role === 'loadbalancer') return [role];
		const count = all.filter(node => node.role === role).length;
		return [
			`${role}:${subset(
				indices.toSorted((a, b) => a - b),
				count,
				role,
			)}`,
		];
	});
}
