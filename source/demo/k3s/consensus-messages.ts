import type {Change, Snapshot} from './store.ts';

interface Envelope {
	/** The member it is meant for: addresses may have changed hands. */
	readonly to: string;
	readonly from: string;
	readonly term: number;
}

/** What members of a cluster say to each other. */
export type Message = Envelope &
	(
		| {
				/** A leader's changes, or its sign of life without any. */
				readonly type: 'append';
				readonly url: string;
				readonly previousRevision: number;
				readonly previousTerm: number;
				readonly changes: readonly Change[];
		  }
		| {readonly type: 'snapshot'; readonly url: string; readonly snapshot: Snapshot}
		| {
				/** A call for votes; `trial` only asks whether one would have a chance, so that nobody's term moves in vain. */
				readonly type: 'vote';
				readonly trial: boolean;
				readonly revision: number;
				readonly lastTerm: number;
		  }
		| {
				/** Tells a former member that it is one no more. */
				readonly type: 'removed';
		  }
	);

export interface Reply {
	readonly ok: boolean;
	readonly term: number;
	readonly revision: number;
	readonly lastTerm: number;
	/** The sender of the message is not a member any more. */
	readonly removed?: boolean;
}

/** A member as the cluster's own state records it, under this name. */
export const memberResource = 'members.etcd';

export interface Member {
	readonly name: string;
	/** `https://address:port`, also where its API is. */
	readonly url: string;
	/** The Kubernetes node it runs on. */
	readonly node: string;
	/** Receives changes but does not vote until it has caught up. */
	readonly learner: boolean;
}
