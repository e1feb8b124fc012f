import {readFile} from 'node:fs/promises';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {parse} from 'yaml';
import {Harness} from './harness.ts';

let harness: Harness;
beforeEach(async () => {
	harness = await Harness.start();
});
afterEach(() => harness.stop());

test("runtime-info has k3d's keys in its order, as YAML and as JSON", async () => {
	const expected = {
		arch: 'x86_64',
		cgroupdriver: 'cgroupfs',
		cgroupversion: '1',
		endpoint: harness.docker.socketPath,
		filesystem: expect.any(String),
		infoname: expect.any(String),
		name: 'docker',
		os: expect.stringContaining('Debian'),
		ostype: 'linux',
		version: expect.stringMatching(/^20\.10\./),
	};
	const {code, stdout} = await harness.run(['runtime-info']);
	expect(code).toBe(0);
	expect(parse(stdout)).toEqual(expected);
	expect(Object.keys(parse(stdout))).toEqual(Object.keys(expected));
	expect(JSON.parse((await harness.run(['runtime-info', '-o', 'json'])).stdout)).toEqual(parse(stdout));
});

test.each([['loadbalancer'], ['lb']])("debug %s get-config prints the load balancer's file as it is", async word => {
	const {code, stdout} = await harness.run(['debug', word, 'get-config', 'rec']);
	expect(code).toBe(0);
	expect(stdout).toBe(await readFile(new URL('../recordings/files/lb-values.yaml', import.meta.url), 'utf8'));
});

test('of a cluster without one, or of none, it says so', async () => {
	harness.docker.containers = harness.docker.containers.filter(({Names}) => !Names.includes('/k3d-rec-serverlb'));
	const without = await harness.run(['debug', 'lb', 'get-config', 'rec']);
	expect(without).toMatchObject({code: 1, stderr: expect.stringContaining('the cluster was made without one')});
	expect(await harness.run(['debug', 'lb', 'get-config', 'nope'])).toMatchObject({code: 1});
	expect(await harness.run(['debug', 'lb'])).toMatchObject({code: 0, stdout: expect.stringContaining('get-config')});
});
