import {createInterface} from 'node:readline';
import {PassThrough, type Readable} from 'node:stream';
import {defaultK3sImage} from '../../cluster/cluster-spec.ts';
import {labels} from '../../cluster/labels.ts';
import {requireNodeSettings} from '../../cluster/plan/node-settings.ts';
import {planRemoteNode} from '../../cluster/plan/plan-remote-node.ts';
import {Problem} from '../../cluster/problem.ts';
import {defaultNetwork, requireJoinAddress} from '../../cluster/remote-cluster.ts';
import {answer} from '../../engine/answer.ts';
import {createContainer, listContainers, putFiles, removeContainer} from '../../engine/containers.ts';
import type {Engine} from '../../engine/engine.ts';
import {harmless} from '../../engine/harmless.ts';
import {connectTo} from '../../engine/networks.ts';
import type {LifecycleContext} from '../context.ts';
import {resolveImage} from '../create/k3s-channel.ts';
import {engineFacts} from '../create/surroundings.ts';
import {ensureImage} from '../images/ensure-image.ts';
import type {GrowOptions} from '../lifecycle.ts';
import {requireNetwork} from '../networks/network.ts';
import type {Run, StepReport} from '../operation.ts';
import {watchDeaths} from '../running/deaths.ts';
import {putEntrypoint} from '../running/hosts.ts';
import {startNodeContainer} from '../running/start-container.ts';
import {requireAmount} from './amount.ts';
import {type NewNode, newNode} from './plan-growth.ts';

/** What a kubelet says once the cluster has taken it in, for the first time or again. */
const registeredLine = /Successfully registered node|Node was previously registered/;

/**
 * Adds nodes to a cluster that is elsewhere, named by its address, and gives back their names. Nothing is known of that
 * cluster but how to join it, so a node's own log tells when it has.
 */
export async function joinRemote(
	context: LifecycleContext,
	run: Run,
	url: string,
	{servers = 0, agents = 0, wait = true, names = {}, ...settings}: GrowOptions,
): Promise<readonly string[]> {
	const {engine} = context;
	requireJoinAddress(url);
	requireAmount(url, 'grow', {servers, agents});
	const wanted = [
		...(names.servers ?? []).map(name => ({name, role: 'server' as const})),
		...(names.agents ?? []).map(name => ({name, role: 'agent' as const})),
	];
	if (wanted.length === 0) {
		throw new Problem(
			`cluster "${url}"`,
			'which numbers its nodes have is not known here',
			`Name the new ones: k3dui node create NAME --cluster ${url} --token SECRET`,
		);
	}
	requireNodeSettings(
		settings,
		wanted.map(({name}) => name),
	);
	const release = context.claim(url);
	const closers: (() => void)[] = [];
	try {
		const {nodes, gateway, facts} = await run.step('look at the networks', async (_report, signal) => {
			const token = settings.token ?? (await knownToken(engine, url, signal));
			const image = await resolveImage(settings.image ?? defaultK3sImage, {env: context.env, signal});
			const [first] = await Promise.all(
				(settings.networks?.length ? settings.networks : [defaultNetwork]).map(name =>
					requireNetwork(engine, name, signal),
				),
			);
			return {
				nodes: wanted.map(({name, role}) =>
					newNode(name, role, planRemoteNode({url, role, name, image, token, settings})),
				),
				gateway: first?.gateway,
				facts: await engineFacts(context, signal),
			};
		});
		for (const image of new Set(nodes.map(node => node.body.Image))) await ensureImage(context, run, image);
		const deaths = await watchDeaths(engine, url);
		closers.push(() => deaths.close());
		await Promise.all(
			nodes.map(async node => {
				const id = await run.step(`create ${node.name}`, async () => {
					const made = await createContainer(engine, node.name, node.body);
					run.undo(`remove ${node.name}`, `node ${node.name}`, signal => removeContainer(engine, made, signal));
					await putEntrypoint(engine, made, {facts, gateway, hostAliases: []});
					await putFiles(engine, made, node.files);
					for (const network of (settings.networks ?? []).slice(1)) await connectTo(engine, network, made);
					return made;
				});
				await run.step(`start ${node.name}`, () => startNodeContainer(context, id, node.name));
				if (!wait) return;
				await run.step(`wait for ${node.name} to join`, (report, signal) =>
					deaths.during(node.name, signal, guarded => joined(engine, {node, id, report, signal: guarded})),
				);
			}),
		);
		return nodes.map(node => node.name);
	} finally {
		for (const close of closers.toReversed()) close();
		release();
	}
}

/** The secret that an earlier node of this cluster joined with. Throws a Problem where there is none. */
async function knownToken(engine: Engine, url: string, signal: AbortSignal): Promise<string> {
	const [earlier] = await listContainers(engine, {filters: [`${labels.cluster}=${url}`], signal});
	const token = earlier?.Labels[labels.token];
	if (token !== undefined) return token;
	throw new Problem(
		`cluster "${url}"`,
		'it takes only nodes that know its token',
		'Give --token; a server keeps it in /var/lib/rancher/k3s/server/node-token.',
	);
}

/** Waits until a node says that it has registered; tells meanwhile what it says last. */
async function joined(
	engine: Engine,
	{node, id, report, signal}: {node: NewNode; id: string; report: StepReport; signal: AbortSignal},
): Promise<void> {
	const frames = (await answer(engine, `log of ${node.name}`, () =>
		engine.docker.getContainer(id).logs({follow: true, stdout: true, stderr: true, abortSignal: signal}),
	)) as unknown as Readable;
	const text = new PassThrough();
	engine.docker.modem.demuxStream(frames, text, text);
	frames.once('end', () => text.end());
	frames.once('error', error => text.destroy(error));
	try {
		for await (const line of createInterface({input: text})) {
			if (registeredLine.test(line)) return;
			report.detail(harmless(line));
		}
	} catch (error) {
		signal.throwIfAborted();
		throw error;
	} finally {
		frames.destroy();
	}
	signal.throwIfAborted();
	// The log ends with the container; whoever watches the node end knows why.
	await new Promise<never>((_, reject) => {
		signal.addEventListener('abort', () => reject(signal.reason), {once: true});
	});
}
