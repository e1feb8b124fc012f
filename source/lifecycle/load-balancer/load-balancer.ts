import type {Readable} from 'node:stream';
import {
	apiOnly,
	type ProxyConfig,
	proxyConfigFrom,
	proxyConfigPath,
	proxyConfigText,
} from '../../cluster/load-balancer/proxy-config.ts';
import {resolvable} from '../../cluster/load-balancer/proxy-targets.ts';
import type {Cluster} from '../../cluster/model.ts';
import type {PlannedFile} from '../../cluster/plan/cluster-plan.ts';
import {Problem} from '../../cluster/problem.ts';
import {answer} from '../../engine/answer.ts';
import {inspectContainer, putFiles, readFile} from '../../engine/containers.ts';
import type {Engine} from '../../engine/engine.ts';
import type {LifecycleContext} from '../context.ts';
import type {Run} from '../operation.ts';

/** How long nginx may take to reload, in milliseconds. k3d gives it as much. */
const reloadPatience = 5000;

/** What nginx logs when it has begun to work with a configuration; the seam k3d watches too (facts §1.8). */
export const workingLine = 'start worker processes';

/** The load balancer's configuration as it is in its container now. */
export async function readProxyConfig(engine: Engine, cluster: Cluster, signal?: AbortSignal): Promise<ProxyConfig> {
	const {loadBalancer} = cluster;
	const text = loadBalancer && (await readFile(engine, loadBalancer.id, proxyConfigPath, signal));
	if (text === undefined) return apiOnly(cluster.servers.map(server => server.name));
	const {parse} = await import('yaml');
	try {
		return proxyConfigFrom(parse(text));
	} catch (error) {
		throw new Problem(`load balancer ${loadBalancer?.name}`, `${proxyConfigPath} in it is no YAML`, undefined, {
			cause: error,
		});
	}
}

/** A configuration as the file that the proxy image reads. */
export function proxyConfigFile(config: ProxyConfig): PlannedFile {
	return {path: proxyConfigPath, mode: 0o744, content: proxyConfigText(config)};
}

/**
 * Gives a load balancer a new configuration and waits until it works with it. A stopped one takes it at its next
 * start. Gives back whether the new configuration is at work; nginx keeps the old one when it cannot use the new.
 * Where not every node runs, `working` is what nginx can use of it now.
 */
export async function writeProxyConfig(
	engine: Engine,
	loadBalancer: string,
	config: ProxyConfig,
	signal: AbortSignal,
	working = config,
): Promise<boolean> {
	const state = await inspectContainer(engine, loadBalancer, signal);
	const write = (content: ProxyConfig) => putFiles(engine, loadBalancer, [proxyConfigFile(content)], signal);
	if (!state?.State.Running) {
		await write(config);
		return true;
	}
	const limit = AbortSignal.any([signal, AbortSignal.timeout(reloadPatience)]);
	const log = (await answer(engine, `log of ${loadBalancer}`, () =>
		engine.docker
			.getContainer(loadBalancer)
			.logs({follow: true, stdout: true, stderr: true, tail: 0, abortSignal: limit}),
	)) as Readable;
	try {
		await write(working);
		let tail = '';
		for await (const chunk of log) {
			tail = (tail + String(chunk)).slice(-4096);
			if (!tail.includes(workingLine)) continue;
			if (working !== config) await write(config);
			return true;
		}
		return false;
	} catch {
		signal.throwIfAborted();
		return false;
	} finally {
		log.destroy();
	}
}

/**
 * Changes what a cluster's load balancer does, in a step of an operation. What it did `before` comes back when the
 * operation fails; leave that out where this is seen to elsewhere. Warns where nginx does not say that it works with it.
 */
export async function changeProxy(
	{engine}: LifecycleContext,
	run: Run,
	{cluster, before, after, signal}: {cluster: Cluster; before?: ProxyConfig; after: ProxyConfig; signal: AbortSignal},
): Promise<void> {
	const {loadBalancer} = cluster;
	if (!loadBalancer) return;
	const write = (config: ProxyConfig, within: AbortSignal) =>
		writeProxyConfig(engine, loadBalancer.id, config, within, resolvable(config, cluster));
	if (before) {
		run.undo('restore the load balancer', 'the load balancer’s configuration', async undoSignal => {
			await write(before, undoSignal);
		});
	}
	if (await write(after, signal)) return;
	run.warn(`The load balancer has not said that it reloaded: k3dui logs ${loadBalancer.name}`);
}
