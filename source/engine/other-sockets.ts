import {statSync} from 'node:fs';
import {homedir} from 'node:os';
import path from 'node:path';

/**
 * Sockets on this machine on which other products offer the Docker API: Docker Desktop, rootless Docker, Colima,
 * Rancher Desktop, OrbStack, Podman. Only to suggest them: which engine to use is the user's choice.
 */
export function otherSockets({
	env = process.env,
	home = homedir(),
}: {
	env?: Readonly<Record<string, string | undefined>>;
	home?: string;
} = {}): string[] {
	const runtime = env.XDG_RUNTIME_DIR;
	return [
		path.join(home, '.docker/run/docker.sock'),
		path.join(home, '.docker/desktop/docker.sock'),
		...(runtime ? [path.join(runtime, 'docker.sock')] : []),
		path.join(home, '.colima/default/docker.sock'),
		path.join(home, '.rd/docker.sock'),
		path.join(home, '.orbstack/run/docker.sock'),
		...(runtime ? [path.join(runtime, 'podman/podman.sock')] : []),
	].filter(file => isSocket(file));
}

/** Whether there is a socket, as far as this user may look. */
export function isSocket(file: string): boolean {
	try {
		return statSync(file).isSocket();
	} catch {
		return false;
	}
}
