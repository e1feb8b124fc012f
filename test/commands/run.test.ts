import {existsSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {commandTable} from '../../source/commands/command-table.ts';
import {Collected, Harness} from './harness.ts';

let harness: Harness;
beforeEach(async () => {
	harness = await Harness.start();
});
afterEach(() => harness.stop());

describe('help', () => {
	test.each([['--help'], ['-h'], ['help']])('k3dui %s names every command', async word => {
		const {code, stdout, stderr} = await harness.run([word]);
		expect(code).toBe(0);
		expect(stderr).toBe('');
		for (const {path, summary} of commandTable) expect(stdout).toMatch(new RegExp(`${path.join(' ')} +${summary}`));
	});

	test.each(commandTable.map(({path}) => [path]))('%j has examples, its flags and its aliases', async path => {
		const {code, stdout} = await harness.run([...path, '--help']);
		expect(code).toBe(0);
		expect(stdout).toContain(`Usage:\n  k3dui ${path.join(' ')}`);
		expect(stdout).toContain(`$ k3dui ${path.join(' ')}`);
		expect(stdout).toContain('--host URL');
		expect(stdout.split('\n').filter(line => line.length > 120)).toEqual([]);
		expect((await harness.run(['help', ...path])).stdout).toBe(stdout);
	});

	test.each(
		commandTable.flatMap(({path, aliases = []}) => aliases.map(alias => [[...path.slice(0, -1), alias], path])),
	)('%j is %j', async (words, path) => {
		expect((await harness.run([...words, '--help'])).stdout).toBe((await harness.run([...path, '--help'])).stdout);
	});

	test('of a group, also without a command', async () => {
		const {code, stdout} = await harness.run(['cluster']);
		expect(code).toBe(0);
		expect(stdout).toContain('cluster create');
		expect(stdout).not.toContain('node create');
	});

	test('nothing is asked of the engine for it', async () => {
		await harness.run(['cluster', 'list', '--help']);
		expect(harness.docker.requests).toEqual([]);
	});
});

describe('wrong words end with 2', () => {
	test.each([
		['clutser list', 'k3dui: there is no command "clutser"', 'Did you mean k3dui cluster?'],
		['cluster crate', 'k3dui cluster: there is no command "crate"', 'Did you mean k3dui cluster create?'],
		['cluster xyzzy', 'k3dui cluster: there is no command "xyzzy"', 'See k3dui cluster --help.'],
		['cluster create --agnets 2', 'k3dui cluster create: there is no flag --agnets', 'Did you mean --agents?'],
		['cluster create -Z', 'k3dui cluster create: there is no flag -Z', 'See k3dui cluster create --help.'],
		['cluster create a b', 'k3dui cluster create: "b" is too much: it takes [NAME]', ''],
		['cluster create --agents', 'k3dui cluster create: --agents needs a value', ''],
		['cluster create --agents two', 'k3dui cluster create: --agents takes a whole number, not "two"', ''],
		['cluster create --wait=maybe', '--wait takes true or false, not "maybe"', ''],
		['cluster start --timeout soon', '--timeout takes a duration such as 90s or 2m, not "soon"', ''],
		['cluster create --host-alias x', '--host-alias takes IP:HOST[,HOST], not "x"', ''],
		['cluster delete dev -c x.yaml', 'no names and no --all go with it', ''],
		['cluster list -o xml', '--output takes json, yaml, or wide, not "xml"', ''],
		['cluster stop one --all', 'no names go with it', ''],
		['cluster grow', 'k3dui cluster grow: it needs NAME', ''],
		['cluster shrink rec', 'it needs to know how many nodes', 'Give --servers N or --agents N.'],
		['node delete', 'it takes either names or --all', ''],
		['node create x --role boss', '--role takes agent or server, not "boss"', ''],
		['kubeconfig get', 'it needs the name of a cluster, or --all', ''],
		['kubeconfig merge -d -o x', '-d and -o name two places; it takes one', ''],
		['logs rec-server-0 --since yesterday-ish', '--since takes a duration or a time', ''],
		['--nonsense', 'k3dui: there is no flag --nonsense', ''],
		['--demo=tiny', '--demo takes small, empty, or large, not "tiny"', ''],
		['--demo --host tcp://far:2375', '--demo and --host name two engines', ''],
		['--demo cluster list', 'k3dui cluster list: --demo works without a command only', 'k3dui --demo'],
		['cluster list --demo=empty', 'k3dui cluster list: --demo works without a command only', 'k3dui --demo'],
	])('%s', async (line, reason, next) => {
		const {code, stdout, stderr} = await harness.run(line.split(' '));
		expect(stderr).toContain(reason);
		expect(stderr).toContain(next);
		expect(stderr).toMatch(/^✖ /);
		expect(stdout).toBe('');
		expect(code).toBe(2);
		expect(harness.lifecycle.calls).toEqual([]);
	});
});

test('versions, in words and for programs', async () => {
	const {version} = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
	const words = `k3dui version v${version}\nk3s version v1.36.4+k3s1 (default)\nworks with k3d v5.9.0\n`;
	expect((await harness.run(['version'])).stdout).toBe(words);
	expect((await harness.run(['--version'])).stdout).toBe(words);
	expect(JSON.parse((await harness.run(['version', '-o', 'json'])).stdout)).toEqual({
		k3dui: `v${version}`,
		k3d: 'v5.9.0',
		k3s: 'v1.36.4+k3s1',
	});
});

describe('which face', () => {
	test('a terminal gets the dashboard, with the engine that was named', async () => {
		const stdout = new Collected({isTTY: true});
		expect((await harness.run(['--host', 'tcp://far:2375'], {stdout, stdinIsTTY: true})).code).toBe(0);
		expect(harness.dashboards).toEqual([{host: 'tcp://far:2375'}]);
	});

	test('a terminal that can only print gets the picture', async () => {
		const stdout = new Collected({isTTY: true});
		const ended = await harness.run([], {stdout, stdinIsTTY: true, env: {TERM: 'dumb'}});
		expect(ended.code).toBe(0);
		expect(harness.dashboards).toEqual([]);
		expect(ended.stdout).toMatch(/^Docker Engine /);
	});

	test('anything else gets one picture of all there is', async () => {
		const {code, stdout} = await harness.run([], {stdinIsTTY: true});
		expect(code).toBe(0);
		expect(harness.dashboards).toEqual([]);
		expect(stdout).toBe(`Docker Engine 28.0.0 at unix://${harness.docker.socketPath}: 1 cluster, 1 registry

Cluster rec: running, servers 1/1, agents 2/2, v1.33.6+k3s1, API 0.0.0.0:36267
  k3d-rec-server-0   server         Up About a minute
  k3d-rec-agent-0    agent          Up About a minute
  k3d-rec-agent-1    agent          Up About a minute
  k3d-rec-serverlb   loadbalancer   Up 35 seconds       8080→80, 8443→443, 36267→6443, 9000→9000/udp

Registries
  rec-reg   Up 35 seconds   5100→5000   of cluster rec
`);
	});

	test.each([
		['--demo', 'small'],
		['--demo=large', 'large'],
	])('%s is the dashboard on the built-in engine', async (flag, demo) => {
		const stdout = new Collected({isTTY: true});
		expect((await harness.run([flag], {stdout, stdinIsTTY: true})).code).toBe(0);
		expect(harness.dashboards).toEqual([{demo}]);
	});

	test('--demo without a terminal is a picture of the built-in engine, and says what it is', async () => {
		const {code, stdout, stderr} = await harness.run(['--demo']);
		expect([code, stderr]).toEqual([0, '']);
		expect(stdout).toMatch(
			/^built-in engine, nothing here is real\n\nDocker Engine \S+ at unix:\S+: 3 clusters, 1 registry\n/,
		);
		expect(harness.docker.requests).toEqual([]);
		const [, socket = ''] = /unix:\/\/(\S+):/.exec(stdout) ?? [];
		expect(existsSync(path.dirname(socket))).toBe(false);
		expect((await harness.run(['--demo=empty'])).stdout).toContain(': 0 clusters, 0 registries');
	});

	test('an engine that does not answer is a problem with a next step', async () => {
		const {code, stdout, stderr} = await harness.run(['--host', `unix://${harness.home}/none.sock`]);
		expect(code).toBe(1);
		expect(stdout).toBe('');
		expect(stderr).toMatch(/^✖ Docker Engine at unix:.*none\.sock: there is no such socket\n {2}\S/);
	});
});

describe('colours', () => {
	test.each([
		[{isTTY: true}, {}, true],
		[{isTTY: true}, {NO_COLOR: '1'}, false],
		[{isTTY: true}, {TERM: 'dumb'}, false],
		[{isTTY: false}, {}, false],
	])('%j with %j: %s', async (kind, env, isColored) => {
		const {stderr} = await harness.run(['nonsense'], {stderr: new Collected(kind), env});
		expect(stderr.includes('\u001B[')).toBe(isColored);
	});
});
