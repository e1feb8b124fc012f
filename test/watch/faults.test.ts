import type {ServerResponse} from 'node:http';
import {afterEach, describe, expect, test, vi} from 'vitest';
import type {ContainerListing} from '../../source/cluster/container-listing.ts';
import {openEngine} from '../../source/engine/connect.ts';
import type {Engine} from '../../source/engine/engine.ts';
import type {Watch} from '../../source/watch/snapshot.ts';
import {startWatch, type WatchOptions} from '../../source/watch/watch.ts';
import {FakeLifecycle, FakeWatch} from '../components/fake-engine.ts';
import {fakeSnapshot} from '../components/fake-world.ts';
import {type FakeEngine, fakeEngine, json} from '../engine/fake-engine.ts';
import {flakyEngine} from '../engine/flaky-engine.ts';
import {until} from './until.ts';

function listing(cluster: string, State = 'exited'): ContainerListing {
	return {
		Id: `id-${cluster}`,
		Names: [`/k3d-${cluster}-server-0`],
		Image: 'rancher/k3s:v1.36.4-k3s1',
		ImageID: 'sha256:0',
		Created: 1,
		Ports: [],
		Labels: {app: 'k3d', 'k3d.role': 'server', 'k3d.cluster': cluster},
		State,
		Status: '',
	};
}

/** An engine with containers, whose events a test sends. */
async function engineWith(listings: ContainerListing[]) {
	const streams = new Set<ServerResponse>();
	let listFails = false;
	let onList = () => {};
	const fake: FakeEngine = await fakeEngine((request, response) => {
		const url = new URL(request.url ?? '', 'http://docker');
		if (url.pathname.endsWith('/events')) {
			response.writeHead(200).flushHeaders();
			if (url.searchParams.get('filters')?.includes('"container"')) streams.add(response);
			response.once('close', () => streams.delete(response));
			return;
		}
		if (url.pathname.endsWith('/containers/json')) {
			if (listFails) return json(response, {message: 'database is locked'}, 500);
			const filters = JSON.parse(url.searchParams.get('filters') ?? '{}') as {id?: string[]};
			json(
				response,
				listings.filter(({Id}) => filters.id?.includes(Id) ?? true),
			);
			return onList();
		}
		if (url.pathname.endsWith('/stats')) return void response.writeHead(200).flushHeaders();
		json(response, {Name: 'fake', ServerVersion: '28.0.0', NCPU: 2, MemTotal: 1024});
	});
	return {
		fake,
		listings,
		failLists: (fails: boolean) => {
			listFails = fails;
		},
		onList: (work: () => void) => {
			onList = work;
		},
		event(Action: string, id: string) {
			const line = JSON.stringify({Type: 'container', Action, Actor: {ID: id, Attributes: {}}});
			for (const stream of streams) stream.write(`${line}\n`);
		},
		endEvents() {
			for (const stream of streams) stream.end();
		},
	};
}

let watch: Watch | undefined;
let engine: Engine | undefined;

afterEach(() => {
	watch?.close();
	engine?.close();
	vi.useRealTimers();
});

async function watching(
	{endpoint}: Pick<FakeEngine, 'endpoint'>,
	options: Pick<WatchOptions, 'patience' | 'lifecycle'> = {},
): Promise<Watch> {
	engine = await openEngine(endpoint);
	// Without chance, pauses are three quarters of what they could be.
	watch = startWatch({engine, random: () => 0, ...options});
	return watch;
}

const isConnected = (watch: Watch) => until(watch, ({connection}) => connection.state === 'connected');
const isBroken = (watch: Watch) =>
	until(watch, ({connection}) => (connection.state === 'broken' ? connection : undefined));

