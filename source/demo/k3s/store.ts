import type {KubernetesObject} from './objects.ts';

/** One change of one object, as watches and replicas see it. */
export interface Change {
	readonly revision: number;
	/** The leader's term in which it was written; 0 outside of etcd clusters. */
	readonly term: number;
	readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
	/** `Resource.id`. */
	readonly resource: string;
	readonly object: KubernetesObject;
	/** The object before; absent for ADDED. */
	readonly previous?: KubernetesObject;
}

/** The whole state, for disk and for a member that is behind. */
export interface Snapshot {
	readonly revision: number;
	readonly term: number;
	readonly objects: Readonly<Record<string, readonly KubernetesObject[]>>;
}

const historyLength = 2000;

const keyOf = ({metadata}: KubernetesObject) => `${metadata.namespace ?? ''}/${metadata.name}`;

/**
 * All objects of a cluster with one revision counter, as etcd has it. Objects are never changed in place: who holds one
 * may keep it. Every write is a change that listeners hear of synchronously, in order.
 */
export class Store {
	#objects = new Map<string, Map<string, KubernetesObject>>();
	#history: Change[] = [];
	#listeners = new Set<(change: Change) => void>();
	#revision = 0;
	#lastTerm = 0;
	#snapshotRevision = 0;

	/** The term that new writes carry. */
	term = 0;

	get revision(): number {
		return this.#revision;
	}

	/** The term of the last change. */
	get lastTerm(): number {
		return this.#lastTerm;
	}

	get<T extends KubernetesObject>(resource: string, namespace: string | undefined, name: string): T | undefined {
		return this.#objects.get(resource)?.get(`${namespace ?? ''}/${name}`) as T | undefined;
	}

	/** All of a resource, or of one namespace, ordered by namespace and name. */
	list<T extends KubernetesObject>(resource: string, namespace?: string): T[] {
		const all = [...(this.#objects.get(resource)?.entries() ?? [])];
		const wanted = namespace ? all.filter(([, {metadata}]) => metadata.namespace === namespace) : all;
		return wanted.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object as T);
	}

	/** Adds or replaces an object and gives it the next resource version. */
	put<T extends KubernetesObject>(resource: string, object: T): T {
		const revision = this.#revision + 1;
		const stored = {...object, metadata: {...object.metadata, resourceVersion: String(revision)}};
		const previous = this.#objects.get(resource)?.get(keyOf(stored));
		const change: Change = previous
			? {revision, term: this.term, type: 'MODIFIED', resource, object: stored, previous}
			: {revision, term: this.term, type: 'ADDED', resource, object: stored};
		this.apply(change);
		return stored;
	}

	/** Removes an object; its last state carries the revision of the removal, as watches expect. */
	delete(resource: string, namespace: string | undefined, name: string): KubernetesObject | undefined {
		const previous = this.get(resource, namespace, name);
		if (!previous) return undefined;
		const revision = this.#revision + 1;
		const object = {...previous, metadata: {...previous.metadata, resourceVersion: String(revision)}};
		this.apply({revision, term: this.term, type: 'DELETED', resource, object, previous});
		return object;
	}

	/** Takes over a change, the store's own or a leader's. */
	apply(change: Change): void {
		let objects = this.#objects.get(change.resource);
		if (!objects) {
			objects = new Map();
			this.#objects.set(change.resource, objects);
		}
		if (change.type === 'DELETED') objects.delete(keyOf(change.object));
		else objects.set(keyOf(change.object), change.object);
		this.#revision = change.revision;
		this.#lastTerm = change.term;
		this.#history.push(change);
		if (this.#history.length > historyLength) this.#history.splice(0, historyLength / 4);
		for (const listener of [...this.#listeners]) listener(change);
	}

	/** Calls back on every change until the returned function is called. */
	onChange(listener: (change: Change) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	/** The changes after a revision, or undefined when that is too long ago to know. */
	changesSince(revision: number): readonly Change[] | undefined {
		if (revision === this.#revision) return [];
		if (revision > this.#revision || revision < this.#snapshotRevision) return undefined;
		const first = this.#history[0];
		if (!first || first.revision > revision + 1) return undefined;
		return this.#history.slice(revision + 1 - first.revision);
	}

	/** The term in which a revision was written, when still known. */
	termOf(revision: number): number | undefined {
		if (revision === this.#revision) return this.#lastTerm;
		const first = this.#history[0];
		return first && this.#history[revision - first.revision]?.term;
	}

	snapshot(): Snapshot {
		const objects: Record<string, KubernetesObject[]> = {};
		for (const [resource, all] of this.#objects) objects[resource] = [...all.values()];
		return {revision: this.#revision, term: this.#lastTerm, objects};
	}

	/** Replaces everything; listeners hear of the differences only. */
	restore(snapshot: Snapshot): void {
		const before = this.#objects;
		this.#objects = new Map();
		const changes: Change[] = [];
		const change = (type: Change['type'], resource: string, object: KubernetesObject, previous?: KubernetesObject) =>
			changes.push({
				revision: snapshot.revision,
				term: snapshot.term,
				type,
				resource,
				object,
				...(previous && {previous}),
			});
		for (const [resource, objects] of Object.entries(snapshot.objects)) {
			this.#objects.set(resource, new Map(objects.map(object => [keyOf(object), object])));
			for (const object of objects) {
				const previous = before.get(resource)?.get(keyOf(object));
				if (!previous) change('ADDED', resource, object);
				else if (previous.metadata.resourceVersion !== object.metadata.resourceVersion)
					change('MODIFIED', resource, object, previous);
			}
		}
		for (const [resource, objects] of before)
			for (const [key, previous] of objects)
				if (!this.#objects.get(resource)?.has(key)) change('DELETED', resource, previous, previous);
		this.#revision = snapshot.revision;
		this.#lastTerm = snapshot.term;
		this.#snapshotRevision = snapshot.revision;
		this.#history = [];
		for (const one of changes) for (const listener of [...this.#listeners]) listener(one);
	}
}
