import {describe, expect, test, vi} from 'vitest';
import {Problem} from '../../source/cluster/problem.ts';
import type {ListedContext} from '../../source/engine/contexts.ts';
import {SshQuestion} from '../../source/engine/ssh/ssh-problem.ts';
import type {OtherEngines} from '../../source/hooks/session.ts';
import type {Connection, Snapshot} from '../../source/watch/snapshot.ts';
import {fakeCluster, fakeRegistry, fakeSnapshot, noon} from './fake-world.ts';
import {keys, openDashboard, type ScreenOptions} from './screen.tsx';

const refused = new Problem('Docker Engine at tcp://attic:2375', 'the connection was refused', 'check the firewall');
const broken = (problem: Problem = refused): Connection => ({
	state: 'broken',
	since: noon,
	problem,
	retryAt: noon + 8000,
});

/** A host as it is before it has answered. */
const unseen = (connection: Connection, endpoint: string): Snapshot =>
	fakeSnapshot([], {endpoint, registries: [], engine: undefined, confirmedAt: undefined, connection});

/** The local engine, a desk with a cluster of the same name, an empty one, and one that does not answer. */
function openFour(options: ScreenOptions = {}) {
	return openDashboard({
		columns: 80,
		rows: 30,
		snapshot: fakeSnapshot([fakeCluster('demo'), fakeCluster('old', {stopped: true, agents: 0})]),
		...options,
		others: {
			desk: fakeSnapshot([fakeCluster('demo', {servers: 3, agents: 0})], {
				endpoint: 'ssh://me@desk',
				registries: [fakeRegistry('desk-registry')],
			}),
			shed: fakeSnapshot([], {endpoint: 'ssh://me@shed', registries: []}),
			attic: unseen(broken(), 'tcp://attic:2375'),
		},
	});
}

/** The rows of the clusters panel, without the frame and the cursor. */
const rowsOf = (screen: ReturnType<typeof openDashboard>) => {
	const lines = screen.lines();
	const first = lines.findIndex(line => line.includes('1 Clusters'));
	const last = lines.findIndex((line, index) => index > first && line.startsWith('╰'));
	return lines.slice(first + 2, last).map(line => line.slice(1, -1).replace('▸', ' ').trim());
};

