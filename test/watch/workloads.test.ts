import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {openLifecycle} from '../../source/commands/process.ts';
import {type Demo, startDemo} from '../../source/demo/start-demo.ts';
import {connect} from '../../source/engine/connect.ts';
import {resolveEndpoint} from '../../source/engine/endpoint.ts';
import type {Engine} from '../../source/engine/engine.ts';
import {openKubernetes} from '../../source/kubernetes/access.ts';
import type {Pod} from '../../source/kubernetes/workloads/workloads.ts';
import type {Watch, WorkloadsFollower, WorkloadsView} from '../../source/watch/snapshot.ts';
import {startWatch} from '../../source/watch/watch.ts';
import {untilTold} from './until.ts';

let demo: Demo;
let engine: Engine;
let watch: Watch;
let follower: WorkloadsFollower;

/** Waits until the view is so. */
function until(is: (view: WorkloadsView) => boolean, of = follower): Promise<WorkloadsView> {
	return new Promise(resolve => {
		const check = () => {
			if (!is(of.view())) return;
			stop();
			resolve(of.view());
		};
		const stop = of.subscribe(check);
		check();
	});
}

/** The API of the cluster that is followed. */
async function openApi() {
	const cluster = watch.snapshot().inventory.clusters.find(({name}) => name === 'dev');
	if (!cluster) throw new Error('no cluster');
	return openKubernetes(engine, cluster);
}

const {signal} = new AbortController();

const podsOf = ({workloads}: WorkloadsView, app: string): readonly Pod[] =>
	workloads?.pods.filter(({labels}) => labels.app === app) ?? [];

beforeAll(async () => {
	demo = await startDemo({world: 'small'});
	engine = await connect(await resolveEndpoint({host: demo.host, env: {}, home: '/nonexistent'}));
	watch = startWatch({engine});
	follower = watch.followWorkloads('dev');
}, 30_000);

afterAll(async () => {
	watch?.close();
	engine?.close();
	await demo?.close();
});

