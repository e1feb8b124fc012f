import {describe, expect, test} from 'vitest';
import {Problem} from '../../source/cluster/problem.ts';
import {panelNames} from '../../source/hooks/dashboard-state.ts';
import {keyTable} from '../../source/hooks/key-table.ts';
import {fakeCluster, fakeSnapshot, viewOf} from './fake-world.ts';
import {keys, type OpenedDashboard, openDashboard} from './screen.tsx';

/** Ends the operation that was started last. */
async function end(screen: OpenedDashboard, state: 'done' | 'failed' = 'done', problem?: Problem): Promise<void> {
	screen.lifecycle.started.at(-1)?.become({state, endedAt: screen.clock.now, problem});
	await screen.flush();
}

const activity = '7';

describe('the activity log', () => {
	test('lists what was done by key, the newest first, each with the command that does the same', async () => {
		const screen = openDashboard();
		await screen.press(activity);
		expect(screen.text()).toContain('What is done by key is listed here');
		await screen.press('1', 's');
		await end(screen);
		await screen.press('j', 's');
		await end(screen, 'failed', new Problem('cluster "old"', 'its image is gone'));
		await screen.press(activity);
		const lines = screen.lines().join('\n');
		expect(lines).toContain('$ k3dui cluster stop demo');
		expect(lines).toContain('$ k3dui cluster start old');
		expect(lines).toContain('its image is gone');
		expect(lines.indexOf('start cluster old')).toBeLessThan(lines.indexOf('stop cluster demo'));
	});

	test('y copies the command, Enter shows the steps', async () => {
		const screen = openDashboard();
		await screen.press('r');
		await end(screen);
		await screen.press('K');
		await screen.shows('is the current context');
		await screen.press(activity, 'j', 'y');
		expect(screen.copied).toEqual(['k3dui cluster restart demo\n']);
		await screen.press('g', 'y');
		expect(screen.copied.at(-1)).toContain('k3dui kubeconfig merge demo');
		await screen.press('j', keys.enter);
		expect(screen.text()).toContain('restart cluster demo done');
	});

	test('names the host where there are several', async () => {
		const others = {there: fakeSnapshot([viewOf(fakeCluster('z'))])};
		const screen = openDashboard({snapshot: fakeSnapshot([viewOf(fakeCluster('a'))]), others});
		await screen.press('j', 's', activity);
		expect(screen.text()).toContain('there: stop cluster z');
	});
});

describe('undo', () => {
	test('takes back what was done last, after a question that says how', async () => {
		const screen = openDashboard();
		await screen.press('s');
		await end(screen);
		await screen.press('u');
		expect(screen.text()).toContain('To take it back: start cluster demo');
		await screen.press(keys.enter);
		expect(screen.lifecycle.calls).toHaveLength(1);
		await screen.press('u', 'y', keys.enter);
		expect(screen.lifecycle.calls.at(-1)).toEqual(['startCluster', 'demo']);
	});

	test('says what does not come back', async () => {
		const screen = openDashboard();
		await screen.press('-', keys.enter, keys.enter);
		await end(screen);
		await screen.press('u');
		expect(screen.text()).toContain('add 1 agent to cluster demo');
		expect(screen.text()).toContain('They are new');
		await screen.press('y', keys.enter);
		expect(screen.lifecycle.calls.at(-1)).toEqual(['grow', 'demo', {servers: 0, agents: 1}]);
	});

	test('what failed, and what cannot be taken back, is in the way of what was before it', async () => {
		const screen = openDashboard();
		await screen.press('u');
		expect(screen.text()).toContain('nothing was done here that can be taken back');
		await screen.press('s');
		await end(screen);
		await screen.press('r');
		await end(screen);
		await screen.press('u');
		expect(screen.text()).toContain('nothing was done here that can be taken back');
		// Another cluster's is not.
		await screen.press('j', 's');
		await end(screen);
		await screen.press('k', 'r');
		await end(screen);
		await screen.press('u');
		expect(screen.text()).toContain('stop cluster old');
		expect(screen.text()).toContain('Not to be taken back: restart cluster demo');
		expect(screen.text()).toContain('Done before that: start cluster old');
	});
});

describe('a read-only dashboard', () => {
	test('refuses every key that changes something, and says why it does', async () => {
		const screen = openDashboard({readOnly: true});
		expect(screen.lines()[0]).toContain('read-only');
		for (const {keys: bound, changes, panels} of keyTable) {
			const [key] = bound;
			if (!changes || !key) continue;
			await screen.press(String(panelNames.indexOf(panels?.[0] ?? 'clusters') + 1), key);
			expect(screen.text(), key).toContain('this dashboard is read-only');
		}
		expect(screen.lifecycle.calls).toEqual([]);
	});

	test('refuses verbs however they are reached', async () => {
		const screen = openDashboard({readOnly: true});
		await screen.press(':', 'restart', keys.enter);
		expect(screen.text()).toContain('read-only');
		expect(screen.lifecycle.calls).toEqual([]);
	});

	test('every binding that calls a verb is marked as changing something', () => {
		const harmless = keyTable.filter(({changes}) => !changes).map(({name}) => name);
		expect(
			harmless.filter(name =>
				/^(create|start|stop|restart|delete|grow|shrink|ports|import|attach|save|kube|scale)/.test(name),
			),
		).toEqual(['save-log']);
	});
});

describe('before a cluster is deleted', () => {
	test('the dialog says what will be gone with it', async () => {
		const screen = openDashboard();
		await screen.press('d');
		expect(screen.text()).toContain('1 server and 2 agents, 3 of them running');
		expect(screen.text()).toContain('The entry k3d-demo of the default kubeconfig.');
		expect(screen.text()).toContain('8080');
	});

	test.each([
		[60, 15],
		[80, 24],
	])('the question stays in sight at %i×%i', async (columns, rows) => {
		const screen = openDashboard({columns, rows});
		await screen.press('d');
		expect(screen.text()).toContain('Type demo to confirm:');
		expect(screen.text()).toContain('Esc keep it');
		expect(screen.size().rows).toBe(rows);
	});
});
