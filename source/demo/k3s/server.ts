import {randomBytes} from 'node:crypto';
import {posix} from 'node:path';
import {Addons} from './addons.ts';
import {Api, type ApiAnswer, type ApiRequest, isWrite} from './api.ts';
import type {Options} from './arguments.ts';
import {authenticate} from './authentication.ts';
import {type Authorities, CertificateStore} from './authorities.ts';
import type {KeyPair} from './certificates.ts';
import {type Client, localClient} from './client.ts';
import {clusterControllers} from './cluster-controllers.ts';
import type {Consensus} from './consensus.ts';
import {runControllers} from './controllers.ts';
import {FatalError} from './fatal-error.ts';
import {health} from './health.ts';
import {sendAnswer, toApiRequest} from './http-front.ts';
import {kubeconfig} from './kubeconfig.ts';
import {Kubelet} from './kubelet.ts';
import {LeaderClient} from './leader-client.ts';
import {type Membership, openMembership} from './membership.ts';
import {acceptNode, nodePassword, rejection} from './node-password.ts';
import {type NodeContext, rest} from './pace.ts';
import {PodLogClient} from './pod-log-client.ts';
import {PortForwarding, refuse} from './port-forward.ts';
import {configureContainerd} from './registries.ts';
import {StatusError} from './status-error.ts';
import {Store} from './store.ts';
import {supervise} from './supervisor.ts';
import {HttpsClient, serveHttps} from './tls-network.ts';
import {fullToken, parseToken} from './token.ts';

/** Runs `k3s server` until the node stops. @throws FatalError as the real one gives up */
export async function runServer(context: NodeContext, options: Options): Promise<void> {
	const server = new Server(context, options);
	try {
		await server.run();
	} finally {
		await server.close();
	}
}

class Server {
	readonly #context: NodeContext;
	readonly #options: Options;
	readonly #store = new Store();
	#membership: Membership | undefined;
	#consensus: Consensus | undefined;
	#leading: AbortController | undefined;
	#up = false;
	#closers: (() => void | Promise<void>)[] = [];

	constructor(context: NodeContext, options: Options) {
		this.#context = context;
		this.#options = options;
	}

