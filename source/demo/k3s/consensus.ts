import type {Store} from './store.ts';

/** Who may write: one server alone, or the leader that etcd's majority agreed on. */
export interface Consensus {
	/** `leader`: writes happen here; `follower`: they are forwarded; `none`: no majority, so nothing is served. */
	readonly role: 'leader' | 'follower' | 'none';
	/** Where the leader is reached, `https://host:port`, when this is a follower. */
	readonly leaderUrl: string | undefined;
	/** Resolves when a majority has a revision. Rejects when the majority is lost meanwhile. */
	committed(revision: number): Promise<void>;
	/** Calls back whenever the role changed. */
	onRole(listener: () => void): void;
	start(): void;
	stop(): void;
}

/** A single server with its own database (SQLite in the real k3s): always leader. */
export function soleServer(store: Store): Consensus {
	store.term = 0;
	const listeners = new Set<() => void>();
	return {
		role: 'leader',
		leaderUrl: undefined,
		committed: () => Promise.resolve(),
		onRole: listener => void listeners.add(listener),
		start() {
			for (const listener of listeners) listener();
		},
		stop() {},
	};
}
