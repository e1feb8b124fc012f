import {once} from 'node:events';
import {watch} from 'node:fs';
import {mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {type Demo, startDemo} from '../../source/demo/start-demo.ts';
import {buildProgram, k3dui, openDashboard} from './program.ts';
import {keys, type Terminal} from './terminal.ts';

/** How long a k3s stand-in may need to become ready on a busy machine, in milliseconds. */
const patience = 60_000;

const clusters = '1 Clusters';
const nodes = '2 Nodes';
const notice = 'built-in engine, nothing here is real';

/** A machine of a user who has a kubeconfig, and no Docker. Temporary folders have a place of their own. */
let folder = '';
let env: NodeJS.ProcessEnv = {};
const socket = () => path.join(folder, 'docker.sock');
const kubeconfig = 'current-context: precious\n';

beforeAll(buildProgram, patience);
beforeEach(async () => {
	// The path of a socket is short: 107 bytes (unix(7)).
	folder = await mkdtemp(path.join(tmpdir(), 'k3n-'));
	for (const name of ['home/.kube', 'tmp']) await mkdir(path.join(folder, name), {recursive: true});
	await writeFile(path.join(folder, 'home/.kube/config'), kubeconfig);
	env = {
		PATH: process.env.PATH,
		HOME: path.join(folder, 'home'),
		TMPDIR: path.join(folder, 'tmp'),
		XDG_CACHE_HOME: path.join(folder, 'cache'),
		DOCKER_HOST: `unix://${socket()}`,
	};
});
afterEach(() => rm(folder, {recursive: true, force: true}));

let opened: Terminal | undefined;
afterEach(() => opened?.close());
function open(options: Parameters<typeof openDashboard>[1] = {}): Terminal {
	opened = openDashboard({env}, options);
	return opened;
}

/** Leaves the dashboard, and checks that it left nothing behind. */
async function leave(dashboard: Terminal): Promise<void> {
	dashboard.press('q');
	await dashboard.shows('exit code 0\n');
	await dashboard.ended;
	expect(await readdir(path.join(folder, 'tmp'))).toEqual([]);
	expect(await readdir(path.join(folder, 'home'), {recursive: true})).toEqual(['.kube', '.kube/config']);
	expect(await readFile(path.join(folder, 'home/.kube/config'), 'utf8')).toBe(kubeconfig);
}

describe('k3dui --demo', () => {
	it(
		'is a dashboard on which every verb works, says what it is, and leaves nothing',
		async () => {
			const dashboard = open({args: ['--demo'], columns: 120, rows: 40});
			await dashboard.rowShows(nodes, 'server-0', /● running +✔ ready/, patience);
			await dashboard.rowShows(clusters, 'dev', /● running +1\/1 +2\/2 +● up/);
			await dashboard.rowShows(clusters, 'staging', /○ stopped/);
			await dashboard.rowShows('4 Registries', 'k3d-registry', /● running/);
			expect(dashboard.lines()[0]).toContain(notice);

			dashboard.press('K');
			await dashboard.shows(/dev is the current context in \S+/);
			const [, file = ''] = /current context in (\S+)/.exec(dashboard.text()) ?? [];
			expect(file.startsWith(path.join(folder, 'tmp'))).toBe(true);
			expect(await readFile(file, 'utf8')).toContain('current-context: k3d-dev');

			dashboard.press('+');
			await dashboard.shows('Grow cluster dev');
			dashboard.press(keys.enter, keys.enter);
			await dashboard.shows('grow cluster dev done', patience);
			await dashboard.rowShows(nodes, 'agent-2', /● running +✔ ready/, patience);

			dashboard.press('s');
			await dashboard.shows('stop cluster dev done', patience);
			await dashboard.rowShows(clusters, 'dev', /○ stopped/);
			dashboard.press('r');
			await dashboard.shows('restart cluster dev done', patience);

			dashboard.press('c');
			await dashboard.shows('Create a cluster');
			dashboard.press('mine', keys.tab, keys.tab, keys.tab);
			await dashboard.shows(/▸ Image/);
			dashboard.press(keys.enter);
			await dashboard.shows(/▸ Ports/);
			dashboard.press(keys.enter);
			await dashboard.shows('create cluster mine done', patience);
			await dashboard.until(() => dashboard.cursor(clusters).startsWith('mine '), 'the cursor on it');
			dashboard.press('d');
			await dashboard.shows('Delete cluster mine?');
			dashboard.press('mine', keys.enter);
			await dashboard.shows('delete cluster mine done', patience);
			await dashboard.until(() => dashboard.row(clusters, 'mine') === '', 'the clusters without it');
			expect(dashboard.lines()[0]).toContain(notice);
			await leave(dashboard);
		},
		3 * patience,
	);

	it.each([
		[60, 15],
		[80, 24],
	])('says what it is at %i×%i too', async (columns, rows) => {
		const dashboard = open({args: ['--demo'], columns, rows});
		await dashboard.rowShows(clusters, 'dev', /● running/, patience);
		expect(dashboard.lines()[0]).toMatch(new RegExp(`^ k3dui +${notice}.*● live$`));
		await leave(dashboard);
	});

	it(
		'has 100 clusters in its large world',
		async () => {
			const dashboard = open({args: ['--demo=large']});
			await dashboard.shows('/100 clusters', patience);
			await dashboard.rowShows(clusters, 'team-001', /● running/, patience);
			await leave(dashboard);
		},
		patience,
	);

	it('begins with nothing in its empty world', async () => {
		const dashboard = open({args: ['--demo=empty']});
		await dashboard.shows('No clusters yet');
		await leave(dashboard);
	});

	it('leaves nothing when it is told to end', async () => {
		const dashboard = open({args: ['--demo']});
		await dashboard.shows('● live');
		dashboard.signal('SIGTERM');
		await dashboard.shows('exit code 143\n');
		await dashboard.ended;
		expect(await readdir(path.join(folder, 'tmp'))).toEqual([]);
	});

	it('leaves nothing when it is told to end before there is a screen', async () => {
		const temporary = path.join(folder, 'tmp');
		const watcher = watch(temporary);
		const made = once(watcher, 'change');
		const dashboard = open({args: ['--demo=large']});
		await made;
		watcher.close();
		dashboard.signal('SIGTERM');
		await dashboard.shows('exit code 143\n');
		await dashboard.ended;
		expect(await readdir(temporary)).toEqual([]);
	});

	it('without a terminal is a picture', async () => {
		const ended = await k3dui({env}, '--demo');
		expect(ended).toMatchObject({code: 0, stderr: ''});
		expect(ended.stdout).toMatch(/^built-in engine, nothing here is real\n[\s\S]*Cluster dev: running/);
		expect(await readdir(path.join(folder, 'tmp'))).toEqual([]);
	});
});

describe('where no engine answers', () => {
	it(
		'the dashboard says so, and b leads to the built-in one',
		async () => {
			const dashboard = open();
			await dashboard.shows(`unix://${socket()}: there is no such socket`);
			await dashboard.shows('No Docker on this machine yet?');
			dashboard.press('b');
			await dashboard.rowShows(nodes, 'server-0', /● running +✔ ready/, patience);
			expect(dashboard.lines()[0]).toMatch(new RegExp(`^ k3dui +${notice} .*● live`));
			await leave(dashboard);
		},
		patience,
	);

	it('a command says what was tried, and how to go on', async () => {
		const ended = await k3dui({env}, 'cluster', 'list');
		expect(ended).toMatchObject({code: 1, stdout: ''});
		expect(ended.stderr).toMatch(/^✖ Docker Engine at unix:\S+: there is no such socket\n/);
		expect(ended.stderr).toContain('No Docker on this machine yet?');
		expect(ended.stderr).toContain('k3dui --demo');
	});

	it('a command with --demo is a usage error', async () => {
		expect(await k3dui({env}, '--demo', 'cluster', 'list')).toMatchObject({
			code: 2,
			stdout: '',
			stderr: expect.stringContaining('k3dui --demo'),
		});
	});

	describe('yet', () => {
		let demo: Demo;
		beforeEach(async () => {
			demo = await startDemo({world: 'small'});
		});
		afterEach(() => demo.close());
		const file = () => demo.host.replace('unix://', '');

		it(
			'the dashboard goes on by itself as soon as the socket appears',
			async () => {
				const dashboard = open();
				// Long enough that it is not the next try that finds it.
				await dashboard.shows(/by itself in [4-9]s/);
				await symlink(file(), socket());
				await dashboard.rowShows(clusters, 'dev', /./, 3000);
				expect(dashboard.text()).not.toContain(notice);
			},
			patience,
		);

		it(
			'e leads to an engine at another address, once that answers',
			async () => {
				const dashboard = open();
				await dashboard.shows('No Docker Engine answers');
				dashboard.press('e');
				await dashboard.shows('Use the Docker Engine at');
				dashboard.paste(`${demo.host}x`);
				dashboard.press(keys.enter);
				await dashboard.shows('✖ there is no such socket');
				dashboard.press('\x7f', keys.enter);
				await dashboard.rowShows(clusters, 'dev', /● running/, patience);
				dashboard.press('q');
				await dashboard.shows('exit code 0\n');
				await dashboard.ended;
			},
			patience,
		);

		it('a dashboard and a command on another engine load nothing of the built-in one', async () => {
			const coverage = path.join(folder, 'coverage');
			Object.assign(env, {DOCKER_HOST: demo.host, NODE_V8_COVERAGE: coverage});
			const dashboard = open();
			await dashboard.rowShows(clusters, 'dev', /● running/);
			dashboard.press('q');
			await dashboard.ended;
			expect((await k3dui({env}, 'cluster', 'list')).code).toBe(0);
			const files = await readdir(coverage);
			const loaded = await Promise.all(files.map(name => readFile(path.join(coverage, name), 'utf8')));
			expect(loaded.filter(text => text.includes('/dist/parts/'))).toHaveLength(2);
			expect(loaded.filter(text => text.includes('/dist/parts/demo-'))).toEqual([]);
			expect((await k3dui({env}, '--demo')).code).toBe(0);
			const demos = (await readdir(coverage)).filter(name => !files.includes(name));
			expect(await readFile(path.join(coverage, demos[0] ?? ''), 'utf8')).toContain('/dist/parts/demo-');
		});

		it('a socket elsewhere on the machine is found and said', async () => {
			await mkdir(path.join(folder, 'home/.rd'), {recursive: true});
			await symlink(file(), path.join(folder, 'home/.rd/docker.sock'));
			await open().shows(/home\/\.rd\/docker\.sock: it answers/);
			const {stderr} = await k3dui({env}, 'cluster', 'list');
			expect(stderr).toContain(`answers: use it with --host unix://${folder}/home/.rd/docker.sock`);
		});
	});
});