describe('several hosts', () => {
	test('have their clusters in one panel, host by host; a host without any has a row that says why', () => {
		const screen = openFour();
		expect(rowsOf(screen).map(row => row.split(/ {2,}/).slice(0, 3).join(' | '))).toEqual([
			'here | demo | ● running',
			'here | old | ○ stopped',
			'desk | demo | ● running',
			'shed | no clusters',
			'✖ attic | the connection was refused',
		]);
		expect(screen.lines()[0]).toMatch(/unix:\/\S+ .*3\/4 hosts · 2\/3 clusters · .* nodes · ● live/);
	});

	test.each([
		[60, 15],
		[80, 24],
		[120, 40],
		[200, 60],
	])('are told apart at %i×%i', async (columns, rows) => {
		const screen = openFour({columns, rows});
		await screen.press('jj');
		await screen.shows(/▸ desk +demo +● running/);
		expect(screen.size().columns).toBeLessThanOrEqual(columns);
		expect(screen.size().rows).toBeLessThanOrEqual(rows);
	});

	test('everything else is about the host with the cursor', async () => {
		const screen = openFour();
		expect(screen.text()).toContain('agent-1');
		await screen.press('jj');
		await screen.shows('server-2');
		expect(screen.lines()[0]).toContain('ssh://me@desk');
		expect(screen.text()).not.toContain('agent-1');
		expect(screen.text()).toContain('desk-registry');
		expect(screen.others.desk?.watch.usageIds).toContain('id-k3d-demo-server-2');
		expect(screen.watch.usageIds).toEqual([]);
	});

	test('a key acts on the cluster of the host with the cursor, and on no other of that name', async () => {
		const screen = openFour();
		await screen.press('jj', 's');
		expect(screen.others.desk?.lifecycle.calls).toEqual([['stopCluster', 'demo']]);
		expect(screen.lifecycle.calls).toEqual([]);
		await screen.shows('desk: stop cluster demo');
		await screen.press('kk', 's');
		expect(screen.lifecycle.calls).toEqual([['stopCluster', 'demo']]);
		await screen.shows('here: stop cluster demo');
	});

	test('c creates where the cursor is, also where there is no cluster yet; the cursor goes there', async () => {
		const screen = openFour();
		await screen.press('jjj', 'c');
		await screen.shows(/Create a cluster .* shed ─/);
		await screen.press('demo', keys.tab, keys.tab, keys.tab, keys.enter, keys.enter);
		await vi.waitFor(() => expect(screen.others.shed?.lifecycle.calls).toHaveLength(1));
		expect(screen.lifecycle.calls).toEqual([]);
		const {inventory, clusters} = fakeSnapshot([fakeCluster('alpha'), fakeCluster('demo')]);
		screen.others.shed?.watch.set({inventory, clusters});
		await screen.shows(/▸ shed +demo/);
	});

	test('a dialog stays with its host, whatever becomes of the rows', async () => {
		const screen = openFour();
		await screen.press('jj', 'd');
		await screen.shows(/Delete cluster demo\? .* desk ─/);
		screen.watch.set(fakeSnapshot([]));
		screen.others.desk?.watch.set({clusters: [], inventory: {clusters: [], registries: []}});
		await screen.shows(/desk +no clusters/);
		await screen.press('demo', keys.enter);
		expect(screen.lifecycle.calls).toEqual([]);
		expect(screen.others.desk?.lifecycle.calls).toEqual([['deleteCluster', 'demo']]);
	});

	test('the cursor stays on its cluster when other hosts come and go', async () => {
		const screen = openFour();
		await screen.press('jj');
		await screen.shows(/▸ desk +demo/);
		screen.watch.set({clusters: [], inventory: {clusters: [], registries: []}});
		await screen.shows(/here +no clusters/);
		expect(screen.text()).toMatch(/▸ desk +demo/);
	});

	test('a filter matches their names', async () => {
		const screen = openFour();
		await screen.press('/', 'desk', keys.enter);
		await screen.hides('attic');
		expect(rowsOf(screen).filter(row => row !== '')).toHaveLength(1);
		await screen.press('s');
		expect(screen.others.desk?.lifecycle.calls).toEqual([['stopCluster', 'demo']]);
	});
});

describe('a host that does not answer', () => {
	test('leaves the others alone; its banner shows where its row has the cursor', async () => {
		const screen = openFour();
		expect(screen.text()).not.toContain('trying again');
		await screen.press('G');
		await screen.shows('✖ attic: the connection was refused');
		expect(screen.text()).toContain('trying again in 8s (R now)');
		expect(screen.text()).toContain('check the firewall');
		await screen.press('c');
		await screen.shows('! attic does not answer');
		await screen.press('R');
		expect(screen.others.attic?.watch.retries).toBe(1);
		expect(screen.watch.retries).toBe(0);
		await screen.press('g', 's');
		expect(screen.lifecycle.calls).toEqual([['stopCluster', 'demo']]);
	});

	test('that breaks keeps its clusters in view, marked and dim, and the others as they are', async () => {
		const screen = openFour();
		screen.others.desk?.watch.set({connection: broken()});
		await screen.shows(/✖ desk +demo/);
		expect(screen.text()).toContain('2/4 hosts');
		expect(screen.text()).toContain('● live');
		const line = (what: RegExp) =>
			screen
				.raw()
				.split('\n')
				.find(each => what.test(each)) ?? '';
		expect(line(/✖ desk/)).toContain('\x1b[2m');
		expect(line(/old/)).toContain('○ stopped');
		expect(line(/here.*demo/)).not.toContain('\x1b[2m  ');
	});

	test('that has a question is logged in to with R, and tried again', async () => {
		const logIn = vi.fn(async () => {});
		const question = new SshQuestion('Docker Engine at ssh://me@desk', 'ssh wants a passphrase');
		const screen = openFour({logIn, snapshot: unseen(broken(question), 'ssh://me@desk')});
		await screen.shows('R log in');
		await screen.press('R');
		await vi.waitFor(() => expect(screen.watch.retries).toBe(1));
		expect(logIn).toHaveBeenCalledOnce();
	});
});

