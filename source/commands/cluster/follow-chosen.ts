import type {Lifecycle} from '../../lifecycle/lifecycle.ts';
import type {Invocation} from '../command.ts';
import {followOperations} from '../progress/follow-operations.ts';
import {type allFlag, chosenClusters} from './names.ts';

/** Begins an operation on each of the clusters a command is for, all at once, and follows them to their end. */
export async function followChosen(
	invocation: Invocation<typeof allFlag>,
	begin: (lifecycle: Lifecycle, name: string) => ReturnType<Lifecycle['stopCluster']>,
): Promise<void> {
	const names = await chosenClusters(invocation);
	const lifecycle = await invocation.lifecycle();
	await followOperations(
		names.map(name => begin(lifecycle, name)),
		invocation.context,
	);
}
