import {randomInt} from 'node:crypto';
import type {ContainerInspectInfo} from 'dockerode';
import type {ProxyConfig} from '../../cluster/load-balancer/proxy-config.ts';
import {resolvable} from '../../cluster/load-balancer/proxy-targets.ts';
import type {Cluster, Node} from '../../cluster/model.ts';
import {planReplacement} from '../../cluster/plan/plan-replacement.ts';
import {Problem} from '../../cluster/problem.ts';
import type {PortMapping} from '../../cluster/settings/port.ts';
import {createContainer, putFiles, removeContainer, renameContainer, stopContainer} from '../../engine/containers.ts';
import {imageId} from '../../engine/images.ts';
import {connectAs} from '../../engine/networks.ts';
import {apiAddress} from '../../kubernetes/access.ts';
import type {LifecycleContext} from '../context.ts';
import type {Run, StepReport} from '../operation.ts';
import {watchDeaths} from '../running/deaths.ts';
import {withLastLine} from '../running/last-line.ts';
import {startNodeContainer} from '../running/start-container.ts';
import {proxyConfigFile} from './load-balancer.ts';
import {quickenStart} from './quick-proxy.ts';
import {answersTls, untilItAnswers, untilNginxWorks} from './serving.ts';

/** How long a new load balancer may take until it serves, in milliseconds. k3d's proxy image takes six seconds. */
const servePatience = 30_000;

/** What a load balancer is to be replaced by. */
export interface NewLoadBalancer {
	readonly cluster: Cluster;
	readonly old: Node;
	/** The old one, in full. */
	readonly inspection: ContainerInspectInfo;
	readonly ports: readonly PortMapping[];
	readonly config: ProxyConfig;
}

/** A name for the one of two load balancers that has not the real one; as k3d names them. */
function temporaryName(name: string): string {
	return `${name}-${Array.from({length: 5}, () => String.fromCharCode(97 + randomInt(26))).join('')}`;
}

/** The name its image has, if that still means the image it was made of; else the image's id. */
async function imageOf({engine}: LifecycleContext, inspection: ContainerInspectInfo): Promise<string> {
	const named = await imageId(engine, inspection.Config.Image);
	return named === inspection.Image ? inspection.Config.Image : inspection.Image;
}

/**
 * Replaces a load balancer by one that publishes other ports; what a container publishes cannot change. The new one is
 * made while the old one serves, and has its name only once it serves itself: whatever ends this before, the old one is the
 * load balancer, and is started again. A stopped one is replaced by a stopped one.
 */
export async function replaceLoadBalancer(
	context: LifecycleContext,
	run: Run,
	{cluster, old, inspection, ports, config}: NewLoadBalancer,
): Promise<void> {
	const {engine} = context;
	const {name} = old;
	const nameOfNew = temporaryName(name);
	const isRunning = inspection.State.Running;
	const firstConfig = isRunning ? resolvable(config, cluster) : config;
	const image = await imageOf(context, inspection);
	const {body, networks} = planReplacement(inspection, {image, ports, mainNetwork: cluster.network.name});

	let isOldStopped = false;
	let oldName = name;
	run.undo(`go back to the old ${name}`, `${name} is not as it was`, async signal => {
		await removeContainer(engine, nameOfNew, signal);
		if (oldName !== name) await renameContainer(engine, old.id, name);
		if (!isOldStopped) return;
		// That it starts is what counts, be it slowly.
		await quickenStart(engine, old.id, signal).catch(() => {});
		await startNodeContainer(context, old.id, name);
	});
	const id = await run.step(`create the new ${name}`, async (_report, signal) => {
		const made = await createContainer(engine, nameOfNew, body);
		for (const network of networks) await connectAs(engine, network.name, made, network.endpoint);
		await putFiles(engine, made, [proxyConfigFile(firstConfig)], signal);
		await quickenStart(engine, made, signal);
		return made;
	});

	if (isRunning) {
		const address = apiAddress(engine, cluster);
		const answered = address !== undefined && (await answersTls(address, run.signal));
		const deaths = await watchDeaths(engine, cluster.name);
		try {
			// Neither is interrupted: Docker would go on with it, and meet what takes it back.
			await run.step(`stop the old ${name}`, async () => {
				isOldStopped = true;
				await stopContainer(engine, old.id, 0);
			});
			await run.step(`start the new ${name}`, () => startNodeContainer(context, id, name));
			await run.step(`wait until ${name} serves`, (report, signal) =>
				deaths.during(nameOfNew, signal, guarded =>
					serves(context, {id, name, address: answered ? address : undefined, report, signal: guarded}),
				),
			);
		} finally {
			deaths.close();
		}
	}
	await run.step(`remove the old ${name}`, async () => {
		const retired = temporaryName(name);
		await renameContainer(engine, old.id, retired);
		oldName = retired;
		await renameContainer(engine, id, name);
		run.commit();
		await removeContainer(engine, old.id);
	});
	// The whole truth is in the file; nginx, which cannot use it yet, goes on with what it has.
	if (firstConfig !== config) await putFiles(engine, id, [proxyConfigFile(config)], run.signal);
}

/** Waits until a new load balancer does its work: its nginx, and, if it did through the old one, the Kubernetes API. */
async function serves(
	{engine}: LifecycleContext,
	{
		id,
		name,
		address,
		report,
		signal,
	}: {id: string; name: string; address: string | undefined; report: StepReport; signal: AbortSignal},
): Promise<void> {
	const limit = AbortSignal.timeout(servePatience);
	const limited = AbortSignal.any([signal, limit]);
	try {
		await withLastLine(engine, id, report, async told => {
			told.detail('nginx starts');
			await untilNginxWorks(engine, id, limited);
			if (address === undefined) return;
			told.detail('the Kubernetes API does not answer through it yet');
			await untilItAnswers(address, limited);
		});
	} catch (error) {
		signal.throwIfAborted();
		if (!limit.aborted) throw error;
		throw new Problem(
			`load balancer ${name}`,
			`with the new ports it does not serve within ${servePatience / 1000} s`,
			'The old one is started again. Look at its log while you try once more: k3dui logs -f NAME',
		);
	}
}
