import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {controllerFrom} from '../../source/kubernetes/workloads/controller-from.ts';
import {eventFrom, shownEvents} from '../../source/kubernetes/workloads/event-from.ts';
import {shownObject} from '../../source/kubernetes/workloads/object-yaml.ts';
import type {ContainerStatus, PodObject} from '../../source/kubernetes/workloads/objects.ts';
import {podFrom} from '../../source/kubernetes/workloads/pod-from.ts';
import {quantityOf} from '../../source/kubernetes/workloads/quantity.ts';
import {ingressFrom, serviceFrom} from '../../source/kubernetes/workloads/service-from.ts';
import {mostEvents} from '../../source/kubernetes/workloads/workloads.ts';

const recorded = (name: string) =>
	JSON.parse(readFileSync(new URL(`../recordings/kubernetes/${name}.json`, import.meta.url), 'utf8')).items;

const running = {running: {startedAt: '2026-11-22T11:00:00Z'}};
const waiting = (reason: string) => ({waiting: {reason}});
const ended = (exitCode: number, more: object = {}) => ({terminated: {exitCode, ...more}});
const container = (name: string, state: ContainerStatus['state'], more: Partial<ContainerStatus> = {}) => ({
	name,
	ready: state?.running !== undefined,
	...(state && {state}),
	...more,
});

interface Shape {
	readonly phase?: string;
	readonly reason?: string;
	readonly deleted?: boolean;
	readonly conditions?: readonly [string, string, string?][];
	readonly init?: readonly ReturnType<typeof container>[];
	readonly sidecars?: readonly string[];
	readonly containers?: readonly ReturnType<typeof container>[];
}

function pod({
	phase = 'Running',
	reason,
	deleted,
	conditions = [],
	init = [],
	sidecars = [],
	containers = [],
}: Shape): PodObject {
	return {
		metadata: {uid: 'u', name: 'p', namespace: 'n', ...(deleted && {deletionTimestamp: '2026-11-22T11:00:00Z'})},
		spec: {
			initContainers: init.map(({name}) => ({name, ...(sidecars.includes(name) && {restartPolicy: 'Always'})})),
			containers: containers.map(({name}) => ({name})),
		},
		status: {
			phase,
			...(reason !== undefined && {reason}),
			conditions: conditions.map(([type, status, why]) => ({type, status, ...(why !== undefined && {reason: why})})),
			initContainerStatuses: init,
			containerStatuses: containers,
		},
	};
}

describe("a pod's status is the word of kubectl's STATUS column", () => {
	const cases: readonly [string, Shape, string, string][] = [
		['all run', {containers: [container('a', running)]}, 'Running', 'good'],
		['one is not ready', {containers: [container('a', running, {ready: false})]}, 'Running', 'busy'],
		['not placed yet', {phase: 'Pending'}, 'Pending', 'busy'],
		[
			'held by a scheduling gate',
			{phase: 'Pending', conditions: [['PodScheduled', 'False', 'SchedulingGated']]},
			'SchedulingGated',
			'busy',
		],
		['evicted', {phase: 'Failed', reason: 'Evicted'}, 'Evicted', 'bad'],
		[
			'being made',
			{phase: 'Pending', containers: [container('a', waiting('ContainerCreating'))]},
			'ContainerCreating',
			'busy',
		],
		[
			'its image is missing',
			{phase: 'Pending', containers: [container('a', waiting('ImagePullBackOff'))]},
			'ImagePullBackOff',
			'bad',
		],
		['keeps failing', {containers: [container('a', waiting('CrashLoopBackOff'))]}, 'CrashLoopBackOff', 'bad'],
		[
			'the first container has the last word',
			{containers: [container('a', waiting('CrashLoopBackOff')), container('b', ended(1, {reason: 'Error'}))]},
			'CrashLoopBackOff',
			'bad',
		],
		['killed by a signal without a reason', {containers: [container('a', ended(137, {signal: 9}))]}, 'Signal:9', 'bad'],
		['ended without a reason', {containers: [container('a', ended(3))]}, 'ExitCode:3', 'bad'],
		['done', {phase: 'Succeeded', containers: [container('a', ended(0, {reason: 'Completed'}))]}, 'Completed', 'over'],
		[
			'done, but another one runs and is ready',
			{
				conditions: [['Ready', 'True']],
				containers: [container('a', ended(0, {reason: 'Completed'})), container('b', running)],
			},
			'Running',
			'busy',
		],
		[
			'done, and another one runs but is not ready',
			{containers: [container('a', ended(0, {reason: 'Completed'})), container('b', running)]},
			'NotReady',
			'busy',
		],
		[
			'first init container at work',
			{phase: 'Pending', init: [container('i', running), container('j', waiting('PodInitializing'))]},
			'Init:0/2',
			'busy',
		],
		[
			'second init container at work',
			{phase: 'Pending', init: [container('i', ended(0)), container('j', running)]},
			'Init:1/2',
			'busy',
		],
		[
			'init container failed',
			{phase: 'Pending', init: [container('i', ended(2, {reason: 'Error'}))]},
			'Init:Error',
			'bad',
		],
		[
			'init container failed without a reason',
			{phase: 'Pending', init: [container('i', ended(2))]},
			'Init:ExitCode:2',
			'bad',
		],
		[
			'init container keeps failing',
			{phase: 'Pending', init: [container('i', waiting('CrashLoopBackOff'))]},
			'Init:CrashLoopBackOff',
			'bad',
		],
		[
			'a sidecar that has started holds nothing up',
			{init: [container('s', running, {started: true})], sidecars: ['s'], containers: [container('a', running)]},
			'Running',
			'good',
		],
		['going', {deleted: true, containers: [container('a', running)]}, 'Terminating', 'busy'],
		['going, but its node is lost', {deleted: true, reason: 'NodeLost'}, 'Unknown', 'bad'],
		[
			'going after it was done',
			{deleted: true, phase: 'Succeeded', containers: [container('a', ended(0, {reason: 'Completed'}))]},
			'Completed',
			'over',
		],
	];
	test.each(cases)('%s', (_, shape, status, health) => {
		expect(podFrom(pod(shape))).toMatchObject({status, health});
	});

	test('of the pods that the real k3s listed', () => {
		const pods = recorded('pods_A').map(podFrom);
		expect(
			pods.map(({name, ready, total, status, health}: ReturnType<typeof podFrom>) => [
				name.replace(/-[^-]*$/, ''),
				`${ready}/${total}`,
				status,
				health,
			]),
		).toEqual([
			['local-path-provisioner-5ff76fc89d', '1/1', 'Running', 'good'],
			['coredns-7448499f4d', '1/1', 'Running', 'good'],
			['metrics-server-86cbb8457f', '1/1', 'Running', 'good'],
			['helm-install-traefik-crd', '0/1', 'ErrImagePull', 'bad'],
			['helm-install-traefik', '0/1', 'ImagePullBackOff', 'bad'],
		]);
	});

	test('a reason from the API cannot do anything to the terminal', () => {
		const {status} = podFrom(pod({containers: [container('a', waiting('Oops\x1b]52;c;AAAA\x07\u202e'))]}));
		expect(status).toBe('Oops');
	});
});

