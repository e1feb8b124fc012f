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

	test('a cluster by name has its registry too', async () => {
		const {stdout} = await harness.run(['cluster', 'get', 'rec', '-o', 'json']);
		const [cluster] = JSON.parse(stdout);
		expect(cluster.nodes.map((node: {name: string}) => node.name)).toContain('rec-reg');
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

describe('node list', () => {
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
