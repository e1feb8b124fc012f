import type {PortBindings} from '../plan/port-bindings.ts';
import type {Filterable} from '../settings/node-filter.ts';

/** A container as the Engine API's inspection tells it, wire names and all, as far as a spec is read from it. */
export interface ContainerReading {
	/** With a leading slash. */
	readonly Name: string;
	/** The image's id. */
	readonly Image: string;
	readonly Config: {
		readonly Image: string;
		readonly Env: readonly string[] | null;
		readonly Cmd: readonly string[] | null;
		readonly Labels: Readonly<Record<string, string>>;
	};
	readonly HostConfig: {
		readonly Binds?: readonly string[] | null | undefined;
		readonly NetworkMode?: string | undefined;
		readonly PortBindings?: Partial<PortBindings> | null;
		/** Bytes; 0 for no limit. */
		readonly Memory?: number | undefined;
		/** Billionths of a CPU; 0 for no limit. */
		readonly NanoCpus?: number | undefined;
		readonly PidMode?: string | undefined;
		readonly Ulimits?: readonly UlimitReading[] | null | undefined;
		readonly DeviceRequests?: readonly DeviceReading[] | null | undefined;
	};
	readonly NetworkSettings?: {readonly Networks: Readonly<Record<string, unknown>>} | undefined;
}

/** A limit of a container's processes; -1 for none. */
export interface UlimitReading {
	readonly Name?: string | undefined;
	readonly Soft?: number | undefined;
	readonly Hard?: number | undefined;
}

/** A request for devices, what `--gpus` becomes, as inspections have it. */
export interface DeviceReading {
	readonly Driver?: string | undefined;
	/** -1 for all. */
	readonly Count?: number | undefined;
	readonly DeviceIDs?: readonly string[] | null | undefined;
	readonly Capabilities?: readonly (readonly string[])[] | null | undefined;
	readonly Options?: Readonly<Record<string, string>> | null | undefined;
}

/** What an image gives to its containers, so that it is not taken for the user's. */
export interface ImageReading {
	/** Its names, `rancher/k3s:v1.36.4-k3s1`; none for an image that is gone. */
	readonly names: readonly string[];
	readonly env: readonly string[];
	readonly labels: Readonly<Record<string, string>>;
}

/** A container with its place in the cluster: `index` counts within the role, in creation order. */
export interface NodeReading extends Filterable {
	readonly name: string;
	readonly container: ContainerReading;
	readonly image: ImageReading;
}
