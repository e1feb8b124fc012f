import type {IncomingMessage, ServerResponse} from 'node:http';
import {describe, expect, test} from 'vitest';
import type {KubernetesApi} from '../../source/kubernetes/api.ts';
import {connectKubernetes} from '../../source/kubernetes/connect.ts';
import type {Workloads} from '../../source/kubernetes/workloads/workloads.ts';
import {bodyOf, type FakeApi, failure, fakeApi, json} from './fake-api.ts';

const {signal} = new AbortController();

function connect({kubeconfig, server}: FakeApi): Promise<KubernetesApi> {
	return connectKubernetes({kubeconfig, server, clusterName: 'rec'});
}

const pod = (name: string, resourceVersion: string, phase = 'Running') => ({
	metadata: {uid: name, namespace: 'default', name, resourceVersion},
	spec: {containers: [{name: 'a'}]},
	status: {phase},
});

/** What a listener was told, awaitable one by one. */
function heard() {
	const queue: Workloads[] = [];
	let waiting: (() => void) | undefined;
	return {
		listener(workloads: Workloads) {
			queue.push(workloads);
			waiting?.();
		},
		async until(is: (workloads: Workloads) => boolean): Promise<Workloads> {
			for (;;) {
				const next = queue.shift();
				if (next && is(next)) return next;
				if (!next) {
					await new Promise<void>(resolve => {
						waiting = resolve;
					});
				}
			}
		},
	};
}

const podsIn = ({pods}: Workloads) => pods.map(({name, status}) => [name, status]);

/** An API in which only pods are listed, as the test says; their watches wait for the test. */
async function podsApi(list: (url: URL, response: ServerResponse) => void) {
	let watch = Promise.withResolvers<ServerResponse>();
	const fake = await fakeApi((_, response, url) => {
		const isWatch = url.searchParams.get('watch') === 'true';
		if (url.pathname === '/apis/networking.k8s.io/v1/ingresses')
			return failure(response, 404, 'NotFound', 'the server could not find the requested resource');
		if (!isWatch) {
			if (url.pathname === '/api/v1/pods') list(url, response);
			else json(response, {items: [], metadata: {resourceVersion: '1'}});
			return;
		}
		response.writeHead(200, {'Content-Type': 'application/json'}).flushHeaders();
		if (url.pathname === '/api/v1/pods') watch.resolve(response);
	});
	return {
		fake,
		/** The watch of pods that is open now; waits for one. */
		async watching() {
			const response = await watch.promise;
			watch = Promise.withResolvers();
			return (type: string, object: unknown) => response.write(`${JSON.stringify({type, object})}\n`);
		},
	};
}

