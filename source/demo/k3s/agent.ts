import {posix} from 'node:path';
import type {Options} from './arguments.ts';
import type {KeyPair} from './certificates.ts';
import {FatalError} from './fatal-error.ts';
import {Kubelet} from './kubelet.ts';
import {nodePassword} from './node-password.ts';
import {isRecord} from './objects.ts';
import {type NodeContext, rest} from './pace.ts';
import {configureContainerd} from './registries.ts';
import {remoteClient, type ServerList} from './remote-client.ts';
import {HttpsClient} from './tls-network.ts';
import {hashOfCa, parseToken} from './token.ts';
import type {WatchEvent} from './watch.ts';

/** The servers an agent knows: the one it was given, and those it learned of, kept across restarts as k3s' load balancer does. */
class KnownServers implements ServerList {
	readonly #context: NodeContext;
	readonly #first: string;
	#urls: string[];

	constructor(context: NodeContext, first: string) {
		this.#context = context;
		this.#first = first;
		this.#urls = [first];
	}

	get #path(): string {
		return posix.join(this.#context.dataDir, 'agent', 'etc', 'k3s-agent-load-balancer.json');
	}

	get urls(): readonly string[] {
		return this.#urls;
	}

	rotate(): void {
		const [failed, ...others] = this.#urls;
		if (failed) this.#urls = [...others, failed];
	}

	async load(): Promise<void> {
		const text = await this.#context.world.files.read(this.#path);
		const {ServerAddresses = []} = text ? (JSON.parse(text.toString()) as {ServerAddresses?: string[]}) : {};
		this.#urls = [...new Set([this.#first, ...ServerAddresses.map(address => `https://${address}`)])];
	}

