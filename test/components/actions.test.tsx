import {describe, expect, test} from 'vitest';
import {Problem} from '../../source/cluster/problem.ts';
import {fakeCluster, fakeRegistry, fakeSnapshot, viewOf} from './fake-world.ts';
import {keys, openDashboard} from './screen.tsx';

describe('start, stop and restart', () => {
	test('s stops a running cluster and starts a stopped one', async () => {
		const screen = openDashboard();
		expect(screen.text()).toContain('s stop');
		await screen.press('s', 'j');
		expect(screen.text()).toContain('s start');
		await screen.press('s');
		expect(screen.lifecycle.calls).toEqual([
			['stopCluster', 'demo'],
			['startCluster', 'old'],
		]);
	});

	test('s and r act on the node, the load balancer or the registry where the focus is there', async () => {
		const screen = openDashboard({columns: 80, rows: 30});
		await screen.press('2', 'j', 's');
		screen.lifecycle.started[0]?.become({state: 'done', endedAt: screen.clock.now});
		await screen.press('3', 'r');
		screen.lifecycle.started[1]?.become({state: 'done', endedAt: screen.clock.now});
		await screen.press('4', 's');
		expect(screen.lifecycle.calls).toEqual([
			['stopNode', 'k3d-demo-agent-0'],
			['restartNode', 'k3d-demo-serverlb'],
			['stopNode', 'k3d-registry'],
		]);
	});

	test('in a log, which is only read, s, r and d act on nothing, whoever’s log it is', async () => {
		const screen = openDashboard();
		for (const way of [['l'], ['2', 'l'], ['m']]) {
			await screen.press('1', ...way, 's');
			expect(screen.text()).toContain('a log is only read');
			await screen.press('r', 'd');
		}
		expect(screen.lifecycle.calls).toEqual([]);
		expect(screen.text()).not.toContain('Delete');
	});

	test('where a filter leaves no cluster, none is said to be missing', async () => {
		const screen = openDashboard();
		await screen.press('/', 'zzz', keys.enter, 'd');
		expect(screen.text()).toContain('no cluster is chosen; Esc in panel 1 takes the filter away');
	});

	test('r restarts a cluster', async () => {
		const screen = openDashboard();
		await screen.press('r');
		expect(screen.lifecycle.calls).toEqual([['restartCluster', 'demo']]);
	});

	test('a second operation on a busy cluster is refused with the reason, another cluster is free', async () => {
		const screen = openDashboard();
		await screen.press('s', 's');
		expect(screen.text()).toContain('cluster demo is busy: "stop cluster demo" has to end first');
		await screen.press('2', 'r');
		expect(screen.text()).toContain('is busy');
		expect(screen.lifecycle.calls).toHaveLength(1);
		await screen.press('1', 'j', 's');
		expect(screen.lifecycle.calls).toHaveLength(2);
	});

	test('nothing is changed on a broken connection, and the reason is given', async () => {
		const screen = openDashboard();
		const problem = new Problem('unix:///var/run/docker.sock', 'connect ECONNREFUSED');
		screen.watch.set({connection: {state: 'broken', since: 0, problem, retryAt: screen.clock.now + 3000}});
		await screen.press('s');
		expect(screen.text()).toContain('the Docker Engine does not answer');
		expect(screen.lifecycle.calls).toEqual([]);
	});

	test('s starts a cluster whose load balancer alone does not run', async () => {
		const cluster = fakeCluster('demo');
		if (!cluster.loadBalancer) throw new Error('the load balancer is missing');
		const loadBalancer = {...cluster.loadBalancer, state: 'exited'} as const;
		const screen = openDashboard({snapshot: fakeSnapshot([viewOf({...cluster, loadBalancer})])});
		expect(screen.text()).toContain('s start');
		await screen.press('s');
		expect(screen.lifecycle.calls).toEqual([['startCluster', 'demo']]);
	});

	test('a message is shown whole, and goes by itself', async () => {
		const screen = openDashboard({columns: 60, rows: 15});
		await screen.press('s', 's');
		const [first = '', second = ''] = screen.lines().slice(-2);
		expect(first).toMatch(/^ ! cluster demo is busy/);
		expect(second).toMatch(/\(x cancels it\)$/);
		expect(screen.size().rows).toBe(15);
		screen.clock.now += 7950;
		screen.watch.set({});
		await screen.flush();
		expect(screen.text()).toContain('is busy');
		screen.clock.now += 50;
		await screen.hides('is busy');
		expect(screen.lines().at(-1)).toContain('q quit');
	});

	test('without a cluster there is a page that says what to press, and keys that need one say so', async () => {
		const screen = openDashboard({snapshot: fakeSnapshot([], {registries: []})});
		expect(screen.text()).toContain('No clusters yet');
		await screen.press('s');
		expect(screen.text()).toContain('there is no cluster yet; press c to create one');
		await screen.press('c');
		expect(screen.text()).toContain('Create a cluster');
	});
});

