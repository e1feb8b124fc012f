import {describe, expect, test} from 'vitest';
import {fakeCluster, fakeSnapshot, viewOf} from './fake-world.ts';
import {keys, openDashboard} from './screen.tsx';

const three = () =>
	fakeSnapshot([
		viewOf(fakeCluster('a')),
		viewOf(fakeCluster('b', {stopped: true})),
		viewOf(fakeCluster('c', {stopped: true})),
	]);

describe('marks', () => {
	test('space marks a row and moves on, once more takes the mark; the title counts them', async () => {
		const screen = openDashboard({snapshot: three()});
		await screen.press(' ', ' ');
		expect(screen.text()).toContain('2 marked');
		expect(screen.text()).toMatch(/│ ◆a {2}/);
		expect(screen.text()).toMatch(/│ ◆b {2}/);
		expect(screen.cursor()).toBe('c');
		await screen.press('k', ' ');
		expect(screen.text()).toContain('1 marked');
		expect(screen.text()).not.toContain('◆b');
	});

	test('s starts those that do not run, and only where all run stops them', async () => {
		const screen = openDashboard({snapshot: three()});
		await screen.press('M');
		expect(screen.text()).toContain('3 marked');
		expect(screen.text()).toContain('s start 2 of 3 marked');
		await screen.press('s');
		expect(screen.lifecycle.calls).toEqual([
			['startCluster', 'b'],
			['startCluster', 'c'],
		]);
		expect(screen.text()).toContain('2 of 3 marked: the others run already');
		expect(screen.text()).not.toContain('◆');
	});

	test('Esc takes them all; what a filter hides is not acted on', async () => {
		const screen = openDashboard({snapshot: three()});
		await screen.press('M', keys.escape);
		expect(screen.text()).not.toContain('marked');
		await screen.press('M', '/', 'c', keys.enter);
		expect(screen.text()).toContain('1 marked');
		await screen.press('r');
		expect(screen.lifecycle.calls).toEqual([['restartCluster', 'c']]);
	});

	test('nodes of one cluster follow one another; a failure leaves the rest, and says so', async () => {
		const screen = openDashboard({snapshot: fakeSnapshot([viewOf(fakeCluster('a', {agents: 3}))])});
		await screen.press('2', 'j', ' ', ' ', ' ', 'r');
		expect(screen.lifecycle.calls).toEqual([['restartNode', 'k3d-a-agent-0']]);
		screen.lifecycle.started[0]?.become({state: 'done', endedAt: screen.clock.now});
		await screen.until(() => screen.lifecycle.calls.length === 2, 'the second one');
		expect(screen.lifecycle.calls[1]).toEqual(['restartNode', 'k3d-a-agent-1']);
		screen.lifecycle.started[1]?.become({state: 'failed', endedAt: screen.clock.now});
		await screen.shows('not everything was done: restart node k3d-a-agent-1 failed');
		expect(screen.lifecycle.calls).toHaveLength(2);
	});

	test('deleting asks for the number of them', async () => {
		const screen = openDashboard({snapshot: three()});
		await screen.press(' ', ' ', 'd');
		expect(screen.text()).toContain('Delete 2 clusters?');
		await screen.press('y', keys.enter);
		expect(screen.lifecycle.calls).toEqual([]);
		expect(screen.text()).toContain('type 2 clusters to delete them');
		await screen.press(keys.backspace, '2 clusters', keys.enter);
		expect(screen.lifecycle.calls).toEqual([
			['deleteCluster', 'a'],
			['deleteCluster', 'b'],
		]);
	});

	test('the names of all that is deleted can be scrolled through', async () => {
		const names = Array.from({length: 40}, (_, index) => `c${String(index).padStart(2, '0')}`);
		const screen = openDashboard({snapshot: fakeSnapshot(names.map(name => viewOf(fakeCluster(name)))), rows: 24});
		await screen.press('M', 'd');
		expect(screen.text()).toMatch(/ 1–\d+ of 40 /);
		expect(screen.text()).not.toContain('  c39');
		await screen.press(keys.pageDown, keys.pageDown, keys.pageDown, keys.pageDown);
		expect(screen.text()).toMatch(/ {2}c39 /);
		await screen.press(keys.up);
		expect(screen.text()).toMatch(/ {2}c38 /);
	});

	test('clusters of several hosts are acted on where they are', async () => {
		const others = {there: fakeSnapshot([viewOf(fakeCluster('z'))])};
		const screen = openDashboard({snapshot: fakeSnapshot([viewOf(fakeCluster('a'))]), others});
		await screen.press(' ', ' ', 's');
		expect(screen.lifecycle.calls).toEqual([['stopCluster', 'a']]);
		expect(screen.others.there?.lifecycle.calls).toEqual([['stopCluster', 'z']]);
	});

	test('another cluster has other nodes: their marks are gone', async () => {
		const screen = openDashboard({snapshot: three()});
		await screen.press('2', ' ', '1', 'j', 'k', '2');
		expect(screen.text()).not.toContain('marked');
	});
});
