import type {ClusterChange, Comparison} from '../../cluster/compare/compare-specs.ts';
import type {Cluster} from '../../cluster/model.ts';
import {plannedFile} from '../../cluster/settings/file.ts';
import {filtersFor} from '../../cluster/settings/filters-for.ts';
import {readFile} from '../../engine/containers.ts';
import type {Engine} from '../../engine/engine.ts';

/**
 * Files that are asked for and that nodes which are there do not have, or have otherwise. Which further files somebody
 * put into nodes cannot be told, so none is too many.
 */
export async function compareFiles(
	engine: Engine,
	{servers, agents, loadBalancer}: Cluster,
	{wished, plan}: Pick<Comparison, 'wished' | 'plan'>,
	signal: AbortSignal | undefined,
): Promise<ClusterChange[]> {
	const paths = [...new Set(wished.files.map(file => plannedFile(file).path))];
	const all = {server: servers, agent: agents, loadbalancer: loadBalancer ? [loadBalancer] : []};
	const kept = (['server', 'agent', 'loadbalancer'] as const).flatMap(role => {
		const planned = plan.containers.filter(container => container.role === role);
		return all[role].flatMap((node, index) => {
			const files = planned[index]?.files;
			return files ? [{role, index, node, files}] : [];
		});
	});
	const changes = await Promise.all(
		paths.map(async (path): Promise<ClusterChange[]> => {
			const differing = await Promise.all(
				kept.map(async ({node, files}) => {
					const wanted = files.findLast(file => file.path === path)?.content;
					return wanted !== undefined && (await readFile(engine, node.id, path, signal)) !== wanted;
				}),
			);
			const where = kept.filter((_, i) => differing[i]);
			if (where.length === 0) return [];
			const what = `file ${path} for ${filtersFor(where, kept).join(';')}`;
			return [{kind: 'change', what, refusal: 'files are put into nodes before they first start'}];
		}),
	);
	return changes.flat();
}
