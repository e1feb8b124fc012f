import {createHash, randomBytes} from 'node:crypto';
import type {Client} from './client.ts';
import {backOff, crashesAfter, failed, failingCode, heldBack, startedAgain} from './crash.ts';
import {eventObject} from './events.ts';
import {addImages, fullImageName, readImages} from './images.ts';
import {type Condition, type ContainerStatus, type PodObject, timestamp} from './objects.ts';
import {type NodeContext, rest} from './pace.ts';
import {findImage} from './registries.ts';
import {StatusError} from './status-error.ts';

interface Run {
	pod: PodObject;
	state: 'starting' | 'running' | 'stopping';
}

const podPath = ({metadata}: PodObject) => `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`;

/** Pretends to run the pods of one node: walks them through creating, running and ending, with the kubelet's events. */
export class PodRunner {
	readonly #context: NodeContext;
	readonly #client: Client;
	readonly #runs = new Map<string, Run>();
	#nextAddress = 2;
	/** `10.42.1`, once the node has its range. */
	subnet = '10.42.0';

	constructor(context: NodeContext, client: Client) {
		this.#context = context;
		this.#client = client;
	}

	/** The pod of that name as last seen, if it runs here. */
	find(namespace: string, name: string): PodObject | undefined {
		for (const {pod} of this.#runs.values())
			if (pod.metadata.namespace === namespace && pod.metadata.name === name) return pod;
		return undefined;
	}

	/** Takes note of a pod's present state. */
	sync(pod: PodObject): void {
		const uid = pod.metadata.uid ?? '';
		const run = this.#runs.get(uid);
		if (run) run.pod = pod;
		if (pod.metadata.deletionTimestamp) {
			if (run?.state === 'stopping') return;
			this.#runs.set(uid, {pod, state: 'stopping'});
			void this.#guarded(() => this.#stop(pod));
		} else if (!run && pod.status.phase !== 'Succeeded' && pod.status.phase !== 'Failed') {
			this.#runs.set(uid, {pod, state: 'starting'});
			void this.#guarded(() => this.#start(pod));
		}
	}

	/** Forgets a pod that is gone from the API. */
	forget(pod: PodObject): void {
		this.#runs.delete(pod.metadata.uid ?? '');
	}

	/** A pod may vanish, or the server be away, in the midst of it all: the next sync puts things right. */
	async #guarded(work: () => Promise<void>): Promise<void> {
		try {
			await work();
		} catch (error) {
			if (this.#context.signal.aborted || (error instanceof StatusError && error.code === 404)) return;
			this.#context.log.klog(
				'E',
				'pod_workers.go:1301',
				`"Error syncing pod, skipping" err=${JSON.stringify(String(error))}`,
			);
		}
	}

