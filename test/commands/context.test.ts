import path from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {DockerContexts} from '../setup/docker-contexts.ts';
import {Collected, Harness} from './harness.ts';

let harness: Harness;
let contexts: DockerContexts;
let engine: string;

beforeEach(async () => {
	harness = await Harness.start();
	contexts = new DockerContexts(path.join(harness.home, '.docker'));
	engine = `unix://${harness.docker.socketPath}`;
});
afterEach(() => harness.stop());

describe('context list', () => {
	beforeEach(() => {
		contexts.add('desk', 'ssh://me@desk', 'the big one');
		contexts.add('attic', 'tcp://attic:2375');
		contexts.use('desk');
	});

	test('lists all of them, with a star at the current one', async () => {
		expect((await harness.run(['context', 'ls'])).stdout).toBe(
			`NAME      ENDPOINT
default   unix:///var/run/docker.sock
attic     tcp://attic:2375
desk *    ssh://me@desk
`,
		);
	});

	test.each([
		[{DOCKER_HOST: 'tcp://elsewhere:2375'}, 'default', 'tcp://elsewhere:2375'],
		[{DOCKER_CONTEXT: 'attic'}, 'attic', 'tcp://attic:2375'],
	])('current is what %j says', async (env, name, endpoint) => {
		const {stdout} = await harness.run(['contexts', 'list', '-o', 'json'], {env});
		expect(JSON.parse(stdout).filter((each: {current: boolean}) => each.current)).toEqual([
			{name, current: true, endpoint},
		]);
	});

	test('one that cannot be used is listed with the reason, and keeps no other away', async () => {
		contexts.add('torn', {text: '{'});
		contexts.add('pipe', 'npipe:////./pipe/docker');
		contexts.use('gone');
		const {code, stdout} = await harness.run(['context', 'list', '--no-headers']);
		expect(code).toBe(0);
		expect(stdout).toMatch(/^[0-9a-f]{12}… +✖ it is not valid JSON$/m);
		expect(stdout).toMatch(/^pipe +✖ named pipes exist on Windows only$/m);
		expect(stdout).toMatch(/^gone \* +✖ it does not exist in /m);
		expect(stdout).toMatch(/^attic +tcp:\/\/attic:2375$/m);
	});

	test('asks no engine', async () => {
		await harness.run(['context', 'list']);
		expect(harness.docker.requests).toEqual([]);
	});
});

describe('--context', () => {
	test('wins over DOCKER_HOST', async () => {
		contexts.add('here', engine);
		const env = {DOCKER_HOST: 'unix:///nowhere.sock'};
		expect((await harness.run(['--context', 'here', 'cluster', 'list', '--no-headers'], {env})).stdout).toMatch(
			/^rec /,
		);
		expect((await harness.run(['cluster', 'list', '--context=default'], {env})).stderr).toContain('/nowhere.sock');
	});

	test('that does not exist is said', async () => {
		const {code, stderr} = await harness.run(['cluster', 'list', '--context', 'gone']);
		expect(code).toBe(1);
		expect(stderr).toContain('✖ Docker context "gone": it does not exist in ');
	});

	test('is completed', async () => {
		contexts.add('desk', 'ssh://me@desk');
		const {stdout} = await harness.run(['__complete', 'cluster', 'list', '--context', '=de']);
		expect(stdout).toBe('default\tunix:///var/run/docker.sock\ndesk\tssh://me@desk\n');
	});

	test.each([
		[['--context', 'a', '--host', 'tcp://b', 'cluster', 'list'], '--host and --context name two engines'],
		[['--context', 'a', '--host', 'tcp://b'], '--host and --context name two engines'],
		[['--all-contexts', '--demo'], '--demo and --all-contexts name two engines'],
		[['--host', 'tcp://a', '--host', 'tcp://b', 'cluster', 'list'], '--host is given 2 times'],
		[['cluster', 'list', '--all-contexts'], '--all-contexts works without a command only'],
	])('%j is a usage error', async (words, reason) => {
		const {code, stdout, stderr} = await harness.run(words);
		expect([code, stdout]).toEqual([2, '']);
		expect(stderr).toContain(reason);
	});
});

describe('several engines', () => {
	test('are shown in one dashboard', async () => {
		const stdout = new Collected({isTTY: true});
		await harness.run(['--host', 'tcp://a:1', '--host', 'tcp://b:2'], {stdout, stdinIsTTY: true});
		await harness.run(['--all-contexts'], {stdout, stdinIsTTY: true});
		await harness.run(['--context', 'desk'], {stdout, stdinIsTTY: true});
		expect(harness.dashboards).toEqual([
			{host: 'tcp://a:1', others: [{host: 'tcp://b:2'}]},
			{allContexts: true},
			{context: 'desk'},
		]);
	});

	test('are printed one after the other; one that fails is said, and the others are printed', async () => {
		const hosts = ['--host', engine, '--host', 'unix:///nowhere.sock'];
		const {code, stdout, stderr} = await harness.run(hosts);
		expect(code).toBe(1);
		expect(stdout).toContain(`Docker Engine 28.0.0 at ${engine}: 1 cluster, 1 registry\n\nCluster rec: running`);
		expect(stderr).toMatch(/^✖ Docker Engine at unix:\/\/\/nowhere\.sock: there is no such socket\n/);
	});

	test('of all contexts are printed too, each engine once', async () => {
		contexts.add('here', engine);
		contexts.add('same', engine);
		contexts.add('torn', {text: '{'});
		const {code, stdout, stderr} = await harness.run(['--all-contexts'], {env: {DOCKER_HOST: engine}});
		expect(code).toBe(1);
		expect(stdout.match(/Docker Engine 28/g)).toHaveLength(1);
		expect(stdout).toMatch(/^here: Docker Engine 28/);
		expect(stderr).toContain('it is not valid JSON');
	});

	test('named twice are one, however it is written', async () => {
		const {code, stdout} = await harness.run([
			'--host',
			engine,
			'--host',
			`${engine.replace('/docker.sock', '/./docker.sock')}`,
		]);
		expect(code).toBe(0);
		expect(stdout.match(/Docker Engine 28/g)).toHaveLength(1);
	});
});
