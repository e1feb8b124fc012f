import {randomBytes} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {request} from 'node:http';
import {connect, createServer, type Socket} from 'node:net';
import {buffer, text} from 'node:stream/consumers';
import {CoreV1Api, KubeConfig} from '@kubernetes/client-node';
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import type {KubernetesApi} from '../../source/kubernetes/api.ts';
import {connectKubernetes} from '../../source/kubernetes/connect.ts';
import type {Forward} from '../../source/watch/forwards.ts';
import {PortForwards} from '../../source/watch/port-forwards.ts';
import {fakeCluster} from '../components/fake-world.ts';
import {cleanUp, NodeProcess} from '../demo/k3s/node-process.ts';

const server = new NodeProcess('k3d-forward-server-0', ['server', '--tls-san', '0.0.0.0']);
let forwards: PortForwards;
let core: CoreV1Api;
let open: () => Promise<KubernetesApi>;
const changes: (() => void)[] = [];

/** Waits until the forwards are so. */
async function until(is: (forwards: readonly Forward[]) => boolean): Promise<void> {
	while (!is(forwards.forwards)) await new Promise<void>(resolve => changes.push(resolve));
}

/** Waits until a pod runs. */
async function runs(api: KubernetesApi, name: string): Promise<void> {
	const found = new AbortController();
	await api.watchWorkloads(({pods}) => {
		if (pods.some(pod => pod.name === name && pod.status === 'Running')) found.abort();
	}, found.signal);
}

beforeAll(async () => {
	await server.start();
	await server.line(/k3s is up and running/);
	const kubeconfig = await readFile(server.kubeconfig, 'utf8');
	const config = new KubeConfig();
	config.loadFromString(kubeconfig);
	core = config.makeApiClient(CoreV1Api);
	open = () => connectKubernetes({kubeconfig, server: server.url, clusterName: 'forward'});
	forwards = new PortForwards(open, () => {
		for (const tell of changes.splice(0)) tell();
	});
	const containers = [{name: 'web', image: 'web', ports: [{containerPort: 8080}]}];
	await core.createNamespacedPod({namespace: 'default', body: {metadata: {name: 'web'}, spec: {containers}}});
	const api = await open();
	await runs(api, 'web');
	api.close();
}, 60_000);
afterEach(() => forwards.close());
afterAll(cleanUp);

const web = {cluster: 'forward', namespace: 'default', pod: 'web', port: 8080, localPort: 0};

async function get(port: number, path = '/', body?: Buffer): Promise<Buffer> {
	const asked = request({host: '127.0.0.1', port, path, method: body ? 'POST' : 'GET', agent: false});
	const answer = new Promise<Buffer>((resolve, reject) => {
		asked.on('response', response => buffer(response).then(resolve, reject));
		asked.on('error', reject);
	});
	asked.end(body);
	return answer;
}

async function opened(port: number): Promise<Socket> {
	const socket = connect({port, host: '127.0.0.1'});
	await new Promise<void>((resolve, reject) => {
		socket.once('connect', resolve);
		socket.once('error', reject);
	});
	return socket;
}

