import {readFileSync} from 'node:fs';
import type {ServerResponse} from 'node:http';
import {afterEach, expect, test, vi} from 'vitest';
import type {ContainerListing} from '../../source/cluster/container-listing.ts';
import {inventory} from '../../source/cluster/inventory.ts';
import {archive} from '../../source/engine/archive.ts';
import {openEngine} from '../../source/engine/connect.ts';
import type {Engine} from '../../source/engine/engine.ts';
import {apiAddress, kubeconfigOf, openKubernetes} from '../../source/kubernetes/access.ts';
import type {Snapshot, Watch} from '../../source/watch/snapshot.ts';
import {startWatch} from '../../source/watch/watch.ts';
import {fakeEngine, json} from '../engine/fake-engine.ts';
import {json as apiJson, fakeApi} from '../kubernetes/fake-api.ts';
import {until} from './until.ts';

const nodeList = {
	...JSON.parse(readFileSync(new URL('../recordings/kubernetes/nodes.json', import.meta.url), 'utf8')),
	metadata: {resourceVersion: '617'},
};

/** A Kubernetes API whose watches a test feeds, and an engine with one server that publishes it. */
async function cluster() {
	const watches = new Set<ServerResponse>();
	const world = {
		listing: undefined as unknown as ContainerListing,
		kubeconfig: undefined as string | undefined,
		/** When the kubeconfig was last asked for. */
		askedAt: 0,
		/** Like a k3s that was stopped with SIGSTOP: it takes requests and keeps connections, and says nothing. */
		hangs: false,
		isReady: true,
	};
	const api = await fakeApi((_, response, url) => {
		if (world.hangs) return;
		if (url.pathname === '/readyz') {
			response
				.writeHead(world.isReady ? 200 : 500)
				.end(world.isReady ? 'ok' : '[+]ping ok\n[-]etcd failed: reason withheld\n');
			return;
		}
		if (!url.searchParams.has('watch')) return apiJson(response, nodeList);
		response.writeHead(200).flushHeaders();
		watches.add(response);
		response.once('close', () => watches.delete(response));
	});
	const server = (State: string, Status = ''): ContainerListing => ({
		Id: 'id-server',
		Names: ['/k3d-rec-server-0'],
		Image: 'rancher/k3s:v1.36.4-k3s1',
		ImageID: 'sha256:0',
		Created: 1,
		Ports:
			State === 'running'
				? [{IP: '0.0.0.0', PrivatePort: 6443, PublicPort: Number(new URL(api.server).port), Type: 'tcp'}]
				: [],
		Labels: {app: 'k3d', 'k3d.role': 'server', 'k3d.cluster': 'rec', 'k3d.server.api.port': '4321'},
		State,
		Status,
	});
	world.listing = server('exited');
	const events = new Set<ServerResponse>();
	const engine = await fakeEngine(async (request, response) => {
		const {pathname} = new URL(request.url ?? '', 'http://docker');
		if (pathname.endsWith('/archive')) world.askedAt = performance.now();
		if (pathname.endsWith('/events')) {
			response.writeHead(200).flushHeaders();
			events.add(response);
		} else if (pathname.endsWith('/containers/json')) json(response, [world.listing]);
		else if (!pathname.endsWith('/archive')) json(response, {});
		else if (world.kubeconfig === undefined) json(response, {message: 'no such file'}, 404);
		else response.end(await archive([{path: '/kubeconfig.yaml', mode: 0o600, content: world.kubeconfig}]));
	});
	return {
		api,
		engine,
		world,
		watches,
		become(state: string, status?: string) {
			world.listing = server(state, status);
			const event = {Type: 'container', Action: 'start', Actor: {ID: 'id-server', Attributes: {}}};
			for (const stream of events) stream.write(`${JSON.stringify(event)}\n`);
		},
		async [Symbol.asyncDispose]() {
			await engine[Symbol.asyncDispose]();
			await api[Symbol.asyncDispose]();
		},
	};
}

let engine: Engine | undefined;
let watch: Watch | undefined;

afterEach(() => {
	watch?.close();
	engine?.close();
});

const viewOf = (snapshot: Snapshot) => snapshot.clusters[0]?.kubernetes;

