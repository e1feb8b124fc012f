import type {Problem} from '../cluster/problem.ts';

/** What is forwarded where. */
export interface ForwardRequest {
	readonly cluster: string;
	readonly namespace: string;
	readonly pod: string;
	/** Labels of the pods any of which will do; undefined where it is this one and no other. */
	readonly selector?: Readonly<Record<string, string>> | undefined;
	/** The pod's port. */
	readonly port: number;
	/** The port of this machine; 0 takes any that is free. */
	readonly localPort: number;
}

/** A port of this machine that leads into a pod; when that is gone, into another of its kind if there is one. */
export interface Forward extends ForwardRequest {
	readonly id: number;
	/** Where it is reached: `127.0.0.1:8080`. */
	readonly address: string;
	/** Connections that are open now. */
	readonly connections: number;
	/** Why the last connection came to nothing; undefined when it went well. */
	readonly problem: Problem | undefined;
}
