import type {Cluster, Node} from '../cluster/model.ts';
import {NotYet, Problem, toProblem} from '../cluster/problem.ts';
import type {Engine} from '../engine/engine.ts';
import type {KubernetesApi} from '../kubernetes/api.ts';
import type {KubernetesNode} from '../kubernetes/node.ts';
import {Backoff} from './backoff.ts';
import type {ContainerReads} from './container-reads.ts';
import {Heartbeat} from './heartbeat.ts';
import type {KubernetesView} from './snapshot.ts';
import {uptime} from './uptime.ts';

/** How long to wait for a cluster's API, in milliseconds. */
export interface ApiPatience {
	/** An API that tells nothing for this long is asked whether it is still there. */
	readonly silence: number;
	/** How long the answer to that may take. */
	readonly answer: number;
}

export interface ClusterFeedOptions {
	readonly reads: ContainerReads;
	readonly now: () => number;
	readonly random?: (() => number) | undefined;
	readonly patience?: ApiPatience | undefined;
	/** Nothing is done before this: the client library takes a tenth of a second to load. */
	readonly begin: Promise<void>;
}

/** A node says nothing on the watch for minutes; a k3s that hangs keeps its connections open and says nothing either. */
const defaultPatience: ApiPatience = {silence: 10_000, answer: 4000};

/** A booting k3s answers within a minute or not soon; until then it is asked every second. */
const bootTime = 60_000;
const bootPause = 1000;
/** What is missing at the first sight, in milliseconds, may be on its way however long the server has run. */
const newTime = 15_000;
const longestPause = 15_000;

/**
 * The Kubernetes nodes of one cluster whose servers run, by a watch that is opened again when it breaks or its API hangs. Keeps
 * trying until it is closed.
 */
export class ClusterFeed {
	view: KubernetesView;
	#cluster: Cluster;
	readonly #engine: Engine;
	readonly #changed: () => void;
	readonly #reads: ContainerReads;
	readonly #now: () => number;
	readonly #patience: ApiPatience;
	readonly #backoff: Backoff;
	readonly #closed = new AbortController();
	/** When servers started, as they were read; read again, they are other objects. */
	readonly #starts = new WeakMap<Node, number>();
	#answeredAt = Number.NEGATIVE_INFINITY;
	/** True from a missing answer to `/readyz` until it has said that it is ready. */
	#doubtful = false;

	constructor(engine: Engine, cluster: Cluster, changed: () => void, options: ClusterFeedOptions) {
		const {reads, now, random, begin, patience = defaultPatience} = options;
		this.#engine = engine;
		this.#cluster = cluster;
		this.#changed = changed;
		this.#reads = reads;
		this.#now = now;
		this.#patience = patience;
		this.#backoff = new Backoff({first: bootPause, longest: longestPause, ...(random && {random})});
		this.#noteStarts();
		this.view = {state: 'connecting', since: now(), problem: undefined, booting: this.#isBooting()};
		void this.#run(begin);
	}

	/** A container that has just started may be the one that was missing. */
	update(cluster: Cluster): void {
		if (cluster === this.#cluster) return;
		this.#cluster = cluster;
		this.#noteStarts();
		this.#backoff.wake();
	}

	close(): void {
		this.#closed.abort();
	}

	async #run(begin: Promise<void>): Promise<void> {
		const {signal} = this.#closed;
		await begin;
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
		const hung = new AbortController();
		const heartbeat = new Heartbeat({silence: this.#patience.silence});
		try {
			if (this.#doubtful) await this.#isReady(api, signal);
			const connected = (nodes: readonly KubernetesNode[]) => {
				if (this.view.state === 'connected') heartbeat.heard();
				else
					heartbeat.start(
						() => this.#isReady(api, signal),
						problem => hung.abort(problem),
					);
				this.#connected(nodes);
			};
			await api.watchNodes(connected, AbortSignal.any([signal, hung.signal]));
			hung.signal.throwIfAborted();
		} finally {
			heartbeat.stop();
			api.close();
		}
	}

	/** Asks the API once whether it is ready, and fails with a Problem when it is not or does not say. */
	async #isReady(api: KubernetesApi, signal: AbortSignal): Promise<void> {
		this.#doubtful = true;
		const limit = AbortSignal.timeout(this.#patience.answer);
		const subject = `Kubernetes API of cluster "${this.#cluster.name}" at ${api.server}`;
		const {ready, detail} = await api.readiness(AbortSignal.any([signal, limit])).catch(error => {
			throw limit.aborted ? new Problem(subject, 'it does not answer') : error;
		});
		if (!ready) throw new Problem(subject, detail);
		this.#doubtful = false;
	}

	#connected(nodes: readonly KubernetesNode[]): void {
		if (this.#closed.signal.aborted) return;
		this.#answeredAt = this.#now();
		const since = this.view.state === 'connected' ? this.view.since : this.#now();
		this.view = {state: 'connected', since, nodes: new Map(nodes.map(node => [node.name, node]))};
		this.#changed();
	}

	#failed(problem: Problem): void {
		const {view} = this;
		const booting = this.#isBooting() || (problem instanceof NotYet && this.#isNew());
		if (view.state === 'connecting') {
			// The same answer again is no news.
			if (view.problem?.message === problem.message && view.booting === booting) return;
			this.view = {...view, problem, booting};
		} else {
			this.#backoff.reset();
			this.view = {state: 'connecting', since: this.#now(), problem, booting};
		}
		this.#changed();
	}

	#noteStarts(): void {
		for (const server of this.#cluster.servers) {
			if (!this.#starts.has(server)) this.#starts.set(server, this.#now() - uptime(server.status));
		}
	}

	/** Whether the servers have started so lately that an API which has not answered since then may be about to. */
	#isBooting(): boolean {
		const running = this.#cluster.servers.filter(server => server.state === 'running');
		const startedAt = Math.min(...running.map(server => this.#starts.get(server) ?? Number.NEGATIVE_INFINITY));
		return this.#answeredAt < startedAt && this.#now() - startedAt < bootTime;
	}

	/** Whether this has been looked at for a short time and has not answered yet. */
	#isNew(): boolean {
		const {view} = this;
		const since = view.state === 'connecting' ? view.since : this.#now();
		return this.#answeredAt === Number.NEGATIVE_INFINITY && this.#now() - since < newTime;
	}

	#pause(): number {
		const isRecent = this.view.state === 'connecting' && this.#now() - this.view.since < bootTime;
		return isRecent ? bootPause : this.#backoff.next();
	}
}
