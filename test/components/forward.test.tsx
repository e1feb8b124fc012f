import {describe, expect, test} from 'vitest';
import {Problem} from '../../source/cluster/problem.ts';
import type {Forward, ForwardRequest} from '../../source/watch/forwards.ts';
import {fakePod, fakeService, fakeShop} from './fake-workloads.ts';
import {openShop} from './open-shop.ts';
import {keys, openDashboard} from './screen.tsx';

const web = fakePod('web-1', {
	ports: [
		{name: 'http', port: 80},
		{name: 'metrics', port: 9113},
	],
});

/** The dashboard with the cursor on a pod that declares two ports. */
function openWeb() {
	return openShop({columns: 120, view: fakeShop({pods: [web], controllers: [], services: [], events: []})});
}

describe('a port is forwarded', () => {
	test("to the first port that the pod declares, from one that is not root's", async () => {
		const screen = await openWeb();
		await screen.press('F');
		expect(screen.text()).toContain('Forward to web-1');
		expect(screen.text()).toMatch(/Port of the pod +80 /);
		expect(screen.text()).toMatch(/Port of this machine +8080 /);
		await screen.press(keys.enter, keys.enter, keys.enter);
		await screen.shows('127.0.0.1:8080 leads to port 80 of web-1; O lists what is forwarded');
		expect(screen.watch.snapshot().forwards).toMatchObject([
			{cluster: 'demo', namespace: 'shop', pod: 'web-1', port: 80, localPort: 8080},
		]);
		expect(screen.text()).toContain('1 forwarded');
		expect(screen.text()).not.toContain('Forward to web-1');
	});

	test('Enter once more, while the way is opened, begins no second one', async () => {
		const screen = await openWeb();
		const asked: ForwardRequest[] = [];
		const begun = Promise.withResolvers<Forward>();
		screen.watch.startForward = request => {
			asked.push(request);
			return begun.promise;
		};
		await screen.press('F', keys.tab, keys.tab, keys.enter, keys.enter, keys.enter);
		expect(screen.text()).toContain('opening the way…');
		expect(asked).toHaveLength(1);
		begun.reject(new Problem('port 8080 of this machine', 'something listens there already'));
		await screen.shows('something listens there already');
		await screen.press(keys.tab, keys.enter);
		expect(asked).toHaveLength(2);
	});

	test('what is typed while the way is opened stays, and Enter works again', async () => {
		const screen = await openWeb();
		const begun = Promise.withResolvers<Forward>();
		screen.watch.startForward = () => begun.promise;
		await screen.press('F', keys.tab, keys.tab, keys.enter, keys.shiftTab, keys.shiftTab, '9', '0');
		begun.reject(new Problem('port 8080 of this machine', 'something listens there already'));
		await screen.shows('something listens there already');
		expect(screen.text()).toMatch(/Port of the pod +90 /);
		expect(screen.text()).not.toContain('opening the way…');
	});

	test('to leave ends it, and that is asked', async () => {
		const screen = await openWeb();
		await screen.press('F', keys.enter, keys.enter, keys.enter);
		await screen.shows('127.0.0.1:8080 leads to port 80 of web-1');
		await screen.press('q');
		expect(screen.text()).toContain('127.0.0.1:8080 leads to pod web-1');
		expect(screen.exit).not.toHaveBeenCalled();
		await screen.press('y', keys.enter);
		await screen.until(() => screen.exit.mock.calls.length > 0, 'the end');
	});

	test('arrows go through the declared ports; the local one follows until it is typed', async () => {
		const screen = await openWeb();
		await screen.press('F', keys.right);
		expect(screen.text()).toMatch(/Port of the pod +9113 .*\n.*Port of this machine +9113 /);
		await screen.press(keys.tab, '4', '0', '0', '0', keys.shiftTab, keys.right);
		expect(screen.text()).toMatch(/Port of the pod +80 .*\n.*Port of this machine +4000 /);
	});

	test('from the next free port where that is taken; not from another than was typed', async () => {
		const screen = await openWeb();
		screen.watch.takenPort = 8080;
		await screen.press('F');
		await screen.shows(/Port of this machine +8081 +on 127\.0\.0\.1; 8080 is taken/);
		await screen.press(keys.right);
		expect(screen.text()).toMatch(/Port of this machine +9113 +on 127\.0\.0\.1 /);
		await screen.press(keys.left);
		await screen.shows(/Port of this machine +8081 /);
		await screen.press(keys.tab, '8', '0', '8', '0');
		expect(screen.text()).toMatch(/Port of this machine +8080 +on 127\.0\.0\.1 /);
	});

	test('any other port can be typed; what is none is told and not begun', async () => {
		const screen = await openWeb();
		await screen.press('F', '9', '9', '9', '9', '9');
		expect(screen.text()).toContain('✖ ports go from 1 to 65535');
		await screen.press(keys.tab, keys.tab, keys.enter);
		expect(screen.watch.snapshot().forwards).toEqual([]);
		await screen.press(keys.backspace);
		expect(screen.text()).toMatch(/Port of the pod +9999 /);
	});

	test('why it cannot be is told in the dialog, which stays', async () => {
		const screen = await openWeb();
		screen.watch.forwardProblem = new Problem('port 8080 of this machine', 'something listens there already', 'try 0');
		await screen.press('F', keys.tab, keys.tab, keys.enter);
		await screen.shows(/✖ port 8080 of this machine: something listens there already; .*\n.* try 0/);
		screen.watch.forwardProblem = undefined;
		await screen.press('0', keys.enter, keys.enter);
		await screen.shows('127.0.0.1:40001 leads to port 80 of web-1');
	});

	test('of a service, to what its port leads to in a pod that runs', async () => {
		const pods = [fakePod('web-0', {health: 'bad', status: 'Error', labels: {app: 'web'}, ports: web.ports}), web];
		const port = {name: undefined, port: 8000, targetPort: 'metrics', nodePort: undefined, protocol: 'TCP'} as const;
		const services = [fakeService('web', {ports: [port]})];
		const screen = await openShop({columns: 120, view: fakeShop({pods, controllers: [], services, events: []})});
		await screen.press(keys.right, keys.right, 'F');
		expect(screen.text()).toContain('Forward to web-1');
		expect(screen.text()).toMatch(/Port of the pod +9113 /);
	});

	test('not where no pod runs, and says so', async () => {
		const pods = [fakePod('web-0', {health: 'bad', status: 'Error'})];
		const screen = await openShop({columns: 120, view: fakeShop({pods})});
		await screen.press('F');
		expect(screen.text()).toContain('none of its pods runs');
	});

	test('also where the dashboard is read-only: in the cluster it changes nothing', async () => {
		const view = fakeShop({pods: [web]});
		const screen = await openShop({columns: 120, readOnly: true, view});
		await screen.press('F', keys.tab, keys.tab, keys.enter);
		await screen.shows('1 forwarded');
	});
});

