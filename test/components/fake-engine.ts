import {type ClusterSpec, defaultSpec} from '../../source/cluster/cluster-spec.ts';
import type {Problem} from '../../source/cluster/problem.ts';
import type {SpecReading} from '../../source/cluster/read/read-spec.ts';
import type {RegistrySpec} from '../../source/cluster/registries/registry-spec.ts';
import type {ShellEnd} from '../../source/engine/shell.ts';
import type {Lifecycle} from '../../source/lifecycle/lifecycle.ts';
import type {Operation, OperationSnapshot} from '../../source/lifecycle/operation.ts';
import type {
	Forward,
	ForwardRequest,
	LogFollower,
	LogLine,
	LogOptions,
	LogSource,
	OlderState,
	Snapshot,
	Watch,
	WorkloadsFollower,
	WorkloadsView,
} from '../../source/watch/snapshot.ts';
import {fakeOperation} from './fake-world.ts';

function createListeners() {
	const listeners = new Set<() => void>();
	return {
		subscribe(listener: () => void) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		tell() {
			for (const listener of [...listeners]) listener();
		},
		get count() {
			return listeners.size;
		},
	};
}

/** A log whose lines the test writes. */
export class FakeFollower implements LogFollower {
	readonly #listeners = createListeners();
	#lines: readonly LogLine[] = [];
	#state: ReturnType<LogFollower['state']> = 'following';
	closed = false;
	paused = false;

	readonly sources: readonly LogSource[];
	readonly options: LogOptions;
	/** How often older lines were asked for. */
	olderAsked = 0;
	#older: OlderState = 'start';

	constructor(sources: readonly LogSource[], options: LogOptions) {
		this.sources = sources;
		this.options = options;
	}

	/** What it follows, where that is one container. */
	get containerId(): string | undefined {
		const [source] = this.sources;
		return source?.kind === 'container' ? source.id : undefined;
	}

	write(...texts: readonly (string | (Pick<LogLine, 'text'> & Partial<LogLine>))[]): void {
		let number = (this.#lines.at(-1)?.number ?? -1) + 1;
		this.#lines = [
			...this.#lines,
			...texts.map((line): LogLine => {
				const given = typeof line === 'string' ? {text: line} : line;
				return {time: '', stream: 'stdout', source: 0, number: number++, ...given};
			}),
		];
		this.#listeners.tell();
	}

	/** Puts lines before the oldest one. */
	prepend(...texts: readonly string[]): void {
		const first = this.#lines[0]?.number ?? 0;
		const older = texts.map(
			(text, index): LogLine => ({time: '', stream: 'stdout', source: 0, number: first - texts.length + index, text}),
		);
		this.#lines = [...older, ...this.#lines];
		this.#listeners.tell();
	}

	becomeOlder(state: OlderState): void {
		this.#older = state;
		this.#listeners.tell();
	}

	/** Lets the oldest lines fall out, as a full buffer does. */
	drop(count: number): void {
		this.#lines = this.#lines.slice(count);
		this.#listeners.tell();
	}

	become(state: ReturnType<LogFollower['state']>): void {
		this.#state = state;
		this.#listeners.tell();
	}

	get listenerCount(): number {
		return this.#listeners.count;
	}

	older = (): OlderState => this.#older;
	loadOlder(): void {
		this.olderAsked++;
	}
	lines = (): readonly LogLine[] => this.#lines;
	state = (): ReturnType<LogFollower['state']> => this.#state;
	subscribe = (listener: () => void): (() => void) => this.#listeners.subscribe(listener);
	pause(): void {
		this.paused = true;
		this.become('paused');
	}
	resume(): void {
		this.paused = false;
		if (!this.closed) this.become('following');
	}
	close(): void {
		this.closed = true;
	}
}

/** Workloads that the test sets. */
export class FakeWorkloadsFollower implements WorkloadsFollower {
	readonly #listeners = createListeners();
	readonly cluster: string;
	#view: WorkloadsView;
	closed = false;

	constructor(cluster: string, view: WorkloadsView) {
		this.cluster = cluster;
		this.#view = view;
	}

	set(changes: Partial<WorkloadsView>): void {
		this.#view = {...this.#view, ...changes};
		this.#listeners.tell();
	}

	view = (): WorkloadsView => this.#view;
	subscribe = (listener: () => void): (() => void) => this.#listeners.subscribe(listener);
	close(): void {
		this.closed = true;
	}
}

