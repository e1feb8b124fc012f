import {describe, expect, test} from 'vitest';
import {Problem} from '../../source/cluster/problem.ts';
import {fakeController, fakePod, fakeShop} from './fake-workloads.ts';
import {openShop, rowOf} from './open-shop.ts';
import {keys} from './screen.tsx';

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
