import type {Readable} from 'node:stream';
import type {PlannedFile} from '../cluster/cluster-plan.ts';
import type {Cluster} from '../cluster/model.ts';
import {Problem} from '../cluster/problem.ts';
import {apiOnly, type ProxyConfig, proxyConfigFrom, proxyConfigPath, proxyConfigText} from '../cluster/proxy-config.ts';
import {answer} from '../engine/answer.ts';
import {inspectContainer, putFiles, readFile} from '../engine/containers.ts';
import type {Engine} from '../engine/engine.ts';

/** How long nginx may take to reload, in milliseconds. k3d gives it as much. */
const reloadPatience = 5000;

/** What nginx logs when it has begun to work with a configuration; the seam k3d watches too (facts §1.8). */
const reloadedLine = 'start worker processes';

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
			if (!tail.includes(reloadedLine)) continue;
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
