import type {ClusterSpec} from './cluster-spec.ts';

/** What a cluster would be created from. */
export interface SpecReading {
	/** Secrets are in it: the token, and whatever arguments and variables hold. */
	readonly spec: ClusterSpec;
	/** What could not be told, or cannot be asked for, one sentence each. */
	readonly warnings: readonly string[];
}
