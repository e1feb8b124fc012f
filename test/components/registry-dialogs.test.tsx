import {describe, expect, test} from 'vitest';
import {defaultRegistrySpec} from '../../source/cluster/registries/registry-spec.ts';
import {fakeCluster, fakeRegistry, fakeSnapshot} from './fake-world.ts';
import {keys, openDashboard} from './screen.tsx';

const clear = '\x15';

describe('creating a registry', () => {
	test('c in panel 4 asks for it: a free name, a port, what it caches', async () => {
		const screen = openDashboard();
		await screen.press('4');
		expect(screen.lines().at(-1)).toContain('c create registry');
		await screen.press('c', keys.enter, '5050', keys.enter, 'docker.io', keys.enter, keys.enter, keys.enter);
		expect(screen.lifecycle.calls).toEqual([
			[
				'createRegistry',
				{
					...defaultRegistrySpec('k3d-registry-2'),
					port: 5050,
					proxy: {remoteURL: 'https://registry-1.docker.io', username: undefined, password: undefined},
				},
			],
		]);
	});

	test('a cache can log in where it gets its images; the password is not shown', async () => {
		const screen = openDashboard();
		await screen.press('4', 'c');
		expect(screen.text()).not.toContain('Password');
		await screen.press(keys.tab, keys.tab, 'https://ghcr.io', keys.tab, 'me', keys.tab, 's3cret🔑');
		expect(screen.text()).toMatch(/User +me/);
		expect(screen.text()).toMatch(/▸ Password +•••••••/);
		expect(screen.text()).not.toContain('s3cret');
		await screen.press(keys.enter);
		expect(screen.lifecycle.calls).toMatchObject([
			['createRegistry', {proxy: {remoteURL: 'https://ghcr.io', username: 'me', password: 's3cret🔑'}}],
		]);
	});

	test('a user without a password, or the other way round, is refused in place', async () => {
		const screen = openDashboard();
		await screen.press('4', 'c', keys.tab, keys.tab, 'ghcr.io', keys.tab, 'me', keys.enter, keys.enter);
		expect(screen.text()).toContain('✖ a user needs a password');
		await screen.press(keys.shiftTab, clear, keys.tab, 'x', keys.enter);
		expect(screen.text()).toContain('✖ a password needs a user');
		expect(screen.lifecycle.calls).toEqual([]);
	});

	test('a login that was typed is not asked for where nothing is cached after all', async () => {
		const screen = openDashboard();
		await screen.press('4', 'c', keys.tab, keys.tab, 'ghcr.io', keys.tab, 'me', keys.shiftTab, clear, keys.enter);
		expect(screen.lifecycle.calls).toEqual([['createRegistry', defaultRegistrySpec('k3d-registry-2')]]);
	});

	test('fits the smallest screen with all its fields', async () => {
		const screen = openDashboard({columns: 60, rows: 15});
		await screen.press('4', 'c', keys.tab, '99999', keys.tab, 'ghcr.io', keys.tab, 'me', keys.tab);
		expect(screen.text()).toContain('[ Create ]');
		expect(screen.text()).toContain('Esc cancel');
	});

	test('needs nothing but a name', async () => {
		const screen = openDashboard();
		await screen.press('4', 'c', clear);
		await screen.paste('my-registry\n');
		await screen.press(keys.tab, keys.tab, keys.tab, keys.enter);
		expect(screen.lifecycle.calls).toEqual([['createRegistry', defaultRegistrySpec('my-registry')]]);
	});

	test.each([
		[[clear], 'a registry needs a name'],
		[[clear, 'k3d-registry'], 'a container of this name exists already'],
		[[clear, 'a_b'], 'the name has "_" in it'],
		[[keys.tab, '5100'], 'k3d-registry publishes it already'],
		[[keys.tab, '99999'], 'a number from 1 to 65535 is needed'],
		[[keys.tab, keys.tab, 'no such place'], 'an address such as docker.io'],
	])('says beside the field what is wrong: %j', async (typed, problem) => {
		const screen = openDashboard();
		await screen.press('4', 'c', ...typed);
		expect(screen.text()).toContain(`✖ ${problem}`);
		await screen.press(keys.tab, keys.tab, keys.tab, keys.enter);
		expect(screen.lifecycle.calls).toEqual([]);
	});

	test('Esc and Cancel close it', async () => {
		const screen = openDashboard();
		await screen.press('4', 'c', keys.escape);
		expect(screen.text()).not.toContain('Create a registry');
		await screen.press('c', keys.shiftTab, keys.enter);
		expect(screen.text()).not.toContain('Create a registry');
		expect(screen.lifecycle.calls).toEqual([]);
	});
});

