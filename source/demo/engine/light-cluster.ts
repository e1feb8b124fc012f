import type {IncomingMessage, ServerResponse} from 'node:http';
import {createServer, type Server} from 'node:https';
import {Api} from '../k3s/api.ts';
import {authenticate} from '../k3s/authentication.ts';
import {type Authorities, CertificateStore} from '../k3s/authorities.ts';
import type {KeyPair} from '../k3s/certificates.ts';
import {localClient} from '../k3s/client.ts';
import {runControllers} from '../k3s/controllers.ts';
import {health} from '../k3s/health.ts';
import {sendAnswer, toApiRequest} from '../k3s/http-front.ts';
import {kubeconfig} from '../k3s/kubeconfig.ts';
import {nodeHosts} from '../k3s/node-hosts.ts';
import {nodeFinalizers} from '../k3s/node-lifecycle.ts';
import {acceptNode} from '../k3s/node-password.ts';
import {describeNode, nodeConditions} from '../k3s/node-status.ts';
import type {KubernetesObject, NodeObject} from '../k3s/objects.ts';
import type {NodeContext} from '../k3s/pace.ts';
import {StatusError} from '../k3s/status-error.ts';
import {Store} from '../k3s/store.ts';
import {supervise} from '../k3s/supervisor.ts';
import {systemImages} from '../k3s/system-images.ts';
import {firstNamespaces, systemWorkloads} from '../k3s/system-workloads.ts';
import type {Container} from './container.ts';
import type {Daemon} from './daemon.ts';
import {contextOf} from './stand-in-context.ts';

/** What all light clusters of an engine share: they are many, and signing costs time. */
interface SharedCredentials {
	readonly authorities: Authorities;
	readonly serving: KeyPair;
	readonly kubeconfig: string;
}

const credentials = new WeakMap<Daemon, Promise<SharedCredentials>>();
const clusters = new WeakMap<Daemon, Map<string, LightCluster>>();

const clusterLabel = 'k3d.cluster';

/** The certificates of light clusters, made when first needed. */
export function lightCredentials(daemon: Daemon): Promise<SharedCredentials> {
	let made = credentials.get(daemon);
	if (!made) {
		made = makeCredentials(daemon);
		credentials.set(daemon, made);
	}
	return made;
}

async function makeCredentials(daemon: Daemon): Promise<SharedCredentials> {
	const store = new CertificateStore(contextOf(daemon, 'light'));
	const authorities = await store.create();
	const [serving, admin] = await Promise.all([
		store.issue('serving', authorities.server, {
			commonName: 'kube-apiserver',
			usage: 'server',
			names: ['localhost', '127.0.0.1', '0.0.0.0', '10.43.0.1', 'kubernetes', 'kubernetes.default.svc'],
		}),
		store.issue('admin', authorities.client, {
			commonName: 'system:admin',
			organization: 'system:masters',
			usage: 'client',
		}),
	]);
	return {
		authorities,
		serving,
		kubeconfig: kubeconfig('https://127.0.0.1:6443', authorities.server.certificate, admin),
	};
}

/** The light cluster that a container belongs to; made when somebody first connects to it. */
export async function lightClusterOf(daemon: Daemon, container: Container): Promise<LightCluster> {
	const shared = await lightCredentials(daemon);
	const all = clusters.get(daemon) ?? new Map<string, LightCluster>();
	clusters.set(daemon, all);
	const name = container.config.Labels[clusterLabel] ?? container.name;
	let cluster = all.get(name);
	if (!cluster) {
		cluster = new LightCluster(daemon, name, container, shared);
		all.set(name, cluster);
	}
	return cluster;
}

/**
 * The Kubernetes API of a cluster whose nodes do nothing: they are Ready while their containers run, which is found out and not
 * timed. Pods there are none.
 */
export class LightCluster {
	readonly server: Server;
	readonly #daemon: Daemon;
	readonly #name: string;
	readonly #context: NodeContext;
	readonly #store = new Store();
	readonly #watched = new Set<string>();

