import {readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {parse} from 'yaml';
import {describeOnBothEngines} from './engines.ts';
import {buildProgram, k3dui, start} from './program.ts';
import type {World} from './world.ts';

/** What a real k3s may need to become ready on a busy machine, in milliseconds. */
const patience = 300_000;

describeOnBothEngines('k3dui without a screen', openWorld => {
	let world: World;
	beforeAll(async () => {
		await buildProgram();
		world = await openWorld();
	}, patience);
	afterAll(() => world.close(), patience);

	describe('a cluster', () => {
		let name: string;
		const container = (node: string) => `k3d-${name}-${node}`;
		const states = async () => {
			const label = `label=k3d.cluster=${name}`;
			return (await world.docker('ps', '-a', '--filter', label, '--format', '{{.Names}} {{.State}}'))
				.split('\n')
				.sort();
		};
		const ready = async () =>
			(await world.kubectl(name, 'get', 'nodes', '--no-headers'))
				.split('\n')
				.filter(line => /^\S+ +Ready /.test(line))
				.map(line => line.split(' ')[0])
				.sort();
		beforeAll(() => {
			name = world.name();
		});

		it(
			'is created: progress on stderr, nothing on stdout, kubectl works at once',
			async () => {
				const ended = await k3dui(world, 'cluster', 'create', name, '-a', '1', '-i', world.images.k3s);
				expect(ended).toMatchObject({code: 0, stdout: ''});
				expect(ended.stderr).toMatch(new RegExp(`✔ start ${container('server-0')} `));
				expect(ended.stderr).toMatch(new RegExp(`✔ create cluster ${name} `));
				expect(await world.kubectl(name, 'config', 'current-context')).toBe(`k3d-${name}`);
				expect(await ready()).toEqual([container('agent-0'), container('server-0')]);
			},
			patience,
		);

		it('is listed, as a table and as JSON, and is in the picture', async () => {
			const table = await k3dui(world, 'cluster', 'list', name);
			expect(table).toMatchObject({code: 0, stderr: ''});
			expect(table.stdout).toMatch(new RegExp(`^NAME .*\n${name} +1/1 +1/1 +true\n$`));
			const json = await k3dui(world, 'cluster', 'list', name, '-o', 'json');
			expect(json).toMatchObject({code: 0, stderr: ''});
			expect(JSON.parse(json.stdout)).toMatchObject([{name, serversRunning: 1, agentsRunning: 1}]);
			const nodes = await k3dui(world, 'node', 'list');
			expect(nodes.stdout).toMatch(new RegExp(`^${container('agent-0')} +agent +${name} +running`, 'm'));
			const picture = await k3dui(world);
			expect(picture).toMatchObject({code: 0, stderr: ''});
			expect(picture.stdout).toContain(`Cluster ${name}: running, servers 1/1, agents 1/1`);
			const status = await k3dui(world, 'cluster', 'list', name, '--status', '--no-headers');
			expect(status).toMatchObject({code: 0, stdout: expect.stringMatching(/ true +running\n$/)});
			const asked = await k3dui(world, 'node', 'list', container('agent-0'), '--status', '--no-headers');
			expect(asked).toMatchObject({code: 0, stdout: expect.stringMatching(/ running +Ready\n$/)});
		});

		it('has logs', async () => {
			await world.docker('exec', container('agent-0'), 'sh', '-c', 'echo "a line of the test" >/proc/1/fd/1');
			const ended = await k3dui(world, 'logs', container('agent-0'));
			expect(ended.code).toBe(0);
			expect(ended.stdout.split('\n')).toContain('a line of the test');
		});

		it(
			'grows',
			async () => {
				const ended = await k3dui(world, 'cluster', 'grow', name, '--agents', '1');
				expect(ended).toMatchObject({code: 0, stdout: `${container('agent-1')}\n`});
				expect(ended.stderr).toContain(`✔ grow cluster ${name} `);
				expect(await ready()).toEqual([container('agent-0'), container('agent-1'), container('server-0')]);
			},
			patience,
		);

		it('gives a kubeconfig that kubectl uses', async () => {
			const ended = await k3dui(world, 'kubeconfig', 'get', name);
			expect(ended).toMatchObject({code: 0, stderr: ''});
			const file = path.join(path.dirname(world.kubeconfig), 'printed');
			await writeFile(file, ended.stdout);
			const nodes = await world.kubectl(name, '--kubeconfig', file, 'get', 'nodes', '--no-headers');
			expect(nodes).toContain(container('agent-1'));
		});

		it('is the current context, is not, and is again', async () => {
			expect(await k3dui(world, 'kubeconfig', 'remove', name)).toMatchObject({
				code: 0,
				stdout: `${world.kubeconfig}\n`,
			});
			expect(parse(await readFile(world.kubeconfig, 'utf8'))['current-context']).toBe('');
			expect((await k3dui(world, 'kubeconfig', 'switch', name)).code).toBe(0);
			expect(await world.kubectl(name, 'config', 'current-context')).toBe(`k3d-${name}`);
			expect(await k3dui(world, 'kubeconfig', 'prune', '--dry-run')).toMatchObject({code: 0, stdout: ''});
		});

		it(
			'stops, and starts again',
			async () => {
				expect(await k3dui(world, 'cluster', 'stop', name)).toMatchObject({
					code: 0,
					stderr: expect.stringContaining('✔'),
				});
				expect((await states()).every(state => state.endsWith(' exited'))).toBe(true);
				expect((await k3dui(world, 'cluster', 'list', name, '--status')).stdout).toMatch(/ 0\/1 +0\/2 .* stopped\n/);
				expect((await k3dui(world, 'kubeconfig', 'get', name)).stdout).toContain(`name: k3d-${name}`);
				expect((await k3dui(world, 'cluster', 'start', name)).code).toBe(0);
				expect((await states()).every(state => state.endsWith(' running'))).toBe(true);
				expect(await ready()).toHaveLength(3);
			},
			patience,
		);

		it(
			'shrinks',
			async () => {
				expect((await k3dui(world, 'cluster', 'shrink', name, '--agents', '1')).code).toBe(0);
				expect(await ready()).toEqual([container('agent-0'), container('server-0')]);
			},
			patience,
		);

		it(
			'cannot be created a second time: exit code 1, and it stays',
			async () => {
				const ended = await k3dui(world, 'cluster', 'create', name, '-i', world.images.k3s);
				expect(ended).toMatchObject({code: 1, stdout: ''});
				expect(ended.stderr).toMatch(/✖ .*exists already/);
				const node = await k3dui(world, 'node', 'create', `${name}-agent`, '--cluster', name);
				expect(node).toMatchObject({code: 1, stdout: ''});
				expect(node.stderr).toContain(`node ${container('agent-0')}: a container of this name exists already`);
				expect(await ready()).toHaveLength(2);
			},
			patience,
		);

		it(
			'is deleted without a trace',
			async () => {
				expect((await k3dui(world, 'cluster', 'delete', name)).code).toBe(0);
				expect(await world.remains(name)).toEqual([]);
				expect((await k3dui(world, 'cluster', 'list', name)).code).toBe(1);
			},
			patience,
		);
	});

	it.each([
		['SIGINT', 130],
		['SIGTERM', 143],
	] as const)(
		'%s takes back what is being created, and exits with %i',
		async (signal, code) => {
			const name = world.name();
			const running = start(world, 'cluster', 'create', name, '-i', world.images.k3s);
			await running.says(`✔ start k3d-${name}-server-0`);
			running.signal(signal);
			const ended = await running.ended;
			expect(ended).toMatchObject({code, stdout: ''});
			expect(ended.stderr).not.toContain(`✔ create cluster`);
			expect(await world.remains(name)).toEqual([]);
		},
		patience,
	);

	it.each([
		[['clutser', 'list'], 'Did you mean k3dui cluster?'],
		[['cluster', 'crate'], 'Did you mean k3dui cluster create?'],
		[['cluster', 'create', '--agnets', '1'], '--agents'],
		[['cluster', 'create', '--agents', 'some'], '--agents takes a whole number'],
		[['cluster', 'create', 'one', 'two'], '"two" is too much'],
		[['cluster', 'list', '-o', 'xml'], '-o'],
		[['logs'], 'NODE'],
	])('%s is a usage error: exit code 2', async (words, said) => {
		const ended = await k3dui(world, ...words);
		expect(ended).toMatchObject({code: 2, stdout: ''});
		expect(ended.stderr).toContain(said);
	});

	it('says what to do when there is no engine: exit code 1', async () => {
		const ended = await k3dui(world, 'cluster', 'list', '--host', 'unix:///nowhere/docker.sock');
		expect(ended).toMatchObject({code: 1, stdout: ''});
		expect(ended.stderr).toMatch(/^✖ .*unix:\/\/\/nowhere\/docker\.sock: .+\n +\S/);
	});
});
