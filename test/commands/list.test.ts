import {readFile} from 'node:fs/promises';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {parse} from 'yaml';
import {Harness} from './harness.ts';

const recorded = (name: string) => readFile(new URL(`../recordings/k3d/${name}`, import.meta.url), 'utf8');
/** The recording, with the token that k3d leaves in it hidden. */
const masked = async (name: string) => JSON.parse((await recorded(name)).replaceAll(token, '***'));
const token = 'lEZocxrNerCSQdQbryvL';

let harness: Harness;
beforeEach(async () => {
	harness = await Harness.start();
});
afterEach(() => harness.stop());

describe('cluster list', () => {
	test("is k3d's table, letter by letter, from one request", async () => {
		const {code, stdout} = await harness.run(['cluster', 'list']);
		expect(code).toBe(0);
		expect(stdout).toBe(await recorded('cluster-list.txt'));
		const lists = harness.docker.requests.filter(request => !request.includes('_ping'));
		expect(lists).toEqual([expect.stringContaining('GET /containers/json?')]);
	});

	test('--no-headers, --token', async () => {
		expect((await harness.run(['cluster', 'ls', '--no-headers'])).stdout).toBe('rec   1/1   2/2   true\n');
		expect((await harness.run(['cluster', 'list', '--token'])).stdout).toBe(
			`NAME   SERVERS   AGENTS   LOADBALANCER   TOKEN\nrec    1/1       2/2      true           ${token}\n`,
		);
	});

	test('counts what runs', async () => {
		for (const container of harness.docker.containers) {
			if (/agent-1|server-0/.test(container.Names[0] ?? '')) container.State = 'exited';
		}
		expect((await harness.run(['cluster', 'list', '--no-headers'])).stdout).toBe('rec   0/1   1/2   true\n');
	});

	test("its JSON is k3d's, with the secrets hidden", async () => {
		const {stdout} = await harness.run(['cluster', 'list', '-o', 'json']);
		expect(JSON.parse(stdout)).toEqual(await masked('cluster-list.json'));
		expect(stdout).not.toContain(token);
		expect(parse((await harness.run(['cluster', 'list', '--output=yaml'])).stdout)).toEqual(JSON.parse(stdout));
	});

	test('--token shows them', async () => {
		const {stdout} = await harness.run(['cluster', 'list', '-o', 'json', '--token']);
		const [cluster] = JSON.parse(await recorded('cluster-list.json'));
		expect(JSON.parse(stdout)).toEqual([{...cluster, clusterToken: token}]);
	});

	test('a cluster by name has its registry too, and its volumes and load balancer', async () => {
		const {stdout} = await harness.run(['cluster', 'get', 'rec', '-o', 'json']);
		const [recording] = await masked('cluster-list.json');
		const [{nodes, serverLoadBalancer, volumes, ...cluster}] = JSON.parse(stdout);
		expect({...cluster, nodes: nodes.filter(({role}: {role: string}) => role !== 'registry')}).toEqual(recording);
		expect(nodes.map(({name}: {name: string}) => name)).toContain('rec-reg');
		expect(volumes).toEqual(['k3d-rec-images']);
		expect(serverLoadBalancer).toEqual({
			node: recording.nodes.find(({role}: {role: string}) => role === 'loadbalancer'),
			config: parse(await readFile(new URL('../recordings/files/lb-values.yaml', import.meta.url), 'utf8')),
		});
	});

	test('a name that does not exist ends with 1', async () => {
		const {code, stdout, stderr} = await harness.run(['cluster', 'list', 'rec', 'nope']);
		expect([code, stdout]).toEqual([1, '']);
		expect(stderr).toContain('✖ cluster "nope": there is no such cluster');
	});

	test('of nothing', async () => {
		harness.docker.containers = [];
		expect((await harness.run(['cluster', 'list'])).stdout).toBe('NAME   SERVERS   AGENTS   LOADBALANCER\n');
		expect((await harness.run(['cluster', 'list', '-o', 'json'])).stdout).toBe('[]\n');
		expect((await harness.run(['cluster', 'list', '--no-headers'])).stdout).toBe('');
	});
});

