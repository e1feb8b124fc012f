import {Problem} from '../../cluster/problem.ts';

/** Throws a Problem unless it was said by how many servers or agents a cluster shall change. */
export function requireAmount(
	cluster: string,
	verb: 'grow' | 'shrink',
	{servers, agents}: {readonly servers: number; readonly agents: number},
): void {
	const areCounts = [servers, agents].every(amount => Number.isInteger(amount) && amount >= 0);
	if (areCounts && servers + agents > 0) return;
	throw new Problem(
		`cluster "${cluster}"`,
		`it was not said by how much to ${verb}`,
		'Give --agents 1 or --servers 1.',
	);
}
