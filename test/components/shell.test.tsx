import {expect, test, vi} from 'vitest';
import {Problem} from '../../source/cluster/problem.ts';
import type {ShellEnd} from '../../source/engine/shell.ts';
import {openDashboard} from './screen.tsx';

const used: ShellEnd = {code: 0, isUsed: true, lastLine: '/ # exit'};

test('e lends the terminal to a shell in the node with the cursor; the activity log has the same for a terminal', async () => {
	const shell = vi.fn(async () => used);
	const screen = openDashboard({shell});
	await screen.press('2', 'j', 'e');
	expect(shell.mock.calls).toEqual([['k3d-demo-agent-0', ['sh'], 'node k3d-demo-agent-0']]);
	await screen.press('7');
	await screen.shows('✔ shell in node k3d-demo-agen');
	await screen.shows('docker exec -it k3d-demo-agent-0 sh');
});

test('a shell that breaks is told', async () => {
	const shell = vi.fn(async (): Promise<ShellEnd> => {
		throw new Problem('shell in k3d-demo-server-0', 'the connection broke: reset');
	});
	const screen = openDashboard({shell});
	await screen.press('2', 'e');
	await screen.shows('shell in k3d-demo-server-0: the connection broke: reset');
});

test.each([
	['Docker has no sh there', {code: 127, isUsed: false, lastLine: 'OCI runtime exec failed'}, 'there is no sh in it'],
	[
		'kubectl has no sh there',
		{code: 1, isUsed: false, lastLine: 'error: Internal error occurred: "sh": executable file not found in $PATH\r'},
		'there is no sh in it',
	],
	[
		'kubectl says something else',
		{code: 1, isUsed: false, lastLine: '\x1b[31merror: unable to upgrade connection\x1b[0m'},
		'node k3d-demo-server-0: unable to upgrade connection',
	],
	['nothing is said', {code: 3, isUsed: false, lastLine: ''}, 'it ended with code 3'],
])('so is one that did not come about: %s', async (_, end, words) => {
	const screen = openDashboard({shell: async () => end});
	await screen.press('2', 'e');
	await screen.shows(words);
	await screen.press('7');
	await screen.shows('✖ shell in node k3d-demo');
});

test('one whose last command failed has come about', async () => {
	const screen = openDashboard({shell: async () => ({...used, code: 1})});
	await screen.press('2', 'e', '7');
	await screen.shows('✔ shell in node k3d-demo');
});

test('there is none where nothing may be changed', async () => {
	const shell = vi.fn(async () => used);
	const readOnly = openDashboard({shell, readOnly: true});
	await readOnly.press('2', 'e');
	await readOnly.shows('read-only');
	expect(shell).not.toHaveBeenCalled();
});
