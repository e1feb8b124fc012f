import {expect, test, vi} from 'vitest';
import {Problem} from '../../source/cluster/problem.ts';
import {openDashboard} from './screen.tsx';

test('e lends the terminal to a shell in the node with the cursor; the activity log has the same for a terminal', async () => {
	const shell = vi.fn(async () => 0);
	const screen = openDashboard({shell});
	await screen.press('2', 'j', 'e');
	expect(shell.mock.calls).toEqual([['k3d-demo-agent-0', ['sh']]]);
	await screen.press('7');
	await screen.shows('✔ shell in node k3d-demo-agen');
	await screen.shows('docker exec -it k3d-demo-agent-0 sh');
});

test('a shell that breaks, or is not there, is told', async () => {
	const shell = vi.fn(async (): Promise<number> => {
		throw new Problem('shell in k3d-demo-server-0', 'the connection broke: reset');
	});
	const screen = openDashboard({shell});
	await screen.press('2', 'e');
	await screen.shows('shell in k3d-demo-server-0: the connection broke: reset');
	shell.mockImplementation(async () => 127);
	await screen.press('e');
	await screen.shows('there is no sh in node k3d-demo-server-0');
});

test('there is none where nothing is real, nor where nothing may be changed', async () => {
	const screen = openDashboard();
	await screen.press('2', 'e');
	await screen.shows('there is no shell in it');
	const shell = vi.fn(async () => 0);
	const readOnly = openDashboard({shell, readOnly: true});
	await readOnly.press('2', 'e');
	await readOnly.shows('read-only');
	expect(shell).not.toHaveBeenCalled();
});