/** A watch whose snapshot the test sets. */
export class FakeWatch implements Watch {
	readonly #listeners = createListeners();
	#snapshot: Snapshot;
	readonly followers: FakeFollower[] = [];
	/** Called for every follower that is opened. */
	onFollow: (follower: FakeFollower) => void = () => {};
	usageIds: readonly string[] = [];
	/** What runs in every cluster. */
	workloads: WorkloadsView = {state: 'loading', problem: undefined, workloads: undefined, usage: undefined};
	readonly workloadFollowers: FakeWorkloadsFollower[] = [];
	retries = 0;

	constructor(snapshot: Snapshot) {
		this.#snapshot = snapshot;
	}

	set(changes: Partial<Snapshot>): void {
		this.#snapshot = {...this.#snapshot, ...changes};
		this.#listeners.tell();
	}

	get listenerCount(): number {
		return this.#listeners.count;
	}

	snapshot = (): Snapshot => this.#snapshot;
	subscribe = (listener: () => void): (() => void) => this.#listeners.subscribe(listener);
	watchUsage(ids: readonly string[]): void {
		this.usageIds = ids;
	}
	followLog(sources: readonly LogSource[], options: LogOptions = {}): FakeFollower {
		const follower = new FakeFollower(sources, options);
		this.followers.push(follower);
		this.onFollow(follower);
		return follower;
	}
	followWorkloads(cluster: string): FakeWorkloadsFollower {
		const follower = new FakeWorkloadsFollower(cluster, this.workloads);
		this.workloadFollowers.push(follower);
		return follower;
	}
	retry(): void {
		this.retries++;
	}
	/** Why the next forward cannot be; a test sets it. */
	forwardProblem: Problem | undefined;
	async startForward(request: ForwardRequest): Promise<Forward> {
		if (this.forwardProblem) throw this.forwardProblem;
		const {forwards} = this.#snapshot;
		const localPort = request.localPort || 40_001;
		const more = {id: (forwards.at(-1)?.id ?? 0) + 1, address: `127.0.0.1:${localPort}`, localPort};
		const forward = {...request, ...more, connections: 0, problem: undefined};
		this.set({forwards: [...forwards, forward]});
		return forward;
	}
	/** A port that somebody else listens on; a test sets it. */
	takenPort: number | undefined;
	freePort = async (port: number): Promise<number> => (port === this.takenPort ? port + 1 : port);
	stopForward(id: number): void {
		this.set({forwards: this.#snapshot.forwards.filter(forward => forward.id !== id)});
	}
	close(): void {}
}

/** An operation whose state the test sets. */
export class FakeOperation implements Operation<never> {
	readonly result: Promise<never>;
	readonly id: number;
	cancelled = false;
	current: OperationSnapshot;
	readonly #onChange: () => void;
	readonly #ending = Promise.withResolvers<void>();

	constructor(snapshot: OperationSnapshot, onChange: () => void) {
		// What the dashboard does with results, tests do not look at.
		this.result = this.#ending.promise as Promise<never>;
		this.result.catch(() => {});
		this.id = snapshot.id;
		this.current = snapshot;
		this.#onChange = onChange;
	}

	become(changes: Partial<OperationSnapshot>): void {
		this.current = {...this.current, ...changes};
		this.#onChange();
		if (this.current.endedAt === undefined) return;
		if (this.current.state === 'done') this.#ending.resolve();
		else this.#ending.reject(this.current.problem ?? new Error(this.current.state));
	}

	snapshot = (): OperationSnapshot => this.current;
	subscribe = (): (() => void) => () => {};
	cancel(): void {
		this.cancelled = true;
		this.become({state: 'cancelling'});
	}
}

/** A lifecycle that notes what it was asked for; its operations run until the test ends them. */
export class FakeLifecycle implements Lifecycle {
	readonly #listeners = createListeners();
	readonly started: FakeOperation[] = [];
	/** The verbs called, with what they were given. */
	readonly calls: unknown[][] = [];
	closes = 0;
	/** What `close` waits for. */
	undone: Promise<void> = Promise.resolve();
	readonly #watch: FakeWatch;
	readonly #now: () => number;
	readonly #before: number;

	/** Operations are numbered on from `before`, and show up in the watch's snapshot, as the real watch shows them. */
	constructor(watch: FakeWatch, now: () => number, before = 0) {
		this.#watch = watch;
		this.#now = now;
		this.#before = before;
	}

	run(verb: string, subject: string, changes: Partial<OperationSnapshot> = {}): FakeOperation {
		const operation = new FakeOperation(
			fakeOperation(this.#before + this.started.length + 1, verb, subject, {startedAt: this.#now(), ...changes}),
			() => this.#publish(),
		);
		this.started.push(operation);
		this.#publish();
		return operation;
	}

	#publish(): void {
		this.#watch.set({operations: this.started.map(operation => operation.current)});
		this.#listeners.tell();
	}

	#call(method: string, verb: string, subject: string, ...given: unknown[]): FakeOperation {
		this.calls.push([method, ...given]);
		return this.run(verb, subject);
	}

	plan = (): never => {
		throw new Error('The dashboard makes no plans.');
	};
	createCluster = (spec: ClusterSpec, options: object = {}) => {
		const given = Object.keys(options).length === 0 ? [] : [options];
		return this.#call('createCluster', 'create', `cluster ${spec.name}`, spec, ...given);
	};
	startCluster = (name: string) => this.#call('startCluster', 'start', `cluster ${name}`, name);
	stopCluster = (name: string) => this.#call('stopCluster', 'stop', `cluster ${name}`, name);
	restartCluster = (name: string) => this.#call('restartCluster', 'restart', `cluster ${name}`, name);
	deleteCluster = (name: string) => this.#call('deleteCluster', 'delete', `cluster ${name}`, name);
	grow = (name: string, options: object) => this.#call('grow', 'grow', `cluster ${name}`, name, options);
	shrink = (name: string, options: object) => this.#call('shrink', 'shrink', `cluster ${name}`, name, options);
	startNode = (name: string) => this.#call('startNode', 'start', `node ${name}`, name);
	stopNode = (name: string) => this.#call('stopNode', 'stop', `node ${name}`, name);
	restartNode = (name: string) => this.#call('restartNode', 'restart', `node ${name}`, name);
	deleteNode = (name: string) => this.#call('deleteNode', 'delete', `node ${name}`, name);
	editPorts = (name: string, edit: object) => this.#call('editPorts', 'edit ports of', `cluster ${name}`, name, edit);
	planPorts = async () => ({
		ports: [],
		added: [],
		removed: [],
		rerouted: [],
		config: {ports: {}, settings: {}},
		means: 'nothing' as const,
		notes: [],
	});
	importImages = (clusters: readonly string[], sources: readonly object[]) =>
		this.#call('importImages', 'import images into', `cluster ${clusters.join(', ')}`, clusters, sources);
	createRegistry = (spec: RegistrySpec) => this.#call('createRegistry', 'create', `registry ${spec.name}`, spec);
	deleteRegistry = (name: string) => this.#call('deleteRegistry', 'delete', `registry ${name}`, name);
	attachRegistry = (registry: string, cluster: string) =>
		this.#call('attachRegistry', 'attach', `registry ${registry} to cluster ${cluster}`, registry, cluster);
	detachRegistry = (registry: string, cluster: string) =>
		this.#call('detachRegistry', 'detach', `registry ${registry} from cluster ${cluster}`, registry, cluster);
	deletePod = (cluster: string, pod: {readonly name: string}) =>
		this.#call('deletePod', 'delete', `pod ${pod.name} of cluster ${cluster}`, cluster, pod);
	restartWorkload = (cluster: string, workload: {readonly name: string}) =>
		this.#call('restartWorkload', 'restart', `deployment ${workload.name} of cluster ${cluster}`, cluster, workload);
	scaleWorkload = (cluster: string, workload: {readonly name: string}, options: object) =>
		this.#call(
			'scaleWorkload',
			'scale',
			`deployment ${workload.name} of cluster ${cluster}`,
			cluster,
			workload,
			options,
		);
	readSpec = async (name: string): Promise<SpecReading> => ({spec: defaultSpec(name), warnings: []});
	compare = async () => [];
	apply = (spec: ClusterSpec) => this.#call('apply', 'apply', `cluster ${spec.name}`, spec);
	operations = (): readonly Operation[] => this.started;
	subscribe = (listener: () => void): (() => void) => this.#listeners.subscribe(listener);
	close(): Promise<void> {
		this.closes++;
		for (const operation of this.started) {
			if (operation.current.endedAt === undefined) operation.cancel();
		}
		return this.undone;
	}
}

/** A shell that somebody leaves at once. */
export const fakeShell = async (): Promise<ShellEnd> => ({code: 0, isUsed: true, lastLine: '/ # exit'});
