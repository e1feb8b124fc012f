import {type Cluster, runningOf} from '../cluster/model.ts';
import type {Engine} from '../engine/engine.ts';
import {ClusterFeed, type ClusterFeedOptions} from './cluster-feed.ts';
import type {KubernetesView} from './snapshot.ts';

/**
 * The Kubernetes nodes of every cluster that has a running server: a watch each, opened when a server runs and closed when
 * none does.
 */
export class KubernetesFeed {
	readonly #engine: Engine;
	readonly #changed: () => void;
	readonly #options: ClusterFeedOptions;
	readonly #clusters = new Map<string, ClusterFeed>();

	constructor(engine: Engine, changed: () => void, options: ClusterFeedOptions) {
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
