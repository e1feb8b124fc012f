import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest';
import {describeOnBothEngines} from './engines.ts';
import {buildProgram, openDashboard} from './program.ts';
import {keys, type Terminal} from './terminal.ts';
import type {World} from './world.ts';

/** What a real k3s may need to become ready on a busy machine, in milliseconds. */
const patience = 300_000;

const clusters = '1 Clusters';
const nodes = '2 Nodes';
const log = '5 Log';

/** Has a container write a line into its log. */
async function writeLog(world: World, container: string, line: string): Promise<void> {
	await world.docker('exec', container, 'sh', '-c', `echo '${line}' >/proc/1/fd/1`);
}

/** Names and Docker's states of a cluster's containers. */
async function states(world: World, cluster: string): Promise<string[]> {
	const label = `label=k3d.cluster=${cluster}`;
	const table = await world.docker('ps', '-a', '--filter', label, '--format', '{{.Names}} {{.State}}');
	return table.split('\n').sort();
}

/** `NAME STATUS` of every node that kubectl knows. */
async function kubernetesNodes(world: World, cluster: string): Promise<string[]> {
	const table = await world.kubectl(cluster, 'get', 'nodes', '--no-headers');
	return table
		.split('\n')
		.map(line => line.split(/\s+/).slice(0, 2).join(' '))
		.sort();
}

/** Opens the dialog and fills it in. The test's image is offered first, or second after k3dui's default. */
async function askForCluster(dashboard: Terminal, world: World, name: string, agents: number): Promise<void> {
	dashboard.press('c');
	await dashboard.shows('Create a cluster');
	dashboard.press(keys.clear, name);
	await dashboard.shows(new RegExp(`Name +${name}`));
	dashboard.press(keys.tab, keys.tab, String(agents), keys.tab);
	const isChosen = () => dashboard.text().includes(`● ${world.images.k3s}`);
	await dashboard.until(() => isChosen() || dashboard.text().includes(`○ ${world.images.k3s}`), 'the image to choose');
	if (!isChosen()) dashboard.press(keys.down);
	await dashboard.until(isChosen, 'the image chosen');
	dashboard.press(keys.enter);
	await dashboard.shows(/▸ Ports/);
	dashboard.press(keys.enter);
	await dashboard.hides('Create a cluster');
}

/** Waits until the screen before is back, with the exit code on it, and checks that the terminal is as it was. */
async function expectGivenBack(dashboard: Terminal, code: number): Promise<void> {
	await dashboard.shows(`exit code ${code}\n`);
	await dashboard.ended;
	expect(dashboard.modes()).toEqual({cursorShown: true, alternateScreen: false, bracketedPaste: false, mouse: false});
	expect(dashboard.text()).toMatch(/ icanon/);
	expect(dashboard.text()).toMatch(/ echo /);
	expect(dashboard.text()).not.toContain(clusters);
}

