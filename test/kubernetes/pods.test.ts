import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import type {ContainerStatus, PodObject} from '../../source/kubernetes/workloads/objects.ts';
import {podFrom} from '../../source/kubernetes/workloads/pod-from.ts';

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
