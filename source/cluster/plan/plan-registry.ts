import {hostNameProblem, longestHostName} from '../cluster-name.ts';
import {k3dVersion} from '../cluster-spec.ts';
import {appName, labels} from '../labels.ts';
import {Problem} from '../problem.ts';
import {defaultRegistryPort, proxiedHost, remoteVariable} from '../registries/registry.ts';
import type {RegistryProxy, RegistrySpec} from '../registries/registry-spec.ts';
import {parseVolume} from '../settings/volume.ts';
import type {PlannedRegistry} from './cluster-plan.ts';
import {hostDefaults, kubeconfigVariable} from './k3d-container.ts';

/** What planning a registry has to know of the world; the caller finds it out. */
export interface RegistrySurroundings {
	/** The cluster that owns it; undefined for a registry on its own. */
	readonly cluster: string | undefined;
	/** A port on the Docker host that is free, for a registry that asks for none. */
	readonly freePort: number;
	/** The address behind the host name it is published on, where that is a name and not an address. */
	readonly hostIP: string | undefined;
}

/** Throws a Problem unless the text can name a registry: images and DNS have to bear its name too. */
export function requireRegistryName(name: string): void {
	const reason =
		name === ''
			? 'a registry needs a name'
			: name.length > longestHostName
				? `the name has ${name.length} characters; a host name has at most ${longestHostName}`
				: hostNameProblem(name);
	if (reason === undefined) return;
	throw new Problem(`registry ${JSON.stringify(name)}`, reason, 'Choose a name such as "registry" or "reg.localhost".');
}

function requireProxy({remoteURL, username, password}: RegistryProxy): void {
	const url = URL.canParse(remoteURL) ? new URL(remoteURL) : undefined;
	// The URL itself is not repeated where it holds a password.
	const subject = url && url.password === '' ? `proxy of "${remoteURL}"` : 'proxy';
	if (!url || !/^https?:$/.test(url.protocol) || proxiedHost(remoteURL) === undefined) {
		throw new Problem('proxy', 'the remote is no URL of a registry', 'Write it as in https://registry-1.docker.io.');
	}
	if (url.username !== '' || url.password !== '') {
		throw new Problem(
			subject,
			'its URL names a user',
			'Give the user and the password as --proxy-username and --proxy-password.',
		);
	}
	if ((username === undefined) !== (password === undefined)) {
		const [given, missing] = username === undefined ? ['password', 'username'] : ['username', 'password'];
		throw new Problem(subject, `it has a ${given} and no ${missing}`, `Give --proxy-${missing} too.`);
	}
}

function requirePort(name: string, port: number): void {
	if (Number.isInteger(port) && port >= 1 && port <= 65_535) return;
	throw new Problem(`registry "${name}"`, `${port} is no port`, 'Ports go from 1 to 65535.');
}

/**
 * Works out the container of a registry as k3d v5.9.0 makes it, so that either tool can go on with it. Pure; throws a
 * Problem for a wish that cannot be met. On purpose differs: the label `k3d.registry.host` is never empty.
 */
export function planRegistry(spec: RegistrySpec, surroundings: RegistrySurroundings): PlannedRegistry {
	const {name, proxy} = spec;
	requireRegistryName(name);
	if (proxy) requireProxy(proxy);
	const hostPort = spec.port ?? surroundings.freePort;
	requirePort(name, hostPort);
	const hostIP = surroundings.hostIP ?? spec.host;
	const internalPort = spec.enforcePortMatch ? hostPort : defaultRegistryPort;
	const key = `${internalPort}/tcp`;
	return {
		name,
		body: {
			Hostname: name,
			Image: spec.image,
			Env: [
				...(spec.enforcePortMatch ? [`REGISTRY_HTTP_ADDR=:${internalPort}`] : []),
				...(spec.deleteEnabled ? ['REGISTRY_STORAGE_DELETE_ENABLED=true'] : []),
				...(proxy === undefined ? [] : [`${remoteVariable}${proxy.remoteURL}`]),
				...(proxy?.username === undefined ? [] : [`REGISTRY_PROXY_USERNAME=${proxy.username}`]),
				...(proxy?.password === undefined ? [] : [`REGISTRY_PROXY_PASSWORD=${proxy.password}`]),
				kubeconfigVariable,
			],
			Cmd: [],
			Labels: {
				[labels.app]: appName,
				[labels.version]: k3dVersion,
				[labels.role]: 'registry',
				[labels.cluster]: surroundings.cluster ?? '',
				[labels.registryHost]: spec.host,
				[labels.registryHostIP]: hostIP,
				[labels.registryExternalPort]: String(hostPort),
				[labels.registryInternalPort]: String(internalPort),
			},
			ExposedPorts: {[key]: {}},
			HostConfig: {
				Binds: spec.volumes.map(volume => parseVolume(volume).bind),
				NetworkMode: 'bridge',
				PortBindings: {[key]: [{HostIp: hostIP, HostPort: String(hostPort)}]},
				...hostDefaults,
			},
			NetworkingConfig: {EndpointsConfig: {[spec.network]: {}}},
		},
	};
}
