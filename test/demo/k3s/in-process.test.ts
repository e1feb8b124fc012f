import {readFileSync} from 'node:fs';
import {afterEach, describe, expect, it} from 'vitest';
import {parse} from 'yaml';
import {lineSplitter} from '../../../source/demo/k3s/client.ts';
import {type RunningNode, startK3s} from '../../../source/demo/k3s/k3s.ts';
import {MemoryNetwork, memoryFiles} from '../../../source/demo/k3s/memory-world.ts';
import {isRecord, type KubernetesObject} from '../../../source/demo/k3s/objects.ts';
import {realTimers} from '../../../source/demo/k3s/real-world.ts';
import {HttpsClient} from '../../../source/demo/k3s/tls-network.ts';
import type {World} from '../../../source/demo/k3s/world.ts';

const running: RunningNode[] = [];
const clients: HttpsClient[] = [];
afterEach(async () => {
	for (const client of clients.splice(0)) client.close();
	await Promise.all(running.splice(0).map(node => node.stop()));
});

/** A world in memory, ten times as fast. */
function createWorld(
	network: MemoryNetwork,
	hostname: string,
	ip: string,
	args: readonly string[],
	env: Record<string, string> = {},
) {
	const lines: string[] = [];
	const waiting = new Set<() => void>();
	const world: World = {
		hostname,
		ip,
		args,
		env: {K3S_TOKEN: 'secret', K3S_KUBECONFIG_OUTPUT: '/output/kubeconfig.yaml', K3S_STAND_IN_SPEED: '10', ...env},
		files: memoryFiles(),
		network: network.attach(ip, hostname),
		timers: realTimers,
		log(line) {
			lines.push(line);
			for (const check of [...waiting]) check();
		},
	};
	const line = (pattern: RegExp) =>
		new Promise<string>(resolve => {
			const check = () => {
				const found = lines.find(one => pattern.test(one));
				if (!found) return;
				waiting.delete(check);
				resolve(found);
			};
			waiting.add(check);
			check();
		});
	return {world, line, lines};
}

function start(world: World): RunningNode {
	const node = startK3s(world);
	running.push(node);
	return node;
}

/** A client with the kubeconfig's own credentials, dialling the network from outside. */
async function clientOf(network: MemoryNetwork, world: World) {
	const config = parse((await world.files.read('/output/kubeconfig.yaml'))?.toString() ?? '');
	const decode = (text: string) => Buffer.from(text, 'base64').toString();
	const {user} = config.users[0];
	const client = new HttpsClient(
		{
			listen: () => Promise.reject(new Error('a client does not listen')),
			dial: (host, port) => network.dial(host, port),
		},
		{
			ca: decode(config.clusters[0].cluster['certificate-authority-data']),
			client: {certificate: decode(user['client-certificate-data']), key: decode(user['client-key-data'])},
		},
	);
	clients.push(client);
	const get = async (path: string, headers: Record<string, string> = {}) => {
		const {status, body} = await client.fetch('GET', `https://${world.ip}:6443${path}`, {headers});
		const text = body.toString();
		return {status, text, json: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {}};
	};
	return {client, get};
}

const recording = (name: string): unknown =>
	JSON.parse(readFileSync(`../shared/recordings/kubernetes/${name}.json`, 'utf8'));

/** Every path of an object, arrays merged, keys of label-like maps left out. */
function shape(value: unknown, path = ''): Set<string> {
	if (Array.isArray(value)) return new Set(value.flatMap(item => [...shape(item, `${path}[]`)]));
	if (!isRecord(value)) return new Set([path]);
	if (/\.(labels|annotations|data|managedFields)$/.test(path)) return new Set([path]);
	return new Set(Object.entries(value).flatMap(([key, item]) => [...shape(item, `${path}.${key}`)]));
}

