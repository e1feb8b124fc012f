import type {Container} from './container.ts';
import {conflict, DockerError, notFound} from './docker-error.ts';

/** Every container of the engine, by id and name. */
export class Containers {
	readonly #all = new Map<string, Container>();
	readonly #names = new Map<string, string>();

	/** Newest first, as Docker lists. */
	list(): Container[] {
		return [...this.#all.values()].reverse();
	}

	/** By id, name or the beginning of an id. */
	find(reference: string): Container | undefined {
		const exact = this.#all.get(reference) ?? this.#all.get(this.#names.get(reference.replace(/^\//, '')) ?? '');
		if (exact || !/^[0-9a-f]+$/.test(reference)) return exact;
		const begun = [...this.#all.values()].filter(({id}) => id.startsWith(reference));
		if (begun.length > 1) throw new DockerError(400, `multiple IDs found with provided prefix: ${reference}`);
		return begun[0];
	}

	/** @throws DockerError 404 */
	get(reference: string): Container {
		const container = this.find(reference);
		if (!container) throw notFound(`No such container: ${reference}`);
		return container;
	}

	/** @throws DockerError 409 when another has the name */
	requireFree(name: string): void {
		const holder = this.#names.get(name);
		if (holder !== undefined)
			throw conflict(
				`Conflict. The container name "/${name}" is already in use by container "${holder}". You have to remove (or rename) that container to be able to reuse that name.`,
			);
	}

	add(container: Container): void {
		this.requireFree(container.name);
		this.#all.set(container.id, container);
		this.#names.set(container.name, container.id);
	}

	rename(container: Container, name: string): void {
		this.requireFree(name);
		this.#names.delete(container.name);
		this.#names.set(name, container.id);
		container.name = name;
	}

	delete(container: Container): void {
		this.#all.delete(container.id);
		this.#names.delete(container.name);
	}
}
