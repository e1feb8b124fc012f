import {test} from 'vitest';
import type {Check} from '../../source/checks/check.ts';
import {Problem} from '../../source/cluster/problem.ts';
import {keys, openDashboard} from './screen.tsx';

test('! opens what the doctor found, and Esc closes it', async () => {
	const screen = openDashboard();
	screen.machine.checks = [
		{name: 'disk', verdict: 'problem', found: '1 GiB free', next: 'docker image prune'},
		{name: 'memory', verdict: 'ok', found: '16 GiB'},
	];
	await screen.press('!');
	await screen.shows('✖ disk: 1 GiB free');
	await screen.shows(/docker image prune[\s\S]*✔ memory: 16 GiB/);
	await screen.press(keys.escape);
	await screen.hides('Doctor');
});

test('what is wrong with the settings is said at the start in short, and whole by the doctor, without an engine too', async () => {
	const problems = ['line 1: theme: it is one of dark, light', 'line 3: ascii: it is true or false'];
	const screen = openDashboard({problems, keys: {steps: ['q']}, columns: 80});
	await screen.shows(/config.yaml, line 1: theme: it is one of dark, light \(and 2 more\); ! tells\s+all/);
	screen.machine.checkHost = async () => {
		throw new Problem('Docker Engine', 'it is away', 'start it');
	};
	await screen.press('!');
	await screen.shows('! settings: /home/me/.config/k3dui/config.yaml: line 1: theme:');
	await screen.shows(/line 3: ascii: it is true or false;\s+keys: /);
	await screen.shows('it is away');
});

test('an engine that does not answer is told there', async () => {
	const screen = openDashboard();
	screen.machine.checkHost = async () => {
		throw new Problem('Docker Engine', 'it is away', 'start it');
	};
	await screen.press('!');
	await screen.shows('it is away');
});

test('an answer that comes after its page was closed is not the next one’s', async () => {
	const screen = openDashboard();
	const answers: ((checks: readonly Check[]) => void)[] = [];
	screen.machine.checkHost = () => new Promise(resolve => answers.push(resolve));
	await screen.press('!', keys.escape, '!');
	answers[0]?.([{name: 'memory', verdict: 'ok', found: 'of the page before'}]);
	answers[1]?.([{name: 'memory', verdict: 'ok', found: 'of this page'}]);
	await screen.shows('of this page');
	await screen.hides('of the page before');
});

test('the create dialog shows what was looked at before the start', async () => {
	const screen = openDashboard({columns: 140});
	screen.machine.checks = [{name: 'memory', verdict: 'warning', found: 'more than there is', next: 'Fewer nodes.'}];
	await screen.press('c');
	await screen.shows('! memory: more than there is');
	await screen.shows('Fewer nodes.');
});