describe('delete', () => {
	test('a cluster only when its name was typed', async () => {
		const screen = openDashboard();
		await screen.press('d', keys.enter, 'y', keys.enter);
		expect(screen.text()).toContain('type demo to delete it');
		await screen.press(keys.backspace, 'dem', keys.enter);
		expect(screen.lifecycle.calls).toEqual([]);
		await screen.press('o', keys.enter);
		expect(screen.lifecycle.calls).toEqual([['deleteCluster', 'demo']]);
		expect(screen.text()).not.toContain('Delete cluster');
	});

	test('what is lost is counted where it cannot all be told', async () => {
		const screen = openDashboard({columns: 60, rows: 15});
		await screen.press('d');
		expect(screen.text()).toMatch(/… and \d+ more; with more rows they are all told/);
		const large = openDashboard();
		await large.press('d');
		expect(large.text()).not.toContain('more rows');
	});

	test('a pasted name counts, and Esc keeps the cluster', async () => {
		const screen = openDashboard();
		await screen.press('d');
		await screen.paste('demo\n');
		await screen.press(keys.escape);
		expect(screen.lifecycle.calls).toEqual([]);
		await screen.press('d');
		await screen.paste('demo\n');
		await screen.press(keys.enter);
		expect(screen.lifecycle.calls).toEqual([['deleteCluster', 'demo']]);
	});

	test('a node asks with the focus on Cancel; y and then Enter deletes', async () => {
		const screen = openDashboard();
		await screen.press('2', 'j', 'd');
		expect(screen.text()).toContain('Delete node k3d-demo-agent-0?');
		expect(screen.text()).toContain('▸ Cancel');
		await screen.press(keys.enter);
		expect(screen.lifecycle.calls).toEqual([]);
		await screen.press('d', 'y');
		expect(screen.text()).toContain('▸ Delete');
		expect(screen.lifecycle.calls).toEqual([]);
		await screen.press(keys.enter);
		expect(screen.lifecycle.calls).toEqual([['deleteNode', 'k3d-demo-agent-0']]);
	});

	test('no single key deletes, nor do the letters of a split or pasted input', async () => {
		const screen = openDashboard();
		await screen.press('2', 'j', 'dy');
		await screen.paste('\r');
		expect(screen.lifecycle.calls).toEqual([]);
	});

	test('the load balancer is refused with what to do instead', async () => {
		const screen = openDashboard();
		await screen.press('3', 'd');
		expect(screen.text()).toContain('the load balancer goes with its cluster');
	});
});