describe('a pod', () => {
	const before = {lastState: {terminated: {exitCode: 1, finishedAt: '2026-11-22T10:59:00Z'}}, restartCount: 3};

	test('counts its sidecars as containers, and the restarts of all', () => {
		const shape = {
			init: [container('s', running, {started: true})],
			sidecars: ['s'],
			containers: [container('a', running, before)],
		};
		expect(podFrom(pod(shape))).toMatchObject({
			ready: 2,
			total: 2,
			restarts: 3,
			restartedAt: Date.UTC(2026, 10, 22, 10, 59),
		});
	});

	test('has the log of the container before the restart, unless there is no other than that', () => {
		const logs = (state: ContainerStatus['state'], more = {}) =>
			podFrom(pod({containers: [container('a', state, more)]})).containers;
		expect(logs(running)).toEqual([{name: 'a', hasPrevious: false, hasLog: true}]);
		expect(logs(running, before)).toEqual([{name: 'a', hasPrevious: true, hasLog: true}]);
		expect(logs(waiting('CrashLoopBackOff'), before)).toEqual([{name: 'a', hasPrevious: false, hasLog: true}]);
		expect(logs(waiting('ContainerCreating'))).toEqual([{name: 'a', hasPrevious: false, hasLog: false}]);
	});

	test('may lack everything', () => {
		expect(podFrom({})).toMatchObject({name: '', status: 'Unknown', total: 0, containers: []});
	});
});

describe('a controller', () => {
	test('as the real k3s listed it', () => {
		const [first] = recorded('deployments_A').map((each: object) => controllerFrom('Deployment', each));
		expect(first).toMatchObject({
			name: 'local-path-provisioner',
			ready: 1,
			wanted: 1,
			updated: 1,
			available: 1,
			health: 'good',
		});
		expect(first.selector).toEqual({app: 'local-path-provisioner'});
	});

	test.each([
		[{spec: {replicas: 0}}, 'over'],
		[{spec: {replicas: 2}, status: {readyReplicas: 1, updatedReplicas: 2}}, 'busy'],
		[{spec: {replicas: 2}, status: {readyReplicas: 2, updatedReplicas: 1}}, 'busy'],
		[{spec: {replicas: 2}, status: {updatedReplicas: 2}}, 'bad'],
		[
			{
				spec: {replicas: 2},
				status: {readyReplicas: 1, updatedReplicas: 2, conditions: [{type: 'Progressing', status: 'False'}]},
			},
			'bad',
		],
	])('%j is %s', (object, health) => {
		expect(controllerFrom('Deployment', object).health).toBe(health);
	});

	test('a DaemonSet counts nodes', () => {
		const status = {desiredNumberScheduled: 3, numberReady: 2, updatedNumberScheduled: 3, numberAvailable: 2};
		expect(controllerFrom('DaemonSet', {status})).toMatchObject({wanted: 3, ready: 2, updated: 3, available: 2});
	});

	test('whose pods labels alone do not tell has no selector', () => {
		const selector = {matchLabels: {a: 'b'}, matchExpressions: [{key: 'c', operator: 'Exists'}]};
		expect(controllerFrom('Deployment', {spec: {selector}}).selector).toBeUndefined();
	});
});

