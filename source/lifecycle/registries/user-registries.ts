import {type Cluster, type Node, workersOf} from '../../cluster/model.ts';
import {bringsRegistries, type Mirrors} from '../../cluster/registries/mirrors.ts';
import {userMirrors} from '../../cluster/registries/user-mirrors.ts';
import {inspectContainer} from '../../engine/containers.ts';
import type {Engine} from '../../engine/engine.ts';
import {readRegistries} from './cluster-registries.ts';
import {readMirrors} from './node-registries.ts';
import {parseRegistries, registriesText} from './registries-file.ts';

async function userText(
	engine: Engine,
	file: Mirrors,
	used: readonly Node[],
	signal: AbortSignal | undefined,
): Promise<string | undefined> {
	const theirs = userMirrors(file, await readRegistries(engine, used, signal));
	return theirs && registriesText(theirs);
}

/** The user's part of the registries.yaml in a cluster's nodes, as text; what a volume brings is told as a volume. */
export async function readUserRegistries(
	engine: Engine,
	cluster: Cluster,
	used: readonly Node[],
	signal?: AbortSignal,
): Promise<string | undefined> {
	const [node] = workersOf(cluster);
	const file = node && (await readMirrors(engine, node, signal));
	if (!file) return undefined;
	const inspection = await inspectContainer(engine, node.id, signal);
	return bringsRegistries(inspection?.HostConfig.Binds ?? []) ? undefined : userText(engine, file, used, signal);
}

/** A user's registries file as it would be read back from nodes that it was put into. */
export async function tidyRegistries(
	engine: Engine,
	text: string,
	used: readonly Node[],
	signal?: AbortSignal,
): Promise<string | undefined> {
	return userText(engine, await parseRegistries(text, 'registries file'), used, signal);
}
