import {once} from 'node:events';
import {mkdir, readFile, stat, writeFile} from 'node:fs/promises';
import {type AddressInfo, createServer, type Server} from 'node:net';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {parse} from 'yaml';
import {DockerApi} from './docker-api.ts';
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

/** The three entries that k3d writes for a cluster, as YAML's flow style has them. */
const saved = (cluster: string, server: string) => ({
	cluster: `- {name: k3d-${cluster}, cluster: {server: '${server}'}}`,
	context: `- {name: k3d-${cluster}, context: {cluster: k3d-${cluster}, user: admin@k3d-${cluster}}}`,
	user: `- {name: admin@k3d-${cluster}, user: {token: x}}`,
});

describe('kubeconfig switch', () => {
	test('writes the cluster first where it is missing', async () => {
		await writeFile(at('mine'), '# mine\ncurrent-context: work\n');
		const {code, stdout, stderr} = await harness.run(['kubeconfig', 'switch', 'rec'], {env: {KUBECONFIG: at('mine')}});
		expect([code, stdout]).toEqual([0, '']);
		expect(stderr).toBe(`The current context is k3d-rec, in ${at('mine')}.\n`);
		const text = await readFile(at('mine'), 'utf8');
		expect(text).toMatch(/^# mine\ncurrent-context: k3d-rec\n/);
		expect(parse(text)).toMatchObject({clusters: onHost.clusters, users: onHost.users});
	});

	test("where it is there, its old address and keys are replaced, and the user's namespace stays", async () => {
		const old = saved('rec', 'https://0.0.0.0:1');
		await writeFile(
			at('a'),
			`clusters:\n${old.cluster.replace("1'", "1', proxy-url: 'socks5://x', insecure-skip-tls-verify: true")}\n`,
		);
		const context = old.context.replace('user:', 'namespace: mine, user:');
		await writeFile(
			at('b'),
			`users:\n${old.user}\ncontexts:\n# a note\n${context}\n- {name: work}\ncurrent-context: work\n`,
		);
		const env = {KUBECONFIG: `${at('a')}:${at('b')}`};
		expect((await harness.run(['kubeconfig', 'switch', 'rec'], {env})).code).toBe(0);
		expect(parse(await readFile(at('a'), 'utf8')).clusters).toEqual([
			{name: 'k3d-rec', cluster: {...onHost.clusters[0].cluster, 'proxy-url': 'socks5://x'}},
		]);
		const text = await readFile(at('b'), 'utf8');
		expect(text).toContain('# a note');
		expect(parse(text)).toEqual({
			users: onHost.users,
			contexts: [{name: 'k3d-rec', context: {...onHost.contexts[0].context, namespace: 'mine'}}, {name: 'work'}],
			'current-context': 'k3d-rec',
		});
	});

	test('of a cluster that does not exist changes nothing', async () => {
		await writeFile(at('mine'), 'current-context: work\n');
		const {code} = await harness.run(['kubeconfig', 'switch', 'nope'], {env: {KUBECONFIG: at('mine')}});
		expect(code).toBe(1);
		expect(await readFile(at('mine'), 'utf8')).toBe('current-context: work\n');
	});
});

test('of a stopped cluster there is a kubeconfig too', async () => {
	for (const container of harness.docker.containers) container.State = 'exited';
	expect(parse((await harness.run(['kubeconfig', 'get', 'rec'])).stdout)).toEqual(onHost);
});

describe('kubeconfig remove', () => {
	test('takes the entries, the current context and the own file, and leaves the rest', async () => {
		await writeFile(at('mine'), '# mine\ncontexts:\n- name: work\n');
		const env = {KUBECONFIG: at('mine'), XDG_CONFIG_HOME: at('xdg')};
		await harness.run(['kubeconfig', 'switch', 'rec'], {env});
		await harness.run(['kubeconfig', 'merge', 'rec'], {env});
		const {code, stdout} = await harness.run(['kubeconfig', 'remove', 'rec'], {env});
		expect([code, stdout]).toEqual([0, `${at('mine')}\n${at('xdg/kubeconfig-rec.yaml')}\n`]);
		const text = await readFile(at('mine'), 'utf8');
		expect(text).toMatch(/^# mine\n/);
		expect(parse(text)).toMatchObject({contexts: [{name: 'work'}], 'current-context': ''});
		await expect(stat(at('xdg/kubeconfig-rec.yaml'))).rejects.toThrow('ENOENT');
		expect(harness.docker.requests.join()).not.toContain('DELETE');
	});

	test('of what is not there says so; a name that cannot be is a problem', async () => {
		const {code, stdout, stderr} = await harness.run(['kubeconfig', 'remove', 'gone']);
		expect([code, stdout]).toEqual([0, '']);
		expect(stderr).toContain('Nothing of cluster "gone" is in');
		expect((await harness.run(['kubeconfig', 'remove', '../x'])).code).toBe(1);
	});
});

describe('kubeconfig prune', () => {
	let listening: Server;
	let env: Record<string, string> = {};
	let before = '';
	beforeEach(async () => {
		listening = createServer().listen(0, '127.0.0.1');
		await once(listening, 'listening');
		const {port} = listening.address() as AddressInfo;
		const all = [
			saved('gone', 'https://127.0.0.1:1'),
			saved('gone6', 'https://[::1]:1'),
			saved('bound', 'https://0.0.0.0:1'),
			saved('rec', 'https://127.0.0.1:1'),
			saved('far', 'https://build.example:1'),
			saved('other', `https://127.0.0.1:${port}`),
			{
				...saved('mine', 'https://127.0.0.1:1'),
				context: '- {name: k3d-mine, context: {cluster: k3d-mine, user: me}}',
			},
			{cluster: "- {name: work, cluster: {server: 'https://127.0.0.1:1'}}", context: '', user: ''},
		];
		const list = (part: 'cluster' | 'context' | 'user') => all.map(each => each[part]).filter(line => line !== '');
		before = [
			...['# mine', 'clusters:', ...list('cluster'), 'contexts:', ...list('context')],
			...['users:', ...list('user'), 'current-context: k3d-gone', ''],
		].join('\n');
		await writeFile(at('mine'), before);
		env = {KUBECONFIG: at('mine')};
	});
	afterEach(() => {
		listening.close();
	});
	const pruned = () =>
		['gone   https://127.0.0.1:1', 'gone6   https://[::1]:1', 'bound   https://0.0.0.0:1']
			.map(line => `k3d-${line}   ${at('mine')}\n`)
			.join('');

	test('takes what is gone and was of this engine, and nothing else', async () => {
		const {code, stdout, stderr} = await harness.run(['kubeconfig', 'prune'], {env});
		expect([code, stdout]).toEqual([0, pruned()]);
		expect(stderr).toMatch(/^k3d-other stays: something listens at https:\/\/127\.0\.0\.1:\d+\.\n$/);
		const text = await readFile(at('mine'), 'utf8');
		expect(text).toMatch(/^# mine\n/);
		const {clusters, contexts, users, ...others} = parse(text);
		const names = (list: {name: string}[]) => list.map(({name}) => name);
		expect(names(clusters)).toEqual(['k3d-rec', 'k3d-far', 'k3d-other', 'k3d-mine', 'work']);
		expect(names(contexts)).toEqual(['k3d-rec', 'k3d-far', 'k3d-other', 'k3d-mine']);
		expect(names(users)).toEqual(['admin@k3d-rec', 'admin@k3d-far', 'admin@k3d-other', 'admin@k3d-mine']);
		expect(others).toEqual({'current-context': ''});
		expect((await harness.run(['kubeconfig', 'prune'], {env})).stdout).toBe('');
	});

	test('--dry-run prints the same and changes nothing', async () => {
		expect((await harness.run(['kubeconfig', 'prune', '--dry-run'], {env})).stdout).toBe(pruned());
		expect(await readFile(at('mine'), 'utf8')).toBe(before);
	});

	test('what another engine on this machine has stays', async () => {
		const other = new DockerApi(at('run/docker.sock'));
		await mkdir(at('run'));
		await other.start();
		try {
			for (const container of other.containers) container.Labels['k3d.cluster'] = 'gone';
			const {stdout} = await harness.run(['kubeconfig', 'prune'], {env: {...env, XDG_RUNTIME_DIR: at('run')}});
			expect(stdout).not.toContain('k3d-gone ');
			expect(stdout).toContain('k3d-gone6 ');
		} finally {
			await other.stop();
		}
	});

	test('where no engine answers nothing is thought to be gone', async () => {
		const {code} = await harness.run(['kubeconfig', 'prune', '--host', 'unix:///nowhere.sock'], {env});
		expect(code).toBe(1);
		expect(await readFile(at('mine'), 'utf8')).toBe(before);
	});
});
