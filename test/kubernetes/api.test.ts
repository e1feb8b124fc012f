import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import type {ServerResponse} from 'node:http';
import {describe, expect, test, vi} from 'vitest';
import {Problem} from '../../source/cluster/problem.ts';
import type {KubernetesApi} from '../../source/kubernetes/api.ts';
import {connectKubernetes} from '../../source/kubernetes/connect.ts';
import type {KubernetesNode} from '../../source/kubernetes/node.ts';
import {withHosts} from '../../source/kubernetes/node-hosts.ts';
import {bodyOf, type FakeApi, failure, fakeApi, json} from './fake-api.ts';

const recording = (name: string) => readFileSync(new URL(`../recordings/kubernetes/${name}`, import.meta.url), 'utf8');
const nodeList = {...JSON.parse(recording('nodes.json')), metadata: {resourceVersion: '617'}};
const {signal} = new AbortController();

function connect({kubeconfig, server}: FakeApi): Promise<KubernetesApi> {
	return connectKubernetes({kubeconfig, server, clusterName: 'rec'});
}

describe('nodes', () => {
	test('as the real k3s listed them', async () => {
		await using fake = await fakeApi((_, response) => json(response, nodeList));
		const api = await connect(fake);
		const nodes = await api.nodes(signal);
		expect(nodes.map(({name}) => name)).toEqual(['k3d-rec-agent-0', 'k3d-rec-agent-1', 'k3d-rec-server-0']);
		expect(nodes[2]).toMatchObject({
			ready: 'ready',
			reason: undefined,
			schedulable: true,
			version: 'v1.21.3+k3s1',
			roles: ['control-plane', 'master'],
			reportedAt: expect.any(Number),
		});
		api.close();
	});

	test.each([
		[{type: 'Ready', status: 'False', reason: 'KubeletNotReady'}, 'not ready', 'KubeletNotReady'],
		[{type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown'}, 'unknown', 'NodeStatusUnknown'],
		[{type: 'DiskPressure', status: 'False'}, 'unknown', undefined],
	])('condition %j is %s', async (condition, ready, reason) => {
		const item = {metadata: {name: 'n', uid: '1'}, spec: {unschedulable: true}, status: {conditions: [condition]}};
		await using fake = await fakeApi((_, response) => json(response, {items: [item]}));
		const api = await connect(fake);
		expect(await api.nodes(signal)).toMatchObject([{ready, reason, schedulable: false, roles: []}]);
		api.close();
	});
});

/** A list and watches that a test feeds line by line. */
async function watchable() {
	let watch = Promise.withResolvers<ServerResponse>();
	const lists: unknown[] = [nodeList];
	const fake = await fakeApi((_, response, url) => {
		if (url.searchParams.get('watch') !== 'true') return json(response, lists.shift() ?? nodeList);
		response.writeHead(200, {'Content-Type': 'application/json'}).flushHeaders();
		watch.resolve(response);
	});
	return {
		fake,
		lists,
		/** The watch that is open now; waits for one. */
		async watching() {
			const response = await watch.promise;
			watch = Promise.withResolvers();
			return {
				send: (type: string, object: unknown) => response.write(`${JSON.stringify({type, object})}\n`),
				write: (text: string) => response.write(text),
				end: () => response.end(),
				drop: () => response.destroy(),
			};
		},
	};
}

/** What a listener was told, awaitable one by one. */
function heard() {
	const queue: (readonly KubernetesNode[])[] = [];
	let waiting: (() => void) | undefined;
	return {
		listener(nodes: readonly KubernetesNode[]) {
			queue.push(nodes);
			waiting?.();
		},
		async next(): Promise<readonly KubernetesNode[]> {
			while (queue.length === 0) {
				await new Promise<void>(resolve => {
					waiting = resolve;
				});
			}
			return queue.shift() ?? [];
		},
	};
}

describe('watching nodes', () => {
	const [first] = nodeList.items;
	const unready = {
		...first,
		status: {...first.status, conditions: [{type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown'}]},
	};
	const version = (object: typeof first, resourceVersion: string) => ({
		...object,
		metadata: {...object.metadata, resourceVersion},
	});

	test('lists, then tells every change, also one that comes in pieces', async () => {
		const {fake, watching} = await watchable();
		await using _ = fake;
		const api = await connect(fake);
		const controller = new AbortController();
		const {listener, next} = heard();
		const ended = api.watchNodes(listener, controller.signal);
		expect(await next()).toHaveLength(3);
		const watch = await watching();
		const line = JSON.stringify({type: 'MODIFIED', object: version(unready, '700')});
		watch.write(line.slice(0, 100));
		watch.write(`${line.slice(100)}\n`);
		expect((await next()).find(({name}) => name === first.metadata.name)?.ready).toBe('unknown');
		watch.send('DELETED', version(first, '701'));
		expect(await next()).toHaveLength(2);
		controller.abort();
		await ended;
		expect(fake.requests).toHaveLength(2);
		api.close();
	});

	test('goes on from the last version, bookmarks included, when the API ends the watch', async () => {
		const {fake, watching} = await watchable();
		await using _ = fake;
		const api = await connect(fake);
		const controller = new AbortController();
		const {listener, next} = heard();
		const ended = api.watchNodes(listener, controller.signal);
		await next();
		const watch = await watching();
		watch.send('BOOKMARK', {kind: 'Node', metadata: {resourceVersion: '900'}});
		watch.end();
		await watching();
		expect(fake.requests.at(-1)).toContain('resourceVersion=900');
		expect(fake.requests.at(-1)).toContain('allowWatchBookmarks=true');
		controller.abort();
		await ended;
		api.close();
	});

	test('lists again when its version is too old', async () => {
		const {fake, watching, lists} = await watchable();
		await using _ = fake;
		const api = await connect(fake);
		const controller = new AbortController();
		const {listener, next} = heard();
		const ended = api.watchNodes(listener, controller.signal);
		await next();
		lists.push({...nodeList, items: [first], metadata: {resourceVersion: '1000'}});
		(await watching()).send('ERROR', {kind: 'Status', code: 410, reason: 'Expired', message: 'too old'});
		expect(await next()).toHaveLength(1);
		await watching();
		expect(fake.requests.at(-1)).toContain('resourceVersion=1000');
		controller.abort();
		await ended;
		api.close();
	});

	test('fails with what the API says is wrong with the watch', async () => {
		const {fake, watching} = await watchable();
		await using _ = fake;
		const api = await connect(fake);
		const ended = api.watchNodes(() => {}, signal);
		(await watching()).send('ERROR', {kind: 'Status', code: 500, reason: 'InternalError', message: 'etcd is ill'});
		await expect(ended).rejects.toMatchObject({
			subject: `Kubernetes API of cluster "rec" at ${fake.server}`,
			reason: 'etcd is ill',
		});
		api.close();
	});

	test('ends with its signal also while nobody answers, and closes the connection', async () => {
		const asked = Promise.withResolvers<ServerResponse>();
		await using fake = await fakeApi((_, response, url) =>
			url.searchParams.has('watch') ? asked.resolve(response) : json(response, nodeList),
		);
		const api = await connect(fake);
		const controller = new AbortController();
		const ended = api.watchNodes(() => {}, controller.signal);
		const closed = once(await asked.promise, 'close');
		controller.abort();
		await Promise.all([ended, closed]);
		api.close();
	});

	test('fails with what its listener throws', async () => {
		const {fake} = await watchable();
		await using _ = fake;
		const api = await connect(fake);
		const listener = () => {
			throw new Problem('listener', 'no');
		};
		await expect(api.watchNodes(listener, signal)).rejects.toThrow('listener: no');
		api.close();
	});

	test('fails when the connection breaks', async () => {
		const {fake, watching} = await watchable();
		await using _ = fake;
		const api = await connect(fake);
		const {listener} = heard();
		const ended = api.watchNodes(listener, signal);
		(await watching()).drop();
		await expect(ended).rejects.toMatchObject({
			name: 'Problem',
			subject: `Kubernetes API of cluster "rec" at ${fake.server}`,
			reason: expect.stringContaining('connection was closed'),
		});
		api.close();
	});

	test('fails when the API has gone after ending the watch properly, as k3s does on SIGTERM', async () => {
		const {fake, watching} = await watchable();
		const api = await connect(fake);
		const ended = api.watchNodes(() => {}, signal);
		const watch = await watching();
		fake.stop();
		watch.end();
		await expect(ended).rejects.toBeInstanceOf(Problem);
		api.close();
	});

	test('fails when every watch ends at once', async () => {
		await using fake = await fakeApi((_, response, url) =>
			url.searchParams.has('watch') ? response.end() : json(response, nodeList),
		);
		const api = await connect(fake);
		await expect(api.watchNodes(() => {}, signal)).rejects.toThrow(/ends every watch/);
		api.close();
	});

	test('does not mind that watches end after their time, however long nothing changes', async () => {
		const {fake, watching} = await watchable();
		await using _ = fake;
		const api = await connect(fake);
		const controller = new AbortController();
		const ended = api.watchNodes(() => {}, controller.signal);
		const start = performance.now();
		const clock = vi.spyOn(performance, 'now');
		try {
			for (let count = 1; count <= 10; count++) {
				const watch = await watching();
				clock.mockReturnValue(start + count * 300_000);
				watch.end();
			}
			await watching();
		} finally {
			clock.mockRestore();
		}
		controller.abort();
		await ended;
		api.close();
	});
});

describe('readiness', () => {
	test('of the real k3s', async () => {
		await using fake = await fakeApi((_, response) => response.end(recording('readyz.txt')));
		const api = await connect(fake);
		expect(await api.readiness(signal)).toEqual({ready: true, detail: ''});
		expect(fake.requests).toEqual(['GET /readyz?verbose=']);
		api.close();
	});

	test('names what fails', async () => {
		const body =
			'[+]ping ok\n[-]etcd failed: reason withheld\n[-]informer-sync failed: reason withheld\nreadyz check failed';
		await using fake = await fakeApi((_, response) => response.writeHead(500).end(body));
		const api = await connect(fake);
		expect(await api.readiness(signal)).toEqual({ready: false, detail: 'not ready: etcd, informer-sync'});
		api.close();
	});

	test('is no error while nobody answers, or answers that it is too early', async () => {
		const fake = await fakeApi((_, response) => failure(response, 503, 'ServiceUnavailable', 'apiserver not ready'));
		const api = await connect(fake);
		expect(await api.readiness(signal)).toEqual({ready: false, detail: 'apiserver not ready'});
		fake.stop();
		expect(await api.readiness(signal)).toEqual({ready: false, detail: expect.stringContaining('refused')});
		api.close();
	});

	test('ends at once when aborted', async () => {
		const heard = Promise.withResolvers<void>();
		await using fake = await fakeApi(() => heard.resolve());
		const api = await connect(fake);
		const controller = new AbortController();
		const answer = api.readiness(controller.signal);
		await heard.promise;
		controller.abort();
		await expect(answer).rejects.toMatchObject({name: 'AbortError'});
		api.close();
	});
});

describe('certificates', () => {
	test('an address that k3s cannot know is verified by a name it always covers', async () => {
		await using fake = await fakeApi((_, response) => json(response, nodeList), {addresses: ['10.0.0.1']});
		const {port} = new URL(fake.server);
		const api = await connectKubernetes({
			kubeconfig: fake.kubeconfig,
			server: `https://127.0.0.2:${port}`,
			clusterName: 'rec',
		});
		expect(await api.nodes(signal)).toHaveLength(3);
		// 127.0.0.1 itself is not covered here, and that is noticed.
		const other = await connect(fake);
		await expect(other.nodes(signal)).rejects.toThrow(/certificate does not fit/);
		api.close();
		other.close();
	});

	test("another cluster's certificate is refused", async () => {
		await using fake = await fakeApi((_, response) => json(response, nodeList));
		await using stranger = await fakeApi((_, response) => json(response, nodeList));
		const api = await connectKubernetes({
			kubeconfig: stranger.kubeconfig,
			server: fake.server,
			clusterName: 'rec',
		});
		await expect(api.nodes(signal)).rejects.toThrow(/certificate does not fit/);
		api.close();
	});

	test('a kubeconfig without them is a Problem', async () => {
		const kubeconfig = 'clusters: [{name: default, cluster: {}}]\nusers: [{name: default, user: {}}]\n';
		await expect(connectKubernetes({kubeconfig, server: 'https://127.0.0.1:1', clusterName: 'rec'})).rejects.toThrow(
			/no certificates/,
		);
	});
});

describe('changing nodes', () => {
	test('cordon and uncordon', async () => {
		const bodies: unknown[] = [];
		await using fake = await fakeApi(async (request, response) => {
			bodies.push([request.headers['content-type'], await bodyOf(request)]);
			json(response, {});
		});
		const api = await connect(fake);
		await api.setSchedulable('n', false, signal);
		await api.setSchedulable('n', true, signal);
		expect(fake.requests).toEqual(['PATCH /api/v1/nodes/n', 'PATCH /api/v1/nodes/n']);
		expect(bodies).toEqual([
			['application/merge-patch+json', {spec: {unschedulable: true}}],
			['application/merge-patch+json', {spec: {unschedulable: null}}],
		]);
		api.close();
	});

	test('a node that does not exist: cordoning is a Problem, deleting is fine', async () => {
		await using fake = await fakeApi((_, response) => failure(response, 404, 'NotFound', 'nodes "n" not found'));
		const api = await connect(fake);
		await expect(api.setSchedulable('n', false, signal)).rejects.toMatchObject({
			subject: 'node n of cluster "rec"',
			reason: 'nodes "n" not found',
		});
		await api.deleteNode('n', signal);
		expect(fake.requests.at(-1)).toBe('DELETE /api/v1/nodes/n');
		api.close();
	});
});

describe('NodeHosts', () => {
	const map = JSON.parse(recording('configmaps_n_kubesystem_coredns.json'));

	test('lines for the same names are replaced, others stay', () => {
		const hosts = '10.9.8.7 db.test\n172.26.0.1 host.k3d.internal\n172.26.0.3 a b\n';
		expect(withHosts(hosts, ['172.30.0.1 host.k3d.internal', '172.30.0.2 b'])).toBe(
			'10.9.8.7 db.test\n172.26.0.3 a\n172.30.0.1 host.k3d.internal\n172.30.0.2 b\n',
		);
		expect(withHosts('', ['1.2.3.4 x'])).toBe('1.2.3.4 x\n');
	});

	test('are written over the version that was read, again after a conflict', async () => {
		const patches: {metadata: {resourceVersion: string}; data: {NodeHosts: string}}[] = [];
		await using fake = await fakeApi(async (request, response) => {
			if (request.method === 'GET') return json(response, map);
			patches.push((await bodyOf(request)) as (typeof patches)[number]);
			if (patches.length === 1) failure(response, 409, 'Conflict', 'the object has been modified');
			else json(response, {});
		});
		const api = await connect(fake);
		expect(await api.setNodeHosts(['172.30.0.1 host.k3d.internal'], signal)).toBe(true);
		expect(patches).toHaveLength(2);
		expect(patches[1]?.metadata.resourceVersion).toBe(map.metadata.resourceVersion);
		expect(patches[1]?.data.NodeHosts).toContain('10.9.8.7 db.test\n');
		expect(patches[1]?.data.NodeHosts).toContain('172.30.0.1 host.k3d.internal\n');
		expect(patches[1]?.data.NodeHosts).not.toContain('172.26.0.1 ');
		api.close();
	});

	test('say false while the map does not exist, and write nothing when all is there', async () => {
		let exists = false;
		await using fake = await fakeApi((_, response) =>
			exists ? json(response, {data: {NodeHosts: '1.2.3.4 x\n'}}) : failure(response, 404, 'NotFound', 'not found'),
		);
		const api = await connect(fake);
		expect(await api.setNodeHosts(['1.2.3.4 x'], signal)).toBe(false);
		exists = true;
		expect(await api.setNodeHosts(['1.2.3.4 x'], signal)).toBe(true);
		expect(fake.requests.every(request => request.startsWith('GET'))).toBe(true);
		api.close();
	});
});

describe('drain', () => {
	const pod = (name: string, metadata: object = {}) => ({
		metadata: {name, namespace: 'default', uid: name, ...metadata},
		spec: {nodeName: 'n'},
	});

	/** Pods that go when they are evicted, as far as `allow` lets them. */
	async function cluster(pods: ReturnType<typeof pod>[], allow: (name: string, attempt: number) => number) {
		const watches: ServerResponse[] = [];
		let history = '';
		const evictions: unknown[] = [];
		const attempts = new Map<string, number>();
		const fake = await fakeApi(async (request, response, url) => {
			if (url.pathname === '/api/v1') {
				return json(response, {resources: [{name: 'pods/eviction', group: 'policy', version: 'v1'}]});
			}
			if (request.method === 'POST') {
				const body = (await bodyOf(request)) as {metadata: {name: string}};
				evictions.push(body);
				const {name} = body.metadata;
				const attempt = (attempts.get(name) ?? 0) + 1;
				attempts.set(name, attempt);
				const status = allow(name, attempt);
				if (status === 429) {
					response.setHeader('Retry-After', '0');
					return failure(response, 429, 'TooManyRequests', 'would violate the disruption budget');
				}
				if (status !== 201) return failure(response, status, '', 'no');
				json(response, {}, 201);
				const gone = pods.find(one => one.metadata.name === name);
				history += `${JSON.stringify({type: 'DELETED', object: gone})}\n`;
				for (const watch of watches) watch.write(`${JSON.stringify({type: 'DELETED', object: gone})}\n`);
				return;
			}
			if (!url.searchParams.has('watch')) return json(response, {metadata: {resourceVersion: '1'}, items: pods});
			// A watch begins with what has happened since the version it asks for.
			response.writeHead(200).flushHeaders();
			response.write(history);
			watches.push(response);
		});
		return {fake, evictions};
	}

	test('evicts what is not tied to the node, and waits until it is gone', async () => {
		const {fake, evictions} = await cluster(
			[
				pod('app-1'),
				pod('app-2'),
				pod('daemon', {ownerReferences: [{kind: 'DaemonSet', name: 'd', controller: true}]}),
				pod('static', {annotations: {'kubernetes.io/config.mirror': 'x'}}),
			],
			() => 201,
		);
		await using _ = fake;
		const api = await connect(fake);
		const progress: string[] = [];
		await api.drain('n', {signal, timeout: 10_000, progress: (gone, total) => progress.push(`${gone}/${total}`)});
		expect(evictions).toHaveLength(2);
		expect(evictions[0]).toEqual({
			apiVersion: 'policy/v1',
			kind: 'Eviction',
			metadata: {name: expect.stringMatching(/^app-/), namespace: 'default'},
		});
		expect(progress.at(0)).toBe('0/2');
		expect(progress.at(-1)).toBe('2/2');
		expect(fake.requests.some(request => request.includes('fieldSelector=spec.nodeName%3Dn'))).toBe(true);
		api.close();
	});

	test('a node without pods is done at once', async () => {
		const {fake, evictions} = await cluster([], () => 201);
		await using _ = fake;
		const api = await connect(fake);
		await api.drain('n', {signal, timeout: 10_000});
		expect(evictions).toEqual([]);
		expect(fake.requests.filter(request => request.includes('/pods'))).toHaveLength(1);
		api.close();
	});

	test('tries again while a disruption budget refuses', async () => {
		const {fake, evictions} = await cluster([pod('a')], (_, attempt) => (attempt < 3 ? 429 : 201));
		await using _ = fake;
		const api = await connect(fake);
		await api.drain('n', {signal, timeout: 10_000});
		expect(evictions).toHaveLength(3);
		api.close();
	});

	test('names the pods that are left when its time is over', async () => {
		const {fake} = await cluster([pod('stuck'), pod('ok')], name => (name === 'stuck' ? 429 : 201));
		await using _ = fake;
		const api = await connect(fake);
		await expect(api.drain('n', {signal, timeout: 500})).rejects.toMatchObject({
			subject: 'node n',
			reason: '1 of 2 pods did not leave within 0.5 s: default/stuck',
		});
		api.close();
	});

	test('fails at once when an eviction is forbidden', async () => {
		const {fake} = await cluster([pod('a')], () => 403);
		await using _ = fake;
		const api = await connect(fake);
		await expect(api.drain('n', {signal, timeout: 10_000})).rejects.toMatchObject({subject: 'pod default/a'});
		api.close();
	});

	test('ends when cancelled, with what it was cancelled for', async () => {
		const {fake} = await cluster([pod('a')], () => 429);
		await using _ = fake;
		const api = await connect(fake);
		const controller = new AbortController();
		const drained = api.drain('n', {
			signal: controller.signal,
			timeout: 10_000,
			progress: () => controller.abort(new Problem('x', 'over')),
		});
		await expect(drained).rejects.toThrow('x: over');
		api.close();
	});
});
