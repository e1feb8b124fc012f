import type {Node} from '../../cluster/model.ts';
import type {PlannedRegistry} from '../../cluster/plan/cluster-plan.ts';
import {planRegistry, requireRegistryName} from '../../cluster/plan/plan-registry.ts';
import {Problem} from '../../cluster/problem.ts';
import type {RegistrySpec} from '../../cluster/registries/registry-spec.ts';
import {createContainer, inspectContainer, removeContainer, stopContainer} from '../../engine/containers.ts';
import type {Engine} from '../../engine/engine.ts';
import {isLogged, lastLogLines} from '../../engine/log-stream.ts';
import type {LifecycleContext} from '../context.ts';
import {resolveHost} from '../create/surroundings.ts';
import {findFreePort} from '../networks/host-ports.ts';
import {requireNetwork} from '../networks/network.ts';
import type {Run} from '../operation.ts';
import {reasonIn} from '../running/deaths.ts';
import {withLastLine} from '../running/last-line.ts';
import {startNodeContainer} from '../running/start-container.ts';

/** How long a registry may take until it listens, in milliseconds. */
const listenPatience = 30_000;

/** What the registry logs when it can be used. Source: distribution 2.8; k3d has the line too, and never waits for it. */
const listeningLine = 'listening on';

/** Works out the container of a registry, and whether it can be made; changes nothing. */
export async function planNewRegistry(
	{engine}: LifecycleContext,
	spec: RegistrySpec,
	cluster: string | undefined,
	signal?: AbortSignal,
): Promise<PlannedRegistry> {
	requireRegistryName(spec.name);
	const [taken, freePort, hostIP] = await Promise.all([
		inspectContainer(engine, spec.name, signal),
		findFreePort(),
		resolveHost(spec.host, 'registry host'),
		requireNetwork(engine, spec.network, signal),
	]);
	const planned = planRegistry(spec, {cluster, freePort, hostIP});
	if (taken) {
		throw new Problem(
			`registry "${spec.name}"`,
			'a container of this name exists already',
			`Choose another name, or delete it first: k3dui registry delete ${spec.name}`,
		);
	}
	return planned;
}

/** Makes a registry's container without starting it, and gives back its id. */
export async function makeRegistry(
	{engine}: LifecycleContext,
	run: Run,
	{name, body}: PlannedRegistry,
): Promise<string> {
	return run.step(`create ${name}`, async () => {
		const id = await createContainer(engine, name, body);
		run.undo(`remove ${name}`, `registry ${name}`, signal => removeContainer(engine, id, signal));
		return id;
	});
}

/** Starts a registry and waits until it listens. */
export async function startRegistry(
	context: LifecycleContext,
	run: Run,
	{id, name}: {readonly id: string; readonly name: string},
): Promise<void> {
	const {engine} = context;
	await run.step(`start ${name}`, async (report, signal) => {
		const startedAt = await startNodeContainer(context, id, name);
		const limit = AbortSignal.any([signal, AbortSignal.timeout(listenPatience)]);
		try {
			await withLastLine(engine, name, report, told => {
				told.detail('waiting until it listens');
				return listening(engine, {id, name}, startedAt, limit);
			});
		} catch (error) {
			signal.throwIfAborted();
			if (!limit.aborted) throw error;
			run.warn(`${name} has not said yet that it listens: k3dui logs ${name}`);
		}
	});
}

/** Starts a registry that was stopped; it is stopped again when the operation fails. */
export async function startAgain(context: LifecycleContext, run: Run, node: Node): Promise<void> {
	run.undo(`stop ${node.name}`, `${node.name} is running`, signal =>
		stopContainer(context.engine, node.id, 10, signal),
	);
	await startRegistry(context, run, node);
}

/** Resolves when the registry has said that it listens; fails when it ends instead. */
async function listening(
	engine: Engine,
	{id, name}: {readonly id: string; readonly name: string},
	startedAt: number,
	signal: AbortSignal,
): Promise<void> {
	if (await isLogged(engine, id, listeningLine, {since: Math.floor(startedAt / 1000), signal})) return;
	signal.throwIfAborted();
	// The log ends with the container: it cannot do what it was told to.
	const lines = await lastLogLines(engine, id, 40).catch(() => []);
	const reason = reasonIn(lines);
	throw new Problem(
		`registry ${name}`,
		reason === undefined
			? ['it ended at once; its last lines:', ...lines.slice(-3)].join('\n  ')
			: `it ended: ${reason}`,
	);
}
