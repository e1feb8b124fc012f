import {describe, expect, test} from 'vitest';
import {fakeCluster, fakeNode, fakeSnapshot, viewOf} from './fake-world.ts';
import {keys, openDashboard} from './screen.tsx';

const clear = '\x15';

describe('the ports dialog', () => {
	test('lists what is published and to whom it leads', async () => {
		const screen = openDashboard();
		await screen.press('P');
		expect(screen.text()).toContain('Ports of cluster demo');
		expect(screen.text()).toMatch(/https:\/\/127\.0\.0\.1:36267 +→ 6443\/tcp +→ server-0/);
		expect(screen.text()).toMatch(/0\.0\.0\.0:8080 +→ 80\/tcp +→ server-0, agent-0, agent-1/);
		expect(screen.text()).toContain('The load balancer is replaced');
	});

	test('says while a port is typed what it will do, and adds it with Enter', async () => {
		const screen = openDashboard();
		await screen.press('P', '8081:81');
		expect(screen.text()).toContain('+ 0.0.0.0:8081 → 81/tcp → server-0, agent-0, agent-1');
		await screen.press('@agent:0');
		expect(screen.text()).toContain('+ 0.0.0.0:8081 → 81/tcp → agent-0');
		await screen.press(' 127.0.0.1:53:53/udp 9000');
		expect(screen.text()).toContain('+ 127.0.0.1:53 → 53/udp →');
		expect(screen.text()).toContain('+ 0.0.0.0:a free port → 9000/tcp →');
		await screen.press(keys.enter);
		expect(screen.lifecycle.calls).toEqual([
			[
				'editPorts',
				'demo',
				{
					add: [
						{value: '8081:81', filters: ['agent:0']},
						{value: '127.0.0.1:53:53/udp', filters: []},
						{value: '9000', filters: []},
					],
				},
			],
		]);
		expect(screen.text()).not.toContain('Ports of cluster');
	});

	test.each([
		['99999:80', '"99999" is no port'],
		['81:80@nobody', 'there is no group "nobody"'],
		['81:80@agent:7', 'there is no agent 7; the cluster has 2'],
		['81:80@server:0:direct', 'a port that is published directly on a node'],
		['8080:99', 'host port 8080 leads to port 80 already'],
		['5100:99', 'host port 5100 is published by k3d-registry already'],
		['81:80 81:90', 'host port 81 leads to port 80 already'],
	])('shows in place what is wrong with %s, and does nothing', async (typed, problem) => {
		const screen = openDashboard();
		await screen.press('P', typed);
		expect(screen.text()).toContain(problem);
		await screen.press(keys.enter);
		expect(screen.lifecycle.calls).toEqual([]);
		await screen.press(clear);
		expect(screen.text()).not.toContain('✖');
	});

	test('says what leads elsewhere without a new load balancer, and what is so already', async () => {
		const cluster = fakeCluster('demo');
		const view = viewOf(cluster);
		const routes = view.routes?.map(route => (route.port === 80 ? {...route, backends: ['k3d-demo-agent-0']} : route));
		const screen = openDashboard({snapshot: fakeSnapshot([{...view, routes}])});
		await screen.press('P', '8080:80@agent:*');
		expect(screen.text()).toContain('~ 0.0.0.0:8080 → 80/tcp → agent-0, agent-1');
		expect(screen.text()).toContain('The load balancer goes on');
		await screen.press(clear, '8080:80@agent:0');
		expect(screen.text()).toContain('8080:80/tcp is published already');
		expect(screen.text()).toContain('Nothing has to be changed.');
	});

	test('counts the ports of a range that have no place', async () => {
		const screen = openDashboard();
		await screen.press('P');
		await screen.paste('9000-9009:9000-9009\n');
		expect(screen.text()).toContain('+ 0.0.0.0:9002 → 9002/tcp');
		expect(screen.text()).toContain('… and 7 more');
	});

	test('a port that only a stopped cluster wants can be had, with a warning', async () => {
		const old = fakeCluster('old', {stopped: true, agents: 0});
		const loadBalancer = fakeNode('k3d-old-serverlb', 'loadbalancer', 'old', {
			state: 'exited',
			ports: [{hostIP: '0.0.0.0', hostPort: 9090, containerPort: 80, protocol: 'tcp'}],
		});
		const screen = openDashboard({snapshot: fakeSnapshot([fakeCluster('demo'), {...old, loadBalancer}])});
		await screen.press('P', '9090:90');
		expect(screen.text()).toContain('! k3d-old-serverlb will not start as long as host port 9090');
		await screen.press(keys.enter);
		expect(screen.lifecycle.calls).toEqual([['editPorts', 'demo', {add: [{value: '9090:90', filters: []}]}]]);
	});

	test('a load balancer that does not run takes nothing away while it is replaced', async () => {
		const screen = openDashboard({snapshot: fakeSnapshot([fakeCluster('old', {stopped: true})])});
		await screen.press('P', '9090:90');
		expect(screen.text()).toContain('The load balancer is replaced; it does not run now.');
		expect(screen.text()).not.toContain('the API is away');
	});

	test('says that its cluster is gone when another program deletes that, and promises nothing', async () => {
		const screen = openDashboard();
		await screen.press('P', '9090:90');
		screen.watch.set(fakeSnapshot([fakeCluster('other')]));
		await screen.shows('✖ the cluster is gone');
		expect(screen.text()).not.toContain('The load balancer is replaced');
		await screen.press(keys.enter);
		expect(screen.lifecycle.calls).toEqual([]);
	});

	test('a y in the middle of a word removes nothing', async () => {
		const screen = openDashboard();
		await screen.press('P', keys.up, 'd', 'my.yaml', keys.enter);
		expect(screen.text()).toContain('Ports of cluster demo');
		expect(screen.lifecycle.calls).toEqual([]);
	});

	test('removes a port with d, y and Enter, and with nothing less', async () => {
		const screen = openDashboard();
		await screen.press('P', keys.up, 'd');
		expect(screen.text()).toContain('Remove port 0.0.0.0:8080 → 80/tcp?');
		expect(screen.text()).toContain('Behind 0.0.0.0:8080: port 80/tcp of server-0, agent-0, agent-1.');
		await screen.press(keys.enter);
		expect(screen.text()).toContain('Ports of cluster demo');
		expect(screen.lifecycle.calls).toEqual([]);
		await screen.press('d', 'y', keys.enter);
		expect(screen.lifecycle.calls).toEqual([['editPorts', 'demo', {remove: ['8080:80/tcp']}]]);
	});

	test('names the address of a port that is not on all of them', async () => {
		const cluster = fakeCluster('demo');
		const loadBalancer = fakeNode('k3d-demo-serverlb', 'loadbalancer', 'demo', {
			ports: [{hostIP: '127.0.0.1', hostPort: 8080, containerPort: 80, protocol: 'tcp'}],
		});
		const screen = openDashboard({snapshot: fakeSnapshot([viewOf({...cluster, loadBalancer})])});
		await screen.press('P', keys.up, 'd', 'y', keys.enter);
		expect(screen.lifecycle.calls).toEqual([['editPorts', 'demo', {remove: ['127.0.0.1:8080:80/tcp']}]]);
	});

	test("keeps the API's port, and a port that a node publishes itself", async () => {
		const cluster = fakeCluster('demo');
		const [server] = cluster.servers;
		if (!server) throw new Error('a server was asked for');
		const ports = [{hostIP: '0.0.0.0', hostPort: 9999, containerPort: 99, protocol: 'tcp' as const}];
		const screen = openDashboard({snapshot: fakeSnapshot([viewOf({...cluster, servers: [{...server, ports}]})])});
		await screen.press('P', keys.up, 'd');
		expect(screen.text()).toContain('k3d-demo-server-0 publishes it itself');
		await screen.press('k', 'k', 'd');
		expect(screen.text()).toContain('nothing could reach the cluster without it');
		expect(screen.text()).not.toContain('Remove port 0');
		expect(screen.lifecycle.calls).toEqual([]);
	});

	test('is refused without a load balancer, with the reason', async () => {
		const screen = openDashboard({snapshot: fakeSnapshot([fakeCluster('bare', {loadBalancer: false})])});
		await screen.press('P');
		expect(screen.text()).toContain('bare has no load balancer');
		expect(screen.text()).not.toContain('Ports of cluster');
	});

	test.each([
		[80, 24],
		[60, 15],
	])('fits %i×%i with many ports', async (columns, rows) => {
		const cluster = fakeCluster('demo');
		const loadBalancer = fakeNode('k3d-demo-serverlb', 'loadbalancer', 'demo', {
			ports: Array.from({length: 30}, (_, i) => ({
				hostIP: '0.0.0.0',
				hostPort: 8000 + i,
				containerPort: 8000 + i,
				protocol: 'tcp' as const,
			})),
		});
		const screen = openDashboard({columns, rows, snapshot: fakeSnapshot([viewOf({...cluster, loadBalancer})])});
		await screen.press('P', keys.up);
		expect(screen.text()).toMatch(/▸ .*8029/);
		expect(screen.text()).toContain('31 of 31');
		await screen.press(keys.tab, '7000-7009:7000-7009');
		expect(screen.text()).toContain('about two seconds.');
		expect(screen.text()).toContain('Esc close');
		expect(screen.size().rows).toBeLessThanOrEqual(rows);
	});
});
