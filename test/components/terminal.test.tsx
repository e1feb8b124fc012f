import {describe, expect, test} from 'vitest';
import {Problem} from '../../source/cluster/problem.ts';
import {fakeCluster, fakeNode, fakeRegistry, fakeSnapshot, noon, viewOf} from './fake-world.ts';
import {keys, openDashboard} from './screen.tsx';

const refused = new Problem(
	'unix:///var/run/docker.sock',
	'connect ECONNREFUSED /var/run/docker.sock',
	'Start Docker: sudo systemctl start docker',
);

describe('the connection', () => {
	test('is being made: a page that says so', () => {
		const snapshot = fakeSnapshot([], {
			registries: [],
			engine: undefined,
			confirmedAt: undefined,
			connection: {state: 'connecting', since: noon},
		});
		const screen = openDashboard({snapshot});
		expect(screen.text()).toContain('Connecting to the Docker Engine…');
		expect(screen.text()).not.toContain('No clusters');
	});

	test('never came about: the reason, the next step, the countdown, and R tries now', async () => {
		const snapshot = fakeSnapshot([], {
			registries: [],
			engine: undefined,
			confirmedAt: undefined,
			connection: {state: 'broken', since: noon, problem: refused, retryAt: noon + 5000},
		});
		const screen = openDashboard({snapshot});
		expect(screen.text()).toContain('connect ECONNREFUSED');
		expect(screen.text()).toContain('sudo systemctl start docker');
		expect(screen.text()).toContain('by itself in 5s');
		screen.clock.now += 2000;
		await screen.shows('by itself in 3s');
		await screen.press('R');
		expect(screen.watch.retries).toBe(1);
	});

	test('broke: a banner with the reason and the age of what is shown; the content is dimmed; it heals', async () => {
		const screen = openDashboard();
		const running = () =>
			screen
				.raw()
				.split('\n')
				.find(line => line.includes('agent-0'));
		expect(running()).toContain('\x1b[32m');
		screen.watch.set({
			confirmedAt: noon - 12_000,
			connection: {state: 'broken', since: noon, problem: refused, retryAt: noon + 5000},
		});
		await screen.shows('✖ disconnected');
		expect(screen.text()).toContain('✖ Docker Engine: connect ECONNREFUSED');
		expect(screen.text()).toContain('shown as it was 12s ago · trying again in 5s (R now)');
		expect(screen.text()).toContain('demo');
		expect(running()).not.toContain('\x1b[32m');
		screen.watch.set({connection: {state: 'connected', since: noon}, confirmedAt: noon});
		await screen.shows('● live');
		expect(screen.text()).not.toContain('ECONNREFUSED');
		expect(running()).toContain('\x1b[32m');
	});
});

const awkward = () => {
	const hostile = '\x1b]0;title\x07\x1b[2J日本語のとても長い名前クラスタ🚀🚀🚀👩‍👩‍👧-and-much-more-text-behind-it';
	const cluster = fakeCluster(hostile, {servers: 3, agents: 5});
	return fakeSnapshot(
		[fakeCluster('demo'), cluster, {...viewOf(fakeCluster('old', {stopped: true})), routes: undefined}],
		{
			endpoint: `tcp://${'very-long-host.'.repeat(6)}example:2376`,
			registries: [
				fakeRegistry('🚀-registry', {
					node: fakeNode('k3d-レジストリ-with-a-long-name-that-does-not-fit', 'registry', undefined),
					proxyOf: 'https://registry-1.docker.io/a/long/path/that/goes/on/and/on',
					usedBy: ['demo', 'other', 'third', 'fourth'],
				}),
			],
		},
	);
};

