import type {Engine} from '../engine/engine.ts';
import {findAll} from '../lifecycle/find.ts';
import type {Check} from './check.ts';
import {hostChecks} from './host-checks.ts';
import {hostFacts} from './host-facts.ts';
import {portChecks} from './port-checks.ts';

/** What was found out about an engine and the machine it runs on. */
export interface CheckedEngine {
	readonly checks: readonly Check[];
	/** Names of the clusters that it has. */
	readonly clusters: readonly string[];
}

/** Looks at an engine, at the machine it runs on and at the host ports. Throws a Problem where no engine answers. */
export async function engineChecks(
	engine: Engine,
	{now, signal}: {readonly now?: () => number; readonly signal?: AbortSignal} = {},
): Promise<CheckedEngine> {
	const facts = await hostFacts(engine, now);
	const found = await findAll(engine, signal);
	return {
		checks: [...hostChecks(facts), ...(await portChecks(engine, found, signal))],
		clusters: found.clusters.map(cluster => cluster.name),
	};
}
