import {setTimeout as delay} from 'node:timers/promises';
import type {Cluster} from '../../cluster/model.ts';
import {isNamed, type NodeName} from '../../cluster/node-name.ts';
import {Problem, toProblem} from '../../cluster/problem.ts';
import type {Engine} from '../../engine/engine.ts';
import type {KubernetesApi} from '../../kubernetes/api.ts';
import type {KubernetesNode} from '../../kubernetes/node.ts';
import type {LifecycleContext} from '../context.ts';
import type {StepReport} from '../operation.ts';
import {withLastLine} from './last-line.ts';

/** Milliseconds between two questions to an API that does not answer yet: there is no event to wait for. */
const askAgain = 200;

/** Why the API of a running cluster cannot be reached, and will not be by waiting; undefined when it can. */
export function unreachableReason({loadBalancer}: Cluster): string | undefined {
	if (!loadBalancer || loadBalancer.state === 'running' || loadBalancer.state === 'restarting') return undefined;
	return `its load balancer is ${loadBalancer.state}, and the Kubernetes API is reached through it`;
}

/** Throws a Problem if the API of a running cluster cannot be reached, and will not be by waiting. */
export function requireReachable(cluster: Cluster): void {
	const reason = unreachableReason(cluster);
	if (reason === undefined) return;
	throw new Problem(`cluster "${cluster.name}"`, reason, `Start it: k3dui cluster start ${cluster.name}`);
}

/**
 * Waits until the cluster's API says that it is ready (`/readyz`), and gives it back, open. Says meanwhile what is
 * missing, or the first server's last line while nobody answers. Waits as long as the signal allows.
 */
export async function waitForApi(
	context: LifecycleContext,
	cluster: Cluster,
	report: StepReport,
	signal: AbortSignal,
): Promise<KubernetesApi> {
	const server = cluster.servers.find(node => node.state === 'running') ?? cluster.servers[0];
	const wait = (told: StepReport) => untilReady(context, cluster, told, signal);
	return server ? withLastLine(context.engine, server.name, report, wait) : wait(report);
}

async function untilReady(
	context: LifecycleContext,
	cluster: Cluster,
	report: StepReport,
	signal: AbortSignal,
): Promise<KubernetesApi> {
	let api: KubernetesApi | undefined;
	try {
		for (;;) {
			signal.throwIfAborted();
			try {
				api ??= await context.openKubernetes(cluster, signal);
				const readiness = await api.readiness(signal);
				if (readiness.ready) return api;
				report.detail(readiness.detail);
			} catch (error) {
				signal.throwIfAborted();
				report.detail(toProblem(error).reason);
			}
			await delay(askAgain, undefined, {signal});
		}
	} catch (error) {
		api?.close();
		throw error;
	}
}

/** Follows the nodes of one cluster in Kubernetes. One watch serves everybody who waits. */
export class NodeWatch {
	readonly #controller = new AbortController();
	readonly #listeners = new Set<() => void>();
	readonly #engine: Engine;
	#nodes: readonly KubernetesNode[] | undefined;

	constructor(api: KubernetesApi, engine: Engine) {
		this.#engine = engine;
		void this.#follow(api);
	}

	/**
	 * Waits until a node is Ready by its own word: a report that is older than `since` (milliseconds) was made before
	 * the container started and says nothing. Waits as long as the signal allows, and gives back the Node's name.
	 */
	async ready(
		wanted: NodeName,
		{since, report, signal}: {since: number; report: StepReport; signal: AbortSignal},
	): Promise<string> {
		// k3s names the Node by its container's host name, which k3d makes that of the container.
		return withLastLine(this.#engine, wanted.hostname, report, told => this.#ready(wanted, since, told, signal));
	}

	async #ready(wanted: NodeName, since: number, report: StepReport, signal: AbortSignal): Promise<string> {
		let found = wanted.name;
		await this.#until(signal, nodes => {
			// Of several, one is what an earlier container has left: the last to report is alive.
			const [node] = nodes
				.filter(candidate => isNamed(candidate, wanted))
				.toSorted((a, b) => (b.reportedAt ?? 0) - (a.reportedAt ?? 0));
			found = node?.name ?? found;
			// Kubernetes keeps whole seconds.
			const isFresh = (node?.reportedAt ?? 0) >= Math.floor(since / 1000) * 1000;
			if (node?.ready === 'ready' && isFresh) return true;
			report.detail(
				node === undefined
					? 'it has not registered with Kubernetes yet'
					: isFresh
						? (node.reason ?? `it is ${node.ready}`)
						: 'it has not reported since it started',
			);
			return false;
		});
		return found;
	}

	/** Nodes as last seen; undefined before the first answer. */
	get nodes(): readonly KubernetesNode[] | undefined {
		return this.#nodes;
	}

	close(): void {
		this.#controller.abort();
	}

	async #follow(api: KubernetesApi): Promise<void> {
		const {signal} = this.#controller;
		while (!signal.aborted) {
			try {
				await api.watchNodes(nodes => {
					this.#nodes = nodes;
					for (const listener of this.#listeners) listener();
				}, signal);
			} catch {
				// The load balancer reloads, a server restarts: the next try tells.
			}
			await delay(askAgain, undefined, {signal}).catch(() => {});
		}
	}

	async #until(signal: AbortSignal, isEnough: (nodes: readonly KubernetesNode[]) => boolean): Promise<void> {
		signal.throwIfAborted();
		await new Promise<void>((resolve, reject) => {
			const check = () => {
				if (!this.#nodes || !isEnough(this.#nodes)) return;
				finish();
				resolve();
			};
			const abort = () => {
				finish();
				reject(signal.reason);
			};
			const finish = () => {
				this.#listeners.delete(check);
				signal.removeEventListener('abort', abort);
			};
			this.#listeners.add(check);
			signal.addEventListener('abort', abort, {once: true});
			check();
		});
	}
}
