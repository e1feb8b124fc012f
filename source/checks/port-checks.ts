import pLimit from 'p-limit';
import {holdsPorts, type Inventory, type Node, nodesOf} from '../cluster/model.ts';
import {Problem, toProblem} from '../cluster/problem.ts';
import {inspectContainer} from '../engine/containers.ts';
import type {Engine} from '../engine/engine.ts';
import {harmless} from '../engine/harmless.ts';
import {hostPortsOf, takenPort} from '../lifecycle/networks/host-ports.ts';
import type {Check} from './check.ts';

type Inspection = NonNullable<Awaited<ReturnType<typeof inspectContainer>>>;

const name = 'host ports';

/** Questions to the engine that are under way at once. */
const atOnce = 8;

/** Whether what is stopped could have its host ports back: meanwhile others may have taken them. */
export async function portChecks(
	engine: Engine,
	{clusters, registries}: Pick<Inventory, 'clusters' | 'registries'>,
	signal?: AbortSignal,
): Promise<readonly Check[]> {
	const nodes = new Map([...clusters.flatMap(nodesOf), ...registries].map(node => [node.id, node]));
	const stopped = [...nodes.values()].filter(node => !holdsPorts(node));
	const limit = pLimit(atOnce);
	const containers = await limit.map(stopped, node => inspected(engine, node, signal));
	const checks: Check[] = [];
	// One after another: to try a port takes it for a moment.
	for (const [index, node] of stopped.entries()) {
		const check = await portCheck(engine, node, containers[index], signal);
		if (check) checks.push(check);
	}
	if (checks.length > 0) return checks;
	const found = stopped.length === 0 ? 'nothing is stopped that wants any' : 'free for what is stopped';
	return [{name, verdict: 'ok', found}];
}

/** A container in full; undefined where it is gone, or why it could not be looked at. */
async function inspected(engine: Engine, {id}: Node, signal?: AbortSignal): Promise<Inspection | Problem | undefined> {
	try {
		return await inspectContainer(engine, id, signal);
	} catch (error) {
		signal?.throwIfAborted();
		return toProblem(error, id);
	}
}

async function portCheck(
	engine: Engine,
	node: Node,
	container: Inspection | Problem | undefined,
	signal?: AbortSignal,
): Promise<Check | undefined> {
	if (!container) return undefined;
	if (container instanceof Problem) {
		return {name, verdict: 'unknown', found: harmless(`${node.name} could not be looked at: ${container.reason}`)};
	}
	const taken = await takenPort(engine, hostPortsOf(container), {signal});
	if (!taken) return undefined;
	return {
		name,
		verdict: 'warning',
		found: harmless(`${node.name} cannot start: ${taken.subject}: ${taken.reason}`),
		next:
			node.role === 'registry'
				? 'Stop what has the port, or make the registry anew with another one.'
				: 'Stop what has the port, or give the cluster another one: k3dui cluster edit',
	};
}
