import {describe, expect, test} from 'vitest';
import {Problem} from '../../source/cluster/problem.ts';
import {fakeStep, noon} from './fake-world.ts';
import {keys, openDashboard} from './screen.tsx';

describe('a running operation', () => {
	test('shows its current steps, measures and details', async () => {
		const screen = openDashboard();
		const operation = screen.lifecycle.run('create', 'cluster dev', {startedAt: noon - 12_000});
		operation.become({
			steps: [
				fakeStep(0, 'make the network'),
				fakeStep(1, 'pull rancher/k3s', {
					state: 'running',
					endedAt: undefined,
					measure: {done: 45_200_000, total: 212_000_000, unit: 'bytes'},
				}),
				fakeStep(2, 'drain', {state: 'running', endedAt: undefined, measure: {done: 2, total: 5, unit: 'pods'}}),
				fakeStep(3, 'wait for the API', {state: 'running', endedAt: undefined, detail: 'etcd is not ready'}),
			],
		});
		await screen.shows('create cluster dev 12 s');
		await screen.shows('▸ pull rancher/k3s  45.2 MB of 212 MB (21%)');
		expect(screen.text()).toContain('▸ drain  2 of 5 pods');
		expect(screen.text()).toMatch(/wait for the API .*etcd is not ready/);
		expect(screen.text()).not.toContain('make the network');
		expect(screen.text()).toContain('x cancel');
	});

	test('its clock and spinner run', async () => {
		const screen = openDashboard();
		screen.lifecycle.run('stop', 'cluster demo', {startedAt: noon - 30_000});
		await screen.shows('30 s');
		const first = screen.text();
		screen.clock.now += 5000;
		await screen.shows('35 s');
		expect(screen.text()).not.toBe(first);
	});

	test('x cancels it, and says so when it is being cancelled already', async () => {
		const screen = openDashboard();
		await screen.press('s', 'x');
		expect(screen.lifecycle.started[0]?.cancelled).toBe(true);
		await screen.shows('cancelling');
		await screen.press('x');
		expect(screen.text()).toContain('it is being cancelled already');
	});

	test('one that was cancelled says so once', async () => {
		const screen = openDashboard();
		const operation = screen.lifecycle.run('stop', 'cluster demo');
		const problem = new Problem('stop cluster demo', 'it was cancelled');
		operation.become({state: 'cancelled', endedAt: noon, problem});
		await screen.shows('⊘ stop cluster demo cancelled');
		expect(screen.text()).not.toContain('it was cancelled');
	});

	test('what a step waits for can be read whole among the steps', async () => {
		const screen = openDashboard({columns: 80, rows: 24});
		const detail = `${'a reason that is long '.repeat(5)}to its end`;
		const steps = [fakeStep(0, 'wait for the API', {state: 'running', endedAt: undefined, detail})];
		screen.lifecycle.run('start', 'cluster demo').become({steps});
		await screen.shows('…');
		await screen.press('o');
		await screen.shows('to its end');
	});

	test('among more steps than fit, the one that runs is in view, until somebody scrolls', async () => {
		const screen = openDashboard({columns: 80, rows: 24});
		const stepsUpTo = (running: number) =>
			Array.from({length: 40}, (_, id) =>
				fakeStep(id, `step number ${id + 1}.`, {
					state: id < running ? 'done' : id === running ? 'running' : 'waiting',
					startedAt: id <= running ? noon : undefined,
					endedAt: id < running ? noon : undefined,
				}),
			);
		const operation = screen.lifecycle.run('start', 'cluster demo');
		operation.become({steps: stepsUpTo(25)});
		await screen.press('o');
		expect(screen.text()).toContain('step number 26.');
		expect(screen.text()).not.toContain('step number 27.');
		operation.become({steps: stepsUpTo(30)});
		await screen.shows('step number 31.');
		await screen.press(keys.up);
		operation.become({steps: stepsUpTo(38)});
		await screen.press(keys.up);
		expect(screen.text()).not.toContain('step number 39.');
	});

	test('x cancels the chosen cluster’s before any other', async () => {
		const screen = openDashboard();
		await screen.press('s', 'j', 's', 'k', 'x');
		expect(screen.lifecycle.started.map(each => each.cancelled)).toEqual([true, false]);
	});

	test('o lists all steps with their states and times; x cancels there too', async () => {
		const screen = openDashboard({columns: 80, rows: 24});
		const operation = screen.lifecycle.run('create', 'cluster dev', {
			steps: [
				fakeStep(0, 'make the network'),
				fakeStep(1, 'pull the image', {state: 'skipped', detail: 'it is there'}),
				fakeStep(2, 'start server-0', {state: 'failed'}),
				fakeStep(3, 'remove the network', {undo: true}),
			],
		});
		await screen.press('o');
		expect(screen.text()).toMatch(/✔ make the network +━+ +2\.0 s/);
		expect(screen.text()).toMatch(/– pull the image .*\n.* it is there/);
		expect(screen.text()).toContain('✖ start server-0');
		expect(screen.text()).toContain('✔ undo: remove the network');
		await screen.press('x');
		expect(operation.cancelled).toBe(true);
		await screen.press(keys.escape);
		expect(screen.text()).toContain('1 Clusters');
	});

	test('the panels go on working meanwhile', async () => {
		const screen = openDashboard();
		await screen.press('s', 'j');
		expect(screen.cursor()).toBe('old');
	});
});

