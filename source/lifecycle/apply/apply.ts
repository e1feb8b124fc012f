import type {ClusterSpec} from '../../cluster/cluster-spec.ts';
import type {ClusterChange, Comparison} from '../../cluster/compare/compare-specs.ts';
import {Problem} from '../../cluster/problem.ts';
import {type LifecycleContext, withoutClaim} from '../context.ts';
import {createCluster} from '../create/create-cluster.ts';
import {provideVolumes} from '../create/provide-volumes.ts';
import {deleteCluster} from '../delete-cluster.ts';
import {findCluster} from '../find.ts';
import {ensureImage} from '../images/ensure-image.ts';
import type {Applied, ApplyOptions} from '../lifecycle.ts';
import {editPorts, planPorts} from '../load-balancer/edit-ports.ts';
import {grow} from '../nodes/grow.ts';
import {shrink} from '../nodes/remove-nodes.ts';
import type {Run} from '../operation.ts';
import {type ComparedCluster, compareCluster, creation} from './compare-cluster.ts';
import {applyRegistries} from './registry-edit.ts';
import {settleProxy} from './settle-proxy.ts';

/**
 * Creates a cluster, or changes the one that is there into what is asked for, all in one operation: if a part fails,
 * what the parts before it did is taken back, or what remains of it is said. Nothing is changed where something cannot
 * be, unless the options say otherwise.
 */
export async function applySpec(
	context: LifecycleContext,
	run: Run,
	spec: ClusterSpec,
	options: ApplyOptions,
): Promise<Applied> {
	const release = context.claim(spec.name);
	// The verbs that do the parts would each want the cluster for themselves.
	const parts = {...context, claim: withoutClaim};
	try {
		const found = await run.step('compare with what is there', (_report, signal) =>
			compareCluster(context, spec, {...options, signal}),
		);
		if (!found) {
			await createCluster(parts, run, spec, options);
			return {name: spec.name, created: true, changes: [creation(spec)], skipped: [], running: true};
		}
		const {changes} = found.comparison;
		const refused = changes.filter(change => change.refusal !== undefined);
		if (refused.length > 0 && options.recreate) {
			await recreate(parts, run, found.comparison.wished, spec, options);
			return {name: spec.name, created: true, changes, skipped: [], running: true};
		}
		if (refused.length > 0 && !options.skipUnchangeable) throw refusalProblem(spec.name, refused);
		for (const change of refused) run.warn(`Left as it is: ${changeText(change)}`);
		const done = changes.filter(change => change.refusal === undefined);
		if (done.length > 0) await changeCluster(parts, run, found, options);
		const {state} = await findCluster(context.engine, spec.name, run.signal);
		return {name: spec.name, created: false, changes: done, skipped: refused, running: state === 'running'};
	} finally {
		release();
	}
}

function changeText({what, refusal}: ClusterChange): string {
	return refusal === undefined ? what : `${what} (${refusal})`;
}

function refusalProblem(name: string, refused: readonly ClusterChange[]): Problem {
	const count = refused.length === 1 ? 'a difference' : `${refused.length} differences`;
	return new Problem(
		`cluster "${name}"`,
		[
			`it has ${count} that cannot be changed on the cluster as it is, so nothing was changed:`,
			...refused.map(change => `- ${changeText(change)}`),
		].join('\n'),
		'Delete the cluster and create it anew with --recreate, or leave these as they are with --skip-unchangeable.',
	);
}

/** Deletes the cluster and creates it anew. What can be found missing before is. */
async function recreate(
	context: LifecycleContext,
	run: Run,
	wished: ClusterSpec,
	spec: ClusterSpec,
	options: ApplyOptions,
): Promise<void> {
	await ensureImage(context, run, wished.image);
	const deletion: Run = {...run, remains: () => {}};
	run.remains(`cluster "${spec.name}" is deleted, in part at least`);
	await deleteCluster(context, deletion, spec.name);
	await createCluster(context, run, {...spec, image: wished.image}, options);
}

/**
 * Changes what differs and can be changed, the hardest to take back last: a new load balancer, which stays once it
 * serves, and the removal of nodes.
 */
async function changeCluster(
	context: LifecycleContext,
	run: Run,
	{cluster, comparison}: ComparedCluster,
	{wait}: ApplyOptions,
): Promise<void> {
	const {name} = cluster;
	const {plan, volumes, ports, registries} = comparison;
	const waiting = wait === undefined ? {} : {wait};
	const {more, fewer} = amounts(comparison);
	const hasPorts = ports.add.length + ports.remove.length > 0;
	if (hasPorts) {
		// Which nodes they lead to is for later: some of these may be still to come.
		await run.step('check the ports', () =>
			planPorts(context, name, {add: ports.add.map(({value}) => ({value, filters: []})), remove: ports.remove}),
		);
	}
	if (volumes.length > 0) await provideVolumes(context, run, {...plan, volumes});
	if (more.servers + more.agents > 0) await grow(context, run, name, {...more, ...waiting}, plan);
	await applyRegistries(context, run, name, registries);
	if (hasPorts) {
		await editPorts(context, run, name, ports);
		run.remains(`cluster "${name}" has what was added and other ports; apply the file again to go on`);
	}
	if (fewer.servers + fewer.agents > 0) await shrink(context, run, name, {...fewer, ...waiting});
	await settleProxy(context, run, name, comparison);
}

/** How many servers and agents have to come, and to go. */
function amounts({servers, agents}: Comparison) {
	return {
		more: {servers: Math.max(0, servers), agents: Math.max(0, agents)},
		fewer: {servers: Math.max(0, -servers), agents: Math.max(0, -agents)},
	};
}
