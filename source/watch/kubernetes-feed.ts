import {type Cluster, runningOf} from '../cluster/model.ts';
import {type Problem, toProblem} from '../cluster/problem.ts';
import type {Engine} from '../engine/engine.ts';
import type {KubernetesNode} from '../kubernetes/node.ts';
import {Backoff} from './backoff.ts';
import type {ContainerReads} from './container-reads.ts';
import type {KubernetesView} from './snapshot.ts';

export interface KubernetesFeedOptions {
	readonly reads: ContainerReads;
	readonly now: () => number;
	readonly random?: (() => number) | undefined;
}

/** A booting k3s answers within a minute or not soon; until then it is asked every second. */
const bootTime = 60_000;
const bootPause = 1000;
const longestPause = 15_000;

/**
 * The Kubernetes nodes of every cluster that has a running server: a watch each, opened when a server runs, closed when
 * none does, opened again when it breaks.
 */
export class KubernetesFeed {
	readonly #engine: Engine;
	readonly #changed: () => void;
	readonly #options: KubernetesFeedOptions;
	readonly #clusters = new Map<string, ClusterFeed>();

	constructor(engine: Engine, changed: () => void, options: KubernetesFeedOptions) {
		this.#engine = engine;
		this.#changed = changed;
		this.#options = options;
	}

	/** Takes the clusters there are now. */
	update(clusters: readonly Cluster[]): void {
		const running = new Map(
			clusters.filter(cluster => runningOf(cluster.servers) > 0).map(cluster => [cluster.name, cluster]),
		);
		for (const [name, feed] of this.#clusters) {
			if (running.has(name)) continue;
			feed.close();
			this.#clusters.delete(name);
		}
		for (const [name, cluster] of running) {
			const feed = this.#clusters.get(name);
			if (feed) feed.update(cluster);
			else this.#clusters.set(name, new ClusterFeed(this.#engine, cluster, this.#changed, this.#options));
		}
	}

	view(cluster: string): KubernetesView {
		return this.#clusters.get(cluster)?.view ?? off;
	}

	close(): void {
		for (const feed of this.#clusters.values()) feed.close();
		this.#clusters.clear();
	}
}

const off: KubernetesView = {state: 'off'};

class ClusterFeed {
	view: KubernetesView;
	#cluster: Cluster;
	readonly #engine: Engine;
	readonly #changed: () => void;
	readonly #reads: ContainerReads;
	readonly #now: () => number;
	readonly #backoff: Backoff;
	readonly #closed = new AbortController();

	constructor(engine: Engine, cluster: Cluster, changed: () => void, {reads, now, random}: KubernetesFeedOptions) {
		this.#engine = engine;
		this.#cluster = cluster;
		this.#changed = changed;
		this.#reads = reads;
		this.#now = now;
		this.#backoff = new Backoff({first: bootPause, longest: longestPause, ...(random && {random})});
		this.view = {state: 'connecting', since: now(), problem: undefined};
		void this.#run();
	}

	/** A container that has just started may be the one that was missing. */
	update(cluster: Cluster): void {
		if (cluster === this.#cluster) return;
		this.#cluster = cluster;
		this.#backoff.wake();
	}

	close(): void {
		this.#closed.abort();
	}

	async #run(): Promise<void> {
		const {signal} = this.#closed;
		while (!signal.aborted) {
			try {
				await this.#watch(signal);
			} catch (error) {
				if (signal.aborted) return;
				this.#failed(toProblem(error, `cluster "${this.#cluster.name}"`));
			}
			await this.#backoff.pause(this.#pause(), signal);
		}
	}

	async #watch(signal: AbortSignal): Promise<void> {
		// Nothing of this is needed before a cluster runs.
		const {openKubernetes} = await import('../kubernetes/access.ts');
		const api = await this.#reads.read(signal, within => openKubernetes(this.#engine, this.#cluster, {signal: within}));
		try {
			await api.watchNodes(nodes => this.#connected(nodes), signal);
		} finally {
			api.close();
		}
	}

	#connected(nodes: readonly KubernetesNode[]): void {
		if (this.#closed.signal.aborted) return;
		const since = this.view.state === 'connected' ? this.view.since : this.#now();
		this.view = {state: 'connected', since, nodes: new Map(nodes.map(node => [node.name, node]))};
		this.#changed();
	}

	#failed(problem: Problem): void {
		const {view} = this;
		if (view.state === 'connecting') {
			// The same answer again is no news.
			if (view.problem?.message === problem.message) return;
			this.view = {...view, problem};
		} else {
			this.#backoff.reset();
			this.view = {state: 'connecting', since: this.#now(), problem};
		}
		this.#changed();
	}

	#pause(): number {
		const isBooting = this.view.state === 'connecting' && this.#now() - this.view.since < bootTime;
		return isBooting ? bootPause : this.#backoff.next();
	}
}
