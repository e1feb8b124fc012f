import {describe, expect, test} from 'vitest';
import {Problem} from '../../source/cluster/problem.ts';
import {fakeController, fakePod, fakeShop} from './fake-workloads.ts';
import {fakeCluster, fakeSnapshot, viewOf} from './fake-world.ts';
import {keys, openDashboard, type ScreenOptions} from './screen.tsx';

const workloads = '6';

/** The dashboard with a shop in every cluster, and the workloads panel in focus. */
async function openShop(options: ScreenOptions & {readonly view?: ReturnType<typeof fakeShop>} = {}) {
	const {view = fakeShop(), ...screenOptions} = options;
	const screen = openDashboard({columns: 200, ...screenOptions});
	screen.watch.workloads = view;
	await screen.press(workloads);
	return screen;
}

/** The panel's row that has this text in it. */
const rowOf = (screen: Awaited<ReturnType<typeof openShop>>, text: string) =>
	screen
		.lines()
		.map(line => line.slice(line.lastIndexOf('││') + 2))
		.find(line => line.includes(text)) ?? '';

describe('the workloads panel', () => {
	test('shows the pods of the cluster with how they stand', async () => {
		const screen = await openShop();
		await screen.shows('web-2');
		expect(rowOf(screen, 'NAME')).toMatch(/NAME +NAMESPACE +READY +STATUS +RST +LAST +NODE +AGE/);
		expect(rowOf(screen, 'web-1')).toMatch(/web-1 +shop +1\/1 +● Running +0 +agent-0 +5m/);
		expect(rowOf(screen, 'mailer')).toMatch(/mailer-1 +shop +0\/1 +✖ CrashLoopBackOff +7 +2m ago +agent-1 +5m/);
		expect(rowOf(screen, 'Pods')).toContain('Pods 4  Deployments 4  Services 3  Events 3, 1!');
	});

	test('follows the cluster only while it is on screen', async () => {
		const screen = openDashboard();
		screen.watch.workloads = fakeShop();
		await screen.flush();
		expect(screen.watch.workloadFollowers).toEqual([]);
		await screen.press(workloads);
		await screen.shows('web-2');
		expect(screen.watch.workloadFollowers.map(({cluster, closed}) => [cluster, closed])).toEqual([['demo', false]]);
		await screen.press('7');
		expect(screen.watch.workloadFollowers.map(({closed}) => closed)).toEqual([true]);
	});

	test('stays beside the lists, and goes along with their cursor', async () => {
		const other = fakeCluster('other');
		const screen = await openShop({snapshot: fakeSnapshot([fakeCluster('demo'), other])});
		await screen.press('1', 'j');
		await screen.until(() => screen.watch.workloadFollowers.at(-1)?.cluster === 'other', 'the other cluster');
		expect(screen.watch.workloadFollowers.map(({closed}) => closed)).toEqual([true, false]);
	});

	test('shows what happens as it happens', async () => {
		const screen = await openShop();
		await screen.shows('web-2');
		screen.watch.workloadFollowers[0]?.set(fakeShop({pods: [fakePod('fresh-1')]}));
		await screen.shows('fresh-1');
		expect(screen.text()).not.toContain('web-2');
	});

	test('asks nothing of a cluster that does not run, and says so', async () => {
		const screen = await openShop({snapshot: fakeSnapshot([fakeCluster('old', {stopped: true})])});
		expect(screen.text()).toContain('old does not run; s in panel 1 starts it.');
		expect(screen.watch.workloadFollowers).toEqual([]);
	});

	test('while nobody answers, says why, and keeps what it knew', async () => {
		const screen = await openShop();
		await screen.shows('web-2');
		screen.watch.workloadFollowers[0]?.set({
			state: 'broken',
			problem: new Problem('API', 'the connection was refused'),
		});
		await screen.shows('the connection was refused');
		expect(screen.text()).toContain('web-2');
	});

	test('of an API that hangs, says so too', async () => {
		const demo = viewOf(fakeCluster('demo'));
		const screen = await openShop({snapshot: fakeSnapshot([demo])});
		await screen.shows('web-2');
		const problem = new Problem('API', 'it does not answer');
		const hung = {...demo, kubernetes: {state: 'connecting' as const, since: 0, problem, booting: false}};
		screen.watch.set({clusters: [hung]});
		await screen.until(() => rowOf(screen, 'it does not answer') !== '', 'why in the panel');
	});

	test.each([
		[60, 15],
		[80, 24],
		[120, 40],
		[300, 100],
	])('fits %i×%i', async (columns, rows) => {
		const long = `${'very-long-name-'.repeat(5)}7f9c`;
		const screen = await openShop({
			columns,
			rows,
			view: fakeShop({pods: [fakePod(long, {status: 'CreateContainerConfigError'})]}),
		});
		await screen.shows('7f9c');
		for (const _ of ['pods', 'controllers', 'services', 'events']) {
			expect(screen.size()).toEqual({columns, rows});
			await screen.press(keys.right);
		}
	});

	test('metrics-server figures stand in columns of their own, with their units', async () => {
		const view = fakeShop();
		const usage = new Map([['shop/web-1', {cores: 0.137, memory: 96 * 1024 ** 2}]]);
		const screen = await openShop({view: {...view, usage}});
		await screen.shows('137m');
		expect(rowOf(screen, 'web-1')).toMatch(/137m +96 MiB/);
	});
});

