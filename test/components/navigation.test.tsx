import {describe, expect, test} from 'vitest';
import {Problem} from '../../source/cluster/problem.ts';
import {fakeCluster, fakeNode, fakeRegistry, fakeSnapshot, noon, viewOf} from './fake-world.ts';
import {keys, openDashboard} from './screen.tsx';

const many = () => fakeSnapshot(Array.from({length: 30}, (_, i) => fakeCluster(`c${String(i).padStart(2, '0')}`)));

test('a key that works in other panels alone says in which', async () => {
	const screen = openDashboard();
	await screen.press('v');
	await screen.shows('v works in panel 5: ');
	await screen.press('4', 'v');
	await screen.shows('v works in panel 5: ');
	await screen.press('5', 'v');
	await screen.hides('works in panel');
});

describe('the cursor', () => {
	test('moves with arrows and j/k, one at a time also when keys arrive together', async () => {
		const screen = openDashboard({snapshot: many()});
		expect(screen.cursor()).toBe('c00');
		await screen.press(keys.down);
		expect(screen.cursor()).toBe('c01');
		await screen.press('j');
		expect(screen.cursor()).toBe('c02');
		await screen.press('jj');
		expect(screen.cursor()).toBe('c04');
		await screen.press(keys.up, 'k');
		expect(screen.cursor()).toBe('c02');
		await screen.press(`${keys.down}${keys.down}j`);
		expect(screen.cursor()).toBe('c05');
	});

	test('goes to both ends and stops there', async () => {
		const screen = openDashboard({snapshot: many()});
		await screen.press('G');
		expect(screen.cursor()).toBe('c29');
		await screen.press('j');
		expect(screen.cursor()).toBe('c29');
		await screen.press('g');
		expect(screen.cursor()).toBe('c00');
		await screen.press('k');
		expect(screen.cursor()).toBe('c00');
		await screen.press(keys.end);
		expect(screen.cursor()).toBe('c29');
		await screen.press(keys.home);
		expect(screen.cursor()).toBe('c00');
	});

	test('moves by the page that is on screen', async () => {
		const screen = openDashboard({snapshot: many(), columns: 80, rows: 24});
		const shown = screen.lines().filter(line => /^│. c\d\d /.test(line)).length;
		expect(shown).toBeGreaterThan(3);
		await screen.press(keys.pageDown);
		expect(screen.cursor()).toBe(`c${String(shown - 1).padStart(2, '0')}`);
		await screen.press(keys.pageDown);
		expect(screen.cursor()).toBe(`c${String(2 * (shown - 1)).padStart(2, '0')}`);
		await screen.press(keys.pageUp, keys.pageUp, keys.pageUp);
		expect(screen.cursor()).toBe('c00');
	});

	test('stays on its cluster when others come and go', async () => {
		const screen = openDashboard({snapshot: many()});
		await screen.press('jjjjj');
		const clusters = screen.watch.snapshot().clusters;
		screen.watch.set({clusters: [viewOf(fakeCluster('aaa')), ...clusters.slice(3)]});
		await screen.shows('aaa');
		expect(screen.cursor()).toBe('c05');
	});

	test('goes to the neighbour when its cluster is gone', async () => {
		const screen = openDashboard({snapshot: many()});
		await screen.press('jjj');
		screen.watch.set({clusters: screen.watch.snapshot().clusters.filter(({cluster}) => cluster.name !== 'c03')});
		await screen.hides('c03');
		expect(screen.cursor()).toBe('c04');
	});

	test('scrolls the list and says where it is', async () => {
		const screen = openDashboard({snapshot: many(), rows: 24, columns: 80});
		await screen.press('G');
		expect(screen.text()).toContain('30 of 30');
		expect(screen.text()).not.toContain('c00');
	});
});

