import {execFile} from 'node:child_process';
import {chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {entriesFrom} from '../../source/kubernetes/kubeconfig.ts';
import {
	kubeconfigFiles,
	mergeKubeconfig,
	removeFromKubeconfig,
	writeKubeconfig,
} from '../../source/kubernetes/kubeconfig-file.ts';

const execute = promisify(execFile);
const merger = fileURLToPath(new URL('kubeconfig-merger.ts', import.meta.url));
const recorded = await readFile(new URL('../recordings/files/kubeconfig-in-node.yaml', import.meta.url), 'utf8');

const entries = (cluster: string, server = 'https://127.0.0.1:36267') => entriesFrom(recorded, cluster, server);
const merge = (files: readonly string[], cluster: string, switchContext = true) =>
	mergeKubeconfig(files, entries(cluster), {switchContext});

let folder = '';
beforeEach(async () => {
	folder = await mkdtemp(path.join(os.tmpdir(), 'k3dui-kubeconfig-'));
});
afterEach(() => rm(folder, {recursive: true}));
const at = (name: string) => path.join(folder, name);

/** What the real kubectl makes of a list of files. */
async function kubectl(files: readonly string[], ...args: string[]): Promise<string> {
	const env = {PATH: process.env.PATH, HOME: folder, KUBECONFIG: files.join(path.delimiter)};
	return (await execute('kubectl', ['config', ...args], {env})).stdout.trim();
}

describe('which files', () => {
	test('KUBECONFIG, several of them, else the one at home', () => {
		expect(kubeconfigFiles({}, '/home/me')).toEqual(['/home/me/.kube/config']);
		expect(kubeconfigFiles({KUBECONFIG: ''}, '/home/me')).toEqual(['/home/me/.kube/config']);
		expect(kubeconfigFiles({KUBECONFIG: '/a::/b:/a'}, '/home/me')).toEqual(['/a', '/b']);
	});
});

describe('merging', () => {
	test('makes file and folders for the user alone, and kubectl can use it', async () => {
		const file = at('deep/er/config');
		expect(await merge([file], 'rec')).toBe(file);
		expect((await stat(file)).mode & 0o777).toBe(0o600);
		expect(await kubectl([file], 'current-context')).toBe('k3d-rec');
		const view = JSON.parse(await kubectl([file], 'view', '--raw', '-o', 'json'));
		expect(view.clusters[0].cluster.server).toBe('https://127.0.0.1:36267');
		expect(view.contexts[0]).toEqual({name: 'k3d-rec', context: {cluster: 'k3d-rec', user: 'admin@k3d-rec'}});
		expect(view.users[0].name).toBe('admin@k3d-rec');
		expect(Object.keys(view.users[0].user).sort()).toEqual(['client-certificate-data', 'client-key-data']);
		expect(await readdir(path.dirname(file))).toEqual(['config']);
	});

	test('keeps what kubectl wrote and lets kubectl switch between the contexts', async () => {
		const file = at('config');
		await kubectl([file], 'set-cluster', 'work', '--server=https://work:6443');
		await kubectl([file], 'set-context', 'work', '--cluster=work', '--namespace=mine');
		await kubectl([file], 'use-context', 'work');
		await merge([file], 'one', false);
		await merge([file], 'two');
		expect((await kubectl([file], 'get-contexts', '-o', 'name')).split('\n').sort()).toEqual([
			'k3d-one',
			'k3d-two',
			'work',
		]);
		expect(await kubectl([file], 'current-context')).toBe('k3d-two');
		await kubectl([file], 'use-context', 'work');
		expect(await kubectl([file], 'view', '--minify', '-o', 'jsonpath={..namespace}')).toBe('mine');
	});

	test('does not switch when asked not to, unless no context is set at all', async () => {
		const file = at('config');
		await merge([file], 'one', false);
		expect(await kubectl([file], 'current-context')).toBe('k3d-one');
		await merge([file], 'two', false);
		expect(await kubectl([file], 'current-context')).toBe('k3d-one');
	});

	test('replaces the entries of a cluster made anew, and refuses to when told so', async () => {
		const file = at('config');
		await merge([file], 'one');
		await mergeKubeconfig([file], entries('one', 'https://127.0.0.1:2'), {switchContext: true});
		const servers = await kubectl([file], 'view', '-o', 'jsonpath={.clusters[*].cluster.server}');
		expect(servers).toBe('https://127.0.0.1:2');
		const before = await readFile(file, 'utf8');
		await expect(mergeKubeconfig([file], entries('one'), {switchContext: true, update: false})).rejects.toMatchObject({
			subject: `kubeconfig ${file}`,
			reason: 'it already has "k3d-one" in its clusters',
		});
		expect(await readFile(file, 'utf8')).toBe(before);
	});

	test('keeps mode and symbolic link of the file', async () => {
		await mkdir(at('real'));
		await writeFile(at('real/config'), 'apiVersion: v1\nkind: Config\n', {mode: 0o640});
		await chmod(at('real/config'), 0o640);
		await symlink(at('real/config'), at('link'));
		await merge([at('link')], 'rec');
		expect((await lstat(at('link'))).isSymbolicLink()).toBe(true);
		expect((await stat(at('real/config'))).mode & 0o777).toBe(0o640);
		expect(await readFile(at('real/config'), 'utf8')).toContain('k3d-rec');
	});

	test('a broken file is named with its line and left alone', async () => {
		const broken = 'apiVersion: v1\nclusters:\n- name: "a\n  cluster: {\n';
		await writeFile(at('config'), broken);
		await expect(merge([at('config')], 'rec')).rejects.toMatchObject({
			subject: `kubeconfig ${at('config')}`,
			reason: expect.stringMatching(/^line \d+, column \d+: /),
			next: expect.stringContaining('Nothing was changed'),
		});
		expect(await readFile(at('config'), 'utf8')).toBe(broken);
		expect(await readdir(folder)).toEqual(['config']);
	});
});

describe('several files', () => {
	test('new entries go to the first file that exists, as with kubectl', async () => {
		const files = [at('none'), at('second'), at('third')];
		await writeFile(at('second'), 'apiVersion: v1\nkind: Config\n');
		await writeFile(at('third'), 'apiVersion: v1\nkind: Config\n');
		expect(await merge(files, 'rec')).toBe(at('second'));
		await kubectl(files, 'set-cluster', 'witness', '--server=https://w');
		expect(await readFile(at('second'), 'utf8')).toContain('witness');
		expect(await readFile(at('third'), 'utf8')).not.toContain('k3d-rec');
		expect(await readdir(folder)).toEqual(['second', 'third']);
	});

	test('when none exists, the last one is made, as with kubectl', async () => {
		expect(await merge([at('a'), at('b')], 'rec')).toBe(at('b'));
		const other = await mkdtemp(path.join(folder, 'kubectl-'));
		await kubectl([path.join(other, 'a'), path.join(other, 'b')], 'set-cluster', 'witness', '--server=https://w');
		expect(await readdir(other)).toEqual(['b']);
	});

	test('entries are changed where they are, the current context where one is set', async () => {
		const files = [at('a'), at('b')];
		await writeFile(at('a'), 'apiVersion: v1\nkind: Config\n');
		await merge([at('b')], 'rec');
		await mergeKubeconfig(files, entries('rec', 'https://new:1'), {switchContext: true});
		expect(await readFile(at('b'), 'utf8')).toContain('https://new:1');
		expect(await readFile(at('a'), 'utf8')).toBe('apiVersion: v1\nkind: Config\n');
		await merge(files, 'other');
		expect(await readFile(at('a'), 'utf8')).toContain('k3d-other');
		expect(await kubectl(files, 'current-context')).toBe('k3d-other');
	});
});

describe('removing', () => {
	test('takes the entries out of every file and leaves no context rather than any other', async () => {
		const files = [at('a'), at('b')];
		await merge([at('a')], 'gone');
		await merge([at('a')], 'stays', false);
		await merge([at('b')], 'gone');
		await writeFile(at('c'), '# nothing of ours: [\n');
		expect(await removeFromKubeconfig(files, 'gone')).toEqual(files);
		expect(await kubectl(files, 'get-contexts', '-o', 'name')).toBe('k3d-stays');
		expect(await readFile(at('a'), 'utf8')).toContain('current-context: ""');
		expect(await readFile(at('a'), 'utf8')).not.toContain('admin@k3d-gone');
	});

	test('writes nothing where there is nothing to remove', async () => {
		await merge([at('a')], 'stays');
		const {mtimeMs} = await stat(at('a'));
		expect(await removeFromKubeconfig([at('a'), at('none')], 'gone')).toEqual([]);
		expect((await stat(at('a'))).mtimeMs).toBe(mtimeMs);
		expect(await readdir(folder)).toEqual(['a']);
	});
});

describe('locking', () => {
	test('processes that merge at once lose nothing of each other', async () => {
		const file = at('config');
		const groups = [0, 1, 2, 3].map(group => Array.from({length: 6}, (_, i) => `c${group}-${i}`));
		await Promise.all(groups.map(clusters => execute(process.execPath, [merger, file, ...clusters])));
		const contexts = (await kubectl([file], 'get-contexts', '-o', 'name')).split('\n');
		expect(contexts.sort()).toEqual(
			groups
				.flat()
				.map(name => `k3d-${name}`)
				.sort(),
		);
		expect(await readdir(folder)).toEqual(['config']);
	});

	test('a folder that the system does not let be made is a problem, and no endless attempt', async () => {
		await expect(merge(['/proc/k3dui/config'], 'one')).rejects.toThrow('it cannot be locked');
	});

	test('kubectl is kept out while we hold the lock, and waits for nothing afterwards', async () => {
		const file = at('config');
		await mkdir(`${file}.lock`);
		await expect(kubectl([file], 'set-cluster', 'witness', '--server=https://w')).rejects.toThrow(/lock/);
		await rm(`${file}.lock`, {recursive: true});
		await merge([file], 'rec');
		await kubectl([file], 'set-cluster', 'witness', '--server=https://w');
	});

	test("waits for kubectl's lock until it is gone", async () => {
		const file = at('config');
		await writeFile(`${file}.lock`, '', {flag: 'wx', mode: 0});
		const merging = merge([file], 'rec');
		await rm(`${file}.lock`);
		expect(await merging).toBe(file);
	});

	test('a lock that a dead program left is taken over, a file as well as a folder', async () => {
		const longAgo = new Date(Date.now() - 60_000);
		await writeFile(`${at('a')}.lock`, '', {mode: 0});
		await utimes(`${at('a')}.lock`, longAgo, longAgo);
		await merge([at('a')], 'rec');
		await mkdir(`${at('b')}.lock`);
		await utimes(`${at('b')}.lock`, longAgo, longAgo);
		await merge([at('b')], 'rec');
		expect(await readdir(folder)).toEqual(['a', 'b']);
	});

	test('waiting for a lock ends when the signal says so', async () => {
		const file = at('config');
		await writeFile(`${file}.lock`, '', {mode: 0});
		const controller = new AbortController();
		const merging = mergeKubeconfig([file], entries('rec'), {switchContext: true, signal: controller.signal});
		controller.abort();
		await expect(merging).rejects.toThrow(/abort/i);
	});
});

test('writing replaces the whole file', async () => {
	await merge([at('a')], 'rec');
	await writeKubeconfig(at('a'), 'kind: Config\n');
	expect(await readFile(at('a'), 'utf8')).toBe('kind: Config\n');
});
