import {execFile} from 'node:child_process';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {promisify} from 'node:util';
import type {ClusterSpec} from '../../source/cluster/cluster-spec.ts';
import {defaultK3sImage, defaultProxyImage, defaultSpec} from '../../source/cluster/cluster-spec.ts';
import {startDemo} from '../../source/demo/start-demo.ts';
import {connect} from '../../source/engine/connect.ts';
import {resolveEndpoint} from '../../source/engine/endpoint.ts';
import type {Engine} from '../../source/engine/engine.ts';
import {openKubernetes} from '../../source/kubernetes/access.ts';
import {createLifecycle} from '../../source/lifecycle/create-lifecycle.ts';
import type {Lifecycle} from '../../source/lifecycle/lifecycle.ts';
import {type TestImages, testImages} from '../images/images.ts';
import {testDocker, testEngineHost} from '../setup/engine.ts';
import {uniqueName} from '../setup/names.ts';

const run = promisify(execFile);

/** What a test of the whole lifecycle works in: an engine, an own home, and cluster names nobody else has. */
export interface World {
	readonly engine: Engine;
	readonly lifecycle: Lifecycle;
	readonly images: TestImages;
	/** The environment for programs under test: the engine, the own home and kubeconfig, nothing of the user's. */
	readonly env: NodeJS.ProcessEnv;
	readonly kubeconfig: string;
	/** A name for a cluster, which is deleted at the end whatever happens. */
	name(): string;
	/** A spec on the test's images. */
	spec(name: string, changes?: Partial<ClusterSpec>): ClusterSpec;
	/** The real docker CLI as a witness; gives back what it prints. */
	docker(...args: string[]): Promise<string>;
	/** The real kubectl as a witness, on the cluster's own context; gives back what it prints. */
	kubectl(cluster: string, ...args: string[]): Promise<string>;
	/** Names of all containers, networks and volumes that belong to a cluster. */
	remains(cluster: string): Promise<string[]>;
	close(): Promise<void>;
}

/** Opens a world on the real engine. Close it, or clusters stay. */
export async function openWorld(): Promise<World> {
	return worldOn({host: testEngineHost(), images: await testImages(testDocker()), end: async () => {}});
}

/** Opens a world on a built-in engine of its own, in this process, which has nothing in it at first. */
export async function openBuiltInWorld(): Promise<World> {
	const demo = await startDemo({world: 'empty', pullSpeed: Number.POSITIVE_INFINITY});
	const images = {
		k3s: defaultK3sImage,
		proxy: defaultProxyImage,
		tools: 'ghcr.io/k3d-io/k3d-tools:5.9.0',
		registry: 'registry:2',
	};
	return worldOn({host: demo.host, images, end: () => demo.close()});
}

interface WorldOptions {
	readonly host: string;
	readonly images: TestImages;
	/** Ends the engine, if it is the world's own. */
	readonly end: () => Promise<void>;
}

async function worldOn({host, images, end}: WorldOptions): Promise<World> {
	const home = await mkdtemp(path.join(tmpdir(), 'k3dui-home-'));
	const kubeconfig = path.join(home, 'kubeconfig');
	const env: NodeJS.ProcessEnv = {
		PATH: process.env.PATH,
		HOME: home,
		DOCKER_HOST: host,
		KUBECONFIG: kubeconfig,
		K3D_IMAGE_LOADBALANCER: images.proxy,
		K3DUI_K3S_IMAGE: images.k3s,
	};
	const engine = await connect(await resolveEndpoint({host, env, home}));
	const lifecycle = createLifecycle({
		engine,
		env,
		home,
		openKubernetes: (cluster, signal) => openKubernetes(engine, cluster, {signal}),
	});
	const names: string[] = [];

	const docker = async (...args: string[]) => (await run('docker', args, {env, maxBuffer: 2 ** 26})).stdout.trim();
	const lines = (text: string) => text.split('\n').filter(line => line !== '');
	const remains = async (cluster: string) => {
		const label = `label=k3d.cluster=${cluster}`;
		return [
			...lines(await docker('ps', '-a', '--filter', label, '--format', '{{.Names}}')),
			...lines(await docker('network', 'ls', '--filter', `name=^k3d-${cluster}$`, '--format', '{{.Name}}')),
			...lines(await docker('volume', 'ls', '--filter', label, '--format', '{{.Name}}')),
		];
	};

	return {
		engine,
		lifecycle,
		images,
		env,
		kubeconfig,
		name() {
			const name = uniqueName();
			names.push(name);
			return name;
		},
		spec: (name, changes = {}) => ({...defaultSpec(name), image: images.k3s, ...changes}),
		docker,
		kubectl: async (cluster, ...args) =>
			(await run('kubectl', ['--context', `k3d-${cluster}`, ...args], {env, maxBuffer: 2 ** 26})).stdout.trim(),
		remains,
		async close() {
			await lifecycle.close();
			for (const name of names) {
				if ((await remains(name)).length === 0) continue;
				const label = `label=k3d.cluster=${name}`;
				for (const id of lines(await docker('ps', '-aq', '--filter', label))) {
					// A daemon under load may find a folder not empty that it is just emptying, and leaves the container "dead".
					await docker('rm', '-fv', id).catch(() => docker('rm', '-fv', id));
				}
				for (const volume of lines(await docker('volume', 'ls', '-q', '--filter', label)))
					await docker('volume', 'rm', volume);
				for (const network of lines(await docker('network', 'ls', '-q', '--filter', `name=^k3d-${name}$`))) {
					await docker('network', 'rm', network);
				}
			}
			engine.close();
			await end();
			await rm(home, {recursive: true, force: true});
		},
	};
}