describe('the tabs', () => {
	test('deployments, and what else keeps pods', async () => {
		const screen = await openShop();
		await screen.press(keys.right);
		expect(rowOf(screen, 'mailer')).toMatch(/mailer +shop +deploy +✖ 0\/1/);
		expect(rowOf(screen, 'svclb')).toMatch(/svclb +kube-system +daemon +● 2\/2/);
	});

	test('services with the URL that reaches them, those first that can be reached', async () => {
		const screen = await openShop();
		await screen.press(keys.right, keys.right);
		const lines = screen.text();
		expect(rowOf(screen, 'traefik')).toContain('http://127.0.0.1:8080');
		expect(rowOf(screen, 'shop.localhost')).toContain('http://shop.localhost:8080');
		expect(lines.indexOf('http://shop.localhost')).toBeLessThan(lines.indexOf('cart'));
		await screen.press('y');
		expect(screen.copied).toEqual(['http://127.0.0.1:8080\n']);
	});

	test('events, warnings first; the cursor stays at the top where it has not been moved', async () => {
		const screen = await openShop();
		await screen.press(keys.left);
		expect(rowOf(screen, 'BackOff')).toMatch(/1m +! BackOff +9× +pod\/mailer-1 +BackOff of mailer-1/);
		expect(rowOf(screen, '▸')).toContain('BackOff');
		const {workloads: known} = fakeShop();
		const [first, ...others] = known?.events ?? [];
		if (!first) throw new Error('no event');
		screen.watch.workloadFollowers[0]?.set(
			fakeShop({events: [{...first, id: 'new', reason: 'FailedMount'}, first, ...others]}),
		);
		await screen.shows('FailedMount');
		expect(rowOf(screen, '▸')).toContain('FailedMount');
	});
});

describe('what is shown', () => {
	test('the filter finds by name, status and node', async () => {
		const screen = await openShop();
		await screen.shows('web-2');
		await screen.press('/', 'crash', keys.enter);
		expect(screen.text()).toContain('mailer-1');
		expect(screen.text()).not.toContain('web-1');
		await screen.press(keys.escape);
		expect(screen.text()).toContain('web-1');
	});

	test('n goes through the namespaces', async () => {
		const screen = await openShop();
		await screen.shows('web-2');
		await screen.press('n');
		expect(screen.text()).toContain('coredns-1');
		expect(screen.text()).not.toContain('web-1');
		expect(screen.text()).toContain('in kube-system');
		await screen.press('n');
		expect(screen.text()).not.toContain('coredns-1');
		await screen.press('n');
		expect(screen.text()).toContain('coredns-1');
		expect(screen.text()).toContain('web-1');
		await screen.press('N');
		expect(screen.text()).not.toContain('coredns-1');
	});

	test('coming from a node, only what is on it; w shows the whole cluster', async () => {
		const screen = openDashboard({columns: 200});
		screen.watch.workloads = fakeShop();
		await screen.press('2', 'j', workloads);
		await screen.shows('on agent-0 of demo');
		expect(screen.text()).toContain('web-1');
		expect(screen.text()).not.toContain('web-2');
		expect(screen.text()).not.toContain('mailer-1');
		await screen.press('w');
		expect(screen.text()).toContain('mailer-1');
		await screen.press('w', keys.left);
		expect(rowOf(screen, 'Started')).toContain('web-1');
		expect(screen.text()).not.toContain('BackOff of mailer-1');
	});
});

describe('the log of a pod', () => {
	test('opens with all containers that have begun, and those before a restart', async () => {
		const screen = await openShop();
		await screen.shows('web-2');
		await screen.press('/', 'web-1', keys.enter, keys.enter);
		await screen.shows('web-1 (shop)');
		expect(screen.watch.followers.at(-1)?.sources).toEqual([
			{kind: 'pod', cluster: 'demo', namespace: 'shop', pod: 'web-1', container: 'init'},
			{kind: 'pod', cluster: 'demo', namespace: 'shop', pod: 'web-1', container: 'app', previous: true},
			{kind: 'pod', cluster: 'demo', namespace: 'shop', pod: 'web-1', container: 'app'},
		]);
		await screen.press(keys.escape);
		await screen.shows('web-1');
		expect(rowOf(screen, '▸')).toContain('web-1');
	});

	test('l does the same; of a deployment, the logs of all its pods', async () => {
		const screen = await openShop();
		await screen.shows('web-2');
		await screen.press(keys.right, '/', 'web', keys.enter, 'l');
		await screen.until(() => screen.watch.followers.at(-1)?.sources.length === 4, 'four logs');
		expect(screen.watch.followers.at(-1)?.sources.at(-1)).toMatchObject({pod: 'web-2', container: 'main'});
	});

	test('is refused where no container has begun', async () => {
		const pods = [fakePod('new-1', {containers: [{name: 'main', hasLog: false, hasPrevious: false}]})];
		const screen = await openShop({view: fakeShop({pods})});
		await screen.shows('new-1');
		await screen.press(keys.enter);
		expect(screen.text()).toContain('none of its containers has begun yet');
	});
});

