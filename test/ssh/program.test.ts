import {execFileSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {afterAll, beforeAll, expect, it, vi} from 'vitest';
import {buildProgram, k3dui, openDashboard, programPath, start} from '../e2e/program.ts';
import {keys, Terminal} from '../e2e/terminal.ts';
import {openWorld, type World} from '../e2e/world.ts';
import {testEngineHost} from '../setup/engine.ts';
import {describeOverSsh} from './describe.ts';
import {type Sshd, startSshd} from './sshd.ts';

/** What a real k3s may need to become ready on a busy machine, in milliseconds. */
const patience = 300_000;

const clusters = '1 Clusters';

describeOverSsh('k3dui on an engine behind SSH', () => {
	/** The witness, on the engine itself. */
	let world: World;
	let sshd: Sshd;
	let remote: Pick<World, 'env'>;
	let name: string;

	beforeAll(async () => {
		await buildProgram();
		world = await openWorld();
		sshd = await startSshd({dockerHost: testEngineHost()});
		remote = {env: {...world.env, PATH: sshd.env.PATH, DOCKER_HOST: sshd.url}};
		name = world.name();
	}, patience);

	afterAll(async () => {
		await world?.close();
		await sshd?.[Symbol.asyncDispose]();
	}, patience);

	/** The cluster's Kubernetes is closed to the outside: it listens on the other machine's loopback only. */
	it(
		'creates a cluster whose API is reached through SSH alone',
		async () => {
			const created = await k3dui(
				remote,
				...['cluster', 'create', name, '--agents', '1', '--image', world.images.k3s],
				...['--api-port', '127.0.0.1:random'],
			);
			expect(created).toMatchObject({code: 0});
			const nodes = await world.kubectl(name, 'get', 'nodes', '--no-headers');
			expect(nodes.split('\n').map(line => line.split(/\s+/)[1])).toEqual(['Ready', 'Ready']);
		},
		patience,
	);

	it(
		'undoes what an interrupted growth made, although the same Ctrl-C reaches every ssh',
		async () => {
			const growing = start(remote, 'cluster', 'grow', name, '--agents', '1');
			await growing.says(`create k3d-${name}-agent-1`);
			growing.signal('SIGINT');
			expect((await growing.ended).code).toBe(130);
			expect(await world.docker('ps', '-a', '--filter', `name=k3d-${name}-agent-1`, '-q')).toBe('');
		},
		patience,
	);

	it(
		'goes on with an operation whose line is cut in its middle, and says so',
		async () => {
			const other = world.name();
			const creating = start(remote, 'cluster', 'create', other, '--agents', '1', '--image', world.images.k3s);
			await creating.says(`create k3d-${other}-server-0`);
			sshd.cut();
			await creating.says('wait for the Kubernetes API');
			sshd.cut();
			const {code, stderr} = await creating.ended;
			expect(stderr).toContain(`create cluster ${other}`);
			expect(code).toBe(0);
			const nodes = await world.kubectl(other, 'get', 'nodes', '--no-headers');
			expect(nodes.split('\n').map(line => line.split(/\s+/)[1])).toEqual(['Ready', 'Ready']);
			expect((await k3dui(remote, 'cluster', 'delete', other)).code).toBe(0);
		},
		patience,
	);

	it(
		'is of use on a line with a delay of 200 ms',
		async () => {
			await using slow = await startSshd({dockerHost: testEngineHost(), delay: 200});
			const far = {env: {...remote.env, PATH: slow.env.PATH, DOCKER_HOST: slow.url}};
			const dashboard = openDashboard(far, {columns: 120, rows: 40});
			try {
				await dashboard.shows('● live', 30_000);
				await dashboard.rowShows(clusters, name, /● running +1\/1 +1\/1/, 30_000);
				// On an engine that others use too.
				dashboard.press('/', name, keys.enter);
				await dashboard.until(() => dashboard.cursor(clusters).startsWith(`${name} `), 'the cursor on it');
				dashboard.press('2', 'l');
				await dashboard.shows('● following');
				await world.docker('exec', `k3d-${name}-server-0`, 'sh', '-c', 'echo across the line >/proc/1/fd/1');
				await dashboard.shows('across the line');
				dashboard.press('q');
				await dashboard.shows('exit code 0');
				await dashboard.ended;
			} finally {
				dashboard.close();
			}
		},
		patience,
	);

	it(
		'is of use where k3dui itself runs on the other side of that line',
		async () => {
			await using slow = await startSshd({dockerHost: testEngineHost(), delay: 200});
			const port = new URL(slow.url).port;
			const user = `${new URL(slow.url).username}@127.0.0.1`;
			const environment = ['HOME', 'KUBECONFIG'].map(key => `${key}='${world.env[key]}'`).join(' ');
			const session = `env ${environment} ${process.execPath} ${programPath}`;
			const far = new Terminal(['ssh', '-tt', '-p', port, user, session], {
				env: {...world.env, PATH: slow.env.PATH},
				columns: 120,
				rows: 40,
			});
			try {
				await far.shows('● live', 30_000);
				far.press('c');
				await far.shows('Create a cluster');
				// Alone, so that it does not arrive together with the next key, as a combination of both.
				far.press(keys.escape);
				await far.hides('Create a cluster');
				far.press('q');
				expect(await far.ended).toBe(0);
				expect(far.modes()).toMatchObject({cursorShown: true, alternateScreen: false, bracketedPaste: false});
			} finally {
				far.close();
			}
		},
		patience,
	);

	it(
		'holds a tunnel to the API, also after the line was cut',
		async () => {
			const taken = await k3dui(remote, 'tunnel', name);
			expect(taken).toMatchObject({code: 1, stderr: expect.stringMatching(/port \d+ of this machine: it is taken/)});
			const tunnel = start(remote, 'tunnel', name, '--port', '0');
			await tunnel.says('is there until Ctrl-C');
			const [address = ''] = tunnel.stdout().split('\n');
			expect(address).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
			const nodes = () => world.kubectl(name, '--server', address, 'get', 'nodes', '-o', 'name');
			expect(await nodes()).toContain(`node/k3d-${name}-server-0`);
			sshd.cut();
			await vi.waitFor(async () => expect(await nodes()).toContain(`node/k3d-${name}-server-0`), 20_000);
			tunnel.signal('SIGINT');
			expect((await tunnel.ended).code).toBe(130);
		},
		patience,
	);

	it('writes a kubeconfig for the tunnel', async () => {
		const file = path.join(path.dirname(world.kubeconfig), 'tunnel.yaml');
		expect(await k3dui(remote, 'kubeconfig', 'merge', name, '-o', file, '--tunnel')).toMatchObject({code: 0});
		expect(readFileSync(file, 'utf8')).toMatch(/server: https:\/\/127\.0\.0\.1:\d+\n/);
		const here = await k3dui(world, 'tunnel', name);
		expect(here).toMatchObject({code: 1, stderr: expect.stringContaining('no tunnel is needed')});
	});

	it('shows the dashboard, heals after the line was cut, and leaves nothing behind', async () => {
		const dashboard = openDashboard(remote, {columns: 120, rows: 40});
		try {
			await dashboard.shows('● live');
			await dashboard.rowShows(clusters, name, /● running +1\/1 +1\/1 +● up/, patience);
			sshd.cut();
			await dashboard.shows(/✖|○ .*(lost|broken)|retry/i);
			await dashboard.shows('● live', 30_000);
			await dashboard.rowShows(clusters, name, /● running +1\/1 +1\/1 +● up/, patience);
			dashboard.press('q');
			await dashboard.shows('exit code 0');
			await dashboard.ended;
		} finally {
			dashboard.close();
		}
	}, 60_000);

	it('lends the terminal to ssh for a passphrase, before there is a screen and on R', async () => {
		const key = path.join(path.dirname(sshd.clientConfig), 'user_key');
		const plain = readFileSync(key);
		execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'open sesame', '-f', key]);
		let dashboard: Terminal | undefined;
		try {
			dashboard = openDashboard(remote, {columns: 120, rows: 40});
			await dashboard.shows('Enter passphrase for key');
			dashboard.press(`open sesame${keys.enter}`);
			await dashboard.shows('● live');
			sshd.cut();
			await dashboard.shows(/R log in/);
			dashboard.press('R');
			// The first question still stands on the screen that is given back.
			await dashboard.shows(/Enter passphrase for key.*Enter passphrase for key/s);
			dashboard.press(`open sesame${keys.enter}`);
			await dashboard.shows('● live');
			dashboard.press('q');
			await dashboard.shows('exit code 0');
			await dashboard.ended;
			expect(dashboard.output).not.toContain('open sesame');
		} finally {
			dashboard?.close();
			writeFileSync(key, plain, {mode: 0o600});
		}
	}, 60_000);
});
