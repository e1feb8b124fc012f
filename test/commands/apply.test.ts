import {readFile, stat, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {defaultSpec} from '../../source/cluster/cluster-spec.ts';
import {Collected, Harness} from './harness.ts';

let harness: Harness;
let file: string;
beforeEach(async () => {
	harness = await Harness.start();
	file = path.join(harness.home, 'cluster.yaml');
	await writeFile(file, 'apiVersion: k3d.io/v1alpha5\nkind: Simple\nmetadata: {name: dev}\nagents: 2\n');
});
afterEach(() => harness.stop());

const changes = [
	{kind: 'add', what: '1 agent (1 → 2)', refusal: undefined},
	{kind: 'remove', what: 'port 8080:80', refusal: undefined},
	{kind: 'change', what: 'load balancer settings.defaultProxyTimeout: 600 → 900', refusal: undefined},
	{kind: 'change', what: 'image: a → b', refusal: 'it is fixed'},
] as const;

describe('apply', () => {
	const options = {anyImage: true, recreate: false, skipUnchangeable: false};

	test('asks for what the file says, and says that nothing differed', async () => {
		const {code, stdout} = await harness.run(['apply', '-f', file]);
		expect({code, stdout}).toEqual({code: 0, stdout: 'Cluster dev is as the file says.\n'});
		expect(harness.lifecycle.calls).toEqual([['apply', {...defaultSpec('dev'), agents: 2}, options]]);
	});

	test('flags win over the file; an image in the file is meant', async () => {
		const text = await readFile(file, 'utf8');
		await writeFile(
			file,
			`${text}image: k3s:mine\noptions: {k3d: {wait: false, timeout: 5m, disableRollback: true}}\n`,
		);
		await harness.run(['apply', '-f', file, '--timeout', '1m', '--skip-unchangeable']);
		await harness.run(['apply', '-f', file, '--wait', '--recreate']);
		expect(harness.lifecycle.calls.map(call => call[2])).toEqual([
			{anyImage: false, wait: false, timeout: 60_000, keepOnFailure: true, recreate: false, skipUnchangeable: true},
			{anyImage: false, wait: true, timeout: 300_000, keepOnFailure: true, recreate: true, skipUnchangeable: false},
		]);
	});

	test('--dry-run prints the differences and changes nothing', async () => {
		harness.lifecycle.changes = changes;
		const {code, stdout} = await harness.run(['apply', '-f', file, '--dry-run']);
		expect(code).toBe(0);
		expect(stdout).toBe(
			[
				'+ 1 agent (1 → 2)',
				'- port 8080:80',
				'~ load balancer settings.defaultProxyTimeout: 600 → 900',
				'! image: a → b (it is fixed)',
				'',
			].join('\n'),
		);
		expect(harness.lifecycle.calls.map(([verb]) => verb)).toEqual(['compare']);
		const data = await harness.run(['apply', '-f', file, '--dry-run', '-o', 'json']);
		expect(JSON.parse(data.stdout)).toEqual({
			name: 'dev',
			changes: changes.map(change => ({...change, refusal: change.refusal ?? null})),
		});
	});

	test('differences are coloured on a terminal', async () => {
		harness.lifecycle.changes = changes;
		const stdout = new Collected({isTTY: true});
		await harness.run(['apply', '-f', file, '--dry-run'], {stdout});
		expect(stdout.text).toContain('\u001B[32m+ 1 agent (1 → 2)\u001B[39m');
		const plain = new Collected({isTTY: true});
		await harness.run(['apply', '-f', file, '--dry-run'], {stdout: plain, env: {NO_COLOR: '1'}});
		expect(plain.text).not.toContain('\u001B');
	});

	test('-o json tells programs what was changed, and what was skipped', async () => {
		harness.lifecycle.changes = changes.slice(2);
		const {stdout} = await harness.run(['apply', '-f', file, '--skip-unchangeable', '-o', 'json']);
		expect(JSON.parse(stdout)).toEqual({
			name: 'dev',
			created: false,
			changes: [{...changes[2], refusal: null}],
			skipped: [changes[3]],
			running: true,
		});
	});

	test.each([
		[['apply'], 2, 'it needs a config file'],
		[['apply', '-f', 'no-such-file.yaml'], 1, 'there is no such file'],
		[['apply', '-f', 'x', '--recreate', '--skip-unchangeable'], 2, 'exclude each other'],
	])('%j ends with %i', async (words, code, text) => {
		const ended = await harness.run(words);
		expect(ended.code).toBe(code);
		expect(ended.stderr).toContain(text);
		expect(harness.lifecycle.calls).toEqual([]);
	});

	test('a mistake in the file is told with its place, before anything is asked of an engine', async () => {
		await writeFile(file, 'apiVersion: k3d.io/v1alpha5\nkind: Simple\nagents: many\n');
		const {code, stderr} = await harness.run(['apply', '-f', file]);
		expect(code).toBe(1);
		expect(stderr).toContain('cluster.yaml');
		expect(stderr).toContain('3');
		expect(harness.lifecycle.calls).toEqual([]);
	});
});

describe('config from', () => {
	test('prints the file, and what cannot be told', async () => {
		harness.lifecycle.reading = {agents: 2, apiPort: '40001'};
		const {code, stdout, stderr} = await harness.run(['config', 'from', 'dev']);
		expect(code).toBe(0);
		expect(stdout).toContain('# Cluster dev, as k3dui found it.');
		expect(stdout).toContain('agents: 2');
		expect(stderr).toContain('! One node is odd.');
		expect(stderr).toContain('! API port 40001 may have been chosen at random');
	});

	test('leaves secrets out unless it is asked for them, and keeps a file with them to its owner', async () => {
		const filters = ['server:0'];
		harness.lifecycle.reading = {
			token: 'hush-token',
			env: [
				{value: 'K3S_AGENT_TOKEN=hush-agent', filters},
				{value: 'HTTPS_PROXY=http://me:hush-proxy@proxy:3128', filters},
				{value: 'GREETING=hello', filters},
			],
			k3sArgs: [
				{value: '--datastore-endpoint=hush-store', filters},
				{value: '--agent-token', filters},
				{value: 'hush-flag', filters},
				{value: '--debug', filters},
			],
			registries: {
				create: undefined,
				use: [],
				config: 'configs:\n  "reg.test":\n    auth:\n      username: me\n      password: hush-login\n',
			},
		};
		const shown = await harness.run(['config', 'from', 'dev']);
		expect(shown.stdout + shown.stderr).not.toContain('hush');
		expect(shown.stdout).toContain('GREETING=hello');
		expect(shown.stdout).toContain('--debug');
		expect(shown.stderr).toContain('environment variable K3S_AGENT_TOKEN');
		expect(shown.stderr).toContain('k3s argument --agent-token');
		expect(shown.stderr).toContain('registries.yaml');

		const copy = path.join(harness.home, 'copy.yaml');
		expect(await harness.run(['config', 'from', 'dev', '--token', '-o', copy])).toMatchObject({code: 0, stdout: ''});
		const text = await readFile(copy, 'utf8');
		for (const secret of ['token', 'agent', 'proxy', 'store', 'flag', 'login'])
			expect(text).toContain(`hush-${secret}`);
		expect((await stat(copy)).mode & 0o777).toBe(0o600);
	});

	test('does not write over a file unless it is told to', async () => {
		const before = await readFile(file, 'utf8');
		const {code, stderr} = await harness.run(['config', 'from', 'dev', '-o', file]);
		expect(code).toBe(1);
		expect(stderr).toContain('it is there already');
		expect(await readFile(file, 'utf8')).toBe(before);
		expect((await harness.run(['config', 'from', 'dev', '-o', file, '--force'])).code).toBe(0);
		expect(await readFile(file, 'utf8')).toContain('as k3dui found it');
	});
});
