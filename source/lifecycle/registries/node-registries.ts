import {posix} from 'node:path';
import {type Cluster, type Node, workersOf} from '../../cluster/model.ts';
import {Problem} from '../../cluster/problem.ts';
import {
	containerdConfigPath,
	hostsToml,
	hostsTomlPath,
	isGenerated,
	readsHostsToml,
} from '../../cluster/registries/hosts-toml.ts';
import {
	bringsRegistries,
	type ChangedMirrors,
	isSame,
	type Mirrors,
	noMirrors,
	registriesPath,
} from '../../cluster/registries/mirrors.ts';
import {execute, inspectContainer, putFiles, readFile} from '../../engine/containers.ts';
import type {Engine} from '../../engine/engine.ts';
import type {LifecycleContext} from '../context.ts';
import type {RegistryEffect} from '../lifecycle.ts';
import type {Run} from '../operation.ts';
import {parseRegistries, registriesText} from './registries-file.ts';

/** What became of one node. */
export interface WrittenNode {
	readonly node: Node;
	readonly effect: RegistryEffect;
	/** Registry names that something else in the node decides about. */
	readonly foreign: readonly string[];
}

/** Throws a Problem if a volume brings the registries of any of a cluster's nodes: the file is the user's. */
export async function requireOwnRegistries(engine: Engine, cluster: Cluster, signal: AbortSignal): Promise<void> {
	const nodes = workersOf(cluster);
	const inspections = await Promise.all(nodes.map(({id}) => inspectContainer(engine, id, signal)));
	const index = inspections.findIndex(inspection => bringsRegistries(inspection?.HostConfig.Binds ?? []));
	const node = nodes[index];
	if (!node) return;
	throw new Problem(
		`node ${node.name}`,
		`a volume brings its ${registriesPath}`,
		`Change the file where it comes from, then: k3dui cluster restart ${cluster.name}`,
	);
}

/** The registries of one node as they are in it now. */
export async function readMirrors(engine: Engine, node: Node, signal?: AbortSignal): Promise<Mirrors | undefined> {
	const text = await readFile(engine, node.id, registriesPath, signal);
	return text === undefined ? undefined : parseRegistries(text, `${registriesPath} of ${node.name}`);
}

/**
 * Changes registries.yaml in a server or agent and, where the node runs, what k3s made of it for containerd, which looks
 * there at every pull. k3s reads the file itself when it starts only; its older releases put it into containerd's
 * configuration, and have to start again. The step is taken back when the operation fails.
 */
export async function writeRegistries(
	{engine}: LifecycleContext,
	run: Run,
	node: Node,
	change: (file: Mirrors) => ChangedMirrors,
): Promise<WrittenNode> {
	return run.step(`write registries of ${node.name}`, async (report, signal) => {
		const before = await readMirrors(engine, node, signal);
		const {file, own, foreign} = change(before ?? noMirrors);
		const isChanged = !isSame(before ?? noMirrors, file);
		if (isChanged) {
			const write = async (content: Mirrors, within?: AbortSignal) =>
				putFiles(
					engine,
					node.id,
					[{path: registriesPath, mode: 0o644, content: await registriesText(content)}],
					within,
				);
			run.undo(`restore registries of ${node.name}`, `${registriesPath} of ${node.name}`, undoSignal =>
				write(before ?? noMirrors, undoSignal),
			);
			await write(file);
		}
		if (node.state !== 'running') {
			if (!isChanged) report.skip('nothing changes');
			return {node, effect: 'at start', foreign};
		}
		const config = await readFile(engine, node.id, containerdConfigPath, signal);
		if (config === undefined || !readsHostsToml(config)) {
			if (!isChanged) report.skip('nothing changes');
			return {node, effect: isChanged ? 'after restart' : 'now', foreign};
		}
		const gone = Object.keys(before?.mirrors ?? {}).filter(key => !Object.hasOwn(file.mirrors, key));
		const results = await Promise.all([
			...own.map(key => writeHosts(engine, run, node, key, hostsToml(key, file.mirrors[key]?.endpoint?.[0] ?? ''))),
			...gone.map(key => writeHosts(engine, run, node, key, undefined)),
		]);
		if (!isChanged && results.every(result => result === 'same')) report.skip('nothing changes');
		const keys = [...own, ...gone];
		return {node, effect: 'now', foreign: [...foreign, ...keys.filter((_, index) => results[index] === 'foreign')]};
	});
}

/** Writes or removes what containerd reads of one registry name. A file that is the user's stays. */
async function writeHosts(
	engine: Engine,
	run: Run,
	node: Node,
	key: string,
	content: string | undefined,
): Promise<'same' | 'changed' | 'foreign'> {
	const path = hostsTomlPath(key);
	const before = await readFile(engine, node.id, path);
	if (before === content) return 'same';
	if (before !== undefined && !isGenerated(before)) return 'foreign';
	const write = async (text: string | undefined) => {
		if (text === undefined) await execute(engine, node.id, ['rm', '-rf', posix.dirname(path)]);
		else await putFiles(engine, node.id, [{path, mode: 0o600, content: text}]);
	};
	run.undo(`restore ${key} in ${node.name}`, `${path} of ${node.name}`, () => write(before));
	await write(content);
	return 'changed';
}