describe('what is forwarded', () => {
	test('is listed: copied, and ended', async () => {
		const screen = await openWeb();
		await screen.press('F', keys.tab, keys.tab, keys.enter);
		await screen.shows('1 forwarded');
		await screen.press('1', 'O');
		expect(screen.text()).toContain('http://127.0.0.1:8080  →  shop/web-1 port 80 in demo');
		await screen.press('y');
		expect(screen.copied).toEqual(['http://127.0.0.1:8080\n']);
		await screen.press('d');
		expect(screen.watch.snapshot().forwards).toEqual([]);
		expect(screen.text()).toContain('127.0.0.1:8080 is free again');
	});

	test('says why nothing came of it', async () => {
		const screen = await openWeb();
		await screen.press('F', keys.tab, keys.tab, keys.enter);
		await screen.shows('1 forwarded');
		const problem = new Problem('port 80 of pod shop/web-1', 'nothing listens on port 80 in the pod');
		const [forward] = screen.watch.snapshot().forwards;
		if (forward) screen.watch.set({forwards: [{...forward, problem}]});
		await screen.shows('1 forwarded, ✖ 1');
		await screen.press('O');
		expect(screen.text()).toContain('✖ port 80 of pod shop/web-1: nothing listens on port 80 in the pod');
	});

	test('stands in the activity log with the kubectl command that does the same', async () => {
		const screen = await openWeb();
		await screen.press('F', keys.tab, keys.tab, keys.enter);
		await screen.shows('1 forwarded');
		await screen.press('7', 'z');
		expect(screen.text()).toContain('forward port 80 of pod shop/web-1');
		expect(screen.text()).toContain('kubectl --context k3d-demo port-forward --namespace shop pod/web-1 80');
	});

	test('is nothing at first', async () => {
		const screen = openDashboard();
		await screen.press('O');
		expect(screen.text()).toContain('nothing is forwarded; F in panel 6 does that');
	});
});