	async close(): Promise<void> {
		this.#leading?.abort();
		this.#consensus?.stop();
		for (const close of this.#closers.reverse()) await close();
	}

	async run(): Promise<void> {
		const certificates = new CertificateStore(this.#context);
		const password = await this.#password();
		const membership = await openMembership(this.#context, this.#options, this.#store, certificates, password);
		this.#membership = membership;
		this.#closers.push(() => membership.close());
		this.#consensus = membership.consensus;
		await Promise.race([this.#serve(membership, certificates, password), membership.expelled]);
	}

	async #serve(membership: Membership, certificates: CertificateStore, password: string): Promise<void> {
		const {log, world, ip, signal, dataDir} = this.#context;
		const {consensus, authorities} = membership;
		const serving = await certificates.issue('serving-kube-apiserver', authorities.server, {
			commonName: 'kube-apiserver',
			usage: 'server',
			names: this.#names(),
		});
		const admin = await certificates.issue('client-admin', authorities.client, {
			commonName: 'system:admin',
			organization: 'system:masters',
			usage: 'client',
		});
		const toKubelet = await certificates.issue('client-kube-apiserver', authorities.client, {
			commonName: 'kube-apiserver',
			organization: 'system:masters',
			usage: 'client',
		});
		const tokenKey = Buffer.from(authorities.tokenKey, 'base64');
		const logs = new PodLogClient(world.network, this.#store, authorities.server.certificate, toKubelet);
		this.#closers.push(() => logs.close());
		const api = new Api({
			store: this.#store,
			timers: world.timers,
			address: ip,
			version: this.#context.pace.version,
			tokenKey,
			podLog: (pod, query, abort) => logs.open(pod, query, abort),
		});
		const forward = new LeaderClient(
			new HttpsClient(world.network, {ca: authorities.server.certificate, client: toKubelet}),
		);
		this.#closers.push(() => forward.close());
		const handle = (request: ApiRequest) => this.#handle(api, forward, request);

		const supervisor = {
			context: this.#context,
			authorities,
			password,
			isReady: () => this.#up && consensus.role !== 'none',
			acceptNode: (node: string, nodeSecret: string) => acceptNode(localClient(handle, signal), node, nodeSecret),
			...(membership.peers && {peers: membership.peers}),
		};
		const forwarding = new PortForwarding(api);
		const tls = {
			cert: serving.certificate,
			key: serving.key,
			ca: authorities.client.certificate,
			requestCert: true,
			rejectUnauthorized: false,
		};
		const listener = await serveHttps(
			world.network,
			this.#options.port,
			this.#options.bindAddress,
			tls,
			async (request, response) => {
				try {
					if (await supervise(supervisor, request, response)) return;
					const user = authenticate(
						request.socket,
						request.headers.authorization,
						tokenKey,
						this.#store,
						world.timers.now(),
					);
					if (!user)
						return await sendAnswer(response, {
							status: 401,
							json: new StatusError(401, 'Unauthorized', 'Unauthorized').status(),
						});
					await sendAnswer(response, await handle(await toApiRequest(request, response, user)));
				} catch (error) {
					if (!signal.aborted && !response.destroyed)
						log.error(
							`Failed to answer ${request.method} ${request.url}: ${error instanceof Error ? (error.stack ?? error.message) : error}`,
						);
					response.destroy();
				}
			},
			(request, socket, head) => {
				socket.on('error', () => {});
				const {authorization} = request.headers;
				// The bare connection under HTTP is the one that has shown its certificate.
				const user = authenticate(socket, authorization, tokenKey, this.#store, world.timers.now());
				if (!user) refuse(socket, new StatusError(401, 'Unauthorized', 'Unauthorized'));
				else if (!this.#up) refuse(socket, new StatusError(503, 'ServiceUnavailable', 'apiserver not ready'));
				else forwarding.accept(request, socket, head, user);
			},
		);
		this.#closers.push(() => listener.close());

		const addons = new Addons(this.#context, this.#store, this.#options);
		consensus.onRole(() => this.#lead(consensus, addons, authorities));
		log.info(
			`Running kube-apiserver --advertise-port=${this.#options.port} --allow-privileged=true --anonymous-auth=false --bind-address=127.0.0.1 --secure-port=6444 --service-cluster-ip-range=10.43.0.0/16`,
		);
		const joined = membership.join();
		// Awaited below; should it fail before, that is no unhandled rejection.
		joined.catch(() => {});
		await rest(this.#context, 250);
		log.info('Running kube-scheduler --bind-address=127.0.0.1 --leader-elect=false --secure-port=10259');
		log.info('Waiting for API server to become available');
		log.info(
			'Running kube-controller-manager --allocate-node-cidrs=true --cluster-cidr=10.42.0.0/16 --leader-elect=false --secure-port=10257',
		);
		await this.#writeCredentials(authorities, admin, password);
		log.info(`Logging containerd to ${dataDir}/agent/containerd/containerd.log`);
		log.info('Running containerd -c /var/lib/rancher/k3s/agent/etc/containerd/config.toml');
		await configureContainerd(this.#context);
		await rest(this.#context, 250);
		log.info('Containerd is now running');
		await addons.write();
		consensus.start();
		await joined;
		await this.#hasMajority(consensus);
		await rest(this.#context, 350);
		if (signal.aborted) return;
		this.#up = true;
		log.info('Kube API server is now running');
		log.info('k3s is up and running');
		if (consensus.role === 'leader') log.info('Cluster dns configmap has been set successfully');
		else log.info('Cluster dns configmap already exists');
		await this.#runKubelet(handle, certificates, authorities);
	}

	/** The join token: given, or of an earlier life, or new. */
	async #password(): Promise<string> {
		const {world, dataDir} = this.#context;
		const path = posix.join(dataDir, 'server', 'token');
		const kept = (await world.files.read(path))?.toString().trim();
		const keptPassword = kept && parseToken(kept).password;
		const given = this.#options.token && parseToken(this.#options.token).password;
		if (given && keptPassword && given !== keptPassword)
			throw new FatalError(
				'starting kubernetes: preparing server: bootstrap data already found and encrypted with different token',
			);
		return given || keptPassword || randomBytes(16).toString('hex');
	}

	#names(): string[] {
		const {name, ip} = this.#context;
		const services = [
			'kubernetes',
			'kubernetes.default',
			'kubernetes.default.svc',
			'kubernetes.default.svc.cluster.local',
		];
		return [...new Set([...services, 'localhost', '127.0.0.1', '10.43.0.1', name, ip, ...this.#options.tlsSans])];
	}

	async #writeCredentials(authorities: Authorities, admin: KeyPair, password: string): Promise<void> {
		const {world, log, dataDir, ip} = this.#context;
		const {bindAddress, port, kubeconfigOutput} = this.#options;
		const token = `${fullToken(authorities.server.certificate, password)}\n`;
		for (const file of ['token', 'node-token', 'agent-token'])
			await world.files.write(posix.join(dataDir, 'server', file), token, 0o600);
		log.info(`Node token is available at ${posix.join(dataDir, 'server', 'token')}`);
		log.info(`To join node to cluster: k3s agent -s https://${ip}:${port} -t \${NODE_TOKEN}`);
		const host = bindAddress === '0.0.0.0' ? '127.0.0.1' : bindAddress;
		const text = kubeconfig(`https://${host}:${port}`, authorities.server.certificate, admin);
		for (const path of new Set(['/etc/rancher/k3s/k3s.yaml', kubeconfigOutput ?? '/etc/rancher/k3s/k3s.yaml'])) {
			await world.files.write(path, text, 0o600);
			if (path === (kubeconfigOutput ?? path)) log.info(`Wrote kubeconfig ${path}`);
		}
		log.info('Run: k3s kubectl');
	}

	/** Waits, without a bound as the real one does, until etcd has a majority. */
	async #hasMajority(consensus: Consensus): Promise<void> {
		if (consensus.role !== 'none') return;
		this.#context.log.info('Waiting for etcd server to become available');
		await new Promise<void>(resolve => {
			const check = () => {
				if (consensus.role !== 'none' || this.#context.signal.aborted) resolve();
			};
			consensus.onRole(check);
			this.#context.signal.addEventListener('abort', check, {once: true});
			check();
		});
	}

	/** Starts or stops the controllers as leadership comes and goes. */
	#lead(consensus: Consensus, addons: Addons, authorities: Authorities): void {
		if (consensus.role !== 'leader') {
			this.#leading?.abort();
			this.#leading = undefined;
			return;
		}
		if (this.#leading) return;
		const leading = new AbortController();
		this.#leading = leading;
		const {log, pace, world} = this.#context;
		const controllers = clusterControllers(authorities.server.certificate, node => this.#membership?.remove(node));
		addons
			.start(leading.signal)
			.then(() => {
				if (!leading.signal.aborted)
					runControllers(controllers, {store: this.#store, timers: world.timers, pace, log, signal: leading.signal});
			})
			.catch(error =>
				log.error(`Failed to start controllers: ${error instanceof Error ? (error.stack ?? error.message) : error}`),
			);
	}

	async #handle(api: Api, forward: LeaderClient, request: ApiRequest): Promise<ApiAnswer> {
		const consensus = this.#consensus;
		const role = this.#up ? (consensus?.role ?? 'none') : 'none';
		const healthy = health(request.path, request.query, role !== 'none');
		if (healthy) {
			if (!this.#up)
				return {status: 503, json: new StatusError(503, 'ServiceUnavailable', 'apiserver not ready').status()};
			return healthy;
		}
		if (!this.#up)
			return {status: 503, json: new StatusError(503, 'ServiceUnavailable', 'apiserver not ready').status()};
		if (!isWrite(request)) {
			const isData = /^\/apis?\/([^/]+\/){1,2}[^/]+/.test(request.path) && !/^\/apis\/[^/]+\/[^/]+$/.test(request.path);
			// Plain text, as k3s answers: clients then put the status into words themselves.
			if (role === 'none' && isData) return {status: 503, body: 'service unavailable\n'};
			return api.handle(request);
		}
		if (!consensus || role === 'none') return {status: 503, body: 'service unavailable\n'};
		try {
			if (role === 'follower')
				return api.refusal(request) ?? (await forward.send(consensus.leaderUrl, request, this.#store));
			const answer = await api.handle(request);
			await consensus.committed(this.#store.revision);
			return answer;
		} catch (error) {
			if (request.signal.aborted) throw error;
			return {status: 503, body: 'service unavailable\n'};
		}
	}

	async #runKubelet(handle: Api['handle'], certificates: CertificateStore, authorities: Authorities): Promise<void> {
		const {name, ip, pace, world, signal} = this.#context;
		const {nodeLabels, nodeTaints} = this.#options;
		const serving = await certificates.issue('serving-kubelet', authorities.server, {
			commonName: name,
			usage: 'server',
			names: [name, 'localhost', '127.0.0.1', ip],
		});
		const client = localClient(handle, signal);
		await this.#awaitAccepted(client);
		const kubelet = new Kubelet({
			context: this.#context,
			client,
			description: {
				name,
				hostname: world.hostname,
				ip,
				version: pace.version,
				role: 'server',
				labels: nodeLabels,
				taints: nodeTaints,
				args: world.args,
				env: world.env,
				etcdName: this.#membership?.etcdName,
			},
			serving,
			clientCa: authorities.client.certificate,
		});
		this.#context.log.info(
			`Running kubelet --cloud-provider=external --hostname-override=${name} --node-ip=${ip} --node-labels=${nodeLabels.join(',')}`,
		);
		await kubelet.run();
	}

	/** Waits until the node may have its name: an earlier machine's Node has to be deleted first. */
	async #awaitAccepted(client: Client): Promise<void> {
		const {name, world, log, signal} = this.#context;
		const password = await nodePassword(world.files);
		while (!signal.aborted) {
			try {
				if (await acceptNode(client, name, password)) return;
				log.info(`Waiting to retrieve agent configuration; server is not ready: ${rejection}`);
			} catch (error) {
				log.info(`Waiting to retrieve agent configuration; server is not ready: ${error}`);
			}
			await rest(this.#context, 500);
		}
	}
}
