import {describe, expect, test} from 'vitest';
import {toSpoken} from '../../source/components/spoken.ts';
import {fakeShop} from './fake-workloads.ts';
import {fakeStep} from './fake-world.ts';
import {openShop} from './open-shop.ts';
import {keys, openDashboard} from './screen.tsx';

const env = {INK_SCREEN_READER: 'true'};

/** What frames, bars and states are drawn with. */
const drawn = /[─│╭╮╰╯━●○◐◌✔✖▸◆▁▂▃▄▅▆▇█]|\x1b/;

describe('for a screen reader', () => {
	test('one panel at a time, each row a sentence, the one with the cursor called so', async () => {
		const screen = openDashboard({env});
		expect(screen.lines().slice(1, 4)).toEqual([
			'1 Clusters, 1 of 2 running',
			expect.stringMatching(/^selected: demo, state running, servers 1\/1, agents 2\/2, load balancer up, .*age 42m$/),
			expect.stringMatching(/^old, state stopped, servers 0\/1, .*load balancer down, .*age 42m$/),
		]);
		await screen.press('j');
		expect(screen.lines()[3]).toMatch(/^selected: old/);
		await screen.press('k', '2');
		expect(screen.text()).not.toContain('1 Clusters');
		expect(screen.text()).toMatch(/^selected: k3d-demo-server-0, state running, ready, /m);
		expect(screen.raw()).not.toMatch(drawn);
	});

	test('dialogs, workloads and logs too have nothing that is only drawn', async () => {
		const screen = await openShop({columns: 100, rows: 30, env, view: fakeShop()});
		expect(screen.text()).toMatch(/^.*mailer-1, .*status failed: CrashLoopBackOff/m);
		for (const key of [
			'c',
			keys.escape,
			'?',
			keys.escape,
			'D',
			keys.escape,
			'5',
			'3',
			'4',
			'7',
			'!',
			keys.escape,
			':',
		]) {
			await screen.press(key);
			expect(screen.raw(), `after ${key}`).not.toMatch(drawn);
		}
	});

	test('an open dialog stands alone', async () => {
		const screen = openDashboard({env});
		await screen.press('d');
		expect(screen.text()).toContain('Delete cluster demo?');
		expect(screen.text()).not.toContain('1 Clusters');
	});

	test('steps have their states in words', async () => {
		const screen = openDashboard({env});
		const steps = [fakeStep(0, 'make the network'), fakeStep(1, 'start server-0', {state: 'failed'})];
		screen.lifecycle.run('create', 'cluster dev', {steps});
		await screen.press('o');
		expect(screen.text()).toMatch(/^ *done: make the network/m);
		expect(screen.text()).toMatch(/^ *failed: start server-0/m);
	});

	test('nothing changes by itself: no figure is sampled, no age grows, nothing turns', async () => {
		const screen = openDashboard({env});
		await screen.press('2');
		expect(screen.watch.usageIds).toEqual([]);
		screen.lifecycle.run('stop', 'cluster demo', {
			steps: [fakeStep(0, 'stop it', {state: 'running', endedAt: undefined})],
		});
		await screen.shows('stop cluster demo');
		const frames = screen.frames();
		screen.clock.now += 60_000;
		// Two turns of the spinner, had there been one.
		await new Promise(resolve => setTimeout(resolve, 600));
		expect(screen.frames()).toBe(frames);
	});

	test('signs become words', () => {
		expect(toSpoken('│▸ dev   ● running │')).toBe('selected: dev running');
		expect(toSpoken('127.0.0.1:80 → server-0 · ✖ exit 1…')).toBe('127.0.0.1:80 to server-0, failed: exit 1...');
		expect(toSpoken('   two  spaces in ASCII stay')).toBe('   two  spaces in ASCII stay');
	});
});
