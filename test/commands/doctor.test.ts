import {mkdir, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {parse} from 'yaml';
import {Harness} from './harness.ts';

let harness: Harness;
beforeEach(async () => {
	harness = await Harness.start();
});
afterEach(() => harness.stop());

test('says what is wrong first, and how to mend it', async () => {
	const {stdout} = await harness.run(['doctor']);
	expect(stdout).toMatch(/^! cgroups: version 1, driver cgroupfs: .*\n {2}Boot with /m);
	expect(stdout).toMatch(/^✔ Docker Engine: version 20\.10\.\S+ at unix:/m);
	expect(stdout).toMatch(/^✔ kubeconfig: /m);
	expect(stdout.indexOf('! cgroups')).toBeLessThan(stdout.indexOf('✔ Docker Engine'));
});

test('tells every mistake in the settings, the keys included', async () => {
	const file = path.join(harness.home, '.config/k3dui/config.yaml');
	await mkdir(path.dirname(file), {recursive: true});
	await writeFile(file, 'theme: liht\nkeys:\n  stop: [s, q]\n');
	const {stdout} = await harness.run(['doctor']);
	expect(stdout).toContain(`! settings: ${file}: line 1: theme: it is one of`);
	expect(stdout).toContain('; keys: there is no binding "stop"');
	await rm(file);
	expect((await harness.run(['doctor'])).stdout).not.toContain('settings');
});

test('has the same for programs', async () => {
	const checks = JSON.parse((await harness.run(['doctor', '-o', 'json'])).stdout) as {name: string; verdict: string}[];
	expect(checks.find(({name}) => name === 'cgroups')).toMatchObject({verdict: 'warning', next: expect.any(String)});
	expect(parse((await harness.run(['doctor', '-o', 'yaml'])).stdout)).toHaveLength(checks.length);
});

test('without an engine says how to get one, looks at the rest, and fails', async () => {
	const {code, stdout, stderr} = await harness.run(['doctor', '--host', 'unix:///nowhere/docker.sock']);
	expect(code).toBe(1);
	expect(stdout).toMatch(/^✖ Docker Engine: .*no such socket/m);
	expect(stdout).toMatch(/^✔ kubeconfig: /m);
	expect(stderr).toContain('a problem: Docker Engine');
});

test('cluster create --dry-run has the checks below what would be made', async () => {
	const {code, stdout} = await harness.run(['cluster', 'create', 'new', '--dry-run']);
	expect(code).toBe(0);
	expect(stdout).toMatch(/\nChecks\n(.*\n)* {2}✔ image: /);
	expect(stdout).toMatch(/name and ports: they are free/);
});