describe('a forwarded port', () => {
	test('leads into the pod, for several connections at once', async () => {
		const {localPort, address} = await forwards.start(web);
		expect(address).toBe(`127.0.0.1:${localPort}`);
		const answers = await Promise.all(Array.from({length: 5}, () => get(localPort)));
		for (const answer of answers) expect(answer.toString()).toContain('default/web answers on port 8080');
		await until(([forward]) => forward?.connections === 0 && forward.problem === undefined);
	});

	test('carries every byte, both ways', async () => {
		const {localPort} = await forwards.start(web);
		const much = randomBytes(5_000_000);
		const back = await get(localPort, '/echo', much);
		expect(back.equals(much)).toBe(true);
	});

	test('answers also who has said everything and ended that direction', async () => {
		const {localPort} = await forwards.start(web);
		const socket = await opened(localPort);
		socket.end('GET / HTTP/1.1\r\nhost: web\r\nconnection: close\r\n\r\n');
		expect(await text(socket)).toContain('default/web answers');
	});

	test('of a pod in which nothing listens there says so', async () => {
		const {localPort} = await forwards.start({...web, port: 81});
		await expect(get(localPort)).rejects.toThrow();
		await until(([forward]) => forward?.problem !== undefined);
		expect(forwards.forwards[0]?.problem).toMatchObject({
			subject: 'port 81 of pod default/web',
			reason: 'nothing listens on port 81 in the pod',
		});
	});

	test('of a pod that is not there says so', async () => {
		const {localPort} = await forwards.start({...web, pod: 'gone'});
		await expect(get(localPort)).rejects.toThrow();
		await until(([forward]) => forward?.problem !== undefined);
		expect(forwards.forwards[0]?.problem?.reason).toBe('pods "gone" not found');
	});

	test('goes on with another pod of its kind when its own is gone; where there is none, it says so', async () => {
		const selector = {app: 'many'};
		const make = (name: string) =>
			core.createNamespacedPod({
				namespace: 'default',
				body: {
					metadata: {name, labels: selector},
					spec: {containers: [{name: 'web', image: 'web', ports: [{containerPort: 8080}]}]},
				},
			});
		const api = await open();
		try {
			for (const name of ['many-1', 'many-2']) {
				await make(name);
				await runs(api, name);
			}
			const {localPort} = await forwards.start({...web, pod: 'many-1', selector});
			expect((await get(localPort)).toString()).toContain('default/many-1');
			await core.deleteNamespacedPod({namespace: 'default', name: 'many-1', gracePeriodSeconds: 0});
			expect((await get(localPort)).toString()).toContain('default/many-2');
			await until(([forward]) => forward?.connections === 0 && forward.problem === undefined);
			expect(forwards.forwards).toMatchObject([{pod: 'many-2', localPort}]);
			await core.deleteNamespacedPod({namespace: 'default', name: 'many-2', gracePeriodSeconds: 0});
			await expect(get(localPort)).rejects.toThrow();
			await until(([forward]) => forward?.problem !== undefined);
			expect(forwards.forwards[0]?.problem?.reason).toBe('pods "many-2" not found');
		} finally {
			api.close();
		}
	});

	test('is free, or the next one that is', async () => {
		const taken = createServer();
		await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve));
		const address = taken.address();
		const port = address !== null && typeof address === 'object' ? address.port : 0;
		const other = await forwards.freePort(port);
		expect(other).toBeGreaterThan(port);
		await new Promise<unknown>(resolve => taken.close(resolve));
		expect(await forwards.freePort(port)).toBe(port);
	});

	test('that somebody else listens on is told, and nothing is left of it', async () => {
		const taken = createServer();
		await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve));
		const address = taken.address();
		const localPort = address !== null && typeof address === 'object' ? address.port : 0;
		await expect(forwards.start({...web, localPort})).rejects.toMatchObject({
			subject: `port ${localPort} of this machine`,
			reason: 'something listens there already',
		});
		expect(forwards.forwards).toEqual([]);
		taken.close();
	});

	test('is free again when it is stopped, and its connections end', async () => {
		const {id, localPort} = await forwards.start(web);
		const socket = await opened(localPort);
		await until(([forward]) => forward?.connections === 1);
		const closed = new Promise<void>(resolve => socket.once('close', () => resolve()));
		forwards.stop(id);
		await closed;
		expect(forwards.forwards).toEqual([]);
		await expect(opened(localPort)).rejects.toThrow('ECONNREFUSED');
	});

	test('ends with its cluster', async () => {
		await forwards.start(web);
		forwards.update([fakeCluster('forward')]);
		expect(forwards.forwards).toHaveLength(1);
		forwards.update([fakeCluster('forward', {stopped: true})]);
		expect(forwards.forwards).toEqual([]);
	});
});