describe.each([
	[60, 15],
	[80, 24],
	[109, 30],
	[120, 40],
	[200, 60],
])('at %i×%i', (columns, rows) => {
	test('no line is wider and nothing higher than the terminal, whatever is open', async () => {
		const screen = openDashboard({
			columns,
			rows,
			snapshot: awkward(),
			onFollow: log => log.write('日本語🚀'.repeat(60), `\x1b[31m${'y'.repeat(300)}`),
		});
		const check = (what: string) => {
			const size = screen.size();
			expect(size.columns, `${what}\n${screen.text()}`).toBeLessThanOrEqual(columns);
			expect(size.rows, `${what}\n${screen.text()}`).toBeLessThanOrEqual(rows);
			expect(screen.raw(), what).not.toContain('title');
			expect(screen.raw(), what).not.toContain('\x1b[2J');
		};
		check('at first');
		for (const key of ['j', '2', '3', '4', '5', 'l', '1', '?', keys.escape, 'c', keys.escape, '+', keys.escape, 'd']) {
			await screen.press(key);
			check(`after ${JSON.stringify(key)}`);
		}
		await screen.press(keys.escape, 's', 'o');
		check('the steps');
		await screen.press(keys.escape);
		check('an operation');
		screen.watch.set({connection: {state: 'broken', since: noon, problem: refused, retryAt: noon + 5000}});
		await screen.shows('disconnected');
		check('the banner');
		await screen.press('q');
		check('the question');
	});

	test('every panel frame is closed at the right edge', () => {
		const screen = openDashboard({columns, rows, snapshot: awkward()});
		for (const line of screen.lines().slice(1, -1)) expect(line).toMatch(/^[│╭╰].*[│╮╯]$/u);
	});
});

describe('the size', () => {
	test('80×24 shows clusters, nodes and one of load balancer and registries, which name each other', async () => {
		const screen = openDashboard({columns: 80, rows: 24});
		expect(screen.text()).toMatch(/1 Clusters[\s\S]*2 Nodes[\s\S]*3 Load balancer[\s\S]*4 Registries \(1\)/);
		await screen.press('4');
		expect(screen.text()).toMatch(/4 Registries[\s\S]*3 Load balancer/);
	});

	test('200×60 shows every panel and the log', () => {
		const screen = openDashboard({columns: 200, rows: 60});
		for (const title of ['1 Clusters', '2 Nodes', '3 Load balancer', '4 Registries', '5 Log']) {
			expect(screen.text()).toContain(title);
		}
	});

	test('too small says what is needed, and the dashboard comes back when it grows', async () => {
		const screen = openDashboard({columns: 100, rows: 30});
		await screen.press('j');
		await screen.resize(50, 20);
		await screen.shows('k3dui needs 60×15; this is 50×20.');
		expect(screen.text()).not.toContain('Clusters');
		expect(screen.watch.usageIds).toEqual([]);
		await screen.resize(30, 3);
		await screen.shows('this is');
		expect(screen.size().rows).toBeLessThanOrEqual(3);
		await screen.resize(100, 30);
		await screen.until(() => screen.cursor() === 'old', 'the cursor on its cluster');
	});

	test('too small still quits with q', async () => {
		const screen = openDashboard({columns: 40, rows: 10});
		await screen.press('q');
		expect(screen.exit).toHaveBeenCalledOnce();
	});

	test('too small, nothing happens unseen, and leaving what is under way takes a second q', async () => {
		const screen = openDashboard({columns: 40, rows: 10});
		await screen.press('s', 'r');
		await screen.paste('s');
		expect(screen.lifecycle.calls).toEqual([]);
		screen.lifecycle.run('stop', 'cluster demo');
		await screen.press('q');
		expect(screen.exit).not.toHaveBeenCalled();
		expect(screen.text()).toContain('Something is under way');
		await screen.press('q');
		await screen.flush();
		expect(screen.lifecycle.closes).toBe(1);
		expect(screen.exit).toHaveBeenCalledExactlyOnceWith(0);
	});
});

describe('NO_COLOR', () => {
	test('leaves no colour, and states and the cursor can still be told', async () => {
		const screen = openDashboard({env: {NO_COLOR: '1'}});
		await screen.press('s', 'o', keys.escape, 'c', keys.tab, '2');
		screen.watch.set({connection: {state: 'broken', since: noon, problem: refused, retryAt: noon + 5000}});
		await screen.shows('disconnected');
		expect(screen.raw()).not.toMatch(/\x1b\[(?:3\d|4\d|9\d|10\d)(?:;[\d;]*)?m/);
		expect(screen.text()).toContain('▸ demo');
		expect(screen.text()).toContain('● running');
		expect(screen.text()).toContain('○ stopped');
	});

	test('an empty NO_COLOR means nothing', () => {
		expect(openDashboard({env: {NO_COLOR: ''}}).raw()).toContain('\x1b[32m');
	});
});
