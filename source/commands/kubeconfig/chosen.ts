import type {Cluster} from '../../cluster/model.ts';
import {UsageProblem} from '../../cluster/problem.ts';
import {findAll, findCluster} from '../../lifecycle/find.ts';
import type {Invocation} from '../command.ts';
import type {Flags} from '../input/flags.ts';

export const allFlag = {
	all: {type: 'boolean', short: 'a', description: 'every cluster there is'},
} as const satisfies Flags;

/** The clusters that are named, or all; `subject` is the command. */
export async function chosenClusters(
	{flags, operands, engine, context}: Invocation<typeof allFlag>,
	fallback: readonly string[],
	subject: string,
): Promise<readonly Cluster[]> {
	if (flags.all && operands.length > 0) {
		throw new UsageProblem(subject, '--all means every cluster, so no names go with it');
	}
	const names = operands.length === 0 ? fallback : [...new Set(operands)];
	if (!flags.all && names.length === 0) {
		throw new UsageProblem(subject, 'it needs the name of a cluster, or --all', `See ${subject} --help.`);
	}
	const opened = await engine();
	if (flags.all) return (await findAll(opened, context.signal)).clusters;
	return Promise.all(names.map(name => findCluster(opened, name, context.signal)));
}