describe('services and ingresses', () => {
	test('as the real k3s listed them', () => {
		const services = recorded('services_A').map(serviceFrom);
		expect(services.map(({name, type}: ReturnType<typeof serviceFrom>) => [name, type])).toEqual([
			['kubernetes', 'ClusterIP'],
			['kube-dns', 'ClusterIP'],
			['metrics-server', 'ClusterIP'],
		]);
		expect(services[1].ports).toContainEqual({name: 'dns', port: 53, nodePort: undefined, protocol: 'UDP'});
	});

	test('a load balancer without an address waits for one', () => {
		expect(serviceFrom({spec: {type: 'LoadBalancer'}}).isPending).toBe(true);
		expect(
			serviceFrom({spec: {type: 'LoadBalancer'}, status: {loadBalancer: {ingress: [{ip: '172.18.0.2'}]}}}).isPending,
		).toBe(false);
	});

	test('the hosts of an ingress, and whether TLS is spoken for them', () => {
		const http = {paths: [{path: '/'}, {path: '/api'}]};
		const spec = {tls: [{hosts: ['*.shop.test']}], rules: [{host: 'a.shop.test', http}, {http: {paths: [{}]}}]};
		expect(ingressFrom({spec}).rules).toEqual([
			{host: 'a.shop.test', path: '/', tls: true},
			{host: 'a.shop.test', path: '/api', tls: true},
			{host: '', path: '/', tls: false},
		]);
	});
});

describe('events', () => {
	const event = (uid: string, type: string, lastTimestamp: string) => eventFrom({metadata: {uid}, type, lastTimestamp});

	test('warnings come first, of each the newest', () => {
		const all = [
			event('a', 'Normal', '2026-11-22T11:00:03Z'),
			event('b', 'Warning', '2026-11-22T11:00:01Z'),
			event('c', 'Normal', '2026-11-22T11:00:04Z'),
			event('d', 'Warning', '2026-11-22T11:00:02Z'),
		];
		expect(shownEvents(all).map(({id}) => id)).toEqual(['d', 'b', 'c', 'a']);
	});

	test('are no more than can be looked at', () => {
		const all = Array.from({length: mostEvents + 7}, (_, index) => event(`${index}`, 'Normal', '2026-11-22T11:00:03Z'));
		expect(shownEvents(all)).toHaveLength(mostEvents);
	});

	test('tell when they happened last and how often, in the old way and the new', () => {
		const series = {count: 7, lastObservedTime: '2026-11-22T11:00:05.123456Z'};
		expect(eventFrom({series, eventTime: '2026-11-22T11:00:00Z'})).toMatchObject({
			count: 7,
			lastAt: Date.UTC(2026, 10, 22, 11, 0, 5, 123),
		});
		expect(eventFrom({count: 3, lastTimestamp: null, eventTime: '2026-11-22T11:00:00Z'})).toMatchObject({
			count: 3,
			lastAt: Date.UTC(2026, 10, 22, 11),
		});
	});

	test('cannot do anything to the terminal', () => {
		const {message, reason} = eventFrom({message: 'a\x1b[2Jb\r\nc\x07', reason: '\x1b]0;title\x07Failed'});
		expect(`${message} ${reason}`).not.toMatch(/[\x00-\x1f\x7f]/);
	});
});

test.each([
	['250m', 0.25],
	['3', 3],
	['1234567n', 0.001234567],
	['64Mi', 64 * 1024 ** 2],
	['1.5Gi', 1.5 * 1024 ** 3],
	['1e3', 1000],
	['2k', 2000],
])('the quantity %j is %d', (text, number) => {
	expect(quantityOf(text)).toBeCloseTo(number, 12);
});

describe('what is shown of an object', () => {
	test('leaves out managed fields', () => {
		expect(shownObject({kind: 'Pod', metadata: {name: 'p', managedFields: [{}]}})).toEqual({
			kind: 'Pod',
			metadata: {name: 'p'},
		});
	});

	test("hides a Secret's values, also where kubectl has kept them", () => {
		const secret = {
			kind: 'Secret',
			metadata: {
				name: 's',
				annotations: {'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"password":"aHVudGVyMg=="}}'},
			},
			data: {password: 'aHVudGVyMg=='},
			stringData: {token: 'hunter2'},
		};
		const shown = JSON.stringify(shownObject(secret));
		expect(shown).not.toMatch(/hunter2|aHVudGVyMg/);
		expect(shown).toContain('password');
		expect(shown).toContain('token');
	});
});

test.each(['', '12 apples', 'Mi', '1.2.3'])('%j is no quantity', text => {
	expect(quantityOf(text)).toBeNaN();
});
