import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {defaultSpec} from '../source/cluster/cluster-spec.ts';
import type {ClusterPlan, PlannedContainer} from '../source/cluster/plan/cluster-plan.ts';
import {inspectContainer, readFile} from '../source/engine/containers.ts';
import type {KubernetesApi} from '../source/kubernetes/api.ts';
import {connectKubernetes} from '../source/kubernetes/connect.ts';
import {createLifecycle} from '../source/lifecycle/create-lifecycle.ts';
import type {Bed} from './bed.ts';
import {timed} from './measure.ts';

/** Milliseconds between two looks at what has no event. */
const lookAgain = 25;

/** The longest wait for a cluster to be ready, in milliseconds. */
const patience = 180_000;

/**
 * The containers of a k3dui cluster, made and run by plain `docker` commands: same image, labels, environment, arguments,
 * settings, network and volume. Only k3dui's entrypoint scripts are left out, so that k3s boots at once. Everything
 * starts as early as it can, and each command's own time is that of the docker CLI.
 */
export class PlainCluster {
	readonly #bed: Bed;
	readonly #plan: ClusterPlan;
	#api: KubernetesApi | undefined;

	private constructor(bed: Bed, plan: ClusterPlan) {
		this.#bed = bed;
		this.#plan = plan;
	}

	/** Plans the cluster; makes nothing yet. */
	static async plan(bed: Bed, {agents}: {agents: number}): Promise<PlainCluster> {
		const {engine, env, folder} = bed;
		const openKubernetes = () => Promise.reject(new Error('planning asks no Kubernetes API'));
		const lifecycle = createLifecycle({engine, env, home: folder, openKubernetes});
		const plan = await lifecycle.plan({...defaultSpec(bed.name()), agents, image: bed.images.k3s});
		await lifecycle.close();
		return new PlainCluster(bed, plan);
	}

	/** Milliseconds of the slowest chain: network and volume, container, and then k3dui's own question until every node is Ready. */
	create(): Promise<number> {
		return timed(async () => {
			const {network, volumes} = this.#plan;
			await Promise.all([
				this.#docker('network', 'create', '--label', 'app=k3d', network.name),
				...volumes.map(volume => this.#docker('volume', 'create', '--label', 'app=k3d', volume)),
			]);
			const serverRuns = this.#docker('run', '--detach', ...this.#flags(this.#server));
			await Promise.all([
				...this.#agents.map(agent => this.#docker('run', '--detach', ...this.#flags(agent))),
				this.#makeLoadBalancer(serverRuns),
				serverRuns.then(() => this.#ready()),
			]);
		});
	}

	/** Milliseconds of `docker stop` for the slowest single node, with the grace that k3dui gives it. */
	async stop(): Promise<number> {
		return this.#slowest(async ({name, role}) => {
			await this.#docker('stop', '--time', role === 'loadbalancer' ? '1' : '10', name);
		});
	}

	/** Milliseconds of the slowest chain of `docker start`, until every node is Ready again. */
	start(): Promise<number> {
		return timed(async () => {
			const serverRuns = this.#docker('start', this.#server.name);
			await Promise.all([
				...this.#agents.map(({name}) => this.#docker('start', name)),
				serverRuns.then(() => this.#docker('start', this.#loadBalancer.name)),
				serverRuns.then(() => this.#ready()),
			]);
		});
	}

	/** Milliseconds of `docker rm` for the slowest single node, and then for the slower of network and volume. */
	async delete(): Promise<number> {
		const container = await this.#slowest(({name}) => this.#docker('rm', '--force', '--volumes', name));
		const {network, volumes} = this.#plan;
		const rest = await timed(() =>
			Promise.all([
				this.#docker('network', 'rm', network.name),
				...volumes.map(volume => this.#docker('volume', 'rm', volume)),
			]),
		);
		return container + rest;
	}

	/** Closes the connection to the cluster's API. */
	close(): void {
		this.#api?.close();
	}

	get #server(): PlannedContainer {
		return this.#inRole('server');
	}

	get #loadBalancer(): PlannedContainer {
		return this.#inRole('loadbalancer');
	}

	get #agents(): readonly PlannedContainer[] {
		return this.#plan.containers.filter(({role}) => role === 'agent');
	}

