import {describe, expect, test} from 'vitest';
import {fakeCluster, fakeSnapshot} from './fake-world.ts';
import {keys, openDashboard} from './screen.tsx';

const chosen = (screen: ReturnType<typeof openDashboard>) =>
	/▸ (\S.*?)\s{2}/.exec(screen.lines().find(line => line.includes('│ ▸ ')) ?? '')?.[1];

describe('the command palette', () => {
	test('finds what can be done by a part of its name, and does it', async () => {
		const screen = openDashboard();
		await screen.press(':');
		expect(screen.text()).toContain('What to do');
		await screen.press('rstrt');
		expect(chosen(screen)).toBe('restart');
		await screen.press(keys.enter);
		expect(screen.lifecycle.calls).toEqual([['restartCluster', 'demo']]);
		expect(screen.text()).not.toContain('What to do');
	});

	test('finds it by what the sentence says, and shows its key', async () => {
		const screen = openDashboard();
		await screen.press(':', 'config file');
		expect(screen.text()).toMatch(/from a file +create a cluster from a config file.* f │/);
	});

	test('opens what asks first', async () => {
		const screen = openDashboard();
		await screen.press(':', 'delete', keys.enter);
		expect(screen.text()).toContain('Delete cluster demo?');
		expect(screen.lifecycle.calls).toEqual([]);
	});

	test('what is called so comes before what only speaks of it, also where another panel has it', async () => {
		const screen = openDashboard();
		await screen.press(':', 'shell');
		expect(chosen(screen)).toBe('shell');
		expect(screen.text()).toContain('works in panel 2');
		await screen.press('\x15', 'scale');
		expect(chosen(screen)).toBe('scale');
		await screen.press('\x15', 'del');
		expect(chosen(screen)).toBe('delete');
		expect(screen.text()).not.toContain('narrower');
	});

	test('a registry can be created from anywhere, also where there is no cluster', async () => {
		const screen = openDashboard({snapshot: fakeSnapshot([])});
		await screen.press(':', 'registry', keys.enter);
		expect(screen.text()).toContain('Create a registry');
	});

	test('what cannot be done now stands last with the reason, and does nothing', async () => {
		const screen = openDashboard();
		await screen.press('j', ':', 'import');
		expect(screen.text()).toContain('old does not run; s starts it');
		await screen.press(keys.enter);
		expect(screen.text()).toContain('What to do');
		expect(screen.text()).toContain('! old does not run');
	});

	test('goes to clusters, also those that a filter hides', async () => {
		const screen = openDashboard({snapshot: fakeSnapshot(['red', 'green', 'blue'].map(name => fakeCluster(name)))});
		await screen.press('/', 'red', keys.enter, '2', ':', 'go to blue', keys.enter);
		expect(screen.cursor()).toBe('blue');
	});

	test('nothing found is said; Esc leaves; pasted text is one input', async () => {
		const screen = openDashboard();
		await screen.press(':');
		await screen.paste('qqqq\nzzz');
		expect(screen.text()).toContain('Nothing here is called like that.');
		await screen.press(keys.enter);
		expect(screen.text()).toContain('What to do');
		await screen.press(keys.escape);
		expect(screen.text()).not.toContain('What to do');
		expect(screen.lifecycle.calls).toEqual([]);
	});

	test.each([
		[60, 15],
		[200, 60],
	])('fits into %i×%i', async (columns, rows) => {
		const screen = openDashboard({columns, rows});
		await screen.press(':');
		expect(screen.size()).toEqual({columns, rows});
		expect(screen.text()).toContain('Enter do it');
	});
});

describe('own keys', () => {
	test('mean what the settings say, in the footer and in sentences, too', async () => {
		const screen = openDashboard({keys: {'start-stop': ['#'], cancel: ['ctrl+x']}});
		expect(screen.text()).toContain('# stop');
		await screen.press('s');
		expect(screen.lifecycle.calls).toEqual([]);
		await screen.press('#', '#');
		expect(screen.lifecycle.calls).toEqual([['stopCluster', 'demo']]);
		expect(screen.text()).toContain('has to end first (Ctrl-X cancels it)');
		await screen.press('\x18');
		expect(screen.lifecycle.started[0]?.snapshot().state).toBe('cancelling');
	});

	test('that cannot be are said at the start', () => {
		const screen = openDashboard({keys: {grow: ['s']}});
		expect(screen.text()).toContain("keys: grow cannot have s, which is start-stop's");
	});
});
