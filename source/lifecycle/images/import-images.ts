import {familiarImageName} from '../../cluster/images/image-name.ts';
import type {Platform} from '../../cluster/images/platform.ts';
import {type Cluster, type Node, workersOf} from '../../cluster/model.ts';
import {Problem} from '../../cluster/problem.ts';
import type {Engine} from '../../engine/engine.ts';
import {uncompressed} from '../../engine/image-archive.ts';
import {enginePlatform, saveImages} from '../../engine/images.ts';
import type {LifecycleContext} from '../context.ts';
import {findCluster} from '../find.ts';
import type {ImageSource, ImportedImages} from '../lifecycle.ts';
import type {Run} from '../operation.ts';
import {Delivery} from './image-delivery.ts';
import type {EngineParcel, Parcel} from './image-parcel.ts';
import {findSources} from './image-sources.ts';

/**
 * Brings images into every running server and agent of clusters: each source is read once and streamed into all nodes
 * that lack something of it, at the same time. A node that fails does not stop the others; the error at the end names
 * it. Nothing is changed when a source cannot be used or a cluster does not run.
 */
export async function importImages(
	context: LifecycleContext,
	run: Run,
	clusterNames: readonly string[],
	sources: readonly ImageSource[],
): Promise<readonly ImportedImages[]> {
	const {engine} = context;
	const names = [...new Set(clusterNames)];
	const releases: (() => void)[] = [];
	try {
		for (const name of names) releases.push(context.claim(name));
		const nodes = await run.step(
			names.length === 1 ? 'look at the cluster' : 'look at the clusters',
			(_report, signal) => runningNodes(engine, run, names, signal),
		);
		const platform = await enginePlatform(engine);
		const {engine: ofEngine, others} = await run.step('look at the images', (_report, signal) =>
			findSources(engine, sources, platform, signal),
		);
		const delivery = new Delivery(run, engine, platform, nodes);
		await delivery.look([...ofEngine, ...others].flatMap(({expected}) => expected ?? []));
		for (const parcel of [...joined(engine, platform, ofEngine, delivery), ...others]) await delivery.send(parcel);
		return delivery.result();
	} finally {
		for (const release of releases) release();
	}
}

/** Servers and agents that run, of all clusters. Throws a Problem for a cluster of which none does. */
async function runningNodes(
	engine: Engine,
	run: Run,
	names: readonly string[],
	signal: AbortSignal,
): Promise<readonly Node[]> {
	const clusters: Cluster[] = [];
	for (const name of names) clusters.push(await findCluster(engine, name, signal));
	return clusters.flatMap(cluster => {
		const {name} = cluster;
		const all = workersOf(cluster);
		const running = all.filter(node => node.state === 'running');
		if (running.length === 0) {
			throw new Problem(`cluster "${name}"`, 'none of its nodes runs', `Start it: k3dui cluster start ${name}`);
		}
		const others = all.filter(node => !running.includes(node)).map(node => node.name);
		if (others.length > 0) {
			run.warn(`${others.join(', ')} ${others.length === 1 ? 'does' : 'do'} not run and got nothing.`);
		}
		return running;
	});
}

/** Images of the engine that the same nodes lack come in one stream; those that no node lacks, in none. */
function joined(
	engine: Engine,
	platform: Platform,
	parcels: readonly EngineParcel[],
	delivery: Delivery,
): readonly Parcel[] {
	const groups = Map.groupBy(parcels, parcel => delivery.lackedBy(parcel.expected).join(' '));
	return [...groups.values()].map(group => {
		const names = group.flatMap(parcel => parcel.names);
		const title = `${names.length === 1 ? 'image' : 'images'} ${names.map(familiarImageName).join(', ')}`;
		const isMultiPlatform = group.some(parcel => parcel.isMultiPlatform);
		return {
			title,
			expected: group.flatMap(parcel => parcel.expected),
			bytes: group.reduce<number | undefined>(
				(sum, {bytes}) => (sum === undefined || bytes === undefined ? undefined : sum + bytes),
				0,
			),
			async *open(signal) {
				const options = {platform: isMultiPlatform ? platform : undefined, signal};
				yield* uncompressed(await saveImages(engine, names, options), title);
			},
		};
	});
}
