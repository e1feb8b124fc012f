import {Problem} from '../problem.ts';
import {parseApiPort} from '../settings/port.ts';

/** What a person asks for when creating a registry: flags, config file and dialog all end here. */
export interface RegistrySpec {
	/** The container's name, verbatim: `k3d-registry`, `registry.localhost`. */
	readonly name: string;
	readonly image: string;
	/** Where it is published on the Docker host: a host name or an IPv4 address; `0.0.0.0` for all addresses. */
	readonly host: string;
	/** The host port; undefined for a free one. */
	readonly port: number | undefined;
	/** `[SOURCE:]DESTINATION[:OPTIONS]`. */
	readonly volumes: readonly string[];
	/** Makes it a pull-through cache of another registry. */
	readonly proxy: RegistryProxy | undefined;
	/** Listens inside on the port that is published, so that one name works everywhere. */
	readonly enforcePortMatch: boolean;
	/** Whether images can be deleted from it. */
	readonly deleteEnabled: boolean;
	/** The network it is in besides those of the clusters that use it. */
	readonly network: string;
}

/** The registry that a pull-through cache is in front of. */
export interface RegistryProxy {
	/** `https://registry-1.docker.io`. */
	readonly remoteURL: string;
	readonly username: string | undefined;
	/** Secret. */
	readonly password: string | undefined;
}

/** The registry image k3d uses. */
export const defaultRegistryImage = 'docker.io/library/registry:2';

/** A registry with k3d's defaults for all the rest. */
export function defaultRegistrySpec(name: string): RegistrySpec {
	return {
		name,
		image: defaultRegistryImage,
		host: '0.0.0.0',
		port: undefined,
		volumes: [],
		proxy: undefined,
		enforcePortMatch: false,
		deleteEnabled: false,
		network: 'bridge',
	};
}

/** Parses `[HOST:]PORT`, where the port may be `random`, into the place where a registry is published. */
export function parseRegistryPort(text: string): Pick<RegistrySpec, 'host' | 'port'> {
	return parseApiPort(text, 'registry port');
}

/** Parses `NAME[:HOST][:PORT]`, as `--registry-create` has it: what follows the name is written as an API port is. */
export function parseRegistryToCreate(text: string): RegistrySpec {
	const colon = text.indexOf(':');
	const spec = defaultRegistrySpec(colon === -1 ? text : text.slice(0, colon));
	return colon === -1 ? spec : {...spec, ...parseRegistryPort(text.slice(colon + 1))};
}

/**
 * The name in `[http(s)://]HOST[:PORT][:PORT]`, as `--registry-use` has it. Ports are only for the reader's sake: the
 * container tells the real ones.
 */
export function parseRegistryReference(text: string): string {
	const name = /^(?:https?:\/\/)?([^:/]+)(?::\d+){0,2}\/?$/.exec(text)?.[1];
	if (name !== undefined) return name;
	throw new Problem(
		`registry ${JSON.stringify(text)}`,
		'this names no registry',
		'Write the name of its container, as in k3d-registry or k3d-registry:5000.',
	);
}
