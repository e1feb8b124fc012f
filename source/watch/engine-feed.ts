import {existsSync, type FSWatcher, watch as watchFiles} from 'node:fs';
import path from 'node:path';
import type {ContainerListing} from '../cluster/container-listing.ts';
import {toProblem} from '../cluster/problem.ts';
import type {Endpoint, Engine} from '../engine/engine.ts';
import {engineSubject} from '../engine/engine-problem.ts';
import type {DockerEvent} from '../engine/events.ts';
import type {Attempt} from '../engine/other-engines.ts';
import {Backoff} from './backoff.ts';
import {engineSession, type Patience} from './engine-session.ts';
import {Heartbeat} from './heartbeat.ts';
import type {Connection, EngineSummary} from './snapshot.ts';

/** Who is told what the engine says. */
export interface EngineListener {
	connection(connection: Connection): void;
	summary(summary: EngineSummary): void;
	/** All containers with k3d's labels, by id; after every change. Objects that did not change are the same. */
	containers(containers: ReadonlyMap<string, ContainerListing>): void;
	/** An event of one of these containers. */
	event(event: DockerEvent): void;
	/** The engine has just shown that it is there. */
	confirmed(): void;
}

export interface EngineFeedOptions {
	readonly now: () => number;
	readonly random?: () => number;
	readonly patience?: Patience;
	/** Whether more is expected of the engine at the moment than an event now and then. */
	readonly busy?: () => boolean;
	/** Asks at other places, to tell of them while this engine has never answered. */
	readonly tryOthers?: (signal: AbortSignal) => Promise<readonly Attempt[]>;
}

const defaultPatience: Patience = {silence: 6000, doubt: 2000, answer: 3000};

/**
 * Keeps a connection to an engine for as long as it is open: when it breaks, it is tried again after half a second, then less
 * and less often, down to every ten seconds; at once when asked to or when the engine's socket appears.
 */
export class EngineFeed {
	readonly #engine: Engine;
	readonly #listener: EngineListener;
	readonly #now: () => number;
	readonly #patience: Patience;
	readonly #heartbeat: Heartbeat;
	readonly #backoff: Backoff;
	readonly #tryOthers: EngineFeedOptions['tryOthers'];
	readonly #closed = new AbortController();

	constructor(
		engine: Engine,
		listener: EngineListener,
		{now, random = Math.random, patience = defaultPatience, busy, tryOthers}: EngineFeedOptions,
	) {
		this.#engine = engine;
		this.#listener = listener;
		this.#now = now;
		this.#patience = patience;
		this.#heartbeat = new Heartbeat({...patience, busy});
		this.#tryOthers = tryOthers;
		this.#backoff = new Backoff({first: 500, longest: 10_000, random});
		void this.#run();
	}

	retry(): void {
		this.#backoff.reset();
		this.#backoff.wake();
	}

	/** The engine has shown in another way that it is there. */
	heard(): void {
		this.#heartbeat.heard();
	}

	/** It may have become `busy`. */
	hurry(): void {
		this.#heartbeat.hurry();
	}

	close(): void {
		this.#closed.abort();
	}

	async #run(): Promise<void> {
		const {signal} = this.#closed;
		let brokenSince: number | undefined;
		let neverConnected = true;
		let broken: Extract<Connection, {state: 'broken'}> | undefined;
		let others: readonly Attempt[] = [];
		let searching = false;
		// It may outlast a pause: somebody may listen there and be silent.
		const search = () => {
			if (searching || !neverConnected || !this.#tryOthers) return;
			searching = true;
			void this.#tryOthers(signal).then(tried => {
				searching = false;
				others = tried;
				if (broken && neverConnected && !signal.aborted) this.#listener.connection({...broken, others});
			});
		};
		this.#listener.connection({state: 'connecting', since: this.#now()});
		while (!signal.aborted) {
			const connected = () => {
				brokenSince = undefined;
				neverConnected = false;
				broken = undefined;
				this.#backoff.reset();
				this.#listener.connection({state: 'connected', since: this.#now()});
			};
			try {
				await engineSession(this.#engine, {...this.#listener, connected}, this.#patience, this.#heartbeat, signal);
			} catch (error) {
				if (signal.aborted) return;
				brokenSince ??= this.#now();
				const pause = this.#backoff.next();
				broken = {
					state: 'broken',
					since: brokenSince,
					problem: toProblem(error, engineSubject(this.#engine.endpoint)),
					retryAt: this.#now() + pause,
					others: neverConnected ? others : [],
				};
				this.#listener.connection(broken);
				search();
				const socket = whenSocketAppears(this.#engine.endpoint, () => this.retry());
				await this.#backoff.pause(pause, signal);
				socket?.close();
			}
		}
	}
}

/** Calls back when a local engine makes its socket; where its folder cannot be watched, never. */
function whenSocketAppears({connection}: Endpoint, appeared: () => void): FSWatcher | undefined {
	if (connection.kind !== 'unix') return undefined;
	const {dir, base} = path.parse(connection.socketPath);
	try {
		const watcher = watchFiles(dir, (_, name) => {
			if (name === base && existsSync(connection.socketPath)) appeared();
		});
		return watcher.on('error', () => watcher.close());
	} catch {
		return undefined;
	}
}
