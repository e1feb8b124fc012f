import type {KeyPair} from './certificates.ts';
import type {Client} from './client.ts';
import {eventObject} from './events.ts';
import {addImages, imageFolder, readImages} from './images.ts';
import {serveKubelet} from './kubelet-server.ts';
import {
	describeNode,
	type NodeDescription,
	nodeAnnotations,
	nodeConditions,
	nodeImages,
	nodeLabels,
} from './node-status.ts';
import {microTimestamp, type NodeObject, type PodObject} from './objects.ts';
import {type NodeContext, rest} from './pace.ts';
import {PodRunner} from './pod-runner.ts';
import {StatusError} from './status-error.ts';
import {systemImages} from './system-images.ts';

/** How long a status may go unreported while nothing changes; the real kubelet's `nodeStatusReportFrequency`. */
const statusInterval = 300_000;

/** Everything a node needs to act as a kubelet. */
export interface KubeletOptions {
	readonly context: NodeContext;
	readonly client: Client;
	readonly description: NodeDescription;
	/** Serving certificate for port 10250. */
	readonly serving: KeyPair;
	readonly clientCa: string;
}

const isMissing = (error: unknown) => error instanceof StatusError && error.code === 404;

/** Registers the node, keeps it alive by heartbeats and runs its pods, until the node stops. */
export class Kubelet {
	readonly #options: KubeletOptions;
	readonly #runner: PodRunner;
	#ready = false;
	#complained = false;

	constructor(options: KubeletOptions) {
		this.#options = options;
		this.#runner = new PodRunner(options.context, options.client);
	}

	/** Resolves when the node stops; failures along the way are logged and tried again. */
	async run(): Promise<void> {
		const {context, serving, clientCa} = this.#options;
		const {world, dataDir, signal} = context;
		await addImages(world.files, dataDir, systemImages);
		const server = await serveKubelet(context, serving, clientCa, (namespace, name) =>
			this.#runner.find(namespace, name),
		);
		signal.addEventListener('abort', () => server.close(), {once: true});
		await this.#register();
		const stopWatching = world.files.watch(
			imageFolder(dataDir),
			() => void this.#patchStatus(() => this.#imageStatus()),
		);
		signal.addEventListener('abort', stopWatching, {once: true});
		await Promise.all([
			this.#heartbeats(),
			this.#becomeReady(),
			this.#followNode(),
			this.#followPods(),
			this.#reports(),
		]);
	}