	constructor(daemon: Daemon, name: string, container: Container, {authorities, serving}: SharedCredentials) {
		this.#daemon = daemon;
		this.#name = name;
		this.#context = contextOf(daemon, container.name);
		const {world, pace, log} = this.#context;
		const tokenKey = Buffer.from(authorities.tokenKey, 'base64');
		this.#populate();
		const api = new Api({
			store: this.#store,
			timers: world.timers,
			address: '127.0.0.1',
			version: pace.version,
			tokenKey,
			podLog: () => Promise.reject(new StatusError(404, 'NotFound', 'there are no pods in a light cluster')),
		});
		const password = container.environment().K3S_TOKEN ?? '';
		const supervisor = {
			context: this.#context,
			authorities,
			password,
			isReady: () => true,
			acceptNode: (name: string, secret: string) =>
				acceptNode(
					localClient(request => api.handle(request), this.#context.signal),
					name,
					secret,
				),
		};
		const answer = async (request: IncomingMessage, response: ServerResponse) => {
			if (await supervise(supervisor, request, response)) return;
			const user = authenticate(
				request.socket,
				request.headers.authorization,
				tokenKey,
				this.#store,
				world.timers.now(),
			);
			if (!user)
				return sendAnswer(response, {status: 401, json: new StatusError(401, 'Unauthorized', 'Unauthorized').status()});
			const asked = await toApiRequest(request, response, user);
			await sendAnswer(response, health(asked.path, asked.query, true) ?? (await api.handle(asked)));
		};
		this.server = createServer(
			{
				cert: serving.certificate,
				key: serving.key,
				ca: authorities.client.certificate,
				requestCert: true,
				rejectUnauthorized: false,
			},
			(request, response) => void answer(request, response).catch(() => response.destroy()),
		);
		this.server.on('tlsClientError', () => {});
		this.server.on('clientError', (_error, socket) => socket.destroy());
		const controllers = [nodeFinalizers(() => {}), nodeHosts];
		const {timers} = world;
		runControllers(controllers, {store: this.#store, timers, pace, log, signal: daemon.closing.signal});
		daemon.events.subscribe(({type, action, attributes}) => {
			if (type === 'container' && action === 'create' && attributes[clusterLabel] === name) this.#follow();
		});
	}

	#put(object: KubernetesObject, resource: string): void {
		const creationTimestamp = new Date(this.#daemon.clock.now()).toISOString().replace(/\.\d+/, '');
		this.#store.put(resource, {...object, metadata: {uid: crypto.randomUUID(), creationTimestamp, ...object.metadata}});
	}

	#populate(): void {
		for (const object of firstNamespaces) this.#put({...object, status: {phase: 'Active'}}, 'namespaces');
		const coreDns = (systemWorkloads.coredns ?? []).find(({kind}) => kind === 'ConfigMap');
		if (coreDns) this.#put(coreDns, 'configmaps');
		this.#follow();
	}

	/** Makes a Node of every light container of the cluster that has none yet, and keeps it in step with it. */
	#follow(): void {
		for (const container of this.#daemon.containers.list()) {
			const {Labels: labels} = container.config;
			const role = labels['k3d.role'];
			if (!container.isLight || labels[clusterLabel] !== this.#name || this.#watched.has(container.id)) continue;
			if (role !== 'server' && role !== 'agent') continue;
			this.#watched.add(container.id);
			const {name, finalizers: _, ...metadata} = this.#describe(container, role).metadata;
			this.#put({...this.#describe(container, role), metadata: {...metadata, name}} as NodeObject, 'nodes');
			container.onChange(() => this.#update(container));
		}
	}

	#describe(container: Container, role: 'server' | 'agent'): NodeObject {
		const network = this.#daemon.fabric.of(container.id);
		const node = describeNode(
			{
				name: container.config.Hostname ?? container.name,
				hostname: container.config.Hostname ?? container.name,
				ip: network.address(container.name) ?? '',
				version: this.#context.pace.version,
				role,
				labels: [],
				taints: [],
				args: container.argv.slice(1),
				env: {},
				...(container.config.Labels['k3d.server.init'] !== undefined && {etcdName: container.name}),
			},
			systemImages,
			this.#daemon.clock.now(),
		);
		const creationTimestamp = new Date(Number(container.nanos / 1_000_000n)).toISOString().replace(/\.\d+/, '');
		return {
			...node,
			metadata: {...node.metadata, creationTimestamp},
			spec: {...node.spec, taints: []},
			status: {...node.status, conditions: this.#conditions(container)},
		};
	}

	#conditions({running}: Container, before: NodeObject['status']['conditions'] = []) {
		const now = this.#daemon.clock.now();
		if (running) return nodeConditions(true, before, now);
		const reason = {reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.'};
		return nodeConditions(true, before, now).map(one => ({...one, status: 'Unknown' as const, ...reason}));
	}

	#update(container: Container): void {
		const node = this.#store.get<NodeObject>('nodes', undefined, container.config.Hostname ?? '');
		if (!node || container.status === 'removing') return;
		const conditions = this.#conditions(container, node.status.conditions ?? []);
		this.#store.put('nodes', {...node, status: {...node.status, conditions}});
	}
}
