import {describe, expect, test} from 'vitest';
import {parseSshAddress, sshAddress, sshArguments} from '../../source/engine/ssh/destination.ts';
import {SshQuestion, sshProblem} from '../../source/engine/ssh/ssh-problem.ts';

describe('addresses', () => {
	test.each([
		['ssh://box', {host: 'box'}, ['--', 'box']],
		['ssh://me@box', {host: 'box', user: 'me'}, ['-l', 'me', '--', 'box']],
		['ssh://me@box:2222', {host: 'box', user: 'me', port: 2222}, ['-l', 'me', '-p', '2222', '--', 'box']],
		['ssh://[::1]:22', {host: '::1', port: 22}, ['-p', '22', '--', '::1']],
		['ssh://box/run/user/1000/docker.sock', {host: 'box', socketPath: '/run/user/1000/docker.sock'}, ['--', 'box']],
	])('%s', (address, wanted, words) => {
		const destination = parseSshAddress(address, 'it');
		expect(destination).toEqual({user: undefined, port: undefined, socketPath: undefined, ...wanted});
		expect(sshArguments(destination)).toEqual(words);
		expect(sshAddress(destination)).toBe(address);
	});

	test.each([
		['ssh://', /not an address/],
		['ssh://-oProxyCommand=evil', /not an address/],
		['ssh://-oProxyCommand=evil@box', /not an address/],
		['ssh://box:0', /no port 0/],
		['ssh://box:99999', /no port 99999/],
		['ssh://me:secret@box', /password has no place/],
		['ssh://box?x=1', /not an address/],
		['ssh://a b', /not an address/],
	])('%s is refused', (address, reason) => {
		expect(() => parseSshAddress(address, '--host')).toThrow(reason);
		expect(() => parseSshAddress(address, '--host')).not.toThrow(/secret/);
	});
});

describe('what ssh says', () => {
	const destination = parseSshAddress('ssh://me@box:2222', '--host');

	// The texts are those of OpenSSH 9 and of docker 20 to 29.
	test.each([
		[255, '@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @', /host key of box has changed/, 'Problem'],
		[255, 'Host key verification failed.', /not known yet/, 'SshQuestion'],
		[255, 'me@box: Permission denied (publickey,password).', /does not let us in/, 'SshQuestion'],
		[255, 'ssh: Could not resolve hostname box: Name or service not known', /host name box is not known/, 'Problem'],
		[255, 'ssh: connect to host box port 2222: Connection refused', /nothing listens/, 'LostConnection'],
		[255, 'ssh: connect to host box port 2222: Connection timed out', /nobody answers/, 'LostConnection'],
		[255, 'ssh: connect to host box port 2222: No route to host', /cannot be reached/, 'LostConnection'],
		[255, 'client_loop: send disconnect: Broken pipe', /Broken pipe/, 'LostConnection'],
		[255, '', /connection was closed/, 'LostConnection'],
		[127, 'bash: line 1: docker: command not found', /no docker command/, 'Problem'],
		[127, 'sh: 1: docker: not found', /no docker command/, 'Problem'],
		[
			1,
			'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock',
			/may not use Docker/,
			'Problem',
		],
		[
			1,
			'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
			/does not run/,
			'Problem',
		],
		[
			1,
			'failed to open the raw stream connection: dial unix /var/run/docker.sock: connect: permission denied',
			/may not use Docker/,
			'Problem',
		],
		[
			1,
			'failed to open the raw stream connection: dial unix /var/run/docker.sock: connect: connection refused',
			/does not run/,
			'Problem',
		],
		[3, 'something \x1b]0;evil\x07else', /docker there ended with 3: something else/, 'Problem'],
	])('%i %s', (code, stderr, reason, name) => {
		const problem = sshProblem(destination, code, stderr);
		expect(problem.message).toMatch(reason);
		expect(problem.name).toBe(name);
		expect(problem.subject).toBe('Docker Engine at ssh://me@box:2222');
		expect(problem.next).toBeTruthy();
		expect(problem instanceof SshQuestion).toBe(name === 'SshQuestion');
	});
});
