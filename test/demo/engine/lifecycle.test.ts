import {execFile} from 'node:child_process';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {promisify} from 'node:util';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {defaultSpec} from '../../../source/cluster/cluster-spec.ts';
import {type Demo, startDemo} from '../../../source/demo/start-demo.ts';
import {connect} from '../../../source/engine/connect.ts';
import {resolveEndpoint} from '../../../source/engine/endpoint.ts';
import type {Engine} from '../../../source/engine/engine.ts';
import {openKubernetes} from '../../../source/kubernetes/access.ts';
import {createLifecycle} from '../../../source/lifecycle/create-lifecycle.ts';
import type {Lifecycle} from '../../../source/lifecycle/lifecycle.ts';

const execute = promisify(execFile);
const patience = 60_000;

let demo: Demo;
let engine: Engine;
let lifecycle: Lifecycle;
let home: string;

beforeAll(async () => {
	demo = await startDemo({world: 'empty', pullSpeed: Number.POSITIVE_INFINITY, standInEnv: {K3S_STAND_IN_SPEED: '5'}});
	home = await mkdtemp(path.join(tmpdir(), 'k3dui-home-'));
	const env = {HOME: home, KUBECONFIG: path.join(home, 'kubeconfig')};
	engine = await connect(await resolveEndpoint({host: demo.host, env, home}));
	lifecycle = createLifecycle({
		engine,
		env,
		home,
		openKubernetes: (cluster, signal) => openKubernetes(engine, cluster, {signal}),
	});
}, patience);

afterAll(async () => {
	await lifecycle.close();
	engine.close();
	await demo.close();
	await rm(home, {recursive: true, force: true});
}, patience);

/** Nodes as the real kubectl sees them, sorted. */
async function nodes(cluster: string): Promise<string[]> {
	const env = {PATH: process.env.PATH, HOME: home, KUBECONFIG: path.join(home, 'kubeconfig')};
	const {stdout} = await execute('kubectl', ['--context', `k3d-${cluster}`, 'get', 'nodes', '--no-headers'], {env});
	return stdout
		.trim()
		.split('\n')
		.map(line => line.split(/\s+/).slice(0, 2).join(' '))
		.sort();
}

async function states(cluster: string): Promise<string[]> {
	const found = await engine.docker.listContainers({all: true, filters: {label: [`k3d.cluster=${cluster}`]}});
	return found.map(({Names, State}) => `${Names[0]?.slice(1)} ${State}`).sort();
}

test(
	'a cluster is created (its images pulled), grown, shrunk, stopped, started and deleted',
	async () => {
		const operation = lifecycle.createCluster({...defaultSpec('one'), apiPort: '127.0.0.1:random', agents: 1});
		await operation.result;
		expect(operation.snapshot().steps.some(step => /pull|image/.test(step.name))).toBe(true);
		expect(await nodes('one')).toEqual(['k3d-one-agent-0 Ready', 'k3d-one-server-0 Ready']);
		await lifecycle.grow('one', {agents: 1}).result;
		expect(await nodes('one')).toContain('k3d-one-agent-1 Ready');
		await lifecycle.shrink('one', {agents: 1}).result;
		expect(await nodes('one')).toEqual(['k3d-one-agent-0 Ready', 'k3d-one-server-0 Ready']);
		await lifecycle.stopCluster('one').result;
		expect(await states('one')).toEqual([
			'k3d-one-agent-0 exited',
			'k3d-one-server-0 exited',
			'k3d-one-serverlb exited',
		]);
		await lifecycle.startCluster('one').result;
		expect(await nodes('one')).toEqual(['k3d-one-agent-0 Ready', 'k3d-one-server-0 Ready']);
		await lifecycle.deleteCluster('one').result;
		expect(await states('one')).toEqual([]);
	},
	patience,
);

test(
	'three servers form one cluster, a node that ends comes back, and a majority is kept',
	async () => {
		await lifecycle.createCluster({...defaultSpec('ha'), apiPort: '127.0.0.1:random', servers: 3}).result;
		expect(await nodes('ha')).toEqual(['k3d-ha-server-0 Ready', 'k3d-ha-server-1 Ready', 'k3d-ha-server-2 Ready']);
		await lifecycle.stopNode('k3d-ha-server-1').result;
		await expect(lifecycle.shrink('ha', {servers: 1}).result).rejects.toThrow(/etcd needs 2/);
		await lifecycle.startNode('k3d-ha-server-1').result;
		await lifecycle.grow('ha', {servers: 1}).result;
		expect(await nodes('ha')).toContain('k3d-ha-server-3 Ready');
		await lifecycle.deleteCluster('ha').result;
		expect(await states('ha')).toEqual([]);
	},
	patience,
);

test('an image that no registry has is refused as Docker would', async () => {
	const {result} = lifecycle.createCluster({...defaultSpec('none'), image: 'no/such-image:v1'});
	await expect(result).rejects.toThrow(/no\/such-image/);
	expect(await states('none')).toEqual([]);
});
