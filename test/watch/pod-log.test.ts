import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import type {Engine} from '../../source/engine/engine.ts';
import type {LogFollower, LogOptions, LogState} from '../../source/watch/log/log.ts';
import {LogFeed} from '../../source/watch/log/log-feed.ts';
import {FakePod} from './fake-pod.ts';

beforeEach(() => {
	vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout', 'performance']});
});

afterEach(() => {
	log?.close();
	vi.useRealTimers();
});

let log: LogFollower | undefined;

/** Follows the log of a pod, and takes down its states. */
function follow(pod: FakePod, options: LogOptions = {}) {
	const feed = new LogFeed({} as Engine, pod.openApi);
	const follower = feed.follow(
		[{kind: 'pod', cluster: 'dev', namespace: 'shop', pod: 'web', container: 'main'}],
		options,
	);
	log = follower;
	const states: LogState[] = [follower.state()];
	follower.subscribe(() => {
		if (follower.state() !== states.at(-1)) states.push(follower.state());
	});
	return {follower, states, texts: () => follower.lines().map(({text}) => text)};
}

/** Lets so much time pass, and streams and promises go on before and after: they take turns, no time. */
async function pass(milliseconds = 500): Promise<void> {
	const pace = 100;
	for (const step of [pace, Math.max(0, milliseconds - 2 * pace), pace]) {
		for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
		await vi.advanceTimersByTimeAsync(step);
	}
}

/** The connection breaks, and a line is logged before there is another one, which is waited for. */
async function logThroughBreak(pod: FakePod, second: number, text: string): Promise<void> {
	pod.breakConnection();
	await pass();
	pod.log(second, text);
	await pass(5000);
}

const minutes = 60_000;