describe('asking', () => {
	test('subscribes before it lists, and asks nothing else of a quiet engine', async () => {
		const {fake} = await engineWith([listing('a')]);
		await using _ = fake;
		const watch = await watching(fake);
		await until(watch, snapshot => snapshot.engine);
		const paths = fake.requests.map(request => request.replace(/\?.*/, ''));
		expect(paths.slice(0, 4)).toEqual([
			'GET /_ping',
			'GET /v1.45/events',
			'GET /v1.45/events',
			'GET /v1.45/containers/json',
		]);
		expect(paths.slice(4).toSorted()).toEqual(['GET /_ping', 'GET /v1.45/info']);
	});

	test('looks at the one container that an event names, once for a burst', async () => {
		const {fake, listings, event} = await engineWith([listing('a'), listing('b')]);
		await using _ = fake;
		const watch = await watching(fake);
		await until(watch, snapshot => snapshot.engine);
		const before = watch.snapshot().clusters[1];
		const asked = fake.requests.length;
		listings[0] = listing('a', 'paused');
		for (const action of ['exec_create: sh', 'archive-path', 'pause', 'rename', 'update']) event(action, 'id-a');
		await until(watch, ({clusters}) => clusters[0]?.cluster.servers[0]?.state === 'paused');
		const requests = fake.requests.slice(asked);
		expect(requests).toHaveLength(1);
		expect(decodeURIComponent(requests[0] ?? '')).toContain('"id":["id-a"]');
		expect(watch.snapshot().clusters[1]).toBe(before);
	});

	test('an event that comes while the first list is made is not lost', async () => {
		const {fake, listings, event, onList} = await engineWith([listing('a')]);
		await using _ = fake;
		onList(() => {
			onList(() => {});
			listings.push(listing('late'));
			event('create', 'id-late');
		});
		const watch = await watching(fake);
		await until(watch, ({clusters}) => clusters.length === 2);
	});
});

