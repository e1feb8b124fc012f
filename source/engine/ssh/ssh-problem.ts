import {Problem} from '../../cluster/problem.ts';
import {harmless} from '../harmless.ts';
import {LostConnection} from '../lost-connection.ts';
import {type SshDestination, sshAddress} from './destination.ts';

/** Nobody was there to answer a question of ssh's: for a password, a passphrase, or whether a host key is the right one. */
export class SshQuestion extends Problem {
	override readonly name = 'SshQuestion';
}

/**
 * What it means that ssh, or docker on the other side, ended so.
 *
 * @param code ssh's exit code: 255 is its own failure, everything else is the remote command's
 */
export function sshProblem(destination: SshDestination, code: number | null, stderr: string): Problem {
	const subject = `Docker Engine at ${sshAddress(destination)}`;
	const {host} = destination;
	const said = harmless(lastLine(stderr));
	const login = `\`ssh ${commandOf(destination)}\``;
	const rules: readonly [RegExp, () => Problem][] = [
		// What docker there says comes first: its words contain some of ssh's.
		[
			/permission denied while trying to connect to the docker|dial unix .*permission denied/i,
			() =>
				new Problem(
					subject,
					'the user there may not use Docker',
					'on that machine: `sudo usermod -aG docker $USER`, then log in again',
				),
		],
		[
			/docker.*not found|not found.*docker|executable file not found/i,
			() =>
				new Problem(
					subject,
					'there is no docker command on that machine',
					'install Docker there, or see that it is on the PATH of a login without a terminal',
				),
		],
		[
			/Cannot connect to the Docker daemon|failed to connect to the docker API|dial (unix|tcp) .*(no such file or directory|connection refused)/i,
			() => new Problem(subject, 'Docker does not run on that machine', 'there: `sudo systemctl start docker`'),
		],
		[
			/REMOTE HOST IDENTIFICATION HAS CHANGED|Host key for .* has changed/,
			() =>
				new Problem(
					subject,
					`the host key of ${host} has changed: somebody may be listening in, or the machine was set up anew`,
					`find out which; if the new key is right, \`ssh-keygen -R ${knownHost(destination)}\`, then ${login} once`,
				),
		],
		[
			/Host key verification failed|No \S+ host key is known/,
			() =>
				new SshQuestion(
					subject,
					`the host key of ${host} is not known yet`,
					`connect once with ${login}, and compare the key it shows`,
				),
		],
		[
			/Permission denied \(|Too many authentication failures|no more authentication methods/i,
			() =>
				new SshQuestion(
					subject,
					'it does not let us in',
					`check with ${login}; a key that is in the agent (\`ssh-add\`) needs no question`,
				),
		],
		[
			/Could not resolve hostname/,
			() => new Problem(subject, `the host name ${host} is not known`, 'check its spelling, and the network'),
		],
		[
			/Connection refused/,
			() => new LostConnection(subject, 'nothing listens for SSH there', 'check the port, and that sshd runs'),
		],
		[
			/timed out/i,
			() => new LostConnection(subject, 'nobody answers there', 'check the network, and that the machine is on'),
		],
		[
			/No route to host|Network is unreachable/,
			() => new LostConnection(subject, 'the host cannot be reached', 'check the network'),
		],
	];
	const known = rules.find(([pattern]) => pattern.test(stderr));
	if (known) return known[1]();
	if (code === 255 || code === null) {
		return new LostConnection(subject, said === '' ? 'the SSH connection was closed' : `ssh: ${said}`, `see ${login}`);
	}
	return new Problem(
		subject,
		`docker there ended with ${code}${said === '' ? '' : `: ${said}`}`,
		`see ${login} docker info`,
	);
}

function lastLine(text: string): string {
	return text.trim().split('\n').at(-1)?.trim() ?? '';
}

/** How known_hosts names a machine. */
function knownHost({host, port}: SshDestination): string {
	return port === undefined || port === 22 ? host : `'[${host}]:${port}'`;
}

function commandOf({host, user, port}: SshDestination): string {
	return `${port === undefined ? '' : `-p ${port} `}${user === undefined ? '' : `${user}@`}${host}`;
}