describe('the workloads of a cluster of the built-in engine', () => {
	test('are there once its API answers, and kept true', async () => {
		expect(follower.view().workloads).toBeUndefined();
		const view = await until(now => podsOf(now, 'web').filter(({health}) => health === 'good').length === 3);
		expect(view).toMatchObject({state: 'following', problem: undefined});
		expect(podsOf(view, 'web')[0]).toMatchObject({
			namespace: 'shop',
			ready: 2,
			total: 2,
			status: 'Running',
			restarts: 0,
		});
		const web = (await until(now => now.workloads?.controllers.find(({name}) => name === 'web')?.health === 'good'))
			.workloads;
		expect(web?.controllers.find(({name}) => name === 'web')).toMatchObject({kind: 'Deployment', ready: 3, wanted: 3});
		expect(web?.services.find(({name}) => name === 'traefik')).toMatchObject({type: 'LoadBalancer'});
		expect(web?.ingresses).toMatchObject([{name: 'shop', rules: [{host: 'shop.localhost', path: '/', tls: false}]}]);
	}, 30_000);

	test('one pod keeps failing, and its events say so before all others', async () => {
		const view = await until(now => {
			const [pod] = podsOf(now, 'mailer');
			return pod?.status === 'CrashLoopBackOff' && pod.restarts > 0;
		});
		expect(podsOf(view, 'mailer')[0]).toMatchObject({
			ready: 0,
			total: 1,
			health: 'bad',
			restartedAt: expect.any(Number),
		});
		const {workloads} = await until(now => now.workloads?.events.some(({reason}) => reason === 'BackOff') ?? false);
		const warnings = workloads?.events.map(({isWarning}) => isWarning) ?? [];
		expect(warnings.lastIndexOf(true)).toBeLessThan(warnings.indexOf(false));
		expect(workloads?.events.find(({reason}) => reason === 'BackOff')?.about).toMatchObject({
			kind: 'Pod',
			namespace: 'shop',
		});
	}, 30_000);

	test('metrics-server says what they use', async () => {
		const {usage, workloads} = await until(now => now.usage !== undefined);
		const known = workloads?.pods.find(({namespace, name}) => usage?.has(`${namespace}/${name}`));
		expect(known).toBeDefined();
		const {cores = 0, memory = 0} = usage?.get(`${known?.namespace}/${known?.name}`) ?? {};
		expect(cores).toBeGreaterThan(0);
		expect(cores).toBeLessThan(1);
		expect(memory).toBeGreaterThan(1024 ** 2);
	}, 30_000);

	test('the log of what failed before, through the same follower as all logs', async () => {
		const [pod] = podsOf(follower.view(), 'mailer');
		if (!pod) throw new Error('no mailer');
		const log = watch.followLog([
			{kind: 'pod', cluster: 'dev', namespace: 'shop', pod: pod.name, container: 'mailer', previous: true},
		]);
		try {
			await new Promise<void>(resolve => {
				const check = () => log.lines().some(({text}) => text.includes('no mail server')) && resolve();
				log.subscribe(check);
				check();
			});
			expect(log.lines()[0]?.text).toBe('shop-mailer 0.9.3');
		} finally {
			log.close();
		}
	}, 30_000);

	test('the log of what keeps failing is there while it waits to be started again, and goes on after that', async () => {
		const [pod] = podsOf(follower.view(), 'mailer');
		if (!pod) throw new Error('no mailer');
		const log = watch.followLog([{kind: 'pod', cluster: 'dev', namespace: 'shop', pod: pod.name, container: 'mailer'}]);
		const count = () => log.lines().filter(({text}) => text.includes('no mail server')).length;
		try {
			await untilTold(log, () => count() === 1 && log.state() === 'waiting');
			await untilTold(log, () => log.state() === 'following');
			await untilTold(log, () => count() === 2 && log.state() === 'waiting');
			expect(log.lines().filter(({text}) => text === 'shop-mailer 0.9.3')).toHaveLength(2);
		} finally {
			log.close();
		}
	}, 60_000);

	test('of a cluster that is stopped, or not there, it says why nothing is known', async () => {
		const none = watch.followWorkloads('nowhere');
		expect(await until(({state}) => state === 'broken', none)).toMatchObject({
			problem: {subject: 'cluster "nowhere"', reason: 'it is gone'},
		});
		none.close();
		const stopped = watch.followWorkloads('staging');
		const {problem} = await until(({state}) => state === 'broken', stopped);
		expect(problem?.reason).toMatch(/refused/);
		stopped.close();
	}, 30_000);

	test('what the lifecycle changes shows: pods that are added, deleted, made anew', async () => {
		const lifecycle = await openLifecycle(engine, {env: {}, home: '/nonexistent'});
		const cart = {kind: 'Deployment', namespace: 'shop', name: 'cart'} as const;
		const areGood = (count: number) => (view: WorkloadsView) =>
			podsOf(view, 'cart').length === count && podsOf(view, 'cart').every(({health}) => health === 'good');

		await lifecycle.scaleWorkload('dev', cart, {replicas: 3}).result;
		const [first] = podsOf(await until(areGood(3)), 'cart');
		if (!first) throw new Error('no cart');

		const deletion = lifecycle.deletePod('dev', first);
		await deletion.result;
		expect(deletion.snapshot()).toMatchObject({
			verb: 'delete',
			subject: `pod shop/${first.name} of cluster dev`,
			state: 'done',
		});
		const left = await until(view => areGood(3)(view) && !podsOf(view, 'cart').some(({id}) => id === first.id));

		const old = new Set(podsOf(left, 'cart').map(({id}) => id));
		await lifecycle.restartWorkload('dev', cart).result;
		await until(view => areGood(3)(view) && !podsOf(view, 'cart').some(({id}) => old.has(id)));

		// What is gone already is as it should be; what was never there is not.
		await lifecycle.deletePod('dev', first).result;
		const missing = {...cart, name: 'none'};
		await expect(lifecycle.restartWorkload('dev', missing).result).rejects.toMatchObject({
			subject: 'deployment shop/none',
		});
		await expect(lifecycle.scaleWorkload('dev', missing, {replicas: 1}).result).rejects.toThrow('not found');
		await expect(lifecycle.scaleWorkload('dev', cart, {replicas: -1}).result).rejects.toThrow('no number of pods');
		await expect(lifecycle.deletePod('nowhere', first).result).rejects.toThrow('there is no such cluster');
		await lifecycle.close();
	}, 60_000);

	test('each can be looked at: as YAML, and described with what has happened to it', async () => {
		const api = await openApi();
		try {
			const [pod] = podsOf(follower.view(), 'mailer');
			if (!pod) throw new Error('no mailer');
			const yaml = await api.objectYaml(pod, signal);
			expect(yaml).toMatch(/^apiVersion: v1\nkind: Pod\n/);
			expect(yaml).not.toContain('managedFields');
			const lines = await api.describeObject(pod, signal);
			expect(lines[0]).toBe(`Name:          ${pod.name}`);
			expect(lines.join('\n')).toMatch(/Status: +(CrashLoopBackOff|Error|Running), [01] of 1 containers ready/);
			expect(lines.join('\n')).toMatch(/before that: ended .* \(Error, exit code 3\)/);
			expect(lines.join('\n')).toMatch(/! .* BackOff: Back-off restarting failed container mailer/);
			const node = await api.describeObject({kind: 'Node', namespace: '', name: 'k3d-dev-agent-1'}, signal);
			expect(node).toContain('Kind:          Node');
		} finally {
			api.close();
		}
	}, 30_000);

	test('closed, it tells nothing more', async () => {
		const other = watch.followWorkloads('dev');
		await until(({state}) => state === 'following', other);
		let told = 0;
		other.subscribe(() => told++);
		other.close();
		const api = await openApi();
		await api.scaleWorkload({kind: 'Deployment', namespace: 'shop', name: 'cart'}, 1, signal);
		api.close();
		await until(now => podsOf(now, 'cart').length === 1);
		expect(told).toBe(0);
	}, 30_000);
});