	/** Learns the servers' present addresses, `host:port`. */
	async learn(addresses: readonly string[]): Promise<void> {
		const known = new Set([this.#first, ...addresses.map(address => `https://${address}`)]);
		if (addresses.length === 0 || (known.size === this.#urls.length && this.#urls.every(url => known.has(url)))) return;
		this.#urls = [...this.#urls.filter(url => known.has(url)), ...[...known].filter(url => !this.#urls.includes(url))];
		this.#context.log.info(
			`Updated load balancer k3s-agent-load-balancer server addresses -> [${addresses.join(' ')}] [default: ${this.#first.replace('https://', '')}]`,
		);
		await this.#context.world.files.write(
			this.#path,
			JSON.stringify({ServerURL: this.#first, ServerAddresses: addresses}),
		);
	}
}

/** Runs `k3s agent` until the node stops. @throws FatalError when it cannot even begin */
export async function runAgent(context: NodeContext, options: Options): Promise<void> {
	const {log, signal} = context;
	if (!options.url) throw new FatalError('--server is required');
	if (!options.token) throw new FatalError('--token is required');
	if (!/^https:\/\//.test(options.url))
		throw new FatalError(`only https:// URLs are supported, invalid scheme: ${options.url}`);
	const servers = new KnownServers(context, options.url.replace(/\/+$/, ''));
	await servers.load();
	log.info(`Adding server to load balancer k3s-agent-load-balancer: ${options.url.replace('https://', '')}`);
	log.info(
		`Running load balancer k3s-agent-load-balancer 127.0.0.1:6444 -> [${servers.urls.map(url => url.replace('https://', '')).join(' ')}]`,
	);
	const token = parseToken(options.token);
	const ca = await fetchAuthority(context, servers, token.caHash, options.url);
	if (!ca) return;
	const bootstrap = new HttpsClient(context.world.network, {ca, basic: `node:${token.password}`});
	const credentials = await fetchCredentials(context, bootstrap, servers).finally(() => bootstrap.close());
	if (!credentials) return;
	log.info(`Logging containerd to ${context.dataDir}/agent/containerd/containerd.log`);
	await configureContainerd(context);
	await rest(context, 200);
	log.info('Containerd is now running');
	const https = new HttpsClient(context.world.network, {ca, client: credentials.client});
	signal.addEventListener('abort', () => https.close(), {once: true});
	const client = remoteClient(https, servers, signal);
	log.info('Connecting to proxy', {url: `wss://${options.url.replace('https://', '')}/v1-k3s/connect`});
	log.info(
		`Running kubelet --cloud-provider=external --hostname-override=${context.name} --node-ip=${context.ip} --node-labels=${options.nodeLabels.join(',')}`,
	);
	const {name, ip, pace, world} = context;
	const kubelet = new Kubelet({
		context,
		client,
		description: {
			name,
			hostname: world.hostname,
			ip,
			version: pace.version,
			role: 'agent',
			labels: options.nodeLabels,
			taints: options.nodeTaints,
			args: world.args,
			env: world.env,
		},
		serving: credentials.serving,
		clientCa: credentials.clientCa,
	});
	await Promise.all([kubelet.run(), followServers(context, client, servers)]);
}

async function fetchAuthority(
	context: NodeContext,
	servers: KnownServers,
	caHash: string,
	url: string,
): Promise<string | undefined> {
	const {world, log, signal} = context;
	const insecure = new HttpsClient(world.network, {});
	try {
		while (!signal.aborted) {
			try {
				const {status, statusText, body} = await insecure.fetch('GET', `${servers.urls[0]}/cacerts`, {
					timeout: 5000,
					signal,
				});
				if (status !== 200) throw new Error(`${servers.urls[0]}/cacerts: ${statusText}`);
				const ca = body.toString();
				if (caHash && hashOfCa(ca) !== caHash)
					throw new Error(`token CA hash does not match the Cluster CA certificate hash: ${caHash} != ${hashOfCa(ca)}`);
				if (!caHash)
					log.warning(
						"Cluster CA certificate is not trusted by the host CA bundle, but the token does not include a CA hash. Use the full token from the server's node-token file to enable Cluster CA validation.",
					);
				return ca;
			} catch (error) {
				if (signal.aborted) break;
				const reason = error instanceof Error ? error.message : String(error);
				const wrapped = reason.startsWith('token CA')
					? reason
					: `failed to get CA certs: Get "${servers.urls[0]}/cacerts": ${reason}`;
				log.error(`Failed to validate connection to cluster at ${url}: ${wrapped}`);
				servers.rotate();
				await rest(context, 500);
			}
		}
		return undefined;
	} finally {
		insecure.close();
	}
}

interface Credentials {
	readonly serving: KeyPair;
	readonly client: KeyPair;
	readonly clientCa: string;
}

function splitPair(text: string): KeyPair {
	const key = text.indexOf('-----BEGIN EC PRIVATE KEY');
	return {certificate: text.slice(0, key), key: text.slice(key)};
}

async function fetchCredentials(
	context: NodeContext,
	https: HttpsClient,
	servers: KnownServers,
): Promise<Credentials | undefined> {
	const {name, ip, log, signal} = context;
	const password = await nodePassword(context.world.files);
	const headers = {'k3s-node-name': name, 'k3s-node-password': password, 'k3s-node-ip': ip};
	const get = async (path: string) => {
		const url = `${servers.urls[0]}/v1-k3s/${path}`;
		const {status, statusText, body} = await https.fetch('GET', url, {headers, timeout: 5000, signal});
		if (status === 403) throw new Error(body.toString());
		if (status !== 200) throw new Error(`${url}: ${statusText}`);
		return body.toString();
	};
	while (!signal.aborted) {
		try {
			const serving = splitPair(await get('serving-kubelet.crt'));
			const client = splitPair(await get('client-kubelet.crt'));
			return {serving, client, clientCa: await get('client-ca.crt')};
		} catch (error) {
			if (signal.aborted) break;
			log.info(
				`Waiting to retrieve agent configuration; server is not ready: ${error instanceof Error ? error.message : error}`,
			);
			servers.rotate();
			await rest(context, 500);
		}
	}
	return undefined;
}

/** Learns of servers that come and go, from the end points of `default/kubernetes`. */
async function followServers(
	context: NodeContext,
	client: ReturnType<typeof remoteClient>,
	servers: KnownServers,
): Promise<void> {
	const path = '/api/v1/namespaces/default/endpoints?watch=true&fieldSelector=metadata.name%3Dkubernetes';
	const learn = ({type, object}: WatchEvent) => {
		if (type === 'DELETED' || type === 'BOOKMARK') return;
		const subsets = (object.subsets ?? []) as {addresses?: {ip: string}[]; ports?: {port: number}[]}[];
		const addresses = subsets.flatMap(one =>
			(one.addresses ?? []).map(({ip}) => `${ip}:${one.ports?.[0]?.port ?? 6443}`),
		);
		if (isRecord(object)) void servers.learn(addresses);
	};
	while (!context.signal.aborted) {
		await client.watch(path, learn, context.signal).catch(() => {});
		await rest(context, 1000);
	}
}
