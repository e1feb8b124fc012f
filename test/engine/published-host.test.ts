import {expect, test} from 'vitest';
import {resolveEndpoint} from '../../source/engine/endpoint.ts';
import {type Machine, publishedHost} from '../../source/engine/published-host.ts';

const host: Machine = {isContainer: false, hasEngine: false, hosts: '', kernel: '6.1.0-18-amd64'};
const container: Machine = {...host, isContainer: true};
const named = '127.0.0.1 localhost\n172.17.0.1\thost.docker.internal\n';

test.each([
	['unix:///var/run/docker.sock', host, '127.0.0.1'],
	['unix:///var/run/docker.sock', {...host, kernel: '6.6.12-linuxkit'}, '127.0.0.1'],
	['unix:///var/run/docker.sock', container, '127.0.0.1'],
	['unix:///var/run/docker.sock', {...container, hosts: named}, 'host.docker.internal'],
	['unix:///var/run/docker.sock', {...container, hosts: '1.2.3.4 host.docker.internal.test\n'}, '127.0.0.1'],
	['unix:///var/run/docker.sock', {...container, kernel: '6.6.12-linuxkit'}, 'host.docker.internal'],
	['unix:///var/run/docker.sock', {...container, hosts: named, hasEngine: true}, '127.0.0.1'],
	['tcp://10.0.0.5:2375', {...container, hosts: named}, '10.0.0.5'],
	['tcp://[2001:db8::1]:2375', host, '2001:db8::1'],
	['ssh://me@build.example', host, 'build.example'],
])('ports of %s, from %j, are at %s', async (url, machine, expected) => {
	const endpoint = await resolveEndpoint({host: url, env: {}, home: '/nowhere'});
	expect(publishedHost(endpoint, () => machine)).toBe(expected);
});
