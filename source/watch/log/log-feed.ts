import type {Engine} from '../../engine/engine.ts';
import type {DockerEvent} from '../../engine/events.ts';
import {ContainerReader} from './container-reader.ts';
import type {LogFollower, LogOptions, LogSource} from './log.ts';
import {MergedLog, type OpenReader} from './merged-log.ts';
import {PodReader, type PodReaderOptions} from './pod-reader.ts';

/** Lines from the end of a log to begin with. */
const defaultTail = 1000;

/** The logs that are being followed, told of what Docker's events mean for them. */
export class LogFeed {
	readonly #engine: Engine;
	readonly #openApi: PodReaderOptions['openApi'];
	readonly #logs = new Set<MergedLog>();

	/** `openApi` gives the Kubernetes API of a cluster, by its name; the reader closes it. */
	constructor(engine: Engine, openApi: PodReaderOptions['openApi']) {
		this.#engine = engine;
		this.#openApi = openApi;
	}

	follow(sources: readonly LogSource[], options: LogOptions = {}): LogFollower {
		const {since, tail = defaultTail} = options;
		const open: OpenReader = (source, listener, capacity) =>
			source.kind === 'container'
				? new ContainerReader(this.#engine, source.id, listener, capacity, {tail, since})
				: new PodReader(source, listener, capacity, {tail, since, openApi: this.#openApi});
		const log = new MergedLog(sources, open);
		this.#logs.add(log);
		const close = log.close.bind(log);
		log.close = () => {
			this.#logs.delete(log);
			close();
		};
		return log;
	}

	event({Action, Actor}: DockerEvent): void {
		if (Action !== 'start' && Action !== 'destroy') return;
		for (const log of this.#logs) log.wake(source => source.kind === 'container' && source.id === Actor.ID);
	}

	engineIsBack(): void {
		for (const log of this.#logs) log.wake();
	}

	close(): void {
		for (const log of this.#logs) log.close();
		this.#logs.clear();
	}
}
