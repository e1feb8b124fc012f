import {readFile, stat, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {parse} from 'yaml';
import {Harness} from './harness.ts';

const onHost = parse(
	(await readFile(new URL('../recordings/files/kubeconfig-on-host.yaml', import.meta.url), 'utf8')).replace(
		'0.0.0.0',
		'127.0.0.1',
	),
);

let harness: Harness;
beforeEach(async () => {
	harness = await Harness.start();
});
afterEach(() => harness.stop());
const at = (name: string) => path.join(harness.home, name);

test.each([['get'], ['print'], ['show']])("kubeconfig %s prints k3d's, with an address that works", async word => {
	for (const words of [['rec'], ['--all']]) {
		const {code, stdout} = await harness.run(['kubeconfig', word, ...words]);
		expect(code).toBe(0);
		expect(stdout).toMatch(/^---\napiVersion: v1\n/);
		expect(parse(stdout)).toEqual(onHost);
	}
});

test('of a cluster that does not exist', async () => {
	const {code, stdout, stderr} = await harness.run(['kubeconfig', 'get', 'nope']);
	expect([code, stdout]).toEqual([1, '']);
	expect(stderr).toContain('✖ cluster "nope": there is no such cluster\n  There are: rec.');
});

describe('kubeconfig merge', () => {
	test("without a place: a file in k3d's folder, whose name is printed", async () => {
		const file = at('.config/k3d/kubeconfig-rec.yaml');
		expect(await harness.run(['kubeconfig', 'merge', 'rec'])).toEqual({code: 0, stdout: `${file}\n`, stderr: ''});
		expect(parse(await readFile(file, 'utf8'))).toEqual(onHost);
		expect((await stat(file)).mode & 0o777).toBe(0o600);
		const xdg = await harness.run(['kubeconfig', 'write', 'rec'], {env: {XDG_CONFIG_HOME: at('xdg')}});
		expect(xdg.stdout).toBe(`${at('xdg/kubeconfig-rec.yaml')}\n`);
	});

	test('-d: the default one, or that of KUBECONFIG, and -s=false keeps the context', async () => {
		expect((await harness.run(['kubeconfig', 'merge', 'rec', '-d'])).stdout).toBe(`${at('.kube/config')}\n`);
		await writeFile(at('mine'), 'current-context: work\n');
		const env = {KUBECONFIG: at('mine')};
		expect((await harness.run(['kubeconfig', 'merge', 'rec', '-d', '-s=false'], {env})).stdout).toBe(`${at('mine')}\n`);
		expect(parse(await readFile(at('mine'), 'utf8'))).toMatchObject({'current-context': 'work', users: onHost.users});
		await harness.run(['kubeconfig', 'merge', 'rec', '-d'], {env});
		expect(parse(await readFile(at('mine'), 'utf8'))['current-context']).toBe('k3d-rec');
	});

	test('-o: a file, - for stdout; --update=false and --overwrite', async () => {
		await writeFile(at('x'), 'contexts:\n- name: k3d-rec\n- name: other\n');
		const refused = await harness.run(['kubeconfig', 'merge', 'rec', '-o', at('x'), '-u=false']);
		expect(refused.code).toBe(1);
		expect(refused.stderr).toContain('it already has "k3d-rec" in its contexts');
		await harness.run(['kubeconfig', 'merge', 'rec', '-o', at('x')]);
		expect(parse(await readFile(at('x'), 'utf8')).contexts).toContainEqual({name: 'other'});
		await harness.run(['kubeconfig', 'merge', 'rec', '-o', at('x'), '--overwrite']);
		expect(parse(await readFile(at('x'), 'utf8'))).toEqual(onHost);
		expect(parse((await harness.run(['kubeconfig', 'merge', 'rec', '-o', '-'])).stdout)).toEqual(onHost);
	});
});
