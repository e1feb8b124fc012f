import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {controllerFrom} from '../../source/kubernetes/workloads/controller-from.ts';
import {eventFrom, shownEvents} from '../../source/kubernetes/workloads/event-from.ts';
import {shownObject} from '../../source/kubernetes/workloads/object-yaml.ts';
import {quantityOf} from '../../source/kubernetes/workloads/quantity.ts';
import {ingressFrom, serviceFrom} from '../../source/kubernetes/workloads/service-from.ts';
import {mostEvents} from '../../source/kubernetes/workloads/workloads.ts';

const recorded = (name: string) =>
	JSON.parse(readFileSync(new URL(`../recordings/kubernetes/${name}.json`, import.meta.url), 'utf8')).items;

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
		expect(services[1].ports).toContainEqual({
			name: 'dns',
			port: 53,
			targetPort: 53,
			nodePort: undefined,
			protocol: 'UDP',
		});
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
