import {defaultClusterName} from '../../cluster/cluster-name.ts';
import {UsageProblem} from '../../cluster/problem.ts';
import {findAll} from '../../lifecycle/find.ts';
import type {Invocation} from '../command.ts';
import type {Flags} from '../input/flags.ts';

/** `--all`, on every command that takes several clusters. */
export const allFlag = {
	all: {type: 'boolean', short: 'a', description: 'every cluster there is'},
} as const satisfies Flags;

/** The clusters a command is for: those named, each once, or every one with `--all`, else `fallback`. */
export async function chosenClusters({
	flags,
	operands,
	engine,
	context,
	fallback = defaultClusterName,
}: Pick<Invocation<typeof allFlag>, 'flags' | 'operands' | 'engine' | 'context'> & {
	readonly fallback?: string;
}): Promise<readonly string[]> {
	if (flags.all && operands.length > 0) {
		throw new UsageProblem('--all', 'it means every cluster, so no names go with it');
	}
	if (!flags.all) return operands.length === 0 ? [fallback] : [...new Set(operands)];
	const {clusters} = await findAll(await engine(), context.signal);
	if (clusters.length === 0) await context.stderr.write('There are no clusters.\n');
	return clusters.map(({name}) => name);
}