describe('the stand-in within one process', () => {
	it('boots a server and an agent in memory, without a socket or a file', async () => {
		const network = new MemoryNetwork();
		const server = createWorld(network, 'srv', '10.0.0.2', ['server', '--disable', 'traefik']);
		start(server.world);
		await server.line(/k3s is up and running/);
		const agent = createWorld(network, 'agt', '10.0.0.3', ['agent', '--node-label', 'a=b'], {
			K3S_URL: 'https://srv:6443',
		});
		const node = start(agent.world);
		await agent.line(/just became ready/);
		const {get} = await clientOf(network, server.world);
		const {json} = await get('/api/v1/nodes');
		expect((json.items as KubernetesObject[]).map(({metadata}) => metadata.name)).toEqual(['agt', 'srv']);
		expect((await get('/readyz')).text).toBe('ok');
		expect(await node.stop()).toBe(1);
		await expect(network.dial('10.0.0.3', 10250)).rejects.toThrow('ECONNREFUSED');
	});

	it('lets nobody in without a certificate or token of the cluster', async () => {
		const network = new MemoryNetwork();
		const server = createWorld(network, 'srv', '10.0.0.2', ['server']);
		start(server.world);
		await server.line(/k3s is up and running/);
		const stranger = new HttpsClient(
			{listen: () => Promise.reject(new Error('no')), dial: (host, port) => network.dial(host, port)},
			{},
		);
		clients.push(stranger);
		for (const path of ['/api/v1/nodes', '/readyz', '/version', '/apis']) {
			const {status, body} = await stranger.fetch('GET', `https://srv:6443${path}`);
			expect(status, path).toBe(401);
			expect(JSON.parse(body.toString())).toMatchObject({kind: 'Status', reason: 'Unauthorized', code: 401});
		}
		const headers = {authorization: 'Bearer aaaa.bbbb.cccc'};
		expect((await stranger.fetch('GET', 'https://srv:6443/api/v1/nodes', {headers})).status).toBe(401);
		expect((await stranger.fetch('GET', 'https://srv:6443/ping')).body.toString()).toBe('pong');
	});

	it('shows objects of the shapes that were recorded from the real k3s', async () => {
		const network = new MemoryNetwork();
		const server = createWorld(network, 'srv', '10.0.0.2', ['server', '--tls-san', '0.0.0.0']);
		start(server.world);
		await server.line(/just became ready/);
		const {get, client} = await clientOf(network, server.world);
		const available = new Set<string>();
		const watch = await client.open('GET', 'https://10.0.0.2:6443/apis/apps/v1/deployments?watch=true');
		const split = lineSplitter(line => {
			const {object} = JSON.parse(line) as {object: KubernetesObject};
			if (isRecord(object.status) && object.status.availableReplicas === 1) available.add(object.metadata.name);
		});
		for await (const chunk of watch) {
			split(chunk as Buffer);
			if (available.size === 4) break;
		}
		for (const [path, file] of [
			['/api/v1/nodes', 'nodes'],
			['/api/v1/namespaces', 'namespaces'],
			['/api/v1/namespaces/kube-system/configmaps/coredns', 'configmaps_n_kubesystem_coredns'],
			['/apis/apps/v1/deployments', 'deployments_A'],
		] as const) {
			const ours = shape((await get(path)).json);
			const theirs = shape(recording(file));
			// What the real one of then had and today's (or ours) does not.
			const gone =
				/creationTimestamp|initContainers|\.volumes|volumeMounts|\.env\[|configMap|livenessProbe|readinessProbe|securityContext|\.items\[\]\.apiVersion|\.items\[\]\.kind|unavailableReplicas|nodeSelector|\.strategy|metadata\.selfLink|dnsPolicy|\.command|affinity|\.args|ports\[\]|resources|serviceAccount$|template\.metadata\.name/;
			const missing = [...theirs].filter(one => !ours.has(one) && !gone.test(one));
			expect(missing, path).toEqual([]);
		}
	});

	it('answers tables, selectors, conflicts and old watches as an API server does', async () => {
		const network = new MemoryNetwork();
		const server = createWorld(network, 'srv', '10.0.0.2', ['server']);
		start(server.world);
		await server.line(/just became ready/);
		const {get, client} = await clientOf(network, server.world);
		const table = await get('/api/v1/nodes', {accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'});
		expect(table.json).toMatchObject({
			kind: 'Table',
			rows: [
				{
					cells: [
						'srv',
						'Ready',
						'control-plane,master',
						expect.any(String),
						'v1.36.4+k3s1',
						'10.0.0.2',
						'<none>',
						expect.any(String),
						expect.any(String),
						expect.any(String),
					],
				},
			],
		});
		expect((await get('/api/v1/pods?labelSelector=k8s-app%20in%20(kube-dns)')).json.items).toHaveLength(1);
		expect((await get('/api/v1/pods?fieldSelector=spec.nodeName%3Dnowhere')).json.items).toHaveLength(0);
		expect((await get('/api/v1/namespaces/default/pods/none')).json).toMatchObject({
			code: 404,
			reason: 'NotFound',
			message: 'pods "none" not found',
		});
		const post = (body: unknown) =>
			client.fetch('POST', 'https://10.0.0.2:6443/api/v1/namespaces/default/configmaps', {
				body: JSON.stringify(body),
				headers: {'content-type': 'application/json'},
			});
		const map = {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'one'}, data: {a: '1'}};
		const created = JSON.parse((await post(map)).body.toString());
		expect(JSON.parse((await post(map)).body.toString())).toMatchObject({code: 409, reason: 'AlreadyExists'});
		const put = (body: unknown) =>
			client.fetch('PUT', 'https://10.0.0.2:6443/api/v1/namespaces/default/configmaps/one', {
				body: JSON.stringify(body),
				headers: {'content-type': 'application/json'},
			});
		expect((await put({...created, data: {a: '2'}})).status).toBe(200);
		expect(JSON.parse((await put({...created, data: {a: '3'}})).body.toString())).toMatchObject({
			code: 409,
			reason: 'Conflict',
		});
		const old = await get('/api/v1/configmaps?watch=true&resourceVersion=999999');
		expect(old.json).toMatchObject({type: 'ERROR', object: {code: 410, reason: 'Expired'}});
	});
});