	async #retried(what: string, work: () => Promise<void>): Promise<void> {
		const {context} = this.#options;
		for (;;) {
			try {
				return await work();
			} catch (error) {
				if (context.signal.aborted) return;
				context.log.klog(
					'E',
					'kubelet_node_status.go:107',
					`"${what}" node="${context.name}" err=${JSON.stringify(error instanceof Error ? error.message : String(error))}`,
				);
				await rest(context, 500);
			}
		}
	}

	async #register(): Promise<void> {
		const {context, client, description} = this.#options;
		const {log, name, world, dataDir} = context;
		log.klog('I', 'kubelet_node_status.go:75', `"Attempting to register node" node="${name}"`);
		await this.#retried('Unable to register node with API server', async () => {
			const node = describeNode(description, await readImages(world.files, dataDir), world.timers.now());
			try {
				await client.request('POST', '/api/v1/nodes', node);
			} catch (error) {
				if (!(error instanceof StatusError) || error.code !== 409) throw error;
				log.klog('I', 'kubelet_node_status.go:123', `"Node was previously registered" node="${name}"`);
				const metadata = {labels: nodeLabels(description), annotations: nodeAnnotations(description)};
				await client.request('PATCH', `/api/v1/nodes/${name}`, {metadata}, 'application/merge-patch+json');
				const {addresses, nodeInfo} = node.status;
				await client.request(
					'PATCH',
					`/api/v1/nodes/${name}/status`,
					{status: {addresses, nodeInfo}},
					'application/merge-patch+json',
				);
			}
		});
		if (context.signal.aborted) return;
		log.klog('I', 'kubelet_node_status.go:78', `"Successfully registered node" node="${name}"`);
		await this.#event('Starting', 'Starting kubelet.');
	}

	async #becomeReady(): Promise<void> {
		const {context} = this.#options;
		for (const reason of ['NodeHasSufficientMemory', 'NodeHasNoDiskPressure', 'NodeHasSufficientPID'])
			await this.#event(reason, `Node ${context.name} status is now: ${reason}`);
		await rest(context, 300);
		this.#ready = true;
		await this.#retried('Error updating node status, will retry', () => this.#postReady());
		if (context.signal.aborted) return;
		context.log.klog('I', 'kubelet_node_status.go:501', `"Fast updating node status as it just became ready"`);
		await this.#event('NodeReady', `Node ${context.name} status is now: NodeReady`);
	}

	async #postReady(): Promise<void> {
		const {context, client} = this.#options;
		const path = `/api/v1/nodes/${context.name}`;
		const node = (await client.request('GET', path)) as NodeObject;
		const conditions = nodeConditions(true, node.status.conditions, context.world.timers.now());
		await client.request('PATCH', `${path}/status`, {status: {conditions}}, 'application/merge-patch+json');
	}

	async #imageStatus(): Promise<NodeObject['status']> {
		const {world, dataDir} = this.#options.context;
		return {images: nodeImages(await readImages(world.files, dataDir))};
	}

	async #patchStatus(status: () => Promise<NodeObject['status']>): Promise<void> {
		const {context, client} = this.#options;
		try {
			await client.request(
				'PATCH',
				`/api/v1/nodes/${context.name}/status`,
				{status: await status()},
				'application/merge-patch+json',
			);
		} catch {
			// The next report carries it.
		}
	}

	/** Renews the node's lease; Kubernetes takes the node for lost when that stops. */
	async #heartbeats(): Promise<void> {
		const {context, client} = this.#options;
		const {name, world, signal, pace} = context;
		const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
		while (!signal.aborted) {
			const lease = {
				apiVersion: 'coordination.k8s.io/v1',
				kind: 'Lease',
				metadata: {name, namespace: 'kube-node-lease'},
				spec: {holderIdentity: name, leaseDurationSeconds: 40, renewTime: microTimestamp(world.timers.now())},
			};
			try {
				await client.request('PUT', `${leases}/${name}`, lease);
				this.#complained = false;
			} catch (error) {
				if (signal.aborted) return;
				if (!this.#complained)
					context.log.klog(
						'E',
						'controller.go:195',
						`"Failed to update lease" err=${JSON.stringify(error instanceof Error ? error.message : String(error))}`,
					);
				this.#complained = true;
			}
			await wait(context, pace.heartbeat);
		}
	}

	/** Reports the whole status now and then, as the kubelet does even when nothing changes. */
	async #reports(): Promise<void> {
		const {context} = this.#options;
		while (!context.signal.aborted) {
			await wait(context, statusInterval);
			if (!context.signal.aborted) await this.#postReady().catch(() => {});
		}
	}

	/** Watches its own Node: takes note of the pod range, and corrects a status that others (rightly, once) set to unknown. */
	async #followNode(): Promise<void> {
		const {context} = this.#options;
		await this.#watch(
			`/api/v1/nodes?watch=true&fieldSelector=metadata.name%3D${context.name}`,
			async ({type, object}) => {
				if (type === 'DELETED') {
					context.log.klog(
						'E',
						'kubelet_node_status.go:474',
						`"Error updating node status, will retry" err="error getting node \\"${context.name}\\": nodes \\"${context.name}\\" not found"`,
					);
					return;
				}
				const node = object as NodeObject;
				this.#runner.subnet = node.spec.podCIDR?.split('.').slice(0, 3).join('.') ?? this.#runner.subnet;
				const ready = node.status.conditions?.find(one => one.type === 'Ready');
				if (this.#ready && ready?.status !== 'True') await this.#postReady();
			},
		);
	}

	async #followPods(): Promise<void> {
		const {context} = this.#options;
		await this.#watch(`/api/v1/pods?watch=true&fieldSelector=spec.nodeName%3D${context.name}`, ({type, object}) => {
			if (type === 'DELETED') this.#runner.forget(object as PodObject);
			else if (type !== 'BOOKMARK') this.#runner.sync(object as PodObject);
		});
	}

	async #watch(path: string, onEvent: (event: {type: string; object: unknown}) => void | Promise<void>): Promise<void> {
		const {context, client} = this.#options;
		const {signal} = context;
		while (!signal.aborted) {
			try {
				await client.watch(
					path,
					event => {
						Promise.resolve(onEvent(event)).catch(error => {
							if (!isMissing(error) && !signal.aborted) context.log.klog('W', 'reflector.go:561', String(error));
						});
					},
					signal,
				);
			} catch {
				// The server is away; its heartbeat failing says so in the log already.
			}
			await wait(context, 500);
		}
	}

	async #event(reason: string, message: string): Promise<void> {
		const {context, client} = this.#options;
		const about = {kind: 'Node', apiVersion: 'v1', metadata: {name: context.name}};
		const event = eventObject(
			{about, reason, message, component: 'kubelet', host: context.name},
			context.world.timers.now(),
		);
		await client.request('POST', '/api/v1/namespaces/default/events', event).catch(() => {});
	}
}

/** Waits in real time, whatever the pace. */
function wait(context: NodeContext, milliseconds: number): Promise<void> {
	return rest({...context, pace: {...context.pace, scaled: one => one}}, milliseconds);
}
