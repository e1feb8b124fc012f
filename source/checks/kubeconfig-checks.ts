import {toProblem} from '../cluster/problem.ts';
import {harmless} from '../engine/harmless.ts';
import {kubeconfigFiles, savedClusters} from '../kubernetes/kubeconfig-file.ts';
import {isPublishedBy} from '../kubernetes/server-address.ts';
import type {Check} from './check.ts';

/** What to look at besides the files: the clusters that exist, where an engine answered. */
export interface KubeconfigSurroundings {
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly home: string;
	readonly clusters: readonly string[] | undefined;
	readonly publishedHost: string | undefined;
}

/** Looks at the kubeconfig files: whether they can be read, and whether they name clusters that are gone. */
export async function kubeconfigChecks(surroundings: KubeconfigSurroundings): Promise<readonly Check[]> {
	const {env, home, clusters, publishedHost} = surroundings;
	const files = kubeconfigFiles(env, home);
	const name = 'kubeconfig';
	try {
		const saved = await savedClusters(files);
		const gone =
			clusters && publishedHost !== undefined
				? saved.filter(({cluster, server}) => !clusters.includes(cluster) && isPublishedBy(server, publishedHost))
				: [];
		if (gone.length > 0) {
			const names = gone.map(({cluster}) => cluster).join(', ');
			return [
				{
					name,
					verdict: 'warning',
					found: harmless(`it names clusters that this engine does not have: ${names}`),
					next: 'k3dui kubeconfig prune takes out those that are gone everywhere.',
				},
			];
		}
		const count = `${saved.length} ${saved.length === 1 ? 'cluster' : 'clusters'} of k3d`;
		return [{name, verdict: 'ok', found: harmless(`${count} in ${files.join(', ')}`)}];
	} catch (error) {
		const {subject, reason, next} = toProblem(error, name);
		return [{name, verdict: 'problem', found: harmless(`${subject}: ${reason}`), ...(next !== undefined && {next})}];
	}
}
