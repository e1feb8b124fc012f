import {type ClusterSpec, defaultProxyImage, defaultSpec} from '../../source/cluster/cluster-spec.ts';
import type {ClusterChange} from '../../source/cluster/compare/compare-specs.ts';
import type {ClusterPlan} from '../../source/cluster/plan/cluster-plan.ts';
import {planCluster, type Surroundings} from '../../source/cluster/plan/plan-cluster.ts';
import type {PortEditPlan, PortWishes, RoutedPort} from '../../source/cluster/plan/plan-port-edit.ts';
import type {SpecReading} from '../../source/cluster/read/read-spec.ts';
import type {RegistrySpec} from '../../source/cluster/registries/registry-spec.ts';
import type {
	Applied,
	ApplyOptions,
	AttachedRegistry,
	CreatedCluster,
	CreatedRegistry,
	CreateOptions,
	DetachedRegistry,
	GrowOptions,
	ImageSource,
	ImportedImages,
	Lifecycle,
	PortEdit,
	VerbOptions,
} from '../../source/lifecycle/lifecycle.ts';
import {type Operation, type Run, startOperation} from '../../source/lifecycle/operation.ts';

const surroundings: Surroundings = {
	networkExists: false,
	freePort: 6550,
	apiHostIP: undefined,
	randomToken: 'RANDOMSECRETTOKEN',
	proxyImage: defaultProxyImage,
	useEntrypoint: false,
};

const recordedPort: RoutedPort = {
	hostIP: '',
	hostPort: 8080,
	containerPort: 80,
	protocol: 'tcp',
	nodes: ['k3d-rec-server-0', 'k3d-rec-agent-0'],
};

type Work = (run: Run) => Promise<void>;

/** Takes down what it is asked for, and does whatever `work` says instead. */
export class RecordingLifecycle implements Lifecycle {
	readonly calls: unknown[][] = [];
	work: Work = async () => {};
	closed = false;

	async plan(spec: ClusterSpec): Promise<ClusterPlan> {
		return planCluster(spec, surroundings);
	}

	createCluster(spec: ClusterSpec, options: CreateOptions = {}): Operation<CreatedCluster> {
		const result = {name: spec.name, api: 'https://127.0.0.1:6550', kubeconfig: '/home/me/.kube/config'};
		return this.#start('create', `cluster ${spec.name}`, [spec, options], options, result);
	}

	startCluster = this.#verb('start', 'cluster', 'startCluster');
	stopCluster = this.#verb('stop', 'cluster', 'stopCluster');
	restartCluster = this.#verb('restart', 'cluster', 'restartCluster');
	deleteCluster = this.#verb('delete', 'cluster', 'deleteCluster');
	startNode = this.#verb('start', 'node', 'startNode');
	stopNode = this.#verb('stop', 'node', 'stopNode');
	restartNode = this.#verb('restart', 'node', 'restartNode');
	deleteNode = this.#verb('delete', 'node', 'deleteNode');

	grow(cluster: string, options: GrowOptions): Operation<readonly string[]> {
		const names = [...(options.names?.servers ?? []), ...(options.names?.agents ?? ['k3d-rec-agent-2'])];
		return this.#start('grow', `cluster ${cluster}`, [cluster, options], options, names);
	}

	shrink(cluster: string, options: GrowOptions): Operation<readonly string[]> {
		return this.#start('shrink', `cluster ${cluster}`, [cluster, options], options, ['k3d-rec-agent-1']);
	}

	editPorts(cluster: string, edit: PortEdit): Operation<readonly RoutedPort[]> {
		return this.#start('edit ports of', `cluster ${cluster}`, [cluster, edit], edit, [recordedPort], 'editPorts');
	}

	async planPorts(cluster: string, edit: PortWishes): Promise<PortEditPlan> {
		this.calls.push(['planPorts', cluster, edit]);
		const config = {ports: {'80.tcp': recordedPort.nodes}, settings: {}};
		const ports = [recordedPort];
		return {ports, added: ports, removed: [], rerouted: [], config, means: 'replace', notes: []};
	}

