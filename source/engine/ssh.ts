import {Problem} from '../cluster/problem.ts';

/** What to say of an `ssh://` endpoint: k3dui does not tunnel through SSH itself. */
export function sshProblem(subject: string, url: string): Problem {
	const {username, hostname, port} = new URL(url);
	const destination = [username && `${username}@`, hostname].join('');
	return new Problem(
		subject,
		'engines behind SSH are not supported',
		`forward its socket, \`ssh ${port ? `-p ${port} ` : ''}-nNT -L /tmp/docker.sock:/var/run/docker.sock ${destination}\`, and use --host unix:///tmp/docker.sock`,
	);
}