	#inRole(role: PlannedContainer['role']): PlannedContainer {
		const container = this.#plan.containers.find(each => each.role === role);
		if (!container) throw new TypeError(`the plan has no ${role}`);
		return container;
	}

	async #docker(...args: string[]): Promise<void> {
		await this.#bed.docker(...args);
	}

	async #slowest(work: (container: PlannedContainer) => Promise<void>): Promise<number> {
		let slowest = 0;
		for (const container of this.#plan.containers) slowest = Math.max(slowest, await timed(() => work(container)));
		return slowest;
	}

	/** What `docker run` and `docker create` are told of a container. */
	#flags({name, body}: PlannedContainer): string[] {
		const {HostConfig: host} = body;
		const each = (flag: string, values: readonly string[]) => values.flatMap(value => [flag, value]);
		return [
			...['--name', name, '--hostname', body.Hostname, '--network', this.#plan.network.name],
			...['--restart', host.RestartPolicy.Name, '--userns', host.UsernsMode, '--privileged', '--init'],
			...each('--env', body.Env),
			...each(
				'--label',
				Object.entries(body.Labels).map(([key, value]) => `${key}=${value}`),
			),
			...each('--volume', host.Binds),
			...each('--tmpfs', Object.keys(host.Tmpfs)),
			...each(
				'--publish',
				Object.entries(host.PortBindings).flatMap(([port, bindings]) =>
					bindings.map(({HostIp, HostPort}) => `${HostIp}:${HostPort}:${port}`),
				),
			),
			body.Image,
			...body.Cmd,
		];
	}

	/** The load balancer's configuration is a file that must be there before it starts, and it resolves the server's name then. */
	async #makeLoadBalancer(serverRuns: Promise<void>): Promise<void> {
		const {name, files} = this.#loadBalancer;
		const folder = path.join(this.#bed.folder, name);
		for (const file of files) {
			await mkdir(path.join(folder, path.dirname(file.path)), {recursive: true});
			await writeFile(path.join(folder, file.path), file.content, {mode: file.mode});
		}
		await this.#docker('create', ...this.#flags(this.#loadBalancer));
		await this.#docker('cp', `${folder}/.`, `${name}:/`);
		await serverRuns;
		await this.#docker('start', name);
	}

	/** Resolves when `/readyz` has said ok and every node has reported itself Ready since its container started. */
	async #ready(): Promise<void> {
		const signal = AbortSignal.any([this.#bed.signal, AbortSignal.timeout(patience)]);
		this.#api ??= await this.#connect(signal);
		const api = this.#api;
		while (!(await api.readiness(signal)).ready) await delay(lookAgain, undefined, {signal});
		const nodes = [this.#server, ...this.#agents];
		const all = new AbortController();
		const stop = AbortSignal.any([signal, all.signal]);
		const startedAt = new Map<string, number>();
		for (const {name} of nodes) {
			const inspection = await inspectContainer(this.#bed.engine, name, signal);
			// Kubernetes keeps whole seconds.
			startedAt.set(name, Math.floor(Date.parse(inspection?.State.StartedAt ?? '') / 1000) * 1000);
		}
		while (!all.signal.aborted) {
			await api
				.watchNodes(seen => {
					const ready = seen.filter(
						({name, ready, reportedAt = 0}) => ready === 'ready' && reportedAt >= (startedAt.get(name) ?? 0),
					);
					if (ready.length === nodes.length) all.abort();
				}, stop)
				.catch(() => delay(lookAgain, undefined, {signal: stop}).catch(() => {}));
			signal.throwIfAborted();
		}
	}

	async #connect(signal: AbortSignal): Promise<KubernetesApi> {
		const {engine} = this.#bed;
		for (;;) {
			signal.throwIfAborted();
			const kubeconfig = await readFile(engine, this.#server.name, '/output/kubeconfig.yaml', signal);
			if (kubeconfig) {
				const server = `https://${engine.publishedHost}:${this.#plan.api.port}`;
				return connectKubernetes({kubeconfig, server, clusterName: this.#plan.name});
			}
			await delay(lookAgain, undefined, {signal});
		}
	}
}
