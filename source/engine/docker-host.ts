import {isIP} from 'node:net';
import {Problem} from '../cluster/problem.ts';
import {parseSshAddress, type SshDestination, sshAddress} from './ssh/destination.ts';

/** Where a local engine listens unless told otherwise. Source: docker/cli. */
export const defaultSocketPath = '/var/run/docker.sock';

/** Where an address leads, before it is known whether TLS is spoken there. */
export type DockerHost =
	| {readonly kind: 'unix'; readonly url: string; readonly socketPath: string}
	| {readonly kind: 'tcp'; readonly url: string; readonly host: string; readonly port: number}
	| {readonly kind: 'ssh'; readonly url: string; readonly destination: SshDestination};

/**
 * Reads a Docker host: `unix://PATH`, `tcp://HOST[:PORT]`, `ssh://[USER@]HOST[:PORT]`, and without a scheme an absolute path or `HOST[:PORT]`.
 * Without a port it is 2375, with TLS 2376; without a host 127.0.0.1. As docker/cli opts/hosts.go.
 *
 * @param subject what named it, for the Problem thrown when it cannot be used
 */
export function parseDockerHost(text: string, {subject, tls}: {subject: string; tls: boolean}): DockerHost {
	const address = text.trim();
	if (address === '') throw malformed(subject);
	const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(address)?.[1]?.toLowerCase();
	switch (scheme) {
		case undefined:
			return address.startsWith('/') ? unix(address, subject) : tcp(`tcp://${address}`, subject, tls);
		case 'unix':
			return unix(address.slice('unix://'.length) || defaultSocketPath, subject);
		case 'tcp':
			return tcp(address, subject, tls);
		case 'ssh': {
			const destination = parseSshAddress(address, subject);
			return {kind: 'ssh', url: sshAddress(destination), destination};
		}
		case 'npipe':
			throw new Problem(subject, 'named pipes exist on Windows only', 'use a unix://, tcp:// or ssh:// address');
		case 'fd':
			throw new Problem(
				subject,
				'fd:// is what the engine listens on, not an address',
				'use a unix://, tcp:// or ssh:// address',
			);
		default:
			throw new Problem(subject, `the scheme ${scheme}:// is not supported`, 'use a unix://, tcp:// or ssh:// address');
	}
}

function unix(socketPath: string, subject: string): DockerHost {
	if (!socketPath.startsWith('/')) throw new Problem(subject, 'the path of the socket is not absolute');
	return {kind: 'unix', url: `unix://${socketPath}`, socketPath};
}

function tcp(address: string, subject: string, tls: boolean): DockerHost {
	// With a scheme that URL knows, default ports would vanish and hosts would be checked by other rules.
	const match = /^tcp:\/\/(?:\[([0-9a-f:.%]+)\]|([^/:[\]@?#\s]*))(?::(\d+))?(\/.*)?$/i.exec(address);
	if (!match) throw malformed(subject);
	const [, ipv6, name, portText, path = ''] = match;
	if (path !== '' && path !== '/') throw new Problem(subject, 'an address with a path is not supported');
	if (ipv6 !== undefined && isIP(ipv6) !== 6) throw malformed(subject);
	const host = ipv6 ?? (name || '127.0.0.1');
	const port = portText === undefined ? (tls ? 2376 : 2375) : Number(portText);
	if (port < 1 || port > 65_535) throw new Problem(subject, `there is no port ${portText}`);
	return {kind: 'tcp', url: `tcp://${ipv6 === undefined ? host : `[${host}]`}:${port}`, host, port};
}

function malformed(subject: string): Problem {
	return new Problem(
		subject,
		'it is not an address',
		'write it like unix:///var/run/docker.sock, tcp://10.0.0.5:2376 or ssh://me@10.0.0.5',
	);
}
