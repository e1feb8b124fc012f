import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {cleanUp, Kubectl, kubectlPath, NodeProcess} from './node-process.ts';

describe.skipIf(!kubectlPath)('three servers', () => {
	const first = new NodeProcess('k3d-ha-server-0', ['server', '--cluster-init']);
	const others = [1, 2].map(index => new NodeProcess(`k3d-ha-server-${index}`, ['server'], {K3S_URL: first.url}));
	const [second, third] = others as [NodeProcess, NodeProcess];
	const agent = new NodeProcess('k3d-ha-agent-0', ['agent'], {K3S_URL: first.url});
	const api = (server: NodeProcess) => new Kubectl(server.kubeconfig);

	/** Waits, by asking again after each answer, until a command of kubectl prints what is wanted. */
	async function eventually(server: NodeProcess, args: readonly string[], pattern: RegExp): Promise<string> {
		const end = performance.now() + 15_000;
		for (;;) {
			const {output} = await api(server).run(args);
			if (pattern.test(output)) return output;
			if (performance.now() > end)
				throw new Error(`${server.name}: kubectl ${args.join(' ')} never printed ${pattern}, but:\n${output}`);
		}
	}

	beforeAll(async () => {
		await first.start();
		await first.line(/Containerd is now running/);
		for (const server of others) {
			await server.start();
			await server.line(/k3s is up and running/);
		}
		await agent.start();
		await agent.line(/Successfully registered node/);
		await api(first).ok('wait', '--for=condition=Ready', 'node', '--all', '--timeout=10s');
	}, 40_000);
	afterAll(cleanUp);

	it('are members of one cluster', async () => {
		expect(await api(third).ok('get', 'nodes')).toMatch(/k3d-ha-server-1\s+Ready\s+control-plane,etcd,master/);
		expect(second.log).toMatch(/Managed etcd cluster not yet initialized/);
		expect(first.log).toMatch(/Adding https:\/\/\S+:2380 to etcd cluster \[k3d-ha-server-0-[0-9a-f]{8}=/);
		const names = await api(first).ok(
			'get',
			'nodes',
			'-o',
			'jsonpath={.items[*].metadata.annotations.etcd\\.k3s\\.cattle\\.io/node-name}',
		);
		expect(names.trim().split(' ')).toHaveLength(3);
	});

	it('serve and take writes at each of them', async () => {
		for (const [index, server] of [first, second, third].entries()) {
			await api(server).ok('create', 'configmap', `from-${index}`, `--from-literal=server=${server.name}`);
			expect(await api(server).ok('get', 'configmap', `from-${index}`, '-o', 'jsonpath={.data.server}')).toBe(
				server.name,
			);
		}
		await eventually(first, ['get', 'configmaps', '-o', 'name'], /from-0\n.*from-1\n.*from-2/s);
	});

	it('go on without the first, which the agent was given, and take it back', async () => {
		await first.stop();
		await eventually(second, ['create', 'configmap', 'without-first'], /created|already exists/);
		await eventually(third, ['get', 'nodes'], /k3d-ha-server-0\s+NotReady/);
		expect(await api(third).ok('get', 'nodes')).toMatch(/k3d-ha-agent-0\s+Ready/);
		await first.start();
		await first.line(/k3s is up and running/);
		expect(await api(first).ok('get', 'configmap', 'without-first', '-o', 'name')).toBe('configmap/without-first\n');
	});

	it('answer ServiceUnavailable without a majority, and recover', async () => {
		await Promise.all([first.stop('SIGKILL'), third.stop('SIGKILL')]);
		const message = await eventually(second, ['get', 'nodes'], /ServiceUnavailable/);
		// The recording's very words: recordings/ha/get-nodes-without-quorum.txt
		expect(message).toBe(
			'Error from server (ServiceUnavailable): the server is currently unable to handle the request (get nodes)\n',
		);
		expect((await api(second).run(['get', '--raw', '/readyz'])).output).toContain('[-]etcd failed');
		await third.start();
		await third.line(/k3s is up and running/);
		await eventually(second, ['get', 'nodes'], /k3d-ha-server-1\s+Ready/);
		await first.start();
		await first.line(/k3s is up and running/);
		expect(await api(first).ok('get', '--raw', '/readyz')).toBe('ok');
	}, 40_000);

	it('come back after all were stopped, in another order', async () => {
		await Promise.all([first, second, third, agent].map(node => node.stop()));
		await Promise.all([agent.start(), third.start()]);
		await second.start();
		await second.line(/k3s is up and running/);
		await first.start();
		await first.line(/k3s is up and running/);
		await agent.line(/Successfully registered node/);
		expect(await api(first).ok('get', 'configmaps', '-o', 'name')).toMatch(/from-0\n.*from-2\n.*without-first/s);
		await api(first).ok('wait', '--for=condition=Ready', 'node', '--all', '--timeout=10s');
	}, 40_000);

	it('drop the member whose node is deleted, which says so and ends', async () => {
		const leaders = [first, second, third];
		await api(first).ok('delete', 'node', 'k3d-ha-server-2');
		await Promise.any(
			leaders.map(server => server.line(/Removing name=k3d-ha-server-2-[0-9a-f]{8} id=\d+ address=\S+ from etcd/)),
		);
		await third.line(/this node has been removed from the cluster please restart k3s to rejoin the cluster/);
		expect(await third.exited()).toBe(1);
		expect(await eventually(first, ['get', 'nodes', '-o', 'name'], /server-1/)).not.toContain('server-2');
		// A restart (Docker's restart policy) joins anew, as a new member.
		await third.start();
		await third.line(/k3s is up and running/);
		expect(third.log).toContain('tombstone file has been detected');
		await eventually(first, ['get', 'nodes'], /k3d-ha-server-2\s+Ready/);
	}, 40_000);
});
