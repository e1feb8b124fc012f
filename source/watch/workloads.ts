import type {Problem} from '../cluster/problem.ts';
import type {PodUsage, Workloads} from '../kubernetes/workloads/workloads.ts';

/** What is known of the workloads of one cluster. Immutable; a change makes another one. */
export interface WorkloadsView {
	/** `loading` until the first answer; `broken` while nobody answers, and what was known last may be old. */
	readonly state: 'loading' | 'following' | 'broken';
	/** Why it is broken. */
	readonly problem: Problem | undefined;
	/** Undefined before the first answer. */
	readonly workloads: Workloads | undefined;
	/** From metrics-server, by `namespace/name`; undefined where that does not run. */
	readonly usage: ReadonlyMap<string, PodUsage> | undefined;
}

/** Keeps a view of the workloads of one cluster true until it is closed. */
export interface WorkloadsFollower {
	/** The cluster's name. */
	readonly cluster: string;
	view(): WorkloadsView;
	/** Calls back at most some five times a second, until the returned function is called. */
	subscribe(listener: () => void): () => void;
	close(): void;
}
