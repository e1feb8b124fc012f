import {createHash} from 'node:crypto';
import path from 'node:path';

/**
 * One private Docker Engine: everything that tells it from another engine on the same machine. All of it follows from
 * the name, so that `down` finds what a crashed `up` left behind without any record of it.
 */
export type Instance = {
	name: string;
	/** Parent of all instances' directories. */
	home: string;
	/** Holds everything the engine writes: data root, exec root, socket, log, programs. */
	directory: string;
	socket: string;
	host: string;
	pidFile: string;
	logFile: string;
	configFile: string;
	/** What `down` must put back, as JSON. */
	stateFile: string;
	/** Put first in the daemon's PATH: the iptables programs and the OCI runtime, where they need a wrapper. */
	programs: string;
	/** Name of the default bridge; Linux allows 15 characters. */
	bridge: string;
	/** Stands in for `DOCKER` in the names of iptables chains: same length, as chain names are at most 28 characters. */
	chainPrefix: string;
	/** Comment on every iptables rule of this engine. */
	ruleComment: string;
	/** Every container's cgroup is below this one. */
	cgroup: string;
};

const defaultHome = '/var/lib/k3dui-engine';

/**
 * Derives an instance from its name; without one, from K3DUI_ENGINE_NAME, else `default`.
 *
 * @throws when the name is not 1-20 lower-case letters, digits or inner dashes (it becomes part of a socket's path, which
 * Linux cuts at 107 bytes).
 */
export function instance(name: string | undefined = undefined, environment: NodeJS.ProcessEnv = process.env): Instance {
	return named(name ?? environment.K3DUI_ENGINE_NAME ?? 'default', environment);
}

function named(name: string, environment: NodeJS.ProcessEnv): Instance {
	if (!/^[a-z0-9](?:[a-z0-9-]{0,18}[a-z0-9])?$/.test(name)) {
		throw new Error(`Engine name "${name}" is not valid: use 1 to 20 lower-case letters, digits and inner dashes.`);
	}
	const home = path.resolve(environment.K3DUI_ENGINE_HOME ?? defaultHome);
	const directory = path.join(home, name);
	const hash = createHash('sha256').update(directory).digest('hex');
	const socket = path.join(directory, 'docker.sock');
	return {
		name,
		home,
		directory,
		socket,
		host: `unix://${socket}`,
		pidFile: path.join(directory, 'dockerd.pid'),
		logFile: path.join(directory, 'dockerd.log'),
		configFile: path.join(directory, 'daemon.json'),
		stateFile: path.join(directory, 'state.json'),
		programs: path.join(directory, 'bin'),
		bridge: `k3dui-${hash.slice(0, 6)}`,
		chainPrefix: `K${hash.slice(0, 5).toUpperCase()}`,
		ruleComment: `k3dui-engine-${hash.slice(0, 8)}`,
		cgroup: `k3dui-engine-${hash.slice(0, 8)}`,
	};
}
