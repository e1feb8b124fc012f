/** One difference between a cluster and what is asked for. */
export interface ClusterChange {
	readonly kind: 'add' | 'remove' | 'change';
	/** In one line, without secrets: `2 agents`, `port 8080:80`, `image v1.31 → v1.32`. */
	readonly what: string;
	/** Why it cannot be done on the cluster as it is; undefined when it can. */
	readonly refusal: string | undefined;
}
