import {expect, test} from 'vitest';
import {portChecks} from '../../source/checks/port-checks.ts';
import type {Node} from '../../source/cluster/model.ts';
import {freePorts} from '../../source/demo/free-ports.ts';
import type {Engine} from '../../source/engine/engine.ts';
import {fakeNode} from '../components/fake-world.ts';

/** An engine on this machine whose containers publish these ports; what has none cannot be looked at. */
function engineWith(ports: Readonly<Record<string, number>>): Engine {
	return {
		endpoint: {connection: {kind: 'unix', socketPath: '/nowhere'}},
		docker: {
			listContainers: async () => [],
			getContainer: (id: string) => ({
				inspect: async () => {
					const HostPort = ports[id];
					if (HostPort === undefined) throw Object.assign(new Error('it broke'), {statusCode: 500});
					return {Id: id, HostConfig: {PortBindings: {'80/tcp': [{HostIp: '127.0.0.1', HostPort: String(HostPort)}]}}};
				},
			}),
		},
	} as unknown as Engine;
}

const stopped = (name: string): Node => fakeNode(name, 'registry', undefined, {id: name, state: 'exited'});

test('two that are stopped and want the same port are in nobody’s way', async () => {
	const [port = 0] = await freePorts(1);
	const registries = [stopped('a'), stopped('b'), stopped('c')];
	const checks = await portChecks(engineWith({a: port, b: port, c: port}), {clusters: [], registries});
	expect(checks).toEqual([{name: 'host ports', verdict: 'ok', found: 'free for what is stopped'}]);
});

test('one that cannot be looked at is said to be so, and the others are looked at', async () => {
	const [port = 0] = await freePorts(1);
	const checks = await portChecks(engineWith({b: port}), {clusters: [], registries: [stopped('a'), stopped('b')]});
	expect(checks).toEqual([
		{name: 'host ports', verdict: 'unknown', found: expect.stringMatching(/^a could not be looked at: .*it broke/)},
	]);
});