describe('attaching and detaching', () => {
	const registries = [fakeRegistry('k3d-registry'), fakeRegistry('cache', {usedBy: []})];
	const snapshot = fakeSnapshot([fakeCluster('demo'), fakeCluster('old', {stopped: true})], {registries});

	test('a in panel 4 attaches the registry to a cluster, also to one that does not run', async () => {
		const screen = openDashboard({snapshot});
		await screen.press('4', 'a');
		expect(screen.text()).toContain('Clusters that use k3d-registry');
		expect(screen.text()).toMatch(/demo +● attached/);
		expect(screen.text()).toMatch(/old +○/);
		await screen.press('j', keys.enter);
		expect(screen.lifecycle.calls).toEqual([['attachRegistry', 'k3d-registry', 'old']]);
	});

	test('a elsewhere attaches a registry to the cluster', async () => {
		const screen = openDashboard({snapshot});
		await screen.press('a');
		expect(screen.text()).toContain('Registries of cluster demo');
		await screen.press(keys.down);
		expect(screen.text()).toContain('Enter attach');
		await screen.press(keys.enter);
		expect(screen.lifecycle.calls).toEqual([['attachRegistry', 'cache', 'demo']]);
	});

	test('detaching asks first', async () => {
		const screen = openDashboard({snapshot});
		await screen.press('a');
		expect(screen.text()).toContain('Enter detach');
		await screen.press(keys.enter);
		expect(screen.text()).toContain('Detach k3d-registry from demo?');
		await screen.press(keys.enter);
		expect(screen.lifecycle.calls).toEqual([]);
		await screen.press(keys.enter, 'y', keys.enter);
		expect(screen.lifecycle.calls).toEqual([['detachRegistry', 'k3d-registry', 'demo']]);
	});

	test('a registry that was made with the cluster stays with it', async () => {
		const own = fakeRegistry('k3d-demo-registry');
		const made = [{...own, node: {...own.node, cluster: 'demo'}}];
		const screen = openDashboard({snapshot: fakeSnapshot([fakeCluster('demo')], {registries: made})});
		await screen.press('a');
		expect(screen.text()).toMatch(/k3d-demo-registry +● its own/);
		await screen.press(keys.enter);
		expect(screen.text()).toContain('k3d-demo-registry was made with demo and goes with it');
		expect(screen.text()).not.toContain('Detach');
	});

	test('a busy cluster is refused with the reason', async () => {
		const screen = openDashboard({snapshot});
		await screen.press('s', '4', 'a', keys.enter, 'y', keys.enter);
		expect(screen.text()).toContain('cluster demo is busy');
		expect(screen.lifecycle.calls).toHaveLength(1);
	});

	test('keeps the cluster busy', async () => {
		const screen = openDashboard({snapshot});
		await screen.press('4', 'a', 'j', keys.enter, '1', 'j', 's');
		expect(screen.text()).toContain('cluster old is busy: "attach registry k3d-registry to cluster old"');
		expect(screen.lifecycle.calls).toHaveLength(1);
	});

	test('is refused where there is no registry', async () => {
		const screen = openDashboard({snapshot: fakeSnapshot(undefined, {registries: []})});
		await screen.press('a');
		expect(screen.text()).toContain('there is no registry yet; c in panel 4 creates one');
	});
});

describe('deleting a registry', () => {
	test('asks, and names the clusters that use it', async () => {
		const registries = [fakeRegistry('k3d-registry', {usedBy: ['demo', 'old']})];
		const screen = openDashboard({snapshot: fakeSnapshot(undefined, {registries})});
		await screen.press('4', 'd');
		expect(screen.text()).toContain('Delete registry k3d-registry?');
		expect(screen.text()).toContain('Used by demo, old');
		await screen.press(keys.enter);
		expect(screen.lifecycle.calls).toEqual([]);
		await screen.press('d', 'y', keys.enter);
		expect(screen.lifecycle.calls).toEqual([['deleteRegistry', 'k3d-registry']]);
	});
});
