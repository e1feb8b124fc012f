/** A value that changes and tells who listens. */
export interface Store<State> {
	get(): State;
	/** Replaces the value. Setting the same value tells nobody. */
	set(next: State): void;
	subscribe(listener: () => void): () => void;
}

/**
 * Keeps what the keyboard changes outside React: keys that arrive in one read are handled one after another, and each
 * has to see what the one before it did, which React state shows only after the next render.
 */
export function createStore<State>(initial: State): Store<State> {
	let state = initial;
	const listeners = new Set<() => void>();
	return {
		get: () => state,
		set(next) {
			if (Object.is(next, state)) return;
			state = next;
			for (const listener of listeners) listener();
		},
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
	};
}