describe('the state of a cluster can be asked for', () => {
	const statuses = async () =>
		(await harness.run(['cluster', 'list', '--status', '--no-headers'])).stdout.trim().split(/ {3,}/).at(-1);
	const stop = (pattern: RegExp) => {
		for (const container of harness.docker.containers) {
			if (pattern.test(container.Names[0] ?? '')) container.State = 'exited';
		}
	};

	test('STATUS is the last column', async () => {
		const {stdout} = await harness.run(['cluster', 'list', '--status']);
		expect(stdout).toMatch(/^NAME {3}SERVERS {3}AGENTS {3}LOADBALANCER {3}STATUS\n/);
	});

	test('no API: containers run, and nobody answers', async () => {
		expect(await statuses()).toBe('no API');
		const server = harness.docker.containers.find(({Names}) => Names.includes('/k3d-rec-server-0'));
		if (server) server.Status = 'Up 12 seconds';
		expect(await statuses()).toBe('starting');
	});

	test('partial, stopped', async () => {
		stop(/agent-1/);
		expect(await statuses()).toBe('partial (2/3)');
		stop(/./);
		expect(await statuses()).toBe('stopped');
	});

	test('in JSON it is a key of its own', async () => {
		const {stdout} = await harness.run(['cluster', 'list', '--status', '-o', 'json']);
		const [{status, ...cluster}] = JSON.parse(stdout);
		expect([{...cluster}]).toEqual(await masked('cluster-list.json'));
		expect(status).toBe('no API');
	});

	test('-o wide has it, and more', async () => {
		expect((await harness.run(['cluster', 'list', '-o', 'wide'])).stdout).toBe(
			'NAME   SERVERS   AGENTS   LOADBALANCER   STATUS   API             VERSION\n' +
				'rec    1/1       2/2      true           no API   0.0.0.0:36267   v1.33.6+k3s1\n',
		);
		const {stdout} = await harness.run(['node', 'list', 'rec-server-0', '-o', 'wide']);
		expect(stdout.split('\n').map(line => line.split(/ {3,}/))).toEqual([
			['NAME', 'ROLE', 'CLUSTER', 'STATUS', 'KUBERNETES', 'ADDRESS', 'IMAGE'],
			['k3d-rec-server-0', 'server', 'rec', 'running', '-', '172.26.0.2', expect.stringContaining('k3s')],
			[''],
		]);
	});
});

describe('secrets are hidden wherever they stand', () => {
	const secret = 'sup3rs3cret';
	beforeEach(() => {
		const server = harness.docker.inspected('k3d-rec-server-0').Config;
		server.Cmd = ['server', '--token', secret, `--datastore-endpoint=mysql://me:${secret}@db`, '--vpn-auth', secret];
		server.Env.push(`AGENT=--token=${token}`, `HTTP_PROXY=http://me:${secret}@proxy:3128`, `K3S_AGENT_TOKEN=${secret}`);
		server.Labels['k3d.note'] = `joined with ${token}`;
		const registry = harness.docker.inspected('rec-reg').Config;
		registry.Env.push('REGISTRY_PROXY_REMOTEURL=https://registry-1.docker.io', `REGISTRY_PROXY_PASSWORD=${secret}`);
	});

	test.each([
		[['node', 'list', '-o', 'json']],
		[['node', 'list', '-o', 'yaml']],
		[['cluster', 'list', '-o', 'json']],
		[['cluster', 'list', 'rec', '-o', 'json']],
	])('%j', async words => {
		const {stdout} = await harness.run(words);
		expect(stdout).not.toContain(token);
		expect(stdout).not.toContain(secret);
		expect(stdout).toContain('HTTP_PROXY=http://me:***@proxy:3128');
		expect(stdout).toContain('--datastore-endpoint=***');
		const shown = (await harness.run([...words, '--token'])).stdout;
		for (const each of [token, secret]) expect(shown).toContain(each);
	});
});

describe('node list', () => {
	test('of nothing', async () => {
		harness.docker.containers = [];
		expect((await harness.run(['node', 'list'])).stdout).toBe('NAME   ROLE   CLUSTER   STATUS\n');
		expect((await harness.run(['node', 'list', '-o', 'json'])).stdout).toBe('[]\n');
		expect((await harness.run(['node', 'list', '--no-headers'])).stdout).toBe('');
	});

	test("is k3d's table and JSON", async () => {
		// The recorded first column is one wider than its widest cell explains.
		const cells = (text: string) => text.split('\n').map(line => line.split(/ {3,}/));
		const table = (await harness.run(['node', 'list'])).stdout;
		expect(cells(table)).toEqual(cells(await recorded('node-list.txt')));
		const {stdout} = await harness.run(['node', 'list', '-o', 'json']);
		// Go's maps have no order.
		const sorted = (nodes: {Networks: string[]}[]) => nodes.map(node => ({...node, Networks: node.Networks.sort()}));
		expect(sorted(JSON.parse(stdout))).toEqual(sorted(await masked('node-list.json')));
		expect(stdout).not.toContain(token);
	});

	test('of some nodes, with and without the prefix', async () => {
		const {stdout} = await harness.run(['node', 'list', 'rec-agent-0', 'rec-reg', '--no-headers']);
		expect(stdout.split('\n').map(line => line.split(' ')[0])).toEqual(['k3d-rec-agent-0', 'rec-reg', '']);
		expect((await harness.run(['node', 'list', 'nope'])).code).toBe(1);
	});

	test('names with escape sequences are harmless', async () => {
		const [container] = harness.docker.containers;
		if (container) container.Names = ['/k3d-\u001B]0;evil\u0007x'];
		expect((await harness.run(['node', 'list'])).stdout).toContain('k3d-x ');
	});
});
