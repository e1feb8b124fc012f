import type {Node} from '../cluster/model.ts';
import {inspectContainer} from '../engine/containers.ts';
import type {Engine} from '../engine/engine.ts';
import {harmless} from '../engine/harmless.ts';
import type {ContainerReads} from './container-reads.ts';

/** What makes the registry image a pull-through proxy. */
const remoteVariable = 'REGISTRY_PROXY_REMOTEURL=';

/** What only an inspect tells of a registry, asked once for each: its environment never changes. */
export class RegistryFeed {
	readonly #engine: Engine;
	readonly #changed: () => void;
	readonly #reads: ContainerReads;
	readonly #remotes = new Map<string, string | undefined>();
	readonly #closed = new AbortController();

	constructor(engine: Engine, changed: () => void, reads: ContainerReads) {
		this.#engine = engine;
		this.#changed = changed;
		this.#reads = reads;
	}

	/** The remote that a registry (container id) is a proxy of; undefined for an ordinary one, and until it is known. */
	proxyOf(id: string): string | undefined {
		return this.#remotes.get(id);
	}

	/** Takes the registries there are now. */
	update(registries: readonly Node[]): void {
		const ids = new Set(registries.map(({id}) => id));
		for (const id of this.#remotes.keys()) if (!ids.has(id)) this.#remotes.delete(id);
		for (const id of ids) if (!this.#remotes.has(id)) void this.#read(id);
	}

	close(): void {
		this.#closed.abort();
	}

	async #read(id: string): Promise<void> {
		this.#remotes.set(id, undefined);
		try {
			const inspected = await this.#reads.read(this.#closed.signal, signal =>
				inspectContainer(this.#engine, id, signal),
			);
			const variable = inspected?.Config.Env?.find(entry => entry.startsWith(remoteVariable));
			if (variable === undefined || !this.#remotes.has(id)) return;
			this.#remotes.set(id, harmless(variable.slice(remoteVariable.length)));
			this.#changed();
		} catch {
			// Asked again at the next change.
			this.#remotes.delete(id);
		}
	}
}
