import {setTimeout} from 'node:timers/promises';
import {importedImages} from '../../cluster/images/node-image.ts';
import type {Platform} from '../../cluster/images/platform.ts';
import {type Node, workersOf} from '../../cluster/model.ts';
import type {Engine} from '../../engine/engine.ts';
import {commandOutput} from '../../engine/exec-stream.ts';
import {enginePlatform} from '../../engine/images.ts';
import {findCluster} from '../find.ts';
import type {Run} from '../operation.ts';
import {Delivery} from './image-delivery.ts';
import type {Parcel} from './image-parcel.ts';
import {type ExpectedImage, exportCommand, NodeImages} from './node-images.ts';

/** Milliseconds in which the containerd of a node that has just started has to answer, and between two questions. */
const patience = 120_000;
const pause = 500;

/**
 * Gives nodes of a running cluster what was imported into the others: from node to node, through here and kept nowhere.
 * What was imported is told by containerd itself: whatever a node has that it did not pull. So it does not matter
 * whether k3dui, k3d or a hand imported it.
 */
export async function shareImages(
	engine: Engine,
	run: Run,
	clusterName: string,
	newNames: readonly string[],
): Promise<void> {
	const cluster = await findCluster(engine, clusterName, run.signal);
	const running = workersOf(cluster).filter(node => node.state === 'running');
	const receivers = running.filter(({name}) => newNames.includes(name));
	const platform = await enginePlatform(engine);
	const parcels = await run.step('see which images were imported', async (report, signal) => {
		const givers = running.filter(({name}) => !newNames.includes(name));
		const found = await findImported(engine, givers, platform, signal);
		await Promise.all(receivers.map(node => untilAnswered(new NodeImages(engine, node, platform), signal)));
		if (found.length === 0) report.skip('none were');
		return found;
	});
	if (parcels.length === 0) return;
	const delivery = new Delivery(run, engine, platform, receivers);
	await delivery.look(parcels.flatMap(({expected}) => expected ?? []));
	for (const parcel of parcels) await delivery.send(parcel);
	delivery.result();
}

/** Every imported image once, by the nodes that can give it. Mostly one node has them all. */
async function findImported(
	engine: Engine,
	givers: readonly Node[],
	platform: Platform,
	signal: AbortSignal,
): Promise<Parcel[]> {
	const taken = new Set<string>();
	const parcels: Parcel[] = [];
	const lists = await Promise.all(givers.map(node => new NodeImages(engine, node, platform).list(signal)));
	for (const [index, node] of givers.entries()) {
		const images = importedImages(lists[index] ?? []).filter(({name, isWhole}) => isWhole && !taken.has(name));
		if (images.length === 0) continue;
		for (const {name} of images) taken.add(name);
		parcels.push(
			parcelFrom(
				engine,
				node,
				images.map(({name, digest}) => ({name, digests: [digest]})),
			),
		);
	}
	return parcels;
}

function parcelFrom(engine: Engine, node: Node, expected: readonly ExpectedImage[]): Parcel {
	const names = expected.map(({name}) => name);
	return {
		title: `${names.length} imported ${names.length === 1 ? 'image' : 'images'} of ${node.name}`,
		expected,
		bytes: undefined,
		open: signal => commandOutput(engine, node.id, exportCommand(names), signal),
	};
}

/** Waits until containerd answers. Throws what it said last when it takes too long. */
async function untilAnswered(images: NodeImages, signal: AbortSignal): Promise<void> {
	for (const end = Date.now() + patience; ; ) {
		try {
			await images.list(signal);
			return;
		} catch (error) {
			if (signal.aborted || Date.now() > end) throw error;
			await setTimeout(pause, undefined, {signal});
		}
	}
}
