import {readFile} from 'node:fs/promises';
import {CoreV1Api, KubeConfig} from '@kubernetes/client-node';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {Problem} from '../../source/cluster/problem.ts';
import type {KubernetesApi} from '../../source/kubernetes/api.ts';
import {connectKubernetes} from '../../source/kubernetes/connect.ts';
import type {KubernetesNode} from '../../source/kubernetes/node.ts';
import {cleanUp, NodeProcess} from '../demo/k3s/node-process.ts';

const server = new NodeProcess('k3d-api-server-0', ['server', '--tls-san', '0.0.0.0']);
const agent = new NodeProcess('k3d-api-agent-0', ['agent'], {K3S_URL: server.url});
const {signal} = new AbortController();

let api: KubernetesApi;
/** The same API by the library alone. */
let core: CoreV1Api;
let nodes: readonly KubernetesNode[] = [];
const changed: (() => void)[] = [];
let watching: Promise<void>;

/** Waits until the watch has told this of a node. */
async function node(name: string, is: (node: KubernetesNode | undefined) => boolean): Promise<void> {
	while (!is(nodes.find(one => one.name === name))) await new Promise<void>(resolve => changed.push(resolve));
}

beforeAll(async () => {
	await server.start();
	await server.line(/k3s is up and running/);
	const kubeconfig = await readFile(server.kubeconfig, 'utf8');
	api = await connectKubernetes({kubeconfig, server: server.url, clusterName: 'api'});
	const config = new KubeConfig();
	config.loadFromString(kubeconfig);
	core = config.makeApiClient(CoreV1Api);
	watching = api.watchNodes(now => {
		nodes = now;
		for (const tell of changed.splice(0)) tell();
	}, signal);
	watching.catch(() => {});
}, 60_000);

afterAll(async () => {
	api?.close();
	await cleanUp();
});

test('it is ready, and its node becomes so', async () => {
	expect(await api.readiness(signal)).toEqual({ready: true, detail: ''});
	await node(server.name, one => one?.ready === 'ready');
});

test('a node that joins appears by itself and becomes ready', async () => {
	await agent.start();
	await node(agent.name, one => one?.ready === 'ready' && one.schedulable);
});

test('host names come into CoreDNS and stay', async () => {
	const line = '10.1.2.3 host.k3d.internal';
	expect(await api.setNodeHosts([line], signal)).toBe(true);
	const {data} = await core.readNamespacedConfigMap({namespace: 'kube-system', name: 'coredns'});
	expect(data?.NodeHosts?.split('\n')).toContain(line);
	expect(data?.NodeHosts).toContain(server.name);
});

test('cordon shows, drain empties the node, uncordon shows', async () => {
	const body = {
		metadata: {name: 'lonely'},
		spec: {nodeName: agent.name, containers: [{name: 'c', image: 'busybox'}]},
	};
	await core.createNamespacedPod({namespace: 'default', body});
	await api.setSchedulable(agent.name, false, signal);
	await node(agent.name, one => one?.schedulable === false);
	const progress: [number, number][] = [];
	await api.drain(agent.name, {signal, timeout: 15_000, progress: (gone, total) => progress.push([gone, total])});
	const [gone, total] = progress.at(-1) ?? [0, 0];
	expect(total).toBeGreaterThan(0);
	expect(gone).toBe(total);
	const {items} = await core.listNamespacedPod({namespace: 'default'});
	expect(items.map(({metadata}) => metadata?.name)).not.toContain('lonely');
	await api.setSchedulable(agent.name, true, signal);
	await node(agent.name, one => one?.schedulable === true);
});

test('a node that stops is noticed, and goes when it is deleted', async () => {
	await agent.stop('SIGKILL');
	await node(agent.name, one => one?.ready === 'unknown' && one.reason === 'NodeStatusUnknown');
	await api.deleteNode(agent.name, signal);
	await node(agent.name, one => one === undefined);
	await api.deleteNode(agent.name, signal);
	await expect(api.setSchedulable(agent.name, false, signal)).rejects.toMatchObject({
		subject: `node ${agent.name} of cluster "api"`,
	});
});

test('an API that ends is noticed at once', async () => {
	const stopped = server.stop();
	await expect(watching).rejects.toBeInstanceOf(Problem);
	await stopped;
	expect(await api.readiness(signal)).toEqual({ready: false, detail: expect.stringMatching(/refused|closed/)});
});
