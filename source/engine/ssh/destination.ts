import {Problem} from '../../cluster/problem.ts';

/** Where an `ssh://` address leads. What it leaves out, ~/.ssh/config and OpenSSH's defaults decide. */
export interface SshDestination {
	/** A host name, an address, or a name of ~/.ssh/config. */
	readonly host: string;
	readonly user: string | undefined;
	readonly port: number | undefined;
	/** The engine's socket on that machine; undefined for the one that its docker command uses. */
	readonly socketPath: string | undefined;
}

/**
 * Reads `ssh://[USER@]HOST[:PORT][/SOCKET]`. Throws a Problem about `subject` for anything else, and for what ssh would
 * take for a flag of its own. Source: docker/cli cli/connhelper/ssh.
 */
export function parseSshAddress(address: string, subject: string): SshDestination {
	const example = 'write it like ssh://me@build.example.com or ssh://me@10.0.0.5:2222';
	const match =
		/^ssh:\/\/(?:(?<user>[^@/:?#\s]*)(?<password>:[^@/]*)?@)?(?:\[(?<ipv6>[0-9a-f:.%]+)\]|(?<name>[^/:@?#[\]\s]+))(?::(?<port>\d{1,5}))?(?<path>\/[^?#]*)?$/i.exec(
			address,
		);
	const {user, password, ipv6, name, port: portText, path = ''} = match?.groups ?? {};
	const host = ipv6 ?? name;
	if (host === undefined || host.startsWith('-') || user === '' || user?.startsWith('-')) {
		throw new Problem(subject, 'it is not an address', example);
	}
	if (password !== undefined) {
		throw new Problem(
			subject,
			'a password has no place in an address',
			'leave it out: ssh asks for it, or use a key (`ssh-copy-id`)',
		);
	}
	const port = portText === undefined ? undefined : Number(portText);
	if (port !== undefined && (port < 1 || port > 65_535)) throw new Problem(subject, `there is no port ${portText}`);
	return {host, user, port, socketPath: path === '' || path === '/' ? undefined : path};
}

/** The address as a person would write it. */
export function sshAddress({host, user, port, socketPath = ''}: SshDestination): string {
	const name = host.includes(':') ? `[${host}]` : host;
	return `ssh://${user === undefined ? '' : `${user}@`}${name}${port === undefined ? '' : `:${port}`}${socketPath}`;
}

/** The destination as ssh's arguments. */
export function sshArguments({host, user, port}: SshDestination): string[] {
	return [...(user === undefined ? [] : ['-l', user]), ...(port === undefined ? [] : ['-p', String(port)]), '--', host];
}
