import {expect, test} from 'vitest';
import type {Cluster} from '../../source/cluster/model.ts';
import {requireRemovable} from '../../source/lifecycle/nodes/removable.ts';
import {fakeCluster} from '../components/fake-world.ts';

/** A cluster of several servers as k3d labels them, with arguments that all of them have. */
function servers(count: number, args: readonly string[] = []): Cluster {
	const cluster = fakeCluster('ha', {servers: count});
	return {
		...cluster,
		servers: cluster.servers.map((server, i) => ({
			...server,
			args: ['server', ...args],
			labels: {'k3d.server.init': String(i === 0)},
		})),
	};
}

const last = (cluster: Cluster, count: number) => cluster.servers.slice(-count);

test('etcd lets a member go while most of the members run', () => {
	const three = servers(3);
	expect(() => requireRemovable(three, last(three, 1))).not.toThrow();
	expect(() => requireRemovable(three, last(three, 2))).toThrow(/only 1 of 2 etcd members would run/);
	const [one, ...others] = three.servers;
	if (!one) throw new Error('no server');
	const limping = {...three, servers: [...others, {...one, state: 'exited' as const}]};
	expect(() => requireRemovable(limping, others.slice(0, 1))).toThrow(/Start the stopped servers|needs 2/);
});

test('servers with a database of their own outside are not held to etcd’s rules', () => {
	for (const args of [['--datastore-endpoint=postgres://db/k3s'], ['--datastore-endpoint', 'mysql://db']]) {
		const three = servers(3, args);
		expect(() => requireRemovable(three, last(three, 2))).not.toThrow();
	}
});

test('the last server stays, wherever the state is', () => {
	const two = servers(2, ['--datastore-endpoint=postgres://db/k3s']);
	expect(() => requireRemovable(two, last(two, 2))).toThrow(/last server cannot be removed/);
});
