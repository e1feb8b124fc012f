import {availableParallelism, totalmem} from 'node:os';
import {Clock} from './clock.ts';
import {Containers} from './containers.ts';
import {EventLog} from './event-log.ts';
import type {Exec} from './exec.ts';
import {Fabric} from './fabric.ts';
import {newId} from './ids.ts';
import {Images} from './images.ts';
import {Networks} from './networks.ts';
import {Volumes} from './volumes.ts';

/** What a test or a demonstration may choose. */
export interface DaemonOptions {
	/** Milliseconds since the epoch. */
	readonly now?: () => number;
	/** Divides the time pulls pretend to take; Infinity for none. */
	readonly pullSpeed?: number;
	/** Environment of every k3s stand-in: its pace (`K3S_STAND_IN_*`, see k3s/pace.ts). */
	readonly standInEnv?: Readonly<Record<string, string>>;
}

/** The state of the engine: everything it knows, in memory, gone with it. */
export class Daemon {
	readonly id = newId();
	readonly clock: Clock;
	readonly events: EventLog;
	readonly networks: Networks;
	readonly volumes: Volumes;
	readonly images: Images;
	readonly containers: Containers;
	readonly fabric: Fabric;
	readonly execs = new Map<string, Exec>();
	readonly pullSpeed: number;
	readonly standInEnv: Readonly<Record<string, string>>;
	readonly startedAt: number;
	/** What the machine has. */
	readonly cpus = availableParallelism();
	readonly memory = totalmem();
	/** Aborts when the engine ends. */
	readonly closing = new AbortController();

	constructor({now = Date.now, pullSpeed = 1, standInEnv = {}}: DaemonOptions = {}) {
		this.clock = new Clock(now);
		this.startedAt = now();
		this.events = new EventLog(this.clock);
		this.networks = new Networks(this.clock, this.events);
		this.volumes = new Volumes(this.clock, this.events);
		this.images = new Images(this.clock, this.events);
		this.fabric = new Fabric(this.networks);
		this.containers = new Containers();
		this.pullSpeed = pullSpeed;
		this.standInEnv = standInEnv;
	}
}