describe('what can be done', () => {
	test('d deletes a pod after a question; the activity log has the kubectl line', async () => {
		const screen = await openShop();
		await screen.shows('web-2');
		await screen.press('j', 'd');
		expect(screen.text()).toContain('Delete pod mailer-1?');
		await screen.press(keys.enter);
		expect(screen.lifecycle.calls).toEqual([]);
		await screen.press('d', 'y', keys.enter);
		expect(screen.lifecycle.calls).toEqual([['deletePod', 'demo', {namespace: 'shop', name: 'mailer-1'}]]);
		await screen.press('7');
		expect(screen.text()).toContain('$ kubectl --context k3d-demo --namespace shop delete pod mailer-1');
	});

	test('never the cluster or the node that the focus came from', async () => {
		const screen = await openShop({view: fakeShop({pods: []})});
		await screen.press('d', 'r', 's');
		expect(screen.lifecycle.calls).toEqual([]);
		expect(screen.text()).not.toContain('to confirm');
		await screen.press(keys.right, 'd');
		expect(screen.text()).toContain('only pods are deleted here');
	});

	test('r has a deployment make its pods anew, and nothing else', async () => {
		const screen = await openShop();
		await screen.shows('web-2');
		await screen.press('r');
		expect(screen.text()).toContain('only deployments, stateful sets and daemon sets');
		await screen.press(keys.right, '/', 'web', keys.enter, 'r');
		expect(screen.lifecycle.calls).toEqual([
			['restartWorkload', 'demo', {kind: 'Deployment', namespace: 'shop', name: 'web'}],
		]);
		await screen.press('7');
		expect(screen.text()).toContain('$ kubectl --context k3d-demo --namespace shop rollout restart deployment/web');
	});

	test('S scales a deployment, and u takes that back', async () => {
		const screen = await openShop();
		await screen.shows('web-2');
		await screen.press(keys.right, '/', 'web', keys.enter, 'S');
		expect(screen.text()).toContain('Scale deployment web');
		await screen.press('1', '2', '-', keys.enter, keys.enter);
		const web = {kind: 'Deployment', namespace: 'shop', name: 'web'};
		expect(screen.lifecycle.calls).toEqual([['scaleWorkload', 'demo', web, {replicas: 11, from: 2}]]);
		screen.lifecycle.started.at(-1)?.become({state: 'done', endedAt: screen.clock.now});
		await screen.press('u');
		expect(screen.text()).toContain('To take it back: scale deployment shop/web');
		await screen.press('y', keys.enter);
		expect(screen.lifecycle.calls.at(-1)).toEqual(['scaleWorkload', 'demo', web, {replicas: 2, from: 11}]);
	});

	test('a daemon set cannot be scaled', async () => {
		const view = fakeShop({controllers: [fakeController('svclb', {kind: 'DaemonSet'})]});
		const screen = await openShop({view});
		await screen.press(keys.right, 'S');
		expect(screen.text()).toContain('a daemon set has a pod on every node');
	});

	test('a read-only dashboard shows all of it and changes nothing', async () => {
		const screen = await openShop({readOnly: true});
		await screen.shows('web-2');
		for (const key of ['d', keys.right, 'r', 'S']) await screen.press(key);
		expect(screen.text()).toContain('this dashboard is read-only');
		expect(screen.lifecycle.calls).toEqual([]);
	});
});

describe('looking at an object', () => {
	test('D describes it, Tab shows the YAML, y copies', async () => {
		const screen = await openShop();
		await screen.shows('web-2');
		await screen.press('D');
		await screen.shows('description of Pod kube-system/coredns-1 in demo');
		await screen.press('G');
		await screen.shows('line 59');
		await screen.press(keys.tab);
		await screen.shows('yaml of Pod kube-system/coredns-1');
		await screen.press('y');
		expect(screen.copied[0]).toMatch(/^yaml of Pod/);
		await screen.press(keys.escape);
		expect(screen.text()).not.toContain('yaml of Pod');
	});

	test('of an event, what it is about', async () => {
		const screen = await openShop();
		await screen.press(keys.left, 'Y');
		await screen.shows('yaml of Pod shop/mailer-1 in demo');
	});

	test('what cannot be read says why', async () => {
		const screen = await openShop();
		await screen.shows('web-2');
		screen.machine.unreadable = new Problem('pod shop/web-2', 'pods "web-2" not found');
		await screen.press('D');
		await screen.shows('pods "web-2" not found');
	});
});
