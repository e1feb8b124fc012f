import {type Clock, goTime} from './clock.ts';
import {badRequest, conflict, notFound} from './docker-error.ts';
import type {EventLog} from './event-log.ts';
import {FileTree} from './file-tree.ts';
import {newId} from './ids.ts';
import type {VolumeBody} from './wire.ts';

export interface Volume {
	readonly name: string;
	readonly anonymous: boolean;
	readonly nanos: bigint;
	readonly labels: Readonly<Record<string, string>>;
	readonly options: Readonly<Record<string, string>> | null;
	readonly tree: FileTree;
	/** Ids of the containers that have it, running or not. */
	readonly users: Set<string>;
}

/** Every volume of the engine. */
export class Volumes {
	readonly #all = new Map<string, Volume>();
	readonly #clock: Clock;
	readonly #events: EventLog;

	constructor(clock: Clock, events: EventLog) {
		this.#clock = clock;
		this.#events = events;
	}

	list(): Volume[] {
		return [...this.#all.values()];
	}

	/** @throws DockerError 404 */
	get(name: string): Volume {
		const volume = this.#all.get(name);
		if (!volume) throw notFound(`get ${name}: no such volume`);
		return volume;
	}

	/** Makes a volume; one of that name is given back as it is. Without a name, an anonymous one. */
	create(body: VolumeBody, nanos = this.#clock.nanos()): Volume {
		const {Name: given = '', Driver: driver = 'local'} = body;
		if (driver !== 'local' && driver !== '')
			throw notFound(`create ${given}: error looking up volume plugin ${driver}: plugin "${driver}" not found`);
		if (given !== '' && !/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(given))
			throw badRequest(
				`create ${given}: "${given}" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`,
			);
		const before = this.#all.get(given);
		if (before) return before;
		const anonymous = given === '';
		const volume: Volume = {
			name: given || newId(),
			anonymous,
			nanos,
			labels: body.Labels ?? (anonymous ? {'com.docker.volume.anonymous': ''} : {}),
			options: body.DriverOpts ?? null,
			tree: new FileTree(),
			users: new Set(),
		};
		this.#all.set(volume.name, volume);
		this.#events.emit('volume', 'create', volume.name, {driver: 'local'});
		return volume;
	}

	/** @throws DockerError 404, or 409 while a container has it */
	remove(name: string, force: boolean): void {
		const volume = this.#all.get(name);
		if (!volume && force) return;
		const {users} = this.get(name);
		if (users.size > 0) throw conflict(`remove ${name}: volume is in use - [${[...users].join(', ')}]`);
		this.#all.delete(name);
		this.#events.emit('volume', 'destroy', name, {driver: 'local'});
	}
}

/** Where Docker would keep it. */
export const mountpointOf = (name: string) => `/var/lib/docker/volumes/${name}/_data`;

/** A volume as the API shows it. */
export function volumeJson({name, nanos, labels, options}: Volume): Record<string, unknown> {
	return {
		CreatedAt: goTime(nanos).replace(/\.\d+Z/, 'Z'),
		Driver: 'local',
		Labels: Object.keys(labels).length > 0 ? labels : null,
		Mountpoint: mountpointOf(name),
		Name: name,
		Options: options,
		Scope: 'local',
	};
}
