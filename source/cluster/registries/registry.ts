import {labels} from '../labels.ts';

/** A registry as clusters use it: what is written into their nodes and told to programs that push. */
export interface Registry {
	/** The container's name, which is its host name inside the clusters' networks. */
	readonly name: string;
	/** Where it listens inside. */
	readonly internalPort: number;
	/** Its port on the Docker host; undefined where it is not published. */
	readonly hostPort: number | undefined;
	/** Where it is published on the Docker host: a name, an address, or `0.0.0.0` for all. */
	readonly host: string;
	/** The registry that it is a pull-through cache of, as an URL; undefined for one that can be pushed to. */
	readonly proxyOf: string | undefined;
}

/** The port k3d's registries listen on unless told otherwise. */
export const defaultRegistryPort = 5000;

/** What makes the registry image a pull-through cache. Source: distribution's configuration by environment. */
export const remoteVariable = 'REGISTRY_PROXY_REMOTEURL=';

/** What a registry is read from; the Engine API's container inspection, wire names and all. */
export interface RegistryInspection {
	readonly Name: string;
	readonly Config: {
		readonly Env?: readonly string[] | null | undefined;
		readonly Labels: Readonly<Record<string, string>>;
		readonly ExposedPorts?: Readonly<Record<string, unknown>> | null | undefined;
	};
	readonly HostConfig: {readonly PortBindings?: unknown};
}

/**
 * Reads a registry from its container, running or not. The real ports count, as in k3d: labels are only asked where
 * nothing is published. Docker keeps a port's key as it was sent, with or without `/tcp`.
 */
export function registryFrom({Name, Config, HostConfig}: RegistryInspection): Registry {
	const bindings = (HostConfig.PortBindings ?? {}) as Record<string, {HostIp?: string; HostPort?: string}[] | null>;
	const [key, hosts] = Object.entries(bindings)[0] ?? [Object.keys(Config.ExposedPorts ?? {})[0], null];
	const [binding] = hosts ?? [];
	const number = (text: string | undefined) => (Number(text) > 0 ? Number(text) : undefined);
	const remote = Config.Env?.find(entry => entry.startsWith(remoteVariable))?.slice(remoteVariable.length);
	return {
		name: Name.replace(/^\//, ''),
		internalPort:
			number(key?.split('/')[0]) ?? number(Config.Labels[labels.registryInternalPort]) ?? defaultRegistryPort,
		hostPort: number(binding?.HostPort) ?? number(Config.Labels[labels.registryExternalPort]),
		host: Config.Labels[labels.registryHost] || binding?.HostIp || '0.0.0.0',
		proxyOf: remote === '' ? undefined : remote,
	};
}

/** Where nodes reach it: `http://k3d-registry:5000`. */
export function endpointOf({name, internalPort}: Registry): string {
	return `http://${name}:${internalPort}`;
}

/** How images in it are named inside clusters: `k3d-registry:5000`. */
export function pullAddress({name, internalPort}: Registry): string {
	return `${name}:${internalPort}`;
}

/**
 * Where images are pushed to from the Docker host: `localhost:5111`. Docker pushes without TLS to `localhost`, not to
 * `0.0.0.0`. A registry that is not published has only its name.
 */
export function pushAddress(registry: Registry): string {
	const {host, hostPort} = registry;
	if (hostPort === undefined) return pullAddress(registry);
	return `${host === '0.0.0.0' || host === '' ? 'localhost' : host}:${hostPort}`;
}

/** The names by which Docker Hub is known; images name it `docker.io`. */
const dockerHub = ['docker.io', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com'];

/** How images name the registry behind a pull-through cache: the host of its URL, or `docker.io` for Docker Hub. */
export function proxiedHost(remoteURL: string): string | undefined {
	try {
		const {host} = new URL(remoteURL);
		return dockerHub.includes(host) ? 'docker.io' : host || undefined;
	} catch {
		return undefined;
	}
}

/**
 * The registry names in images for which nodes ask this registry: its own with either port, and for a pull-through
 * cache the name of what it is in front of, so that a plain `nginx` goes through it (k3d #1419: k3d takes the literal
 * URL for a name, which no image has).
 */
export function mirrorKeys(registry: Registry): string[] {
	const {name, internalPort, hostPort, proxyOf} = registry;
	const ports = [...(hostPort === undefined ? [] : [hostPort]), internalPort];
	const remote = proxyOf === undefined ? undefined : proxiedHost(proxyOf);
	return [...new Set([...ports.map(port => `${name}:${port}`), ...(remote === undefined ? [] : [remote])])];
}
