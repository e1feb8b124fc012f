import type Docker from 'dockerode';
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest';
import {openEngine} from '../../source/engine/connect.ts';
import {resolveEndpoint} from '../../source/engine/endpoint.ts';
import type {Engine} from '../../source/engine/engine.ts';
import type {LogFollower, Watch} from '../../source/watch/snapshot.ts';
import {startWatch} from '../../source/watch/watch.ts';
import {flakyEngine} from '../engine/flaky-engine.ts';
import {removeAllNamed} from '../setup/cleaning.ts';
import {describeWithEngine, testDocker, testEngineHost} from '../setup/engine.ts';
import {uniqueName} from '../setup/names.ts';
import {labelled, labelsOf, shellImage} from './containers.ts';
import {until, untilTold} from './until.ts';

describeWithEngine('following a log', () => {
	let docker: Docker;
	let engine: Engine;
	let watch: Watch;
	let log: LogFollower | undefined;
	const made: string[] = [];

	beforeAll(async () => {
		docker = testDocker();
		await shellImage(docker);
		engine = await openEngine(await resolveEndpoint({host: testEngineHost()}));
		watch = startWatch({engine});
		await until(watch, ({connection}) => connection.state === 'connected');
	}, 120_000);

	afterEach(async () => {
		log?.close();
		await Promise.all(made.splice(0).map(name => removeAllNamed(docker, name)));
	});

	afterAll(() => {
		watch?.close();
		engine?.close();
	});

	async function node(script: string, options: {tty?: boolean} = {}) {
		const name = uniqueName();
		made.push(name);
		return labelled(docker, `k3d-${name}-server-0`, {labels: labelsOf(name, 'server'), script, ...options});
	}

	const wait = 'while :; do sleep 1000 & wait $!; done';
	const texts = (follower: LogFollower) => follower.lines().map(({text}) => text);
	const has = (follower: LogFollower, text: string) => untilTold(follower, () => texts(follower).includes(text));

	test('both streams, colours kept, the rest made harmless', async () => {
		const container = await node(
			`printf '\\033[31mred\\033[0m\\033]0;title\\007!\\n'; printf 'a\\tb\\n'; echo oops >&2; ${wait}`,
		);
		await container.start();
		log = watch.followLog([{kind: 'container', id: container.id, name: 'node'}]);
		expect(log.state()).toBe('loading');
		// Docker reads the two streams side by side.
		await untilTold(log, () => log?.lines().length === 3);
		expect(texts(log).toSorted()).toEqual(['\x1b[31mred\x1b[0m!', 'a       b', 'oops']);
		expect(log.lines().find(({text}) => text === 'oops')?.stream).toBe('stderr');
		expect(log.state()).toBe('following');
	});

	test('begins with the end of a long log', async () => {
		const container = await node(`i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo line $i; done; ${wait}`);
		await container.start();
		await until(watch, ({clusters}) =>
			clusters.some(({cluster}) => cluster.servers.some(({id}) => id === container.id)),
		);
		const first = watch.followLog([{kind: 'container', id: container.id, name: 'node'}]);
		await has(first, 'line 3000');
		first.close();
		log = watch.followLog([{kind: 'container', id: container.id, name: 'node'}]);
		await has(log, 'line 3000');
		expect(log.lines()).toHaveLength(1000);
		expect(texts(log)[0]).toBe('line 2001');
		expect(log.lines().map(({number}) => number)).toEqual(Array.from({length: 1000}, (_, index) => index));
	});

	test('older lines come when they are asked for, until there are no more', async () => {
		const container = await node(`i=0; while [ $i -lt 2500 ]; do i=$((i+1)); echo line $i; done; ${wait}`);
		await container.start();
		const first = watch.followLog([{kind: 'container', id: container.id, name: 'node'}]);
		await has(first, 'line 2500');
		first.close();
		const follower = watch.followLog([{kind: 'container', id: container.id, name: 'node'}], {tail: 400});
		log = follower;
		await has(follower, 'line 2500');
		expect(follower.lines()).toHaveLength(400);
		for (const count of [1400, 2400, 2500]) {
			follower.loadOlder();
			await untilTold(follower, () => follower.lines().length >= count && follower.older() !== 'loading');
			expect(texts(follower)).toEqual(Array.from({length: count}, (_, index) => `line ${2500 - count + index + 1}`));
		}
		expect(follower.older()).toBe('start');
	});

	test('begins at a time', async () => {
		const container = await node(`echo long ago; ${wait}`);
		await container.start();
		const before = watch.followLog([{kind: 'container', id: container.id, name: 'node'}]);
		await has(before, 'long ago');
		before.close();
		const since = Date.now();
		const follower = watch.followLog([{kind: 'container', id: container.id, name: 'node'}], {since});
		log = follower;
		await container.restart({t: 0});
		await untilTold(follower, () => texts(follower).at(-1) === 'long ago');
		expect(texts(follower).filter(text => text === 'long ago')).toHaveLength(1);
	});

	test('goes on when the container is stopped and started again, without gap and without double', async () => {
		const container = await node(`echo begin; trap 'echo end; exit 3' TERM; ${wait}`);
		await container.start();
		const {Name} = await container.inspect();
		const stopped = `— ${Name.slice(1)} stopped (exit 3) —`;
		log = watch.followLog([{kind: 'container', id: container.id, name: 'node'}]);
		await has(log, 'begin');
		await container.stop();
		await has(log, stopped);
		await untilTold(log, () => log?.state() === 'waiting');
		await container.start();
		await untilTold(log, () => log && texts(log).filter(text => text === 'begin').length === 2);
		expect(log.state()).toBe('following');
		await container.stop();
		await untilTold(log, () => log && texts(log).filter(text => text === stopped).length === 2);
		expect(texts(log)).toEqual(['begin', 'end', stopped, 'begin', 'end', stopped]);
		expect(log.lines().find(({text}) => text === stopped)?.stream).toBe('k3dui');
	});

	test('of a container that never ran waits for its start; of one that is removed it says so', async () => {
		const container = await node(`echo hello; ${wait}`);
		log = watch.followLog([{kind: 'container', id: container.id, name: 'node'}]);
		await untilTold(log, () => log?.state() === 'waiting');
		expect(log.lines()).toEqual([]);
		await container.start();
		await has(log, 'hello');
		await container.remove({force: true});
		await has(log, '— the container has been removed —');
		expect(log.state()).toBe('failed');
	});

	test('with a terminal', async () => {
		const container = await node(`echo one; printf '10%%\\r50%%\\r100%%\\n'; echo zażółć; ${wait}`, {tty: true});
		await container.start();
		log = watch.followLog([{kind: 'container', id: container.id, name: 'node'}]);
		await has(log, 'zażółć');
		expect(texts(log)).toEqual(['one', '100%', 'zażółć']);
	});

	test('goes on after a lost connection, without gap and without double', async () => {
		await using way = await flakyEngine(testEngineHost());
		const own = await openEngine(way.endpoint);
		const ownWatch = startWatch({engine: own});
		await until(ownWatch, ({connection}) => connection.state === 'connected');
		const container = await node(`i=0; while [ $i -lt 60 ]; do i=$((i+1)); echo $i; sleep 0.05; done; ${wait}`);
		await container.start();
		log = ownWatch.followLog([{kind: 'container', id: container.id, name: 'node'}]);
		await has(log, '10');
		await way.cut();
		await untilTold(log, () => log?.state() === 'failed');
		await way.mend();
		await has(log, '60');
		expect(texts(log)).toEqual(Array.from({length: 60}, (_, index) => String(index + 1)));
		ownWatch.close();
		own.close();
	});

	test('paused, reads nothing more from the engine, and loses nothing', async () => {
		await using way = await flakyEngine(testEngineHost());
		const own = await openEngine(way.endpoint);
		const ownWatch = startWatch({engine: own});
		await until(ownWatch, ({connection}) => connection.state === 'connected');
		const container = await node(
			`yes 'a line that is long enough to fill buffers' | head -n 200000; echo done; ${wait}`,
		);
		log = ownWatch.followLog([{kind: 'container', id: container.id, name: 'node'}]);
		await untilTold(log, () => log?.state() === 'waiting');
		log.pause();
		const witness = watch.followLog([{kind: 'container', id: container.id, name: 'node'}]);
		await container.start();
		await has(witness, 'done');
		witness.close();
		expect(log.state()).toBe('paused');
		expect(way.received()).toBeLessThan(5_000_000);
		log.resume();
		await has(log, 'done');
		const last = log.lines().at(-1);
		expect(last?.number).toBe(200_000);
		expect(log.lines().length).toBeLessThanOrEqual(10_000);
		ownWatch.close();
		own.close();
	});
});