describe('grow and shrink', () => {
	test('+ adds agents: as many as chosen', async () => {
		const screen = openDashboard();
		await screen.press('+', keys.right, keys.right, keys.left);
		expect(screen.text()).toContain('agents   2 → 4');
		await screen.press(keys.enter);
		expect(screen.lifecycle.calls).toEqual([]);
		await screen.press(keys.enter);
		expect(screen.lifecycle.calls).toEqual([['grow', 'demo', {agents: 2}]]);
	});

	test('+ gives new nodes the imported images when i asks for it, and offers that only while the cluster runs', async () => {
		const screen = openDashboard();
		await screen.press('+');
		expect(screen.text()).toContain('[ ] i with the images that were imported');
		await screen.press('i', keys.enter, keys.enter);
		expect(screen.lifecycle.calls).toEqual([['grow', 'demo', {agents: 1, importImages: true}]]);
		await screen.press('j', '+');
		expect(screen.text()).toContain('Grow cluster old');
		expect(screen.text()).not.toContain('images that were imported');
		await screen.press('i', keys.enter, keys.enter);
		expect(screen.lifecycle.calls[1]).toEqual(['grow', 'old', {agents: 1}]);
	});

	test('+ refuses a second server for SQLite with the reason, and allows it with etcd, warning of even numbers', async () => {
		const screen = openDashboard({snapshot: fakeSnapshot([fakeCluster('one'), fakeCluster('three', {servers: 3})])});
		await screen.press('=', keys.down);
		expect(screen.text()).toContain('SQLite');
		await screen.press(keys.enter, keys.enter);
		expect(screen.lifecycle.calls).toEqual([]);
		await screen.press(keys.escape, 'j', '+', 's');
		expect(screen.text()).toContain('4 servers: etcd wants an odd number');
		await screen.press('2', keys.enter, keys.enter);
		expect(screen.lifecycle.calls).toEqual([['grow', 'three', {servers: 2}]]);
	});

	test('- removes agents, and refuses the last server and more than there are', async () => {
		const screen = openDashboard();
		await screen.press('-', '3');
		expect(screen.text()).toContain('it has only 2 agents');
		await screen.press(keys.down, '1');
		expect(screen.text()).toContain('its only server has to stay');
		await screen.press(keys.enter, keys.enter);
		expect(screen.lifecycle.calls).toEqual([]);
		await screen.press('a', keys.enter, keys.enter);
		expect(screen.lifecycle.calls).toEqual([['shrink', 'demo', {agents: 1}]]);
	});
});

describe('a node that has to stay', () => {
	test('the last server is not asked about: the cluster is in it', async () => {
		const screen = openDashboard();
		await screen.press('2', 'd');
		expect(screen.text()).toContain('it is the last server, the cluster is in it; delete that (panel 1)');
		expect(screen.text()).not.toContain('Delete node');
	});
});

describe('Esc', () => {
	test('puts the result away that is on the screen, and does no more', async () => {
		const screen = openDashboard();
		await screen.press('2');
		screen.lifecycle.run('restart', 'cluster demo', {state: 'done', steps: [], endedAt: screen.clock.now});
		await screen.shows('restart cluster demo done');
		await screen.press(keys.escape);
		expect(screen.text()).not.toContain('restart cluster demo done');
		expect(screen.cursor()).toContain('server-0');
		await screen.press(keys.escape);
		expect(screen.cursor()).toBe('demo');
	});
});

describe('kubeconfig', () => {
	test('K saves the chosen cluster and says where', async () => {
		const saved: string[] = [];
		const screen = openDashboard({
			saveKubeconfig: async cluster => {
				saved.push(cluster);
				return '/home/me/.kube/config';
			},
		});
		await screen.press('K');
		await screen.shows('demo is the current context in /home/me/.kube/config');
		expect(saved).toEqual(['demo']);
	});

	test('K says why it could not', async () => {
		const screen = openDashboard({
			saveKubeconfig: async () => {
				throw new Problem('kubeconfig "/x"', 'permission denied', 'Check its owner.');
			},
		});
		await screen.press('K');
		await screen.shows('kubeconfig "/x": permission denied. Check its owner.');
	});
});