describeOnBothEngines('a cluster in the dashboard', openWorld => {
	let world: World;
	let dashboard: Terminal;
	let name: string;
	const container = (node: string) => `k3d-${name}-${node}`;
	beforeAll(async () => {
		await buildProgram();
		world = await openWorld();
		name = world.name();
		dashboard = openDashboard(world, {columns: 120, rows: 40});
	}, patience);
	afterAll(async () => {
		dashboard.close();
		await world.close();
	}, patience);

	it('opens on the engine, on a screen of its own', async () => {
		await dashboard.shows(/^ k3dui +\S.* Docker \d.*● live/);
		expect(dashboard.modes()).toMatchObject({alternateScreen: true, cursorShown: false, bracketedPaste: true});
	});

	it(
		'is created with c, showing its steps; its nodes come up by themselves',
		async () => {
			await askForCluster(dashboard, world, name, 1);
			await dashboard.shows(`create cluster ${name}`);
			await dashboard.shows(/▸ [a-z]+ .*\d s/);
			await dashboard.until(() => dashboard.cursor(clusters).startsWith(`${name} `), 'the cursor on it', patience);
			await dashboard.rowShows(nodes, 'server-0', /● running/, patience);
			await dashboard.shows(`create cluster ${name} done`, patience);
			await dashboard.rowShows(nodes, 'server-0', /● running +✔ ready/, patience);
			await dashboard.rowShows(nodes, 'agent-0', /● running +✔ ready/, patience);
			await dashboard.rowShows(nodes, 'serverlb', /● running/);
			await dashboard.rowShows(clusters, name, /● running +1\/1 +1\/1 +● up/);
			expect(await kubernetesNodes(world, name)).toEqual([
				`${container('agent-0')} Ready`,
				`${container('server-0')} Ready`,
			]);
			expect(await states(world, name)).toEqual([
				`${container('agent-0')} running`,
				`${container('server-0')} running`,
				`${container('serverlb')} running`,
			]);
		},
		patience,
	);

	it(
		'shows the log of a node in place, as it is written, and goes on after a restart of the container',
		async () => {
			dashboard.press('2', keys.down);
			await dashboard.until(() => dashboard.cursor(nodes).startsWith('agent-0 '), 'the cursor on the agent');
			dashboard.press('l');
			await dashboard.shows(new RegExp(`5 Log +${container('agent-0')} ● following`));
			await writeLog(world, container('agent-0'), 'the first line');
			await dashboard.until(() => dashboard.panel(log).some(line => line.trim() === 'the first line'), 'its line');
			await world.docker('restart', '-t', '5', container('agent-0'));
			// A starting k3s may say more in a moment than fits on the screen.
			dashboard.press('/', 'the second', keys.enter, '&');
			await writeLog(world, container('agent-0'), 'the second line');
			await dashboard.until(() => dashboard.panel(log).some(line => line.trim() === 'the second line'), 'its new line');
			await dashboard.shows('● following');
			dashboard.press(keys.escape);
			await dashboard.hides('only these');
			await dashboard.rowShows(nodes, 'agent-0', /● running +✔ ready/, patience);
		},
		patience,
	);

	it(
		'grows by an agent with +',
		async () => {
			dashboard.press('1', '+');
			await dashboard.shows(`Grow cluster ${name}`);
			dashboard.press(keys.enter, keys.enter);
			await dashboard.rowShows(nodes, 'agent-1', /● running +✔ ready/, patience);
			await dashboard.shows(`grow cluster ${name} done`, patience);
			expect(dashboard.row(clusters, name)).toMatch(/ 1\/1 +2\/2 /);
			expect(await kubernetesNodes(world, name)).toContain(`${container('agent-1')} Ready`);
		},
		patience,
	);

	it(
		'shrinks by an agent with -',
		async () => {
			dashboard.press('-');
			await dashboard.shows(`Shrink cluster ${name}`);
			dashboard.press(keys.enter, keys.enter);
			await dashboard.shows(`shrink cluster ${name} done`, patience);
			await dashboard.until(() => dashboard.row(nodes, 'agent-1') === '', 'the nodes without agent-1');
			await dashboard.rowShows(clusters, name, / 1\/1 +1\/1 /);
			expect(await kubernetesNodes(world, name)).toEqual([
				`${container('agent-0')} Ready`,
				`${container('server-0')} Ready`,
			]);
			expect(await states(world, name)).toHaveLength(3);
		},
		patience,
	);

	it(
		'shows what happens in another terminal',
		async () => {
			await world.docker('stop', '-t', '5', container('agent-0'));
			await dashboard.rowShows(nodes, 'agent-0', /○ stopped +–/);
			await dashboard.rowShows(clusters, name, /◐ partial 1\/2 +1\/1 +0\/1/);
			await world.docker('start', container('agent-0'));
			await dashboard.rowShows(nodes, 'agent-0', /● running +✔ ready/, patience);
			await dashboard.rowShows(clusters, name, /● running +1\/1 +1\/1/, patience);
		},
		patience,
	);

	it(
		'stops with s, and starts with it again',
		async () => {
			dashboard.press('s');
			await dashboard.shows(`stop cluster ${name} done`, patience);
			await dashboard.rowShows(clusters, name, /○ stopped +0\/1 +0\/1 +○ down/);
			expect((await states(world, name)).every(state => state.endsWith(' exited'))).toBe(true);
			dashboard.press('s');
			await dashboard.shows(`start cluster ${name} done`, patience);
			await dashboard.rowShows(clusters, name, /● running +1\/1 +1\/1 +● up/, patience);
			expect(await kubernetesNodes(world, name)).toEqual([
				`${container('agent-0')} Ready`,
				`${container('server-0')} Ready`,
			]);
		},
		patience,
	);

	it('becomes the current context of kubectl with K', async () => {
		await world.kubectl(name, 'config', 'unset', 'current-context');
		dashboard.press('K');
		await dashboard.shows(`${name} is the current context in ${world.kubeconfig}`);
		expect(await world.kubectl(name, 'config', 'view', '-o', 'jsonpath={.current-context}')).toBe(`k3d-${name}`);
		expect(await kubernetesNodes(world, name)).toHaveLength(2);
	});

	it(
		'is deleted with d when its own name is typed, and not with another',
		async () => {
			dashboard.press('d');
			await dashboard.shows(`Delete cluster ${name}?`);
			dashboard.press('wrong-name', keys.enter);
			await dashboard.shows(`type ${name} to delete it`);
			expect(await states(world, name)).toHaveLength(3);
			dashboard.press(keys.clear, name);
			await dashboard.shows(`▸ ${name}`);
			dashboard.press(keys.enter);
			await dashboard.shows(`delete cluster ${name} done`, patience);
			await dashboard.until(() => dashboard.row(clusters, name) === '', 'the clusters without it');
			expect(await world.remains(name)).toEqual([]);
		},
		patience,
	);

	it('is left with q, which gives the terminal back', async () => {
		dashboard.press('q');
		await expectGivenBack(dashboard, 0);
	});
});

