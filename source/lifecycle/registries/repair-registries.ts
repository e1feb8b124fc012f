import {type Cluster, isAttached, workersOf} from '../../cluster/model.ts';
import type {PlannedFile} from '../../cluster/plan/cluster-plan.ts';
import {
	bringsRegistries,
	type ChangedMirrors,
	isSame,
	type Mirrors,
	noMirrors,
	registriesPath,
	withRegistry,
} from '../../cluster/registries/mirrors.ts';
import type {Registry} from '../../cluster/registries/registry.ts';
import {inspectContainer, readFile} from '../../engine/containers.ts';
import type {Network} from '../../engine/networks.ts';
import type {LifecycleContext} from '../context.ts';
import {findAll} from '../find.ts';
import type {Peer} from '../nodes/plan-growth.ts';
import type {Run} from '../operation.ts';
import {readRegistries, registriesOf} from './cluster-registries.ts';
import {connectRegistry} from './connect-registry.ts';
import {startRegistry} from './make-registry.ts';
import {writeRegistries} from './node-registries.ts';
import {parseRegistries, registriesText} from './registries-file.ts';

/** A registries file with these registries as they are now. */
function withAll(file: Mirrors, registries: readonly Registry[]): ChangedMirrors {
	return registries.reduce<ChangedMirrors>(
		(changed, registry) => {
			const {file: next, own, foreign} = withRegistry(changed.file, registry);
			return {file: next, own: [...changed.own, ...own], foreign: [...changed.foreign, ...foreign]};
		},
		{file, own: [], foreign: []},
	);
}

/**
 * Makes a cluster's registries right before its nodes start: those that do not run are started; one that was made again is
 * put back into the network, and the nodes are told its new port. Gives back the registries. A file that a volume
 * brings is the user's.
 */
export async function repairRegistries(
	context: LifecycleContext,
	run: Run,
	{cluster, network}: {cluster: Cluster; network: Network},
): Promise<Registry[]> {
	const {engine} = context;
	const inventory = await findAll(engine, run.signal);
	const nodes = await registriesOf(engine, cluster, inventory, run.signal);
	await Promise.all(
		nodes.map(async node => {
			if (!isAttached(node, network.name)) {
				await connectRegistry(context, run, {node, cluster, network});
			}
			if (node.state === 'running') return;
			await startRegistry(context, run, node);
			run.remains(`${node.name} is running`);
		}),
	);
	const registries = await readRegistries(engine, nodes, run.signal);
	if (registries.length === 0) return [];
	await Promise.all(
		workersOf(cluster).map(async node => {
			const inspection = await inspectContainer(engine, node.id, run.signal);
			if (bringsRegistries(inspection?.HostConfig.Binds ?? [])) return;
			const {effect} = await writeRegistries(context, run, node, file => withAll(file, registries));
			if (effect === 'after restart') {
				run.warn(`${node.name} heeds its registries once it has started again: k3dui node restart ${node.name}`);
			}
		}),
	);
	return registries;
}

/**
 * The registries file for a node that joins: what its peers have, the user's entries too, with the cluster's registries as
 * they are now. None where a volume brings the file, as the new node has that too.
 */
export async function registriesFileFor(
	{engine}: LifecycleContext,
	cluster: Cluster,
	peers: readonly Peer[],
	signal: AbortSignal,
): Promise<PlannedFile[]> {
	if (bringsRegistries(peers.flatMap(peer => peer.inspection.HostConfig.Binds ?? []))) return [];
	const [inventory, text] = await Promise.all([findAll(engine, signal), firstFile(engine, peers, signal)]);
	const registries = await readRegistries(engine, await registriesOf(engine, cluster, inventory, signal), signal);
	if (registries.length === 0) return text === undefined ? [] : [planned(text)];
	const before = text === undefined ? noMirrors : await parseRegistries(text, registriesPath);
	const {file} = withAll(before, registries);
	return [planned(text !== undefined && isSame(before, file) ? text : await registriesText(file))];
}

function planned(content: string): PlannedFile {
	return {path: registriesPath, mode: 0o644, content};
}

async function firstFile(
	engine: LifecycleContext['engine'],
	peers: readonly Peer[],
	signal: AbortSignal,
): Promise<string | undefined> {
	for (const {node} of peers) {
		const content = await readFile(engine, node.id, registriesPath, signal);
		if (content !== undefined) return content;
	}
	return undefined;
}
