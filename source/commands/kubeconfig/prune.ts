import type {ContainerListing} from '../../cluster/container-listing.ts';
import {inventory} from '../../cluster/inventory.ts';
import {names} from '../../cluster/labels.ts';
import {ask} from '../../engine/ask.ts';
import {resolveEndpoint} from '../../engine/endpoint.ts';
import type {Engine} from '../../engine/engine.ts';
import {tryOtherEngines} from '../../engine/other-engines.ts';
import {answersAt} from '../../kubernetes/answers-at.ts';
import {kubeconfigFiles, type SavedCluster, savedClusters} from '../../kubernetes/kubeconfig-file.ts';
import {isPublishedBy} from '../../kubernetes/server-address.ts';
import {findAll} from '../../lifecycle/find.ts';
import {forgetKubeconfig} from '../../lifecycle/kubeconfig.ts';
import {defineCommand} from '../command.ts';
import type {CommandContext} from '../context.ts';

/** How long another engine on this machine has to tell its clusters, in milliseconds. */
const patience = 3000;

export const command = defineCommand({
	operands: '',
	takes: {min: 0, max: 0},
	description:
		'From your default kubeconfig go the entries of clusters of k3d that this engine does not have any more. Only those\n' +
		'go that k3d or k3dui has named, whose address leads to this engine, where nothing listens, and that no other engine on\n' +
		'this machine has. Everything else stays. What goes is printed.',
	examples: [
		['kubeconfig prune --dry-run', 'what would go'],
		['kubeconfig prune', 'let it go'],
	],
	flags: {'dry-run': {type: 'boolean', description: 'print what would go, and change nothing'}},
	async run({context, flags, engine}) {
		const {env, home, signal} = context;
		const stale = await staleClusters(await engine(), await savedClusters(kubeconfigFiles(env, home)), context);
		for (const {cluster, server, file} of stale) {
			if (!flags['dry-run']) await forgetKubeconfig({env, home}, cluster, signal);
			await context.stdout.write(`${names.context(cluster)}   ${server}   ${file}\n`);
		}
		if (stale.length === 0) await context.stderr.write('There is nothing to remove.\n');
	},
});

/** Those whose cluster is gone, as far as can be known from here. */
async function staleClusters(
	engine: Engine,
	saved: readonly SavedCluster[],
	context: CommandContext,
): Promise<readonly SavedCluster[]> {
	const {clusters} = await findAll(engine, context.signal);
	const candidates = saved.filter(
		({cluster, server}) => !clusters.some(({name}) => name === cluster) && isPublishedBy(server, engine.publishedHost),
	);
	if (candidates.length === 0) return [];
	const elsewhere = await clustersOfOtherEngines(engine, context);
	const gone: SavedCluster[] = [];
	for (const candidate of candidates.filter(({cluster}) => !elsewhere.has(cluster))) {
		if (await answersAt(candidate.server, context.signal)) {
			const name = names.context(candidate.cluster);
			await context.stderr.write(`${name} stays: something listens at ${candidate.server}.\n`);
		} else {
			gone.push(candidate);
		}
	}
	return gone;
}

/** The names of clusters of the other engines on this machine, all of which publish ports at the same addresses. */
async function clustersOfOtherEngines({endpoint}: Engine, context: CommandContext): Promise<ReadonlySet<string>> {
	const {env, home, signal} = context;
	const others = await tryOtherEngines(endpoint, {signal, env, home});
	const lists = await Promise.all(
		others
			.filter(({problem}) => problem === undefined)
			.map(async ({url}) => {
				const limit = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
				const other = await resolveEndpoint({host: url, env: {}, home});
				return (await ask(other, '/containers/json?all=true', limit)) as ContainerListing[];
			}),
	);
	return new Set(lists.flatMap(list => inventory(list).clusters.map(({name}) => name)));
}