	importImages(
		clusters: readonly string[],
		sources: readonly ImageSource[],
		options: VerbOptions = {},
	): Operation<readonly ImportedImages[]> {
		const result = [
			{cluster: clusters[0] ?? '', node: 'k3d-rec-server-0', imported: ['docker.io/library/app:1'], skipped: []},
		];
		const subject = `cluster ${clusters.join(', ')}`;
		const call = this.#start('import images into', subject, [options], options, result, 'importImages');
		this.calls.at(-1)?.splice(1, 0, clusters, sources);
		return call;
	}

	createRegistry(spec: RegistrySpec, options: VerbOptions = {}): Operation<CreatedRegistry> {
		const result = {name: spec.name, pushTo: 'localhost:5000', pullFrom: `${spec.name}:5000`};
		return this.#start('create', `registry ${spec.name}`, [spec, options], options, result, 'createRegistry');
	}

	deleteRegistry = this.#verb('delete', 'registry', 'deleteRegistry');

	attachRegistry(registry: string, cluster: string, options: VerbOptions = {}): Operation<AttachedRegistry> {
		const words = [registry, cluster, options];
		const result = {
			registry,
			cluster,
			effect: 'now',
			pushTo: 'localhost:5000',
			pullFrom: `${registry}:5000`,
			proxyOf: undefined,
		} as const;
		return this.#start('attach', `registry ${registry}`, words, options, result, 'attachRegistry');
	}

	detachRegistry(registry: string, cluster: string, options: VerbOptions = {}): Operation<DetachedRegistry> {
		const words = [registry, cluster, options];
		const result = {registry, cluster, effect: 'now'} as const;
		return this.#start('detach', `registry ${registry}`, words, options, result, 'detachRegistry');
	}

	deletePod(): never {
		throw new Error('No command changes pods.');
	}

	restartWorkload(): never {
		throw new Error('No command changes workloads.');
	}

	scaleWorkload(): never {
		throw new Error('No command changes workloads.');
	}

	/** What clusters are read as, and how they differ from any file. */
	reading: Partial<ClusterSpec> = {};
	changes: readonly ClusterChange[] = [];

	async readSpec(cluster: string): Promise<SpecReading> {
		return {spec: {...defaultSpec(cluster), ...this.reading}, warnings: ['One node is odd.']};
	}

	async compare(spec: ClusterSpec, options: object = {}): Promise<readonly ClusterChange[]> {
		this.calls.push(['compare', spec, withoutSignal(options)]);
		return this.changes;
	}

	apply(spec: ClusterSpec, options: ApplyOptions = {}): Operation<Applied> {
		return this.#start('apply', `cluster ${spec.name}`, [spec, options], options, {
			name: spec.name,
			created: false,
			changes: this.changes.filter(({refusal}) => refusal === undefined),
			skipped: this.changes.filter(({refusal}) => refusal !== undefined),
			running: true,
		});
	}

	operations(): readonly Operation[] {
		return [];
	}

	subscribe(): () => void {
		return () => {};
	}

	async close(): Promise<void> {
		this.closed = true;
	}

	#verb(verb: string, kind: string, call: string) {
		return (name: string, options: VerbOptions = {}): Operation<void> =>
			this.#start(verb, `${kind} ${name}`, [name, options], options, undefined, call);
	}

	#start<Result>(
		verb: string,
		subject: string,
		words: unknown[],
		{signal}: VerbOptions,
		result: Result,
		call = verb,
	): Operation<Result> {
		this.calls.push([call, ...words.map(word => withoutSignal(word))]);
		return startOperation(
			verb,
			subject,
			async run => {
				await this.work(run);
				return result;
			},
			signal ? {signal} : {},
		);
	}
}

function withoutSignal(value: unknown): unknown {
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).filter(([key]) => key !== 'signal'));
}
