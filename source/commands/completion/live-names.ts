import type {ContainerListing} from '../../cluster/container-listing.ts';
import {inventory} from '../../cluster/inventory.ts';
import {appName, labels} from '../../cluster/labels.ts';
import {type Cluster, type Node, nodesOf, runningOf} from '../../cluster/model.ts';
import {ask} from '../../engine/ask.ts';
import {type ListedContext, listContexts} from '../../engine/contexts.ts';
import {type EngineName, resolveEndpoint} from '../../engine/endpoint.ts';
import type {CommandContext} from '../context.ts';

/** What names can be completed to. */
export type LiveKind = 'context' | 'cluster' | 'node' | 'loadbalancer' | 'registry' | 'network' | 'image';

/** A word that can be completed to, and what it is. */
export interface Suggestion {
	readonly word: string;
	readonly description: string;
}

/** How long somebody who pressed Tab waits for an engine, in milliseconds. */
const patience = 1500;

/** The names of one kind that there are on an engine; none where it does not answer at once. */
export async function liveNames(
	kind: LiveKind,
	name: EngineName,
	{env, home, signal}: Pick<CommandContext, 'env' | 'home' | 'signal'>,
): Promise<readonly Suggestion[]> {
	try {
		if (kind === 'context') return contexts(await listContexts({env, home}));
		const endpoint = await resolveEndpoint({...name, env, home});
		const limit = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
		const get = (path: string) => ask(endpoint, path, limit);
		switch (kind) {
			case 'image':
				return images(await get('/images/json'));
			case 'network':
				return networks(await get('/networks'));
			default: {
				const filters = JSON.stringify({label: [`${labels.app}=${appName}`]});
				const listings = await get(`/containers/json?all=true&filters=${encodeURIComponent(filters)}`);
				return containers(kind, listings as ContainerListing[]);
			}
		}
	} catch {
		// The line that is being typed is no place for an error.
		return [];
	}
}

function contexts(listed: readonly ListedContext[]): Suggestion[] {
	return listed.map(({name, endpoint, problem}) => ({word: name, description: endpoint?.url ?? problem?.reason ?? ''}));
}

function containers(
	kind: Exclude<LiveKind, 'context' | 'image' | 'network'>,
	listings: readonly ContainerListing[],
): Suggestion[] {
	const {clusters, registries} = inventory(listings);
	const all = [...new Map([...clusters.flatMap(nodesOf), ...registries].map(node => [node.id, node])).values()];
	switch (kind) {
		case 'cluster':
			return clusters.map(cluster => ({word: cluster.name, description: aboutCluster(cluster)}));
		case 'registry':
			return registries.map(aboutNode);
		case 'loadbalancer':
			return all.filter(({role}) => role === 'loadbalancer').map(aboutNode);
		case 'node':
			return all.filter(({role}) => role !== 'tools').map(aboutNode);
	}
}

function aboutCluster({state, servers, agents}: Cluster): string {
	const all = [...servers, ...agents];
	return state === 'partial' ? `${runningOf(all)} of ${all.length} nodes run` : state;
}

function aboutNode({name, role, cluster, state}: Node): Suggestion {
	return {word: name, description: `${role}${cluster === undefined ? '' : ` of ${cluster}`}, ${state}`};
}

function images(answer: unknown): Suggestion[] {
	const list = answer as readonly {readonly RepoTags?: readonly string[] | null; readonly Size: number}[];
	return list.flatMap(({RepoTags, Size}) =>
		(RepoTags ?? [])
			.filter(tag => tag !== '<none>:<none>')
			.map(word => ({word, description: `${(Size / 1e6).toFixed(Size < 1e7 ? 1 : 0)} MB`})),
	);
}

function networks(answer: unknown): Suggestion[] {
	const list = answer as readonly {readonly Name: string; readonly Driver: string}[];
	return list.map(({Name, Driver}) => ({word: Name, description: Driver}));
}
