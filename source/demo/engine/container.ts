import type {Writable} from 'node:stream';
import type {Clock} from './clock.ts';
import {ContainerLog} from './container-log.ts';
import {Filesystem} from './filesystem.ts';
import type {Image} from './images.ts';
import type {Process} from './process.ts';
import type {BoundPort} from './published-ports.ts';
import type {Volume} from './volumes.ts';
import type {ContainerConfig, EndpointSettings, HostConfig} from './wire.ts';

export type ContainerStatus = 'created' | 'running' | 'restarting' | 'exited' | 'removing';

/** What is mounted into a container. */
export interface Mount {
	readonly type: 'volume' | 'bind' | 'tmpfs';
	readonly destination: string;
	/** The volume, or undefined for other types. */
	readonly volume: Volume | undefined;
	/** The host's path of a bind. */
	readonly source: string;
	readonly mode: string;
	readonly writable: boolean;
}

/** What a container does that pretends to run since long ago. */
export interface Past {
	/** Milliseconds that its log is put back while it boots. */
	readonly ago: number;
	/** Its stand-in's pace while it boots. */
	readonly env: Readonly<Record<string, string>>;
	/** What it waits for before it boots. */
	readonly after?: Promise<void>;
}

/** A container, running or not. Plain state: what may happen to it is in `container-run.ts`. */
export class Container {
	readonly id: string;
	name: string;
	readonly nanos: bigint;
	/** As it was made, with what the image adds. */
	readonly config: ContainerConfig & {
		readonly Env: readonly string[];
		readonly Labels: Readonly<Record<string, string>>;
	};
	readonly hostConfig: HostConfig;
	readonly image: Image;
	readonly argv: readonly string[];
	readonly files: Filesystem;
	readonly log: ContainerLog;
	mounts: readonly Mount[] = [];
	/** By network name: what was wished for, whether attached now or not. */
	readonly networks = new Map<string, EndpointSettings>();

	status: ContainerStatus = 'created';
	exitCode = 0;
	error = '';
	startedAt: bigint | undefined;
	finishedAt: bigint | undefined;
	restartCount = 0;
	/** True from a stop or kill by a person until the next start: `unless-stopped` then leaves it alone. */
	stoppedByHand = false;
	pid = 0;
	process: Process | undefined;
	ports: readonly BoundPort[] = [];
	/** Ids of commands that were run in it. */
	readonly execs = new Set<string>();
	/** Ends a wait for the next automatic restart. */
	cancelRestart: (() => void) | undefined;
	/** Whether a light stand-in runs in it instead of the whole one; chosen by who made it, not by the API. */
	readonly isLight: boolean;
	/** Of one that was running, it pretends, before the engine began; gone with its first real start. */
	past: Past | undefined;
	/** Why its k3s cannot live just now, for demonstrations of trouble. */
	ailment: (() => string | undefined) | undefined;
	/** Standard input for whoever attached before the start. */
	input: Writable | undefined;
	readonly #changes = new Set<() => void>();

	constructor(
		made: Pick<Container, 'id' | 'name' | 'nanos' | 'config' | 'hostConfig' | 'image' | 'argv' | 'isLight'>,
		clock: Clock,
	) {
		this.id = made.id;
		this.name = made.name;
		this.nanos = made.nanos;
		this.config = made.config;
		this.hostConfig = made.hostConfig;
		this.image = made.image;
		this.argv = made.argv;
		this.isLight = made.isLight;
		this.files = new Filesystem(() => clock.now());
		this.log = new ContainerLog(clock);
	}

	get running(): boolean {
		return this.status === 'running';
	}

	/** What events say of it. */
	get attributes(): Record<string, string> {
		return {...this.config.Labels, image: this.config.Image ?? '', name: this.name};
	}

	/** Calls back after every change of its state. */
	onChange(listener: () => void): () => void {
		this.#changes.add(listener);
		return () => this.#changes.delete(listener);
	}

	changed(): void {
		for (const listener of [...this.#changes]) listener();
	}

	/** Environment as programs see it. */
	environment(): Record<string, string> {
		const entries = this.config.Env.map(text => {
			const equals = text.indexOf('=');
			return equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
		});
		return {HOSTNAME: this.config.Hostname ?? '', HOME: '/root', ...Object.fromEntries(entries)};
	}
}
