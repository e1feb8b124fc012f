import {describe, expect, test} from 'vitest';
import {Problem} from '../../source/cluster/problem.ts';
import {fakeEvent, fakePod, fakeShop} from './fake-workloads.ts';
import {fakeCluster, fakeSnapshot, viewOf} from './fake-world.ts';
import {openShop, rowOf, workloads} from './open-shop.ts';
import {keys, openDashboard} from './screen.tsx';

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
		expect(rowOf(screen, 'web ')).toMatch(/web:1 +5m/);
		expect(rowOf(screen, 'web ')).not.toContain('shop/web');
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

	test('events say what they are about, beside the lists too', async () => {
		const screen = await openShop({columns: 120, view: fakeShop()});
		await screen.press(keys.right, keys.right, keys.right);
		expect(screen.text()).toMatch(/LAST +REASON +OBJECT +MESSAGE/);
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

test('the message of the event with the cursor stands whole below the list', async () => {
	const message = 'Back-off restarting failed container mailer in pod mailer-1, which has no mail server to talk to';
	const events = [fakeEvent('BackOff', 'mailer-1', {message, isWarning: true}), fakeEvent('Pulled', 'web-1')];
	const screen = await openShop({columns: 80, view: fakeShop({pods: [], controllers: [], services: [], events})});
	await screen.press(keys.right, keys.right, keys.right);
	const said = screen.text().replaceAll(/[│\s]+/g, ' ');
	expect(said).toContain(`pod/mailer-1: ${message}`);
});