test('nodes of a cluster that starts, changes, breaks and stops', async () => {
	await using rec = await cluster();
	engine = await openEngine(rec.engine.endpoint);
	watch = startWatch({engine});
	await until(watch, snapshot => viewOf(snapshot)?.state === 'off');

	rec.become('running');
	const booting = await until(watch, snapshot => {
		const view = viewOf(snapshot);
		return view?.state === 'connecting' && view.problem ? view : undefined;
	});
	expect(booting.problem).toMatchObject({subject: 'cluster "rec"', reason: expect.stringContaining('kubeconfig')});
	// The recorded servers have run for long; without a kubeconfig they boot all the same.
	expect(booting.booting).toBe(true);

	rec.world.kubeconfig = rec.api.kubeconfig;
	const nodesOf = (snapshot: Snapshot) => {
		const view = viewOf(snapshot);
		return view?.state === 'connected' ? view.nodes : undefined;
	};
	const nodes = await until(watch, nodesOf);
	expect(nodes.get('k3d-rec-server-0')?.ready).toBe('ready');
	expect(nodes.size).toBe(3);

	const [first] = nodeList.items;
	const notReady = {
		...first,
		metadata: {...first.metadata, resourceVersion: '618'},
		status: {conditions: [{type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown'}]},
	};
	await vi.waitUntil(() => rec.watches.size > 0);
	for (const stream of rec.watches) stream.write(`${JSON.stringify({type: 'MODIFIED', object: notReady})}\n`);
	const changed = await until(watch, snapshot => {
		const now = nodesOf(snapshot);
		return now?.get(first.metadata.name)?.ready === 'unknown' && now;
	});
	expect(changed.get('k3d-rec-agent-0')).toBe(nodes.get('k3d-rec-agent-0'));

	let wasLost = false;
	watch.subscribe(() => {
		if (watch && viewOf(watch.snapshot())?.state === 'connecting') wasLost = true;
	});
	for (const stream of rec.watches) stream.destroy();
	await until(watch, snapshot => wasLost && nodesOf(snapshot));

	await vi.waitUntil(() => rec.watches.size > 0);
	rec.become('exited');
	await until(watch, snapshot => viewOf(snapshot)?.state === 'off');
	await Promise.all([...rec.watches].map(stream => new Promise(resolve => stream.once('close', resolve))));
});

test('the API of a cluster that runs already is looked for after the first picture has been drawn', async () => {
	await using rec = await cluster();
	rec.become('running');
	rec.world.kubeconfig = rec.api.kubeconfig;
	engine = await openEngine(rec.engine.endpoint);
	watch = startWatch({engine});
	const first = await until(watch, viewOf);
	const toldAt = performance.now();
	expect(first).toMatchObject({state: 'connecting', problem: undefined});
	expect(rec.world.askedAt).toBe(0);
	await until(watch, snapshot => viewOf(snapshot)?.state === 'connected');
	expect(rec.world.askedAt - toldAt).toBeGreaterThan(40);
});

const connecting = (snapshot: Snapshot) => {
	const view = viewOf(snapshot);
	return view?.state === 'connecting' && view.problem ? view : undefined;
};

test('an API that hangs, or is not ready any more, is noticed without an event, and heals', async () => {
	await using rec = await cluster();
	rec.world.kubeconfig = rec.api.kubeconfig;
	engine = await openEngine(rec.engine.endpoint);
	watch = startWatch({engine, apiPatience: {silence: 200, answer: 500}});
	rec.become('running');
	await until(watch, snapshot => viewOf(snapshot)?.state === 'connected');
	const readyz = () => rec.api.requests.filter(request => request.includes('/readyz')).length;
	// As long as it answers, silence is nothing bad.
	await vi.waitUntil(() => readyz() >= 3, {timeout: 5000});
	expect(viewOf(watch.snapshot())?.state).toBe('connected');

	rec.world.hangs = true;
	const hung = await until(watch, connecting);
	expect(hung).toMatchObject({booting: false, problem: {reason: 'it does not answer'}});
	expect(hung.problem?.subject).toContain(rec.api.server);
	rec.world.hangs = false;
	await until(watch, snapshot => viewOf(snapshot)?.state === 'connected');

	rec.world.isReady = false;
	expect((await until(watch, connecting)).problem?.reason).toBe('not ready: etcd');
	// Its list and its watch would answer: they do not make it healthy.
	const asked = readyz();
	await vi.waitUntil(() => readyz() >= asked + 2, {timeout: 5000});
	expect(viewOf(watch.snapshot())?.state).toBe('connecting');
	rec.world.isReady = true;
	await until(watch, snapshot => viewOf(snapshot)?.state === 'connected');
});

test('an API that has not answered yet boots in the first minute of its servers, and not longer', async () => {
	await using rec = await cluster();
	let time = Date.now();
	engine = await openEngine(rec.engine.endpoint);
	watch = startWatch({engine, now: () => time});
	rec.become('running', 'Up 20 seconds');
	expect(await until(watch, connecting)).toMatchObject({booting: true});
	time += 30_000;
	// What is read again did not start again.
	rec.become('running', 'Up 50 seconds');
	await until(watch, ({clusters}) => clusters[0]?.cluster.servers[0]?.status === 'Up 50 seconds');
	time += 11_000;
	await until(watch, snapshot => connecting(snapshot)?.booting === false);

	// Restarted: it boots again, until it has answered.
	rec.become('running', 'Up Less than a second');
	await until(watch, snapshot => connecting(snapshot)?.booting);
	rec.world.kubeconfig = rec.api.kubeconfig;
	await until(watch, snapshot => viewOf(snapshot)?.state === 'connected');
	await vi.waitUntil(() => rec.watches.size > 0);
	time += 5000;
	rec.world.kubeconfig = undefined;
	for (const stream of rec.watches) stream.destroy();
	expect(await until(watch, connecting)).toMatchObject({booting: false});
});

test('the way to an API: its published port, or what the label tells; the kubeconfig from a server', async () => {
	await using rec = await cluster();
	engine = await openEngine(rec.engine.endpoint);
	const clusterNow = () => {
		const [found] = inventory([rec.world.listing]).clusters;
		if (!found) throw new Error('no cluster');
		return found;
	};
	expect(apiAddress(engine, clusterNow())).toBe('https://127.0.0.1:4321');
	await expect(openKubernetes(engine, clusterNow())).rejects.toThrow(/not written|no server has written/);
	expect(await kubeconfigOf(engine, clusterNow())).toBeUndefined();

	rec.become('running');
	rec.world.kubeconfig = rec.api.kubeconfig;
	expect(apiAddress(engine, clusterNow())).toBe(rec.api.server);
	expect(await kubeconfigOf(engine, clusterNow())).toBe(rec.api.kubeconfig);
	const api = await openKubernetes(engine, clusterNow());
	expect(await api.nodes(new AbortController().signal)).toHaveLength(3);
	api.close();

	const {Labels} = rec.world.listing;
	const {'k3d.server.api.port': _, ...unpublished} = Labels;
	rec.world.listing = {...rec.world.listing, Ports: [], Labels: unpublished};
	await expect(openKubernetes(engine, clusterNow())).rejects.toThrow(/not published/);
});
