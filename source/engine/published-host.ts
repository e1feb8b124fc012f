import {existsSync, readFileSync} from 'node:fs';
import {release} from 'node:os';
import type {Endpoint} from './engine.ts';

/** What the Docker host is called inside containers: by Docker Desktop, or with `--add-host …:host-gateway`. */
const hostName = 'host.docker.internal';

/** What tells where this process runs. */
export interface Machine {
	/** Whether it runs in a container. */
	readonly isContainer: boolean;
	/** Whether an engine runs in that same container. */
	readonly hasEngine: boolean;
	/** The text of /etc/hosts. */
	readonly hosts: string;
	/** The kernel's release; Docker Desktop's is a linuxkit. */
	readonly kernel: string;
}

/**
 * The host under which ports that an engine publishes are reached from here: a remote engine's own, for a socket this
 * machine; but from a container that was given the socket of the Docker host, that host, where it has a name. Asks
 * nobody: it is needed before every command.
 */
export function publishedHost({connection}: Endpoint, machine: () => Machine = thisMachine): string {
	switch (connection.kind) {
		case 'unix': {
			const {isContainer, hasEngine, hosts, kernel} = machine();
			const isNamed = kernel.includes('linuxkit') || /\shost\.docker\.internal(\s|$)/.test(hosts);
			return isContainer && !hasEngine && isNamed ? hostName : '127.0.0.1';
		}
		case 'tcp':
			return connection.host;
		case 'ssh':
			return connection.destination.host;
		case 'none':
			return '';
	}
}

function thisMachine(): Machine {
	const isContainer = existsSync('/.dockerenv') || existsSync('/run/.containerenv');
	return {
		isContainer,
		hasEngine: existsSync('/var/run/docker.pid'),
		hosts: isContainer ? readFileSync('/etc/hosts', 'utf8') : '',
		kernel: release(),
	};
}
