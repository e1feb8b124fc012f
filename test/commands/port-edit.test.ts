import {afterAll, beforeAll, beforeEach, expect, it} from 'vitest';
import {Harness} from './harness.ts';

let harness: Harness;

beforeAll(async () => {
	harness = await Harness.start();
});
afterAll(() => harness.stop());
beforeEach(() => {
	harness.lifecycle.calls.length = 0;
});

const port = {
	hostIP: '',
	hostPort: 8080,
	containerPort: 80,
	protocol: 'tcp',
	nodes: ['k3d-rec-server-0', 'k3d-rec-agent-0'],
};

it('prints what is published afterwards, for people and for programs', async () => {
	const words = ['cluster', 'edit', 'rec', '--port-add', '8080:80'];
	expect((await harness.run(words)).stdout).toBe(
		'PORT          NODES\n8080:80/tcp   k3d-rec-server-0, k3d-rec-agent-0\n',
	);
	expect(JSON.parse((await harness.run([...words, '-o', 'json'])).stdout)).toEqual([port]);
	expect((await harness.run([...words, '-o', 'yaml'])).stdout).toContain('hostPort: 8080');
});

it('says what an edit would do, and does nothing', async () => {
	const words = ['cluster', 'edit', 'rec', '--port-add', '8080:80', '--dry-run'];
	const {stdout} = await harness.run(words);
	expect(stdout).toContain('The load balancer of cluster "rec" would be replaced.');
	expect(stdout).toMatch(/^\+ +8080:80\/tcp +k3d-rec-server-0, k3d-rec-agent-0$/m);
	expect(JSON.parse((await harness.run([...words, '-o', 'json'])).stdout)).toMatchObject({
		means: 'replace',
		added: [port],
	});
	expect(harness.lifecycle.calls.map(([call]) => call)).toEqual(['planPorts', 'planPorts']);
});

it.each([
	['cluster edit rec', 2, /it needs a port/],
	['cluster edit --port-add 80', 2, /it needs CLUSTER/],
	['cluster edit rec --port-add 80@a@b', 1, /more than one "@"/],
	['node edit rec-serverlb', 2, /it needs a port/],
	['node edit rec-serverlb --port-add 80@agent:0', 2, /"80" has a node filter.*cluster edit/s],
	['node edit rec-agent-0 --port-add 80', 1, /it is an agent, and only load balancers.*cluster edit rec/s],
	['node edit rec-reg --port-add 80', 1, /it is a registry, and only load balancers/],
	['node edit nope --port-add 80', 1, /no container of k3d has this name/],
])('%s ends with %i and the reason', async (line, code, message) => {
	const ended = await harness.run(line.split(' '));
	expect(ended).toMatchObject({code, stdout: ''});
	expect(ended.stderr).toMatch(message);
	expect(harness.lifecycle.calls).toEqual([]);
});

it('gives the configuration to programs', async () => {
	const {stdout} = await harness.run(['debug', 'lb', 'get-config', 'rec', '-o', 'json']);
	expect(JSON.parse(stdout)).toMatchObject({settings: {workerConnections: 1024}});
});