describeOnBothEngines('the dashboard', openWorld => {
	let world: World;
	let opened: Terminal | undefined;
	const open = async (options: Parameters<typeof openDashboard>[1] = {}) => {
		opened = openDashboard(world, options);
		await opened.shows('● live');
		return opened;
	};
	beforeAll(async () => {
		await buildProgram();
		world = await openWorld();
	}, patience);
	afterEach(() => opened?.close());
	afterAll(() => world.close(), patience);

	it(
		'takes a creation back when x cancels it',
		async () => {
			const name = world.name();
			const dashboard = await open();
			await askForCluster(dashboard, world, name, 1);
			await dashboard.rowShows(clusters, name, /./);
			dashboard.press('x');
			await dashboard.shows(`create cluster ${name} cancelled`, patience);
			expect(await world.remains(name)).toEqual([]);
			await dashboard.until(() => dashboard.row(clusters, name) === '', 'the clusters without it');
		},
		patience,
	);

	describe.each([
		['SIGTERM', 143],
		['SIGHUP', 129],
		['SIGINT', 130],
	] as const)('on %s', (signal, code) => {
		it('gives the terminal back', async () => {
			const dashboard = await open();
			dashboard.signal(signal);
			await expectGivenBack(dashboard, code);
		});
	});

	it('keeps what Node.js warns of off the screen, and says it when that is left', async () => {
		const warn = "setInterval(()=>process.emitWarning('of_the_test'),20).unref()";
		const dashboard = await open({env: {...world.env, NODE_OPTIONS: `--import=data:text/javascript,${warn}`}});
		// Ink waits 20 ms before a lone ESC is the Esc key: by then there was a warning.
		dashboard.press('?');
		await dashboard.shows('Moving about');
		dashboard.press(keys.escape);
		await dashboard.hides('Moving about');
		dashboard.press('q');
		await expectGivenBack(dashboard, 0);
		// The first paint and the dashboard take a screen each, the latter gives it back.
		const [, , screen, after] = dashboard.output.split(/\x1b\[\?1049[hl]/);
		expect(screen).toContain('● live');
		expect(screen).not.toContain('of_the_test');
		expect(after).toContain('Warning: of_the_test');
	});

	it(
		'takes back what it was creating when it is told to end',
		async () => {
			const name = world.name();
			const dashboard = await open();
			await askForCluster(dashboard, world, name, 0);
			await dashboard.rowShows(clusters, name, /./);
			dashboard.signal('SIGTERM');
			await expectGivenBack(dashboard, 143);
			expect(await world.remains(name)).toEqual([]);
		},
		patience,
	);

	describe('of a cluster whose containers never ran', () => {
		let name: string;
		beforeAll(async () => {
			name = world.name();
			const labels = ['app=k3d', `k3d.cluster=${name}`, 'k3d.role=server'].flatMap(label => ['--label', label]);
			await world.docker('create', '--name', `k3d-${name}-server-0`, ...labels, world.images.k3s, 'server');
		});

		it.each([
			[80, 24, [clusters, nodes, '3 Load balancer']],
			[120, 40, [clusters, nodes, '3 Load balancer', '4 Registries', log]],
			[200, 60, [clusters, nodes, '3 Load balancer', '4 Registries', log]],
		])('fills %i×%i', async (columns, rows, titles) => {
			const dashboard = await open({columns, rows});
			await dashboard.rowShows(clusters, name, /○ stopped/);
			for (const title of titles) expect(dashboard.panel(title), title).not.toEqual([]);
			const lines = dashboard.lines();
			expect(lines).toHaveLength(rows);
			expect(lines[0]).toMatch(/^ k3dui/);
			expect(lines.at(-1)).toMatch(/q quit$/);
			expect(Math.max(...lines.map(line => line.length))).toBe(columns);
			dashboard.press('q');
			await expectGivenBack(dashboard, 0);
		});

		it('follows the size of the terminal', async () => {
			const dashboard = await open({columns: 80, rows: 24});
			dashboard.resize(200, 60);
			await dashboard.shows(` ${log} `);
			await dashboard.until(() => /q quit$/.test(dashboard.lines()[59] ?? ''), 'the footer in the last line');
			dashboard.resize(40, 10);
			await dashboard.shows('this is 40×10');
			dashboard.resize(80, 24);
			await dashboard.rowShows(clusters, name, /○ stopped/);
			expect(dashboard.lines().at(-1)).toMatch(/q quit$/);
		});

		it('has colours, and none with NO_COLOR', async () => {
			const coloured = await open();
			await coloured.rowShows(clusters, name, /○ stopped/);
			expect(coloured.colouredCells()).toBeGreaterThan(0);
			coloured.close();
			const plain = await open({env: {...world.env, NO_COLOR: '1'}});
			await plain.rowShows(clusters, name, /○ stopped/);
			expect(plain.colouredCells()).toBe(0);
		});
	});
});
