import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {Collected, Harness} from './harness.ts';

let harness: Harness;
beforeEach(async () => {
	harness = await Harness.start();
	harness.lifecycle.work = async run => {
		await run.step('pull image x', async report => {
			report.detail('waiting for the registry');
			report.detail('2 of 3 layers');
		});
		run.warn('it was slow');
	};
});
afterEach(() => harness.stop());

const stop = ['cluster', 'stop', 'rec'];
const withoutTimes = (text: string) => text.replace(/ +\d+ ms/g, '');

test('progress is told on stderr, without colours where that is no terminal', async () => {
	const {stdout, stderr} = await harness.run(stop, {env: {LOG_COLORS: 'true'}});
	expect(stdout).toBe('');
	expect(withoutTimes(stderr)).toBe('✔ pull image x\n✔ stop cluster rec\n! it was slow\n');
});

describe('--verbose', () => {
	const said =
		'→ pull image x\n  pull image x: waiting for the registry\n  pull image x: 2 of 3 layers\n✔ pull image x\n' +
		'✔ stop cluster rec\n! it was slow\n';

	test.each([
		[['--verbose', ...stop], {}],
		[['cluster', '--verbose', 'stop', 'rec'], {}],
		[[...stop, '--verbose'], {LOG_LEVEL: 'error'}],
		[stop, {LOG_LEVEL: 'DEBUG'}],
	])('%j with %j tells each step as it begins, and its details', async (words, env) => {
		expect(withoutTimes((await harness.run(words, {env})).stderr)).toBe(said);
	});

	test('on a terminal too, where lines then stay', async () => {
		const {stderr} = await harness.run([...stop, '--verbose'], {
			stderr: new Collected({isTTY: true}),
			env: {LOG_COLORS: 'false'},
		});
		expect(withoutTimes(stderr)).toBe(said);
	});
});

test.each([
	['warn', '! it was slow\n'],
	['warning', '! it was slow\n'],
	['error', ''],
	['fatal', ''],
	['nonsense', '✔ pull image x\n✔ stop cluster rec\n! it was slow\n'],
])('LOG_LEVEL=%s', async (level, said) => {
	const {code, stderr} = await harness.run(stop, {env: {LOG_LEVEL: level}});
	expect([code, withoutTimes(stderr)]).toEqual([0, said]);
});

test('errors are told at any level', async () => {
	const {code, stderr} = await harness.run(['cluster', 'list', 'nope'], {env: {LOG_LEVEL: 'panic'}});
	expect([code, stderr]).toEqual([1, expect.stringMatching(/^✖ cluster "nope"/)]);
});

test.each([
	[[...stop, '--timestamps'], {}],
	[stop, {LOG_TIMESTAMPS: '1'}],
])('%j with %j: each line begins with the time', async (words, env) => {
	const {stderr} = await harness.run(words, {env});
	const lines = stderr.trimEnd().split('\n');
	expect(lines).toHaveLength(3);
	for (const line of lines) expect(line).toMatch(/^2026-11-22T12:00:00\.000Z [✔!] /);
});

test.each([
	[['cluster', 'list', '--trace'], {}],
	[['--trace', 'cluster', 'list'], {LOG_LEVEL: 'warn'}],
	[['cluster', 'list'], {LOG_LEVEL: 'trace'}],
])('%j with %j tells each request to the engine, and how it was answered', async (words, env) => {
	const {stdout, stderr} = await harness.run(words, {env});
	expect(stdout).toMatch(/^NAME/);
	expect(stderr).toMatch(/^» GET \/_ping {2}200 {2}\d+ ms\n» GET \/v1\.\d+\/containers\/json\?\S+ {2}200 {2}\d+ ms\n$/);
	expect((await harness.run(['cluster', 'list'])).stderr).toBe('');
});

test('a request that nobody answers is told too', async () => {
	const {stderr} = await harness.run(['cluster', 'list', '--trace', '--host', 'unix:///nowhere.sock']);
	expect(stderr).toMatch(/^» GET \/_ping {2}connect ENOENT \/nowhere\.sock {2}\d+ ms\n/);
});
