import {byName} from '../cluster/by-name.ts';
import {proxyConfigPath} from '../cluster/load-balancer/proxy-config.ts';
import type {Cluster} from '../cluster/model.ts';
import {readFile} from '../engine/containers.ts';
import type {Engine} from '../engine/engine.ts';
import type {DockerEvent} from '../engine/events.ts';
import {harmless} from '../engine/harmless.ts';
import type {ContainerReads} from './container-reads.ts';
import type {ProxyRoute} from './snapshot.ts';

/**
 * The routes of every load balancer, out of the configuration in its container: read when it appears or starts, and when
 * somebody has written files into it or run something in it.
 */
export class RouteFeed {
	readonly #engine: Engine;
	readonly #changed: () => void;
	readonly #reads: ContainerReads;
	readonly #balancers = new Map<
		string,
		{routes: readonly ProxyRoute[] | undefined; reading: boolean; stale: boolean}
	>();
	readonly #closed = new AbortController();

	constructor(engine: Engine, changed: () => void, reads: ContainerReads) {
		this.#engine = engine;
		this.#changed = changed;
		this.#reads = reads;
	}

	/** By the load balancer's container id; undefined until read, or where it has no readable configuration. */
	routes(id: string): readonly ProxyRoute[] | undefined {
		return this.#balancers.get(id)?.routes;
	}

	/** Takes the clusters there are now. */
	update(clusters: readonly Cluster[]): void {
		const ids = new Set(clusters.map(cluster => cluster.loadBalancer?.id).filter(id => id !== undefined));
		for (const id of this.#balancers.keys()) if (!ids.has(id)) this.#balancers.delete(id);
		for (const id of ids) if (!this.#balancers.has(id)) void this.#read(id);
	}

	/** Takes an event of any container. */
	event({Action, Actor}: DockerEvent): void {
		if (this.#balancers.has(Actor.ID) && /^(start|extract-to-dir|exec_die)\b/.test(Action)) void this.#read(Actor.ID);
	}

	/** Reads everything again: what happened while the engine was away, no event has told. */
	refresh(): void {
		for (const id of this.#balancers.keys()) void this.#read(id);
	}

	close(): void {
		this.#closed.abort();
	}

	async #read(id: string): Promise<void> {
		const entry = this.#balancers.get(id) ?? {routes: undefined, reading: false, stale: false};
		this.#balancers.set(id, entry);
		entry.stale = true;
		if (entry.reading) return;
		entry.reading = true;
		while (entry.stale && !this.#closed.signal.aborted) {
			entry.stale = false;
			try {
				const text = await this.#reads.read(this.#closed.signal, signal =>
					readFile(this.#engine, id, proxyConfigPath, signal),
				);
				entry.routes = text === undefined ? undefined : routesFrom((await import('yaml')).parse(text));
			} catch {
				// Not written yet, gone again, or not YAML: nothing is known of its routes.
				entry.routes = undefined;
			}
			if (!this.#closed.signal.aborted) this.#changed();
		}
		entry.reading = false;
	}
}

/** The routes in k3d's values.yaml (`ports: {80.tcp: [k3d-x-server-0]}`), by port. */
function routesFrom(values: unknown): ProxyRoute[] | undefined {
	const ports = typeof values === 'object' && values !== null && 'ports' in values ? values.ports : undefined;
	if (typeof ports !== 'object' || ports === null) return undefined;
	return Object.entries(ports)
		.flatMap(([key, backends]) => {
			const [, port, protocol = 'tcp'] = /^(\d+)(?:\.(tcp|udp))?$/.exec(key) ?? [];
			if (port === undefined || !Array.isArray(backends)) return [];
			return [
				{
					port: Number(port),
					protocol: protocol === 'udp' ? ('udp' as const) : ('tcp' as const),
					backends: backends.map(backend => harmless(String(backend))),
				},
			];
		})
		.toSorted((a, b) => a.port - b.port || byName(a.protocol, b.protocol));
}
