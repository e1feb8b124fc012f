import type {Cluster} from '../cluster/model.ts';
import {shortName} from '../hooks/node-name.ts';

/** Up to this many nodes are named. */
const mostNamed = 3;

/** The nodes behind a port by name; many of them as numbers. */
export function nodesText(names: readonly string[], cluster: Cluster | undefined): string {
	const servers = names.filter(name => cluster?.servers.some(node => node.name === name)).length;
	const agents = names.filter(name => cluster?.agents.some(node => node.name === name)).length;
	if (names.length <= mostNamed || servers + agents < names.length) {
		return names.map(name => shortName(name, cluster?.name)).join(', ');
	}
	const count = (number: number, noun: string) => (number === 0 ? [] : [`${number} ${noun}${number === 1 ? '' : 's'}`]);
	return [...count(servers, 'server'), ...count(agents, 'agent')].join(', ');
}
