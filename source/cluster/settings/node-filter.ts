import {Problem} from '../problem.ts';

/** How a port reaches its nodes: through the load balancer, or published on the node itself. */
export type FilterSuffix = 'proxy' | 'direct';

/** A parsed node filter. `indices` undefined means every node of the group. */
export interface ParsedFilter {
	readonly group: 'server' | 'agent' | 'loadbalancer' | 'all';
	readonly indices: ((index: number, count: number) => boolean) | undefined;
	/** Indices that must exist, so that `server:9` on three servers is an error and not nothing. */
	readonly required: readonly number[];
	readonly suffix: FilterSuffix | undefined;
}

/**
 * Splits `VALUE@FILTER;FILTER` into value and filters. `\@` is a literal `@`, `\\@` a literal backslash and then the
 * filters. More than one separating `@` is a Problem. Source: k3d v5.9.0, cmd/util SplitFiltersFromFlag.
 */
export function splitFilters(text: string): {value: string; filters: string[]} {
	let value = '';
	let rest: string | undefined;
	for (let i = 0; i < text.length; i++) {
		const char = text[i];
		if (char === '\\' && text[i + 1] === '@') {
			value += '@';
			i++;
		} else if (char === '\\' && text[i + 1] === '\\' && text[i + 2] === '@') {
			value += '\\';
			i++;
		} else if (char === '@') {
			rest = text.slice(i + 1);
			break;
		} else {
			value += char;
		}
	}
	if (rest?.includes('@')) {
		throw new Problem(JSON.stringify(text), 'it has more than one "@"', 'Write a literal "@" as "\\@".');
	}
	return {value, filters: rest === undefined ? [] : rest.split(';').filter(filter => filter !== '')};
}

function parseSubset(text: string, filter: string): Pick<ParsedFilter, 'indices' | 'required'> {
	if (text === '*') return {indices: undefined, required: []};
	if (/^\d+(,\d+)*$/.test(text)) {
		const wanted = text.split(',').map(Number);
		return {indices: index => wanted.includes(index), required: wanted};
	}
	const range = /^(\d*)-(\d*)$/.exec(text);
	if (!range || text === '-') {
		throw new Problem(
			`node filter "${filter}"`,
			`"${text}" is no set of nodes`,
			'Use 0, 0,2, 1-3, 2- or * after the colon, as in "agent:0" or "server:*".',
		);
	}
	const from = range[1] === '' ? 0 : Number(range[1]);
	const to = range[2] === '' ? undefined : Number(range[2]);
	if (to !== undefined && to < from) {
		throw new Problem(`node filter "${filter}"`, `the range ${text} runs backwards`, `Write ${to}-${from}.`);
	}
	return {
		indices: index => index >= from && (to === undefined || index <= to),
		required: to === undefined ? [from] : [from, to],
	};
}

/** Parses one filter, `group[:subset][:suffix]`. Source: k3d v5.9.0, pkg/util/filter.go. */
export function parseFilter(filter: string): ParsedFilter {
	const subject = `node filter "${filter}"`;
	const [group = '', ...rest] = filter.split(':');
	const lastPart = rest.at(-1);
	const suffix = lastPart === 'proxy' || lastPart === 'direct' ? lastPart : undefined;
	const subset = suffix === undefined ? rest : rest.slice(0, -1);
	const hasSubset = rest.length > 1 || group === 'loadbalancer' || group === 'all';
	if (suffix === undefined && hasSubset && subset.length < 3 && /^[a-z]+$/i.test(lastPart ?? '')) {
		throw new Problem(subject, `there is no suffix "${lastPart}"`, 'There are proxy and direct, and for ports only.');
	}
	if (subset.length > 1) throw new Problem(subject, 'it has too many parts', 'A filter looks like "agent:0-2:direct".');
	switch (group) {
		case 'server':
		case 'servers':
		case 'agent':
		case 'agents': {
			const nodes = subset[0];
			if (nodes === undefined || nodes === '') {
				throw new Problem(
					subject,
					'it does not say which nodes',
					`Write "${group}:*" for all or "${group}:0" for the first.`,
				);
			}
			return {group: group.startsWith('server') ? 'server' : 'agent', ...parseSubset(nodes, filter), suffix};
		}
		case 'loadbalancer':
		case 'all':
			return {group, indices: undefined, required: [], suffix};
		default:
			throw new Problem(
				subject,
				`there is no group "${group}"`,
				'Groups are server, agent, loadbalancer and all, as in "server:0" or "agent:*".',
			);
	}
}

/** Anything a filter can pick; `index` counts within the role, in creation order. */
export interface Filterable {
	readonly role: 'server' | 'agent' | 'loadbalancer';
	readonly index: number;
}

/** A filter without what it says about the way of a port. */
export function withoutSuffix(filter: string): string {
	return filter.replace(/:(proxy|direct)$/, '');
}

/**
 * The nodes that any of the filters names, each once, in the given order. A filter that names a node that does
 * not exist is a Problem, and so is one with a suffix: those are for ports. Every agent of none is fine, as in k3d.
 */
export function selectNodes<Item extends Filterable>(filters: readonly string[], nodes: readonly Item[]): Item[] {
	const picked = new Set<Item>();
	for (const filter of filters) {
		const parsed = parseFilter(filter);
		if (parsed.suffix !== undefined) {
			throw new Problem(
				`node filter "${filter}"`,
				`"${parsed.suffix}" is for ports only`,
				`Write "${withoutSuffix(filter)}".`,
			);
		}
		const group = parsed.group === 'all' ? nodes : nodes.filter(node => node.role === parsed.group);
		const missing = parsed.required.find(index => !group.some(node => node.index === index));
		if (missing !== undefined || (group.length === 0 && parsed.group === 'loadbalancer')) {
			throw new Problem(
				`node filter "${filter}"`,
				group.length === 0
					? `the cluster has no ${parsed.group === 'loadbalancer' ? 'load balancer' : parsed.group}`
					: `there is no ${parsed.group} ${missing}; the cluster has ${group.length} (0 to ${group.length - 1})`,
				group.length === 0 ? 'Ask for one, or choose another filter, such as "all".' : 'Choose a number that is there.',
			);
		}
		for (const node of group) {
			if (parsed.indices === undefined || parsed.indices(node.index, group.length)) picked.add(node);
		}
	}
	return nodes.filter(node => picked.has(node));
}