describe('operations of several hosts', () => {
	test('quitting asks when something runs anywhere, and waits for all', async () => {
		const screen = openFour();
		screen.others.desk?.lifecycle.run('grow', 'cluster demo');
		await screen.shows('desk: grow cluster demo');
		await screen.press('q');
		await screen.shows('• desk: grow cluster demo');
		await screen.press('y', keys.enter);
		await vi.waitFor(() => expect(screen.exit).toHaveBeenCalledExactlyOnceWith(0));
		const closes = [screen.lifecycle, ...Object.values(screen.others).map(({lifecycle}) => lifecycle)];
		expect(closes.map(lifecycle => lifecycle.closes)).toEqual([1, 1, 1, 1]);
	});

	test('x cancels that of the host with the cursor, or else the last one anywhere', async () => {
		const screen = openFour();
		const here = screen.lifecycle.run('stop', 'cluster old');
		const there = screen.others.desk?.lifecycle.run('grow', 'cluster demo');
		await screen.press('x');
		expect([here.cancelled, there?.cancelled]).toEqual([true, false]);
		await screen.press('x');
		expect(there?.cancelled).toBe(true);
	});
});

describe('H', () => {
	const context = (name: string, url: string | undefined, problem?: Problem): ListedContext => ({
		name,
		description: undefined,
		isCurrent: false,
		endpoint:
			url === undefined
				? undefined
				: {url, source: 'context', context: name, connection: {kind: 'unix', socketPath: '/x'}},
		problem,
	});
	function openWithContexts(options: ScreenOptions = {}) {
		const otherEngines = {
			howToGet: [],
			check: vi.fn<OtherEngines['check']>(async () => {}),
			open: vi.fn<OtherEngines['open']>(),
			contexts: async () => [
				context('default', 'unix:///var/run/docker.sock'),
				context('desk', 'ssh://me@desk'),
				context('torn', undefined, new Problem('x', 'it is not valid JSON')),
			],
		};
		return {...openDashboard({otherEngines, ...options}), otherEngines};
	}

	test('lists the contexts, and goes to the one with the cursor', async () => {
		const screen = openWithContexts();
		await screen.press('H');
		await screen.shows(/● default +unix:\/\/\/var\/run\/docker\.sock/);
		await screen.shows(/○ torn +✖ it is not valid JSON/);
		await screen.press(keys.down, keys.enter);
		expect(screen.otherEngines.open).toHaveBeenCalledExactlyOnceWith({context: 'desk'});
	});

	test('opens those that are marked together', async () => {
		const screen = openWithContexts();
		await screen.press('H');
		await screen.shows('Enter goes to it');
		await screen.press('j', ' ');
		await screen.shows('Enter opens 2 hosts');
		await screen.press(keys.enter);
		expect(screen.otherEngines.open).toHaveBeenCalledExactlyOnceWith({context: 'default', others: [{context: 'desk'}]});
	});

	test('says why a context cannot be used, and goes nowhere while something is under way', async () => {
		const screen = openWithContexts();
		await screen.press('H');
		await screen.shows('torn');
		await screen.press('jj', keys.enter);
		await screen.shows('! context torn cannot be used: it is not valid JSON');
		screen.lifecycle.run('stop', 'cluster old');
		await screen.press('k', keys.enter);
		await screen.shows('! something is under way');
		expect(screen.otherEngines.open).not.toHaveBeenCalled();
	});

	test('closes where there is nowhere to go', async () => {
		const screen = openWithContexts();
		await screen.press('H');
		await screen.shows('Enter goes to it');
		await screen.press(keys.enter);
		await screen.hides('Enter goes to it');
		expect(screen.otherEngines.open).not.toHaveBeenCalled();
	});

	test('has the hosts in view that are no context too', async () => {
		const screen = openWithContexts({others: {box: fakeSnapshot([], {endpoint: 'tcp://box:2375'})}});
		await screen.press('H');
		await screen.shows(/● box +tcp:\/\/box:2375/);
		await screen.press(keys.enter);
		expect(screen.otherEngines.open).toHaveBeenCalledExactlyOnceWith({host: 'tcp://box:2375'});
	});
});
