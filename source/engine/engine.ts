import type Docker from 'dockerode';
import type {Problem} from '../cluster/problem.ts';
import type {Patience} from './patience.ts';
import type {SshDestination} from './ssh/destination.ts';
import type {SshConnection} from './ssh/ssh-connection.ts';

/** Where a Docker Engine is, and how it was found. */
export interface Endpoint {
	/** As a person would write it: `unix:///var/run/docker.sock`, `tcp://10.0.0.5:2376`, `ssh://me@host`. */
	readonly url: string;
	/** What named it: the `--host` flag, DOCKER_HOST, a Docker context, or the default. */
	readonly source: 'flag' | 'DOCKER_HOST' | 'context' | 'default';
	/** The context's name, where one named it. */
	readonly context: string | undefined;
	readonly connection:
		| {readonly kind: 'unix'; readonly socketPath: string}
		| {
				readonly kind: 'tcp';
				readonly host: string;
				readonly port: number;
				/** PEM texts; undefined for plain HTTP. */
				readonly tls:
					| {readonly ca?: string; readonly cert?: string; readonly key?: string; readonly verify: boolean}
					| undefined;
		  }
		| {readonly kind: 'ssh'; readonly destination: SshDestination}
		/** Nowhere: what should name the engine cannot be read. Every request fails with the reason. */
		| {readonly kind: 'none'; readonly problem: Problem};
}

/** A connection to one engine; it may be opened while nobody answers there. */
export interface Engine {
	readonly endpoint: Endpoint;
	readonly docker: Docker;
	/**
	 * The host under which ports published by this engine are reached from here: `127.0.0.1` for a local
	 * socket, the engine's own host for a remote one. Behind SSH they may be closed to the outside: see `ssh.dialPort`.
	 */
	readonly publishedHost: string;
	/** The way there, where it leads through SSH. */
	readonly ssh: SshConnection | undefined;
	/** What to do when the connection breaks under a request; undefined lets it fail. */
	readonly patience?: Patience;
	/**
	 * Asks the engine which API version to speak, and speaks it from then on. The first request does so by itself;
	 * an engine that was away may have come back as another version. Throws a Problem when nobody answers.
	 */
	negotiate(signal?: AbortSignal): Promise<string>;
	/** Ends every connection that is kept alive. */
	close(): void;
}
