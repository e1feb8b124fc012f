import pLimit from 'p-limit';
import {holdsPorts, type Inventory, type Node, nodesOf} from '../cluster/model.ts';
import {inspectContainer} from '../engine/containers.ts';
import type {Engine} from '../engine/engine.ts';
import {harmless} from '../engine/harmless.ts';
import {hostPortsOf, takenPort} from '../lifecycle/networks/host-ports.ts';
import type {Check} from './check.ts';

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
	const found = await limit.map(stopped, node => portCheck(engine, node, signal));
	const objections = found.filter(check => check !== undefined);
	if (objections.length > 0) return objections;
	return [
		{
			name,
			verdict: 'ok',
			found: stopped.length === 0 ? 'nothing is stopped that wants any' : 'free for what is stopped',
		},
	];
}

async function portCheck(engine: Engine, node: Node, signal?: AbortSignal): Promise<Check | undefined> {
	const container = await inspectContainer(engine, node.id, signal);
	const taken = container && (await takenPort(engine, hostPortsOf(container), {signal}));
	if (!taken) return undefined;
	return {
		name,
		verdict: 'warning',
		found: harmless(`${node.name} cannot start: ${taken.subject}: ${taken.reason}`),
		next: 'Stop what has the port, or give the cluster another one: k3dui cluster edit',
	};
}