describe('the focus', () => {
	test('goes round the panels with Tab and Shift-Tab, and to a panel by its number', async () => {
		const screen = openDashboard();
		const focused = () => /\x1b\[7m (\d [A-Z][a-z ]+?) \x1b/.exec(screen.raw())?.[1];
		expect(focused()).toBe('1 Clusters');
		await screen.press(keys.tab);
		expect(focused()).toBe('2 Nodes');
		await screen.press(keys.tab);
		expect(focused()).toBe('3 Load balancer');
		await screen.press(keys.tab, keys.tab);
		expect(focused()).toBe('5 Log');
		while (focused() !== '7 Activity') await screen.press(keys.tab);
		await screen.press(keys.tab);
		expect(focused()).toBe('1 Clusters');
		await screen.press(keys.shiftTab);
		expect(focused()).toBe('7 Activity');
		await screen.press('5');
		expect(focused()).toBe('5 Log');
		await screen.press('4');
		expect(focused()).toBe('4 Registries');
		await screen.press('2');
		expect(focused()).toBe('2 Nodes');
	});

	test('drills from a cluster to its nodes to the log with Enter, and back with Esc, which never quits', async () => {
		const screen = openDashboard({columns: 80, rows: 24});
		await screen.press(keys.enter, 'j', keys.enter);
		expect(screen.text()).toContain('5 Log');
		expect(screen.text()).toContain('k3d-demo-agent-0');
		expect(screen.text()).not.toContain('1 Clusters');
		await screen.press(keys.escape);
		expect(screen.text()).toContain('2 Nodes');
		expect(screen.cursor()).toContain('agent-0');
		await screen.press(keys.escape);
		expect(screen.cursor()).toContain('demo');
		await screen.press(keys.escape, keys.escape, keys.escape);
		expect(screen.exit).not.toHaveBeenCalled();
	});

	test('shows the nodes of the cluster under the cursor', async () => {
		const screen = openDashboard({
			snapshot: fakeSnapshot([fakeCluster('one', {agents: 1}), fakeCluster('two', {agents: 4})]),
		});
		expect(screen.text()).not.toContain('agent-3');
		await screen.press('j');
		expect(screen.text()).toContain('agent-3');
	});
});

describe('the filter', () => {
	const named = () => fakeSnapshot(['alpha', 'beta', 'alphabet'].map(name => fakeCluster(name)));

	test('narrows while it is typed, stays with Enter and goes with Esc', async () => {
		const screen = openDashboard({snapshot: named()});
		await screen.press('/', 'a', 'l', 'p');
		expect(screen.text()).not.toContain(' beta');
		expect(screen.text()).toContain('/alp');
		await screen.press(keys.enter, 'j');
		expect(screen.cursor()).toBe('alphabet');
		await screen.press(keys.escape);
		expect(screen.text()).toContain(' beta');
		expect(screen.cursor()).toBe('alphabet');
	});

	test('takes letters as text, not as keys, and is dropped by Esc while typing', async () => {
		const screen = openDashboard({snapshot: named()});
		await screen.press('/', 'q', 'd', 'x');
		expect(screen.exit).not.toHaveBeenCalled();
		expect(screen.text()).toContain('Nothing matches');
		await screen.press(keys.escape);
		expect(screen.text()).toContain(' beta');
	});

	test('takes a paste as one input', async () => {
		const screen = openDashboard({snapshot: named()});
		await screen.press('/');
		await screen.paste('beta\n');
		expect(screen.text()).toContain('/beta');
		expect(screen.text()).not.toContain('alphabet');
	});
});

describe('what the panels show', () => {
	test('a cluster with its counts, version, state and age', async () => {
		const screen = openDashboard({columns: 200, snapshot: fakeSnapshot([fakeCluster('demo', {servers: 3})])});
		expect(screen.lines().find(line => line.includes(' demo '))).toMatch(
			/demo +● running +3\/3 +2\/2 +● up +v1\.36\.4\+k3s1 +42m/,
		);
	});

	test('a node with role, state, readiness, use, address and age, and the full name where there is room', async () => {
		const screen = openDashboard({columns: 220, rows: 40});
		expect(screen.lines().find(line => line.includes('k3d-demo-agent-0'))).toMatch(
			/k3d-demo-agent-0 +agent +● running +✔ ready +38% +690 MiB +172\.18\.0\.4 +42m/,
		);
		await screen.resize(80, 24);
		await screen.shows(/ agent-0 +● running/);
		expect(screen.text()).not.toContain('k3d-demo-agent-0');
	});

	test('states in words: partial, starting, failed, not ready, cordoned', async () => {
		const cluster = fakeCluster('demo', {agents: 2});
		const [first, second] = cluster.agents;
		if (!first || !second) throw new Error('two agents were asked for');
		const view = viewOf({
			...cluster,
			state: 'partial',
			agents: [{...first, state: 'exited', status: 'Exited (2) 3 seconds ago'}, second],
		});
		const nodes = new Map(view.kubernetes.state === 'connected' ? view.kubernetes.nodes : []);
		const server = nodes.get('k3d-demo-server-0');
		const agent = nodes.get(second.name);
		if (!server || !agent) throw new Error('the nodes are missing');
		nodes.set('k3d-demo-server-0', {...server, ready: 'not ready'});
		nodes.set(second.name, {...agent, schedulable: false});
		const screen = openDashboard({
			snapshot: fakeSnapshot([
				{...view, kubernetes: {state: 'connected', since: noon, nodes}},
				{
					...viewOf(fakeCluster('young')),
					kubernetes: {state: 'connecting', since: noon, problem: undefined, booting: true},
				},
			]),
		});
		expect(screen.text()).toMatch(/demo +◐ partial 2\/3/);
		expect(screen.text()).toMatch(/young +◌ starting/);
		expect(screen.text()).toMatch(/agent-0 +✖ exit 2/);
		expect(screen.text()).toMatch(/server-0 +● running +✖ not ready/);
		expect(screen.text()).toMatch(/agent-1 +● running +⊘ cordoned/);
	});

	test('ages that count seconds change together: one frame a second', async () => {
		const ages = [0, 137, 350, 611, 890];
		const young = ages.map(age => fakeCluster(`c${age}`, {agents: 0, createdAt: noon - 5000 - age}));
		const screen = openDashboard({snapshot: fakeSnapshot(young)});
		const begun = performance.now();
		Object.defineProperty(screen.clock, 'now', {get: () => noon + performance.now() - begun});
		const aged = (seconds: number) => screen.shows(new RegExp(`c137 .* ${seconds}s `));
		await aged(6);
		const frames = screen.frames();
		await aged(7);
		await aged(8);
		expect(screen.frames() - frames).toBe(2);
	});

	test('why the Kubernetes API does not answer is said below the nodes, in the title where there is no room', () => {
		const problem = new Problem('cluster "demo"', 'the certificate that it shows belongs to somebody else altogether');
		const view = viewOf(fakeCluster('demo'));
		const connecting = {state: 'connecting', since: noon, problem, booting: false} as const;
		const tall = openDashboard({snapshot: fakeSnapshot([{...view, kubernetes: connecting}])});
		expect(tall.text()).toMatch(/demo +◐ no API/);
		expect(tall.text()).toMatch(/│ {2}the certificate that it shows belongs to somebody/);
		const booting = openDashboard({snapshot: fakeSnapshot([{...view, kubernetes: {...connecting, booting: true}}])});
		expect(booting.text()).toMatch(/demo +◌ starting/);
		const low = openDashboard({columns: 60, rows: 15, snapshot: fakeSnapshot([{...view, kubernetes: connecting}])});
		expect(low.text()).toContain('2 Nodes ─ demo · the certificate');
		const {cluster} = view;
		if (!cluster.loadBalancer) throw new Error('the load balancer is missing');
		const loadBalancer = {...cluster.loadBalancer, state: 'exited'} as const;
		const cut = openDashboard({
			snapshot: fakeSnapshot([{...view, cluster: {...cluster, loadBalancer}, kubernetes: connecting}]),
		});
		expect(cut.text()).toContain('No way to the Kubernetes API: the load balancer does not run.');
	});

	test('a registry that was stopped has not failed, though docker-registry exits with 2', () => {
		const {node} = fakeRegistry('reg');
		const stopped = {...node, state: 'exited', status: 'Exited (2) 3 seconds ago'} as const;
		const screen = openDashboard({
			snapshot: fakeSnapshot(undefined, {registries: [fakeRegistry('reg', {node: stopped})]}),
		});
		expect(screen.text()).toMatch(/reg +○ stopped/);
	});

	test('ports with their targets, backends and health', async () => {
		const screen = openDashboard({columns: 200});
		expect(screen.text()).toMatch(/https:\/\/127\.0\.0\.1:36267 +→ 6443\/tcp +→ server-0 +● 1\/1 up/);
		expect(screen.text()).toMatch(/0\.0\.0\.0:8080 +→ 80\/tcp +→ server-0, agent-0, agent-1 +● 3\/3 up/);
		const demo = fakeCluster('demo');
		const [lost, ...rest] = demo.agents;
		if (!lost) throw new Error('an agent was asked for');
		screen.watch.set({clusters: [viewOf({...demo, agents: [{...lost, state: 'exited'}, ...rest]})]});
		await screen.shows('◐ 2/3 up');
		screen.watch.set({clusters: [viewOf(fakeCluster('demo', {servers: 3, agents: 1}))]});
		await screen.shows('→ 3 servers, 1 agent ');
	});

	test('registries with address, origin and users', async () => {
		const registries = [
			fakeRegistry('k3d-reg', {proxyOf: 'https://registry-1.docker.io', usedBy: ['demo', 'old']}),
			fakeRegistry('quiet', {node: fakeNode('quiet', 'registry', undefined, {state: 'exited'}), usedBy: []}),
		];
		const screen = openDashboard({columns: 200, snapshot: fakeSnapshot(undefined, {registries})});
		expect(screen.text()).toMatch(/k3d-reg +● running +0\.0\.0\.0:5100 +demo, old +registry-1\.docker\.io/);
		expect(screen.text()).toMatch(/quiet +○ stopped +– +– +–/);
	});

	test('use is live, but what cannot be seen of it is not drawn', async () => {
		const screen = openDashboard();
		await screen.shows('following');
		const id = 'id-k3d-demo-server-0';
		const use = (cores: number, mebibytes: number) => {
			const memory = mebibytes * 1024 ** 2;
			screen.watch.set({usage: new Map([...screen.watch.snapshot().usage, [id, {cores, memory, memoryLimit: 0}]])});
		};
		use(0.5, 800);
		await screen.shows(/server-0 .* 50% +800 MiB/);
		const frames = screen.frames();
		use(0.504, 803);
		await screen.flush();
		expect(screen.frames()).toBe(frames);
		use(0.52, 803);
		await screen.shows(/server-0 .* 52% +803 MiB/);
	});

	test('ages grow by themselves', async () => {
		const screen = openDashboard({snapshot: fakeSnapshot([fakeCluster('young', {createdAt: noon - 5000})])});
		expect(screen.text()).toMatch(/young .* 5s/);
		screen.clock.now += 2000;
		await screen.shows(/young .* 7s/);
	});

	test('use is sampled for the nodes that run and are on screen, and for none after', async () => {
		const screen = openDashboard({columns: 80, rows: 24});
		await screen.flush();
		expect(screen.watch.usageIds).toEqual([
			'id-k3d-demo-server-0',
			'id-k3d-demo-agent-0',
			'id-k3d-demo-agent-1',
			'id-k3d-demo-serverlb',
		]);
		await screen.press('l');
		expect(screen.watch.usageIds).toEqual([]);
		await screen.press(keys.escape);
		expect(screen.watch.usageIds).toHaveLength(4);
		screen.unmount();
		expect(screen.watch.usageIds).toEqual([]);
		expect(screen.watch.listenerCount).toBe(0);
	});
});

test('a cluster that something is done with stays in a filtered list until that is over', async () => {
	const screen = openDashboard();
	await screen.press('/', 'running', keys.enter);
	expect(screen.text()).not.toContain(' old ');
	await screen.press('s');
	const stopping = screen.lifecycle.started[0];
	const [demo, old] = screen.watch.snapshot().clusters;
	if (!demo || !old) throw new Error('two clusters are there');
	screen.watch.set({clusters: [{...demo, cluster: {...demo.cluster, state: 'stopped'}}, old]});
	await screen.shows(/▸ demo +○ stopped/);
	// A filter by a name lets no other cluster in, whatever is done with it.
	await screen.press('/', '\x15', 'old', keys.enter);
	expect(screen.text()).not.toMatch(/[▸ ] demo +○/);
	await screen.press('/', '\x15', 'running', keys.enter);
	await screen.shows(/▸ demo +○ stopped/);
	stopping?.become({state: 'done', endedAt: screen.clock.now});
	await screen.shows('Nothing matches');
});