	async #start(pod: PodObject): Promise<void> {
		const {world, ip} = this.#context;
		const before = pod.status.containerStatuses ?? [];
		const again = before.some(({state}) => state.running);
		const startTime = pod.status.startTime ?? timestamp(world.timers.now());
		if (!again) {
			const waiting = pod.spec.containers.map(
				({name, image}): ContainerStatus => ({
					name,
					image,
					imageID: '',
					ready: false,
					started: false,
					restartCount: 0,
					state: {waiting: {reason: 'ContainerCreating'}},
					lastState: {},
				}),
			);
			await this.#report(pod, {
				phase: 'Pending',
				startTime,
				hostIP: ip,
				hostIPs: [{ip}],
				conditions: this.#conditions(pod, false),
				containerStatuses: waiting,
			});
		}
		await rest(this.#context, 200);
		for (const {name, image} of pod.spec.containers) {
			if (!(await this.#pull(pod, name, image))) return;
			await this.#event(pod, 'Created', `Container created`, `spec.containers{${name}}`);
		}
		await rest(this.#context, 200);
		if (this.#context.signal.aborted || this.#runs.get(pod.metadata.uid ?? '')?.state !== 'starting') return;
		for (const {name} of pod.spec.containers)
			await this.#event(pod, 'Started', `Container started`, `spec.containers{${name}}`);
		const podIP = pod.spec.hostNetwork ? ip : `${this.subnet}.${this.#nextAddress++}`;
		const startedAt = timestamp(world.timers.now());
		const statuses = pod.spec.containers.map(({name, image}): ContainerStatus => {
			const old = before.find(one => one.name === name);
			const running = old?.state.running;
			return {
				name,
				image: fullImageName(image),
				imageID: `sha256:${createHash('sha256').update(fullImageName(image)).digest('hex')}`,
				containerID: `containerd://${randomBytes(32).toString('hex')}`,
				ready: true,
				started: true,
				restartCount: (old?.restartCount ?? 0) + (running ? 1 : 0),
				state: {running: {startedAt}},
				lastState: running
					? {terminated: {exitCode: 255, reason: 'Unknown', startedAt: running.startedAt, finishedAt: startedAt}}
					: {},
			};
		});
		const run = this.#runs.get(pod.metadata.uid ?? '');
		if (run) run.state = 'running';
		await this.#report(pod, {
			phase: 'Running',
			startTime,
			hostIP: ip,
			hostIPs: [{ip}],
			podIP,
			podIPs: [{ip: podIP}],
			conditions: this.#conditions(pod, true),
			containerStatuses: statuses,
		});
		const failing = pod.spec.containers.find(container => failingCode(container) !== undefined);
		if (failing) void this.#guarded(() => this.#failAgainAndAgain(pod, failing.name, failingCode(failing) ?? 1));
	}

	/** Has one container of a running pod fail and start again, ever more seldom, until the pod ends. */
	async #failAgainAndAgain(pod: PodObject, name: string, exitCode: number): Promise<void> {
		const {world, pace} = this.#context;
		const run = this.#runs.get(pod.metadata.uid ?? '');
		const isOver = () => this.#context.signal.aborted || run?.state !== 'running';
		const become = async (change: (status: ContainerStatus) => ContainerStatus, ready: boolean) => {
			const containerStatuses = (run?.pod.status.containerStatuses ?? []).map(one =>
				one.name === name ? change(one) : one,
			);
			if (run) run.pod = {...run.pod, status: {...run.pod.status, containerStatuses}};
			await this.#report(pod, {phase: 'Running', conditions: this.#conditions(pod, ready), containerStatuses});
		};
		const fieldPath = `spec.containers{${name}}`;
		const now = () => timestamp(world.timers.now());
		for (let failures = 1; ; failures++) {
			await rest(this.#context, crashesAfter);
			if (isOver()) return;
			await become(status => failed(status, exitCode, now()), false);
			const pause = backOff(failures, pace.scaled);
			await become(status => heldBack(status, pod, pause), false);
			const {name: podName, namespace, uid} = pod.metadata;
			const message = `Back-off restarting failed container ${name} in pod ${podName}_${namespace}(${uid})`;
			await this.#event(pod, 'BackOff', message, fieldPath, 'Warning');
			await rest({...this.#context, pace: {...pace, scaled: one => one}}, pause);
			if (isOver()) return;
			await become(status => startedAgain(status, now()), true);
			await this.#event(pod, 'Started', 'Container started', fieldPath);
		}
	}

	/**
	 * Gets an image from the registries of this network; those out in the world are made believe, but hosts below
	 * `.invalid` (RFC 2606) are never there, so that failing pulls can be shown.
	 */
	async #pull(pod: PodObject, name: string, image: string): Promise<boolean> {
		const {world, dataDir} = this.#context;
		const full = fullImageName(image);
		const fieldPath = `spec.containers{${name}}`;
		if ((await readImages(world.files, dataDir)).some(one => one.name === full)) {
			await this.#event(pod, 'Pulled', `Container image "${image}" already present on machine`, fieldPath);
			return true;
		}
		await this.#event(pod, 'Pulling', `Pulling image "${image}"`, fieldPath);
		await rest(this.#context, 300);
		const host = full.split('/')[0] ?? '';
		const found = /\.invalid(:\d+)?$/.test(host)
			? {reason: `dial tcp: lookup ${host}: no such host`}
			: await findImage(this.#context, full);
		if (found && 'reason' in found) {
			const message = `failed to pull image "${image}": failed to resolve reference "${full}": ${found.reason}`;
			await this.#event(pod, 'Failed', message, fieldPath, 'Warning');
			const containerStatuses = pod.spec.containers.map(
				(one): ContainerStatus => ({
					name: one.name,
					image: one.image,
					imageID: '',
					ready: false,
					started: false,
					restartCount: 0,
					state: {waiting: {reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}"`}},
					lastState: {},
				}),
			);
			await this.#report(pod, {phase: 'Pending', conditions: this.#conditions(pod, false), containerStatuses});
			return false;
		}
		const invented = `sha256:${createHash('sha256').update(full).digest('hex')}`;
		const size = 4_000_000 + (Number.parseInt(invented.slice(7, 12), 16) % 60_000_000);
		await addImages(world.files, dataDir, [{name: full, ...(found?.image ?? {digest: invented, size})}]);
		await this.#event(
			pod,
			'Pulled',
			`Successfully pulled image "${image}" in 300ms (300ms including waiting)`,
			fieldPath,
		);
		return true;
	}

	async #stop(pod: PodObject): Promise<void> {
		for (const {name} of pod.spec.containers)
			await this.#event(pod, 'Killing', `Stopping container ${name}`, `spec.containers{${name}}`);
		await rest(this.#context, Math.min((pod.metadata.deletionGracePeriodSeconds ?? 0) * 1000, 700));
		if (this.#context.signal.aborted) return;
		await this.#client.request('DELETE', podPath(pod), {
			kind: 'DeleteOptions',
			apiVersion: 'v1',
			gracePeriodSeconds: 0,
			preconditions: {uid: pod.metadata.uid},
		});
	}

	#conditions(pod: PodObject, ready: boolean): Condition[] {
		const at = timestamp(this.#context.world.timers.now());
		const condition = (type: string, status: boolean): Condition => {
			const word = status ? 'True' : 'False';
			const old = pod.status.conditions?.find(one => one.type === type);
			const lastTransitionTime = old?.status === word && old.lastTransitionTime ? old.lastTransitionTime : at;
			const unready = {
				reason: 'ContainersNotReady',
				message: `containers with unready status: [${pod.spec.containers.map(({name}) => name).join(' ')}]`,
			};
			return {type, status: word, lastProbeTime: null, lastTransitionTime, ...(!status && unready)};
		};
		return [
			condition('PodReadyToStartContainers', ready),
			condition('Initialized', true),
			condition('Ready', ready),
			condition('ContainersReady', ready),
			condition('PodScheduled', true),
		];
	}

	async #report(pod: PodObject, status: PodObject['status']): Promise<void> {
		await this.#client.request(
			'PATCH',
			`${podPath(pod)}/status`,
			{metadata: {uid: pod.metadata.uid}, status},
			'application/merge-patch+json',
		);
	}

	async #event(
		pod: PodObject,
		reason: string,
		message: string,
		fieldPath: string,
		type: 'Normal' | 'Warning' = 'Normal',
	): Promise<void> {
		const {name: host, world} = this.#context;
		const event = eventObject(
			{about: pod, reason, message, fieldPath, type, component: 'kubelet', host},
			world.timers.now(),
		);
		// Events are told on a best-effort basis: a namespace that is going takes none.
		await this.#client.request('POST', `/api/v1/namespaces/${pod.metadata.namespace}/events`, event).catch(() => {});
	}
}
