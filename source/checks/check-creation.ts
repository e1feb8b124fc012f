import type {ClusterSpec} from '../cluster/cluster-spec.ts';
import {toProblem} from '../cluster/problem.ts';
import type {Engine} from '../engine/engine.ts';
import {harmless} from '../engine/harmless.ts';
import {imageSize} from '../engine/images.ts';
import type {Lifecycle} from '../lifecycle/lifecycle.ts';
import {type Check, worstFirst} from './check.ts';
import {creationChecks} from './creation-checks.ts';
import {hostFacts} from './host-facts.ts';

/** What has to be free for a cluster: its name, its ports, its network's addresses. */
async function freedomCheck(lifecycle: Pick<Lifecycle, 'plan'>, spec: ClusterSpec): Promise<Check> {
	try {
		await lifecycle.plan(spec);
		return {name: 'name and ports', verdict: 'ok', found: 'they are free'};
	} catch (error) {
		const {subject, reason, next} = toProblem(error, `cluster "${spec.name}"`);
		return {
			name: 'name and ports',
			verdict: 'problem',
			found: harmless(`${subject}: ${reason}`),
			...(next !== undefined && {next: harmless(next)}),
		};
	}
}

/** Looks at what speaks against creating a cluster, and at what it takes; the worst first. Changes nothing. */
export async function checkCreation(
	engine: Engine,
	lifecycle: Pick<Lifecycle, 'plan'>,
	spec: ClusterSpec,
): Promise<readonly Check[]> {
	const [freedom, facts, size] = await Promise.all([
		freedomCheck(lifecycle, spec),
		hostFacts(engine),
		imageSize(engine, spec.image),
	]);
	return worstFirst([freedom, ...creationChecks(spec, facts, {name: harmless(spec.image), size})]);
}