describe('a broken connection', () => {
	test('says so, keeps what was known and when it was true, and heals when the socket is back', async () => {
		const {fake, listings} = await engineWith([listing('a'), listing('b')]);
		await using _ = fake;
		const watch = await watching(fake);
		await isConnected(watch);
		const {confirmedAt, clusters} = watch.snapshot();
		const [, kept] = clusters;
		await fake.stop();
		const broken = await isBroken(watch);
		expect(broken.problem.subject).toBe(`Docker Engine at ${fake.endpoint.url}`);
		expect(broken.retryAt).toBeGreaterThan(broken.since);
		expect(watch.snapshot().clusters).toBe(clusters);
		expect(watch.snapshot().confirmedAt).toBe(confirmedAt);

		// Long pauses from here on, so that only the socket can end them.
		for (let failures = 0; failures < 3; failures++) {
			const {retryAt} = await isBroken(watch);
			await until(watch, ({connection}) => connection.state === 'broken' && connection.retryAt !== retryAt);
		}
		listings[0] = listing('a', 'paused');
		const back = performance.now();
		await fake.restart();
		await isConnected(watch);
		expect(performance.now() - back).toBeLessThan(1500);
		expect(watch.snapshot().clusters[0]?.cluster.servers[0]?.state).toBe('paused');
		expect(watch.snapshot().clusters[1]).toBe(kept);
	});

	test('is tried less and less often, and at once when asked to', async () => {
		const {fake} = await engineWith([]);
		await using _ = fake;
		await fake.stop();
		const watch = await watching(fake);
		const pauses: number[] = [];
		let last = 0;
		while (pauses.length < 3) {
			const {retryAt} = await until(watch, ({connection}) =>
				connection.state === 'broken' && connection.retryAt !== last ? connection : undefined,
			);
			pauses.push(retryAt - Date.now());
			last = retryAt;
		}
		expect(pauses[1]).toBeGreaterThan((pauses[0] ?? 0) * 1.4);
		expect(pauses[2]).toBeGreaterThan((pauses[1] ?? 0) * 1.4);
		watch.retry();
		const {retryAt} = await until(watch, ({connection}) =>
			connection.state === 'broken' && connection.retryAt !== last ? connection : undefined,
		);
		expect(retryAt - Date.now()).toBeLessThan(pauses[1] ?? 0);
	});

	test('the end of the event stream is one', async () => {
		const {fake, endEvents} = await engineWith([listing('a')]);
		await using _ = fake;
		const watch = await watching(fake);
		await isConnected(watch);
		endEvents();
		expect((await isBroken(watch)).problem.reason).toContain('closed');
		await isConnected(watch);
	});

	test('an engine that hangs is noticed, and once it goes on again it heals', async () => {
		const {fake} = await engineWith([listing('a')]);
		await using _ = fake;
		if (fake.endpoint.connection.kind !== 'unix') throw new Error('expected a socket');
		await using way = await flakyEngine(fake.endpoint.url);
		const watch = await watching(way, {patience: {silence: 300, doubt: 300, answer: 300}});
		await until(watch, snapshot => snapshot.engine);
		// As long as it answers, silence is nothing bad.
		const asked = fake.requests.length;
		await vi.waitUntil(() => fake.requests.length >= asked + 2, {timeout: 5000});
		expect(watch.snapshot().connection.state).toBe('connected');
		way.freeze();
		expect((await isBroken(watch)).problem.reason).toBe('it does not answer');
		way.thaw();
		await isConnected(watch);
	});

	describe('to an engine that hangs is noticed sooner', () => {
		const soon = {silence: 600_000, doubt: 300, answer: 300};

		async function hanging(options: Pick<WatchOptions, 'lifecycle'> = {}) {
			const world = await engineWith([listing('a', 'running')]);
			const way = await flakyEngine(world.fake.endpoint.url);
			const watch = await watching(way, {patience: soon, ...options});
			await until(watch, snapshot => snapshot.engine);
			return {
				...world,
				way,
				watch,
				async [Symbol.asyncDispose]() {
					await way[Symbol.asyncDispose]();
					await world.fake[Symbol.asyncDispose]();
				},
			};
		}

		test('while it owes an answer', async () => {
			await using world = await hanging();
			world.onList(() => world.way.freeze());
			const begun = performance.now();
			world.event('update', 'id-a');
			expect((await isBroken(world.watch)).problem.reason).toBe('it does not answer');
			// Before the list itself would have been given up.
			expect(performance.now() - begun).toBeLessThan(4000);
		});

		test('while it owes samples of use', async () => {
			await using world = await hanging();
			world.watch.watchUsage(['id-a']);
			await vi.waitUntil(() => world.fake.requests.some(request => request.includes('/stats')));
			world.way.freeze();
			expect((await isBroken(world.watch)).problem.reason).toBe('it does not answer');
		});

		test('while an operation is under way', async () => {
			const lifecycle = new FakeLifecycle(new FakeWatch(fakeSnapshot()), Date.now);
			await using world = await hanging({lifecycle});
			world.way.freeze();
			lifecycle.run('create', 'cluster b');
			expect((await isBroken(world.watch)).problem.reason).toBe('it does not answer');
		});
	});

	test('an engine that cannot list tells why, and heals', async () => {
		const {fake, failLists} = await engineWith([listing('a')]);
		await using _ = fake;
		failLists(true);
		const watch = await watching(fake);
		expect((await isBroken(watch)).problem.reason).toBe('database is locked');
		failLists(false);
		await isConnected(watch);
	});

	test('nobody there at the start is told the same way', async () => {
		engine = await openEngine({
			url: 'unix:///nowhere/docker.sock',
			source: 'default',
			context: undefined,
			connection: {kind: 'unix', socketPath: '/nowhere/docker.sock'},
		});
		watch = startWatch({engine});
		const {problem} = await isBroken(watch);
		expect(problem.reason).toBe('there is no such socket');
		expect(watch.snapshot().confirmedAt).toBeUndefined();
	});
});
