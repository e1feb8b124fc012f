import {describe, expect, it} from 'vitest';
import {isNamed, nodeFor, nodeNameOf} from '../../source/cluster/node-name.ts';
import {isRemoteCluster, requireJoinAddress} from '../../source/cluster/remote-cluster.ts';

const node = (name: string, hostname?: string) => ({name, hostname});

describe('the Node of a container', () => {
	it.each([
		[[], 'k3d-dev-agent-0'],
		[['agent', '--node-name', 'Boss'], 'boss'],
		[['agent', '--node-name=one', '--node-name=two'], 'two'],
	])('started with %j is called %s', (args, name) => {
		expect(nodeNameOf('k3d-DEV-agent-0', args).name).toBe(name);
	});

	it('may be named by the environment, which arguments win over', () => {
		expect(nodeNameOf('x', [], ['K3S_NODE_NAME=env']).name).toBe('env');
		expect(nodeNameOf('x', ['--node-name=arg'], ['K3S_NODE_NAME=env']).name).toBe('arg');
	});

	it('may have an id that only k3s knows', () => {
		const wanted = nodeNameOf('k3d-dev-agent-1', ['agent', '--with-node-id']);
		expect(isNamed(node('k3d-dev-agent-1-0a1b2c3d'), wanted)).toBe(true);
		expect(isNamed(node('k3d-dev-agent-1'), wanted)).toBe(false);
		expect(isNamed(node('k3d-dev-agent-10-0a1b2c3d'), wanted)).toBe(false);
		expect(isNamed(node('k3d-dev-agent-1-0a1b2c3d'), nodeNameOf('k3d-dev-agent-1', []))).toBe(false);
	});

	it('is known by the host name that k3s notes, whatever it is called', () => {
		const known = new Map(
			[node('other', 'k3d-dev-agent-0'), node('k3d-dev-agent-1', 'k3d-dev-agent-1')].map(n => [n.name, n]),
		);
		expect(nodeFor(known, {name: 'k3d-dev-agent-0', args: []})?.name).toBe('other');
		expect(nodeFor(known, {name: 'k3d-dev-agent-1', args: []})?.name).toBe('k3d-dev-agent-1');
		expect(nodeFor(known, {name: 'k3d-dev-agent-2', args: []})).toBeUndefined();
	});
});

describe('the address of a cluster elsewhere', () => {
	it('stands in place of a name', () => {
		expect(isRemoteCluster('https://10.0.0.5:6443')).toBe(true);
		expect(isRemoteCluster('dev')).toBe(false);
	});

	it.each(['https://10.0.0.5:6443', 'https://k3s.example.com'])('%s', text => {
		expect(() => requireJoinAddress(text)).not.toThrow();
	});

	it.each([
		'http://10.0.0.5',
		'https://',
		'https://me:pw@host',
		'https://host/',
		'https://host/path',
		'https://host?x',
	])('%s is refused', text => expect(() => requireJoinAddress(text)).toThrow(`cluster "${text}"`));
});