describe('an ended operation', () => {
	test('that went well stays until the next key', async () => {
		const screen = openDashboard();
		const operation = screen.lifecycle.run('stop', 'cluster demo', {startedAt: noon - 2000});
		operation.become({state: 'done', endedAt: noon});
		await screen.shows('✔ stop cluster demo done 2.0 s');
		await screen.press('j');
		expect(screen.text()).not.toContain('stop cluster demo');
	});

	test('that went well leaves by itself after some seconds', async () => {
		const screen = openDashboard();
		screen.lifecycle
			.run('stop', 'cluster demo', {startedAt: noon - 2000})
			.become({state: 'done', endedAt: noon - 4900});
		await screen.shows('✔ stop cluster demo');
		screen.clock.now += 200;
		await screen.hides('stop cluster demo');
	});

	test('that failed stays with all it has to say until Esc', async () => {
		const screen = openDashboard({columns: 80, rows: 30});
		const operation = screen.lifecycle.run('create', 'cluster dev', {startedAt: noon - 42_000});
		operation.become({
			state: 'failed',
			endedAt: noon,
			problem: new Problem(
				'node k3d-dev-server-0',
				`it exited with code 1: ${'a very long reason '.repeat(6)}at its end`,
				'Look at `docker logs k3d-dev-server-0`.',
			),
			leftovers: ['volume k3d-dev-images'],
		});
		await screen.shows('✖ create cluster dev failed 42 s');
		expect(screen.text()).toContain('node k3d-dev-server-0: it exited with code 1');
		expect(screen.text()).toContain('at its end');
		expect(screen.text()).toContain('→ Look at `docker logs k3d-dev-server-0`.');
		expect(screen.text()).toContain('left: volume k3d-dev-images');
		await screen.press('j', 'k');
		screen.clock.now += 60_000;
		expect(screen.text()).toContain('failed');
		await screen.press(keys.escape);
		expect(screen.text()).not.toContain('failed');
	});

	test('keeps its warnings in sight, though it went well', async () => {
		const screen = openDashboard();
		screen.lifecycle
			.run('grow', 'cluster demo')
			.become({state: 'done', endedAt: noon, warnings: ['2 servers are no safer than one.']});
		await screen.shows('! 2 servers are no safer than one.');
		await screen.press('j');
		expect(screen.text()).toContain('no safer');
		await screen.press(keys.escape);
		expect(screen.text()).not.toContain('no safer');
	});

	test('does not push the panels off a small screen; o shows all of it', async () => {
		const screen = openDashboard({columns: 60, rows: 15});
		screen.lifecycle.run('create', 'cluster dev').become({
			state: 'failed',
			endedAt: noon,
			problem: new Problem('cluster "dev"', `${'one reason after another '.repeat(12)}and the last`),
		});
		await screen.shows('… o shows all');
		expect(screen.size().rows).toBeLessThanOrEqual(15);
		expect(screen.text()).toContain('1 Clusters');
		await screen.press('o', 'G');
		expect(screen.text()).toContain('and the last');
	});
});
