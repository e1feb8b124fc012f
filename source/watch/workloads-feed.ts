import type {Cluster} from '../cluster/model.ts';
import {toProblem} from '../cluster/problem.ts';
import type {KubernetesApi} from '../kubernetes/api.ts';
import {Backoff} from './backoff.ts';
import {Nap} from './nap.ts';
import {share} from './share.ts';
import type {WorkloadsFollower, WorkloadsView} from './workloads.ts';

type OpenApi = (cluster: string, signal: AbortSignal) => Promise<KubernetesApi>;

/** Pauses between attempts to reach an API, in milliseconds. */
const firstPause = 1000;
const longestPause = 15_000;

/** metrics-server measures every 15 seconds; where there is none, it is looked for once a minute. In milliseconds. */
const usageInterval = 15_000;
const absentInterval = 60_000;

/** Changes are told at least this far apart, in milliseconds: a rollout makes dozens in a second. */
const pace = 200;

/** The workloads that are being followed: of the clusters whose panel is in view. */
export class WorkloadsFeed {
	readonly #openApi: OpenApi;
	readonly #random: (() => number) | undefined;
	readonly #followers = new Set<Follower>();
	#clusters: ReadonlyMap<string, Cluster> = new Map();

	/** `openApi` gives the Kubernetes API of a cluster, by its name; who asks for it closes it. */
	constructor(openApi: OpenApi, random?: () => number) {
		this.#openApi = openApi;
		this.#random = random;
	}

	follow(cluster: string): WorkloadsFollower {
		const follower = new Follower(cluster, this.#openApi, this.#random, () => this.#followers.delete(follower));
		this.#followers.add(follower);
		return follower;
	}

	/** Takes the clusters there are now: one whose containers have changed may answer again. */
	update(clusters: readonly Cluster[]): void {
		const before = this.#clusters;
		this.#clusters = new Map(clusters.map(cluster => [cluster.name, cluster]));
		for (const follower of this.#followers) {
			if (before.get(follower.cluster) !== this.#clusters.get(follower.cluster)) follower.wake();
		}
	}

	close(): void {
		for (const follower of this.#followers) follower.close();
	}
}

class Follower implements WorkloadsFollower {
	readonly cluster: string;
	readonly #openApi: OpenApi;
	readonly #onClose: () => void;
	readonly #backoff: Backoff;
	readonly #closed = new AbortController();
	readonly #listeners = new Set<() => void>();
	#view: WorkloadsView = {state: 'loading', problem: undefined, workloads: undefined, usage: undefined};
	#timer: NodeJS.Timeout | undefined;
	#toldAt = Number.NEGATIVE_INFINITY;

	constructor(cluster: string, openApi: OpenApi, random: (() => number) | undefined, onClose: () => void) {
		this.cluster = cluster;
		this.#openApi = openApi;
		this.#onClose = onClose;
		this.#backoff = new Backoff({first: firstPause, longest: longestPause, ...(random && {random})});
		void this.#run();
	}

	view(): WorkloadsView {
		return this.#view;
	}

	subscribe(listener: () => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	wake(): void {
		this.#backoff.wake();
	}

	close(): void {
		this.#closed.abort();
		clearTimeout(this.#timer);
		this.#listeners.clear();
		this.#onClose();
	}

	async #run(): Promise<void> {
		const {signal} = this.#closed;
		while (!signal.aborted) {
			try {
				await this.#follow(signal);
			} catch (error) {
				if (signal.aborted) return;
				this.#become({state: 'broken', problem: toProblem(error, `cluster "${this.cluster}"`)});
			}
			await this.#backoff.pause(this.#backoff.next(), signal);
		}
	}

	async #follow(signal: AbortSignal): Promise<void> {
		const api = await this.#openApi(this.cluster, signal);
		const ended = new AbortController();
		try {
			let isFirst = true;
			await api.watchWorkloads(workloads => {
				if (signal.aborted) return;
				this.#backoff.reset();
				this.#become({state: 'following', problem: undefined, workloads: share(this.#view.workloads, workloads)});
				if (isFirst) void this.#measure(api, AbortSignal.any([signal, ended.signal]));
				isFirst = false;
			}, signal);
		} finally {
			ended.abort();
			api.close();
		}
	}

	/** Asks metrics-server again and again, for which there is no watch. */
	async #measure(api: KubernetesApi, signal: AbortSignal): Promise<void> {
		const nap = new Nap();
		while (!signal.aborted) {
			// Whether the API answers at all, the watch finds out.
			const usage = await api.podUsage(signal).catch(() => undefined);
			if (signal.aborted) return;
			this.#become({usage});
			await nap.rest(signal, usage ? usageInterval : absentInterval);
		}
	}

	#become(changes: Partial<WorkloadsView>): void {
		if (this.#closed.signal.aborted) return;
		this.#view = {...this.#view, ...changes};
		this.#timer ??= setTimeout(
			() => {
				this.#timer = undefined;
				this.#toldAt = performance.now();
				for (const listener of [...this.#listeners]) listener();
			},
			Math.max(0, pace - (performance.now() - this.#toldAt)),
		);
	}
}
