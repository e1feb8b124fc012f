import {afterEach, expect, test, vi} from 'vitest';
import {Problem} from '../../source/cluster/problem.ts';
import type {KubernetesApi} from '../../source/kubernetes/api.ts';
import type {PodUsage, Workloads} from '../../source/kubernetes/workloads/workloads.ts';
import type {WorkloadsFollower, WorkloadsView} from '../../source/watch/workloads.ts';
import {WorkloadsFeed} from '../../source/watch/workloads-feed.ts';
import {fakePod} from '../components/fake-workloads.ts';
import {fakeCluster} from '../components/fake-world.ts';

afterEach(() => {
	vi.useRealTimers();
});

const withPods = (...names: readonly string[]): Workloads => ({
	pods: names.map(name => fakePod(name)),
	controllers: [],
	services: [],
	ingresses: [],
	events: [],
});

/** An API whose watch the test feeds and ends. */
class FakeApi {
	closed = false;
	usage: ReadonlyMap<string, PodUsage> | undefined;
	/** How often it was asked what pods use. */
	asked = 0;
	tell: (workloads: Workloads) => void = () => {};
	break: (problem: Problem) => void = () => {};

	readonly api = {
		watchWorkloads: (listener: (workloads: Workloads) => void, signal: AbortSignal) =>
			new Promise<void>((resolve, reject) => {
				this.tell = listener;
				this.break = reject;
				signal.addEventListener('abort', () => resolve());
			}),
		podUsage: async () => {
			this.asked++;
			return this.usage;
		},
		close: () => {
			this.closed = true;
		},
	} as unknown as KubernetesApi;
}

/** A feed on APIs that are opened one after the other; a Problem in the place of one is thrown. */
function feedOn(...opened: readonly (FakeApi | Problem)[]) {
	vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout', 'performance']});
	const left = [...opened];
	const feed = new WorkloadsFeed(
		async () => {
			const next = left.shift() ?? new Problem('API', 'there is no other one');
			if (next instanceof Problem) throw next;
			return next.api;
		},
		() => 0.5,
	);
	return {feed, follower: feed.follow('demo')};
}

/** Lets what waits for promises go on, and so much time pass. */
const pass = (milliseconds = 0) => vi.advanceTimersByTimeAsync(milliseconds);

const namesIn = ({workloads}: WorkloadsView) => workloads?.pods.map(({name}) => name);

function tellings(follower: WorkloadsFollower) {
	const told = vi.fn<() => void>();
	follower.subscribe(told);
	return told;
}

test('what breaks is tried again, ever later, and what was known stays', async () => {
	const [first, second] = [new FakeApi(), new FakeApi()];
	const refused = new Problem('API', 'the connection was refused');
	const {follower} = feedOn(refused, first, refused, refused, second);
	await pass();
	expect(follower.view()).toMatchObject({state: 'broken', problem: refused, workloads: undefined});
	await pass(1000);
	first.tell(withPods('a'));
	expect(follower.view()).toMatchObject({state: 'following', problem: undefined});

	first.break(new Problem('API', 'the connection was closed'));
	await pass();
	expect(first.closed).toBe(true);
	expect(follower.view()).toMatchObject({state: 'broken', problem: {reason: 'the connection was closed'}});
	expect(namesIn(follower.view())).toEqual(['a']);

	// One second, then two, then four.
	await pass(1000);
	await pass(2000);
	await pass(3900);
	expect(follower.view().state).toBe('broken');
	await pass(100);
	second.tell(withPods('a', 'b'));
	expect(namesIn(follower.view())).toEqual(['a', 'b']);
	follower.close();
});

test('containers of the cluster that change have it tried at once', async () => {
	const api = new FakeApi();
	const refused = new Problem('API', 'the connection was refused');
	const {feed, follower} = feedOn(refused, api);
	feed.update([fakeCluster('demo', {stopped: true})]);
	await pass();
	expect(follower.view().state).toBe('broken');
	feed.update([fakeCluster('demo')]);
	await pass();
	api.tell(withPods('a'));
	expect(follower.view().state).toBe('following');
	follower.close();
});

test('many changes are told as few, and what is equal stays the same', async () => {
	const api = new FakeApi();
	const {follower} = feedOn(api);
	await pass();
	const told = tellings(follower);
	for (let count = 1; count <= 50; count++) api.tell(withPods(...Array.from({length: count}, (_, i) => `pod-${i}`)));
	await pass(1000);
	expect(told.mock.calls.length).toBeLessThanOrEqual(2);
	expect(namesIn(follower.view())).toHaveLength(50);
	const {workloads} = follower.view();
	api.tell(withPods(...Array.from({length: 50}, (_, i) => `pod-${i}`)));
	expect(follower.view().workloads).toBe(workloads);
	follower.close();
});

test('metrics-server is asked every 15 seconds, once a minute where there is none, and not after the end', async () => {
	const api = new FakeApi();
	const {follower} = feedOn(api);
	await pass();
	expect(api.asked).toBe(0);
	api.tell(withPods('a'));
	await pass();
	expect(api.asked).toBe(1);
	await pass(59_000);
	expect(api.asked).toBe(1);
	api.usage = new Map([['shop/a', {cores: 0.1, memory: 1}]]);
	await pass(1000);
	expect(follower.view().usage?.size).toBe(1);
	await pass(15_000);
	expect(api.asked).toBe(3);
	follower.close();
	await pass(60_000);
	expect(api.asked).toBe(3);
	expect(api.closed).toBe(true);
});

test('closed, it tells nothing, and closing all ends what is followed', async () => {
	const api = new FakeApi();
	const {feed, follower} = feedOn(api);
	await pass();
	const told = tellings(follower);
	api.tell(withPods('a'));
	feed.close();
	await pass(1000);
	expect(told).not.toHaveBeenCalled();
	expect(api.closed).toBe(true);
});