describe('watching workloads', () => {
	test('tells them once all lists are there, also of an API that does not serve a kind; then every change', async () => {
		const {fake, watching} = await podsApi((_, response) =>
			json(response, {items: [pod('a', '5')], metadata: {resourceVersion: '5'}}),
		);
		await using _ = fake;
		const api = await connect(fake);
		const controller = new AbortController();
		const {listener, until} = heard();
		const ended = api.watchWorkloads(listener, controller.signal);
		expect(podsIn(await until(() => true))).toEqual([['a', 'Running']]);
		const send = await watching();
		send('ADDED', pod('b', '6', 'Pending'));
		await until(now => now.pods.length === 2);
		send('MODIFIED', pod('b', '7'));
		send('BOOKMARK', {metadata: {resourceVersion: '8'}});
		send('DELETED', pod('a', '9'));
		expect(podsIn(await until(now => now.pods.length === 1 && now.pods[0]?.status === 'Running'))).toEqual([
			['b', 'Running'],
		]);
		controller.abort();
		await ended;
		api.close();
	});

	test('lists page by page', async () => {
		const {fake} = await podsApi((url, response) => {
			const isSecond = url.searchParams.get('continue') === 'more';
			const metadata = isSecond ? {resourceVersion: '5'} : {resourceVersion: '5', continue: 'more'};
			json(response, {items: [isSecond ? pod('b', '2') : pod('a', '1')], metadata});
		});
		await using _ = fake;
		const api = await connect(fake);
		const controller = new AbortController();
		const {listener, until} = heard();
		const ended = api.watchWorkloads(listener, controller.signal);
		expect(podsIn(await until(() => true)).map(([name]) => name)).toEqual(['a', 'b']);
		controller.abort();
		await ended;
		api.close();
	});

	test('lists anew when the API has forgotten what the watch goes on from', async () => {
		const lists = [[pod('a', '5')], [pod('c', '50')]];
		const {fake, watching} = await podsApi((_, response) =>
			json(response, {items: lists.shift() ?? [], metadata: {resourceVersion: lists.length === 1 ? '5' : '50'}}),
		);
		await using _ = fake;
		const api = await connect(fake);
		const controller = new AbortController();
		const {listener, until} = heard();
		const ended = api.watchWorkloads(listener, controller.signal);
		await until(now => now.pods[0]?.name === 'a');
		const send = await watching();
		send('ERROR', {kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version'});
		expect(podsIn(await until(now => now.pods[0]?.name !== 'a'))).toEqual([['c', 'Running']]);
		controller.abort();
		await ended;
		api.close();
	});

	test('ends with a Problem, and all of it, when one list is refused', async () => {
		const {fake} = await podsApi((_, response) => failure(response, 403, 'Forbidden', 'pods is forbidden'));
		await using _ = fake;
		const api = await connect(fake);
		await expect(api.watchWorkloads(() => {}, signal)).rejects.toMatchObject({reason: 'pods is forbidden'});
		api.close();
	});
});

describe('changing workloads', () => {
	/** Answers everything; keeps what was sent. */
	async function recording(
		answer: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => json(response, {}),
	) {
		const sent: {method: string | undefined; url: string | undefined; type: string | undefined; body: unknown}[] = [];
		const fake = await fakeApi(async (request, response) => {
			const {method, url, headers} = request;
			const body = method === 'PATCH' ? await bodyOf(request) : undefined;
			sent.push({method, url, type: headers['content-type'], body});
			answer(request, response);
		});
		return {fake, sent};
	}
	const ref = {kind: 'Deployment', namespace: 'shop', name: 'web'} as const;

	test('a restart is the annotation that kubectl writes', async () => {
		const {fake, sent} = await recording();
		await using _ = fake;
		const api = await connect(fake);
		await api.restartWorkload(ref, signal);
		expect(sent).toMatchObject([
			{method: 'PATCH', url: '/apis/apps/v1/namespaces/shop/deployments/web', type: 'application/merge-patch+json'},
		]);
		expect(JSON.stringify(sent[0]?.body)).toMatch(
			/^\{"spec":\{"template":\{"metadata":\{"annotations":\{"kubectl\.kubernetes\.io\/restartedAt":"[\d-]+T[\d:]+Z"\}\}\}\}\}$/,
		);
		api.close();
	});

	test('scaling goes to the subresource, and tells what was before', async () => {
		const {fake, sent} = await recording((_, response) => json(response, {spec: {replicas: 4}}));
		await using _ = fake;
		const api = await connect(fake);
		expect(await api.scaleWorkload(ref, 2, signal)).toBe(4);
		const url = '/apis/apps/v1/namespaces/shop/deployments/web/scale';
		expect(sent).toMatchObject([
			{method: 'GET', url},
			{method: 'PATCH', url, body: {spec: {replicas: 2}}},
		]);
		api.close();
	});

	test('a refusal is told in the words of the API, made harmless', async () => {
		const {fake} = await recording((_, response) =>
			failure(response, 422, 'Invalid', 'spec.replicas:\x1b[31m Invalid\nvalue'),
		);
		await using _ = fake;
		const api = await connect(fake);
		await expect(api.restartWorkload(ref, signal)).rejects.toMatchObject({
			subject: 'deployment shop/web',
			reason: 'spec.replicas: Invalid value',
		});
		api.close();
	});

	test('a name cannot lead elsewhere', async () => {
		const {fake, sent} = await recording();
		await using _ = fake;
		const api = await connect(fake);
		await api.deletePod({namespace: 'a/b', name: '../c?d'}, signal);
		expect(sent[0]?.url).toBe('/api/v1/namespaces/a%2Fb/pods/..%2Fc%3Fd');
		api.close();
	});
});

describe('looking at objects', () => {
	test('what containers and others wrote into them cannot do anything to the terminal', async () => {
		const hostile = 'x\x1b]52;c;AAAA\x07\x1b[2J\u202e';
		await using fake = await fakeApi((_, response, url) => {
			if (url.pathname.endsWith('/events')) {
				json(response, {items: [{type: 'Warning', reason: hostile, message: `${hostile}\nand more`, metadata: {}}]});
			} else {
				json(response, {
					...pod('a', '1'),
					kind: 'Pod',
					metadata: {name: 'a', namespace: 'default', annotations: {note: hostile}},
					status: {
						phase: 'Running',
						message: hostile,
						conditions: [{type: 'Ready', status: 'False', message: hostile}],
					},
				});
			}
		});
		const api = await connect(fake);
		const lines = await api.describeObject({kind: 'Pod', namespace: 'default', name: 'a'}, signal);
		expect(lines.join('')).not.toMatch(/[\x00-\x1f\x7f\u202e]/);
		expect(lines.join('\n')).toContain('note=x');
		api.close();
	});

	test("a Secret's values stay hidden in both views", async () => {
		await using fake = await fakeApi((_, response, url) => {
			if (url.pathname.endsWith('/events')) json(response, {items: []});
			else
				json(response, {kind: 'Secret', metadata: {name: 's', namespace: 'default'}, data: {password: 'aHVudGVyMg=='}});
		});
		const api = await connect(fake);
		const ref = {kind: 'Secret', namespace: 'default', name: 's'} as const;
		const shown = `${await api.objectYaml(ref, signal)}\n${(await api.describeObject(ref, signal)).join('\n')}`;
		expect(shown).toContain('password');
		expect(shown).not.toContain('aHVudGVyMg');
		api.close();
	});
});

test.each([404, 503])('an API without metrics-server (%d) has no figures, which is no failure', async status => {
	await using fake = await fakeApi((_, response) => failure(response, status, 'NotFound', 'none'));
	const api = await connect(fake);
	expect(await api.podUsage(signal)).toBeUndefined();
	api.close();
});