describe('the log of a container of a pod', () => {
	test('that has ended is read once, and nothing is asked after that', async () => {
		const pod = new FakePod();
		pod.log(1, 'one', 'two');
		pod.end();
		const {states, texts} = follow(pod);
		await pass();
		expect(texts()).toEqual(['one', 'two']);
		expect(states).toEqual(['loading', 'waiting']);
		await pass(60 * minutes);
		expect(pod.asked).toEqual(['open', 'watch', expect.objectContaining({follow: true})]);
		expect(states).toEqual(['loading', 'waiting']);
	});

	test('that keeps failing is read once a run, and goes on without gap and double', async () => {
		const pod = new FakePod();
		pod.log(1, 'run 0');
		const {states, texts} = follow(pod);
		await pass();
		for (const run of [1, 2, 3]) {
			pod.end();
			await pass(5 * minutes);
			pod.start(`a/${run}`);
			pod.log(600 * run, `run ${run}`);
			await pass();
		}
		expect(texts()).toEqual(['run 0', 'run 1', 'run 2', 'run 3']);
		expect(pod.reads).toHaveLength(4);
		expect(pod.asked.filter(each => each === 'open' || each === 'watch')).toHaveLength(2);
		const each = ['following', 'waiting'];
		expect(states).toEqual(['loading', ...each, ...each, ...each, 'following']);
	});

	test('that ran and ended too fast to be seen running is read', async () => {
		const pod = new FakePod();
		pod.end();
		const {states, texts} = follow(pod);
		await pass(1 * minutes);
		pod.log(60, 'oops');
		pod.become({isRunning: false, hasLog: true, run: 'a/1'});
		await pass();
		expect(texts()).toEqual(['oops']);
		expect(states).toEqual(['loading', 'waiting']);
	});

	test('that has not begun is not asked for, and read from its first line once it runs', async () => {
		const pod = new FakePod();
		pod.become({isRunning: false, hasLog: false, run: 'a/0'});
		const {states, texts} = follow(pod);
		await pass(10 * minutes);
		expect(states).toEqual(['loading', 'waiting']);
		expect(pod.reads).toEqual([]);
		pod.start('a/0');
		pod.log(1, 'hello');
		await pass();
		expect(texts()).toEqual(['hello']);
		expect(states).toEqual(['loading', 'waiting', 'following']);
	});

	test('that says nothing is followed all the same, and let go of', async () => {
		const pod = new FakePod();
		const {follower, states, texts} = follow(pod);
		await pass(2000);
		expect(states).toEqual(['loading', 'following']);
		pod.log(1, 'at last');
		await pass();
		expect(texts()).toEqual(['at last']);
		follower.close();
		await pass();
		expect(pod.asked).toEqual(['open', 'watch', expect.anything(), 'close']);
	});

	test('whose connection ends before the API knows of it is asked for again now and then', async () => {
		const pod = new FakePod();
		pod.log(1, 'one');
		const {states, texts} = follow(pod);
		await pass();
		pod.endLog();
		await pass(3500);
		expect(pod.reads.length).toBeLessThanOrEqual(5);
		pod.log(5, 'two');
		pod.end();
		await pass(10 * minutes);
		expect(texts()).toEqual(['one', 'two']);
		expect(pod.reads.length).toBeLessThanOrEqual(5);
		expect(states).toEqual(['loading', 'following', 'waiting']);
	});

	test('goes on over another connection when that breaks, and the old one is closed', async () => {
		const pod = new FakePod();
		pod.log(1, 'one', 'two');
		const {states, texts} = follow(pod);
		await pass();
		await logThroughBreak(pod, 3, 'three');
		expect(texts()).toEqual(['one', 'two', 'three']);
		expect(states).toEqual(['loading', 'following', 'failed', 'following']);
		const once = ['open', 'watch', expect.anything()];
		expect(pod.asked).toEqual([...once, 'close', ...once]);
	});

	test('ends with its pod, and goes on in one of the same name', async () => {
		const pod = new FakePod();
		pod.log(1, 'first');
		const {follower, texts} = follow(pod);
		await pass();
		pod.end();
		pod.become(undefined);
		await pass(10 * minutes);
		expect(texts()).toEqual(['first', '— pod shop/web is gone —']);
		expect(follower.state()).toBe('failed');
		expect(pod.reads).toHaveLength(1);
		pod.start('b/0');
		pod.log(700, 'second');
		await pass();
		expect(texts()).toEqual(['first', '— pod shop/web is gone —', 'second']);
		expect(follower.state()).toBe('following');
	});

	test('without times is not read again from its beginning', async () => {
		const pod = new FakePod('no times');
		pod.log(1, 'one');
		const {texts} = follow(pod, {tail: 100});
		await pass();
		pod.breakConnection();
		await pass(6000);
		expect(texts()).toContain('one');
		expect(pod.reads.map(({tailLines}) => tailLines)).toEqual([100, 100]);
	});

	test('that was empty to its end is read from its first line when it is another one', async () => {
		const pod = new FakePod();
		const {texts} = follow(pod, {tail: 100});
		await pass(2000);
		pod.end();
		await pass();
		pod.start('a/1');
		pod.log(1, ...Array.from({length: 300}, (_, index) => `line ${index}`));
		await pass();
		expect(texts()).toHaveLength(300);
	});
});

describe.each([0, 1, -8])('the log of a node whose zone is %i hours off', zoneHours => {
	test('tells times that compare as texts, and goes on without gap and double', async () => {
		const pod = new FakePod(zoneHours);
		pod.log(1, 'one', 'two');
		const {follower, texts} = follow(pod);
		await pass();
		await logThroughBreak(pod, 3, 'three');
		expect(texts()).toEqual(['one', 'two', 'three']);
		expect(follower.lines().map(({time}) => time)).toEqual(
			[1, 2, 3].map(second => `2026-11-22T11:15:0${second}.000456789Z`),
		);
		expect(pod.reads[1]?.sinceTime).toBe('2026-11-22T11:15:02.000456789Z');
	});

	test('has older lines, which come when they are asked for', async () => {
		const pod = new FakePod(zoneHours);
		pod.log(1, ...Array.from({length: 1500}, (_, index) => `line ${index}`));
		const {follower, texts} = follow(pod, {tail: 100});
		await pass();
		expect(texts()[0]).toBe('line 1400');
		for (const first of [400, 0]) {
			follower.loadOlder();
			await pass();
			expect(texts()[0]).toBe(`line ${first}`);
		}
		expect(texts()).toHaveLength(1500);
		expect(follower.older()).toBe('start');
		expect(pod.asked.filter(each => typeof each === 'string')).toEqual(['open', 'watch']);
	});
});
