import type {Engine} from '../engine/engine.ts';
import type {DockerEvent} from '../engine/events.ts';
import {ContainerLog} from './log-follower.ts';
import type {LogFollower} from './snapshot.ts';

/** The logs that are being followed, told of what Docker's events mean for them. */
export class LogFeed {
	readonly #engine: Engine;
	readonly #logs = new Map<ContainerLog, string>();

	constructor(engine: Engine) {
		this.#engine = engine;
	}

	follow(id: string): LogFollower {
		const log = new ContainerLog(this.#engine, id);
		this.#logs.set(log, id);
		return {
			lines: () => log.lines(),
			state: () => log.state(),
			subscribe: listener => log.subscribe(listener),
			pause: () => log.pause(),
			resume: () => log.resume(),
			close: () => {
				this.#logs.delete(log);
				log.close();
			},
		};
	}

	event({Action, Actor}: DockerEvent): void {
		if (Action !== 'start' && Action !== 'destroy') return;
		for (const [log, id] of this.#logs) if (id === Actor.ID) log.wake();
	}

	engineIsBack(): void {
		for (const log of this.#logs.keys()) log.wake();
	}

	close(): void {
		for (const log of this.#logs.keys()) log.close();
		this.#logs.clear();
	}
}