describe('help', () => {
	test('lists every key, and the footer only what works', async () => {
		const screen = openDashboard({rows: 160});
		await screen.press('?');
		for (const word of [
			'create a cluster',
			'restart the cluster',
			'kubeconfig',
			'wrap long lines',
			'Ctrl-Z',
			'filter',
		]) {
			expect(screen.text()).toContain(word);
		}
		await screen.press(keys.escape);
		const footer = screen.lines().at(-1);
		expect(footer).toContain('c create');
		expect(footer).not.toContain('cancel');
		expect(footer).not.toContain('pause');
	});

	test('the footer keeps what cannot be done now in sight, dim, behind what can', async () => {
		const screen = openDashboard({columns: 260});
		await screen.press('j');
		const footer = screen.lines().at(-1) ?? '';
		expect(footer.indexOf('i import image')).toBeGreaterThan(footer.indexOf('H hosts'));
		expect(screen.raw()).toContain('\x1b[2mi import image\x1b[22m');
	});

	test('scrolls where it does not fit', async () => {
		const screen = openDashboard({columns: 80, rows: 20});
		await screen.press('?');
		expect(screen.text()).not.toContain('Ctrl-Z');
		await screen.press('G');
		expect(screen.text()).toContain('Ctrl-Z');
		await screen.press('g', '?');
		expect(screen.text()).toContain('1 Clusters');
	});
});

describe('quit', () => {
	test('q and Ctrl-C leave at once when nothing is under way', async () => {
		const screen = openDashboard();
		await screen.press('q');
		expect(screen.exit).toHaveBeenCalledExactlyOnceWith(0);
		await screen.press(keys.ctrlC);
		expect(screen.exit).toHaveBeenCalledTimes(2);
	});

	test('asks while something is under way; staying is the default', async () => {
		const screen = openDashboard();
		await screen.press('s', 'q');
		expect(screen.text()).toContain('stop cluster demo');
		expect(screen.text()).toContain('▸ Stay');
		await screen.press(keys.enter);
		expect(screen.exit).not.toHaveBeenCalled();
		expect(screen.lifecycle.closes).toBe(0);
		await screen.press('q', 'y', keys.enter);
		expect(screen.lifecycle.closes).toBe(1);
		expect(screen.exit).toHaveBeenCalledExactlyOnceWith(0);
	});

	test('the second Ctrl-C cancels and leaves, the third does not wait for the undoing', async () => {
		const screen = openDashboard();
		let undone = () => {};
		screen.lifecycle.undone = new Promise(resolve => {
			undone = resolve;
		});
		await screen.press('s', keys.ctrlC);
		expect(screen.exit).not.toHaveBeenCalled();
		await screen.press(keys.ctrlC);
		expect(screen.lifecycle.started[0]?.cancelled).toBe(true);
		expect(screen.text()).toContain('is being undone');
		expect(screen.exit).not.toHaveBeenCalled();
		await screen.press(keys.ctrlC);
		expect(screen.exit).toHaveBeenCalledExactlyOnceWith(130);
		undone();
	});

	test('Ctrl-C gets out of a dialog and of a filter as well', async () => {
		const screen = openDashboard();
		await screen.press('c', keys.ctrlC);
		expect(screen.exit).toHaveBeenCalledTimes(1);
		await screen.press(keys.escape, '/', 'a', keys.ctrlC);
		expect(screen.exit).toHaveBeenCalledTimes(2);
	});

	test('Ctrl-Z suspends', async () => {
		const screen = openDashboard();
		await screen.press(keys.ctrlZ);
		expect(screen.suspend).toHaveBeenCalledOnce();
	});
});

describe('stray input', () => {
	test('pasted text does nothing on the dashboard', async () => {
		const screen = openDashboard();
		await screen.paste('ssdq\rK');
		expect(screen.lifecycle.calls).toEqual([]);
		expect(screen.exit).not.toHaveBeenCalled();
		expect(screen.text()).not.toContain('Delete');
	});

	test('the rest of an escape sequence that came late is not taken for a key', async () => {
		const saved: string[] = [];
		const screen = openDashboard({
			saveKubeconfig: async cluster => {
				saved.push(cluster);
				return '';
			},
		});
		await screen.press(keys.escape, '[K');
		expect(saved).toEqual([]);
		await screen.press('K');
		expect(saved).toEqual(['demo']);
	});

	test('unknown keys do nothing', async () => {
		const screen = openDashboard({snapshot: fakeSnapshot(undefined, {registries: [fakeRegistry('r')]})});
		await screen.shows('following');
		const before = screen.text();
		await screen.press('\x1b[15~', 'Z', 'ü', '\x1bü');
		expect(screen.lifecycle.calls).toEqual([]);
		expect(screen.text()).toBe(before);
	});
});
