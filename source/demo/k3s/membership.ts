import {randomBytes} from 'node:crypto';
import {posix} from 'node:path';
import type {Options} from './arguments.ts';
import type {Authorities, CertificateStore} from './authorities.ts';
import {type Consensus, soleServer} from './consensus.ts';
import {EtcdMembership} from './etcd-membership.ts';
import {FatalError} from './fatal-error.ts';
import type {NodeObject} from './objects.ts';
import type {NodeContext} from './pace.ts';
import {Persistence} from './persistence.ts';
import type {Snapshot, Store} from './store.ts';
import type {SupervisorContext} from './supervisor.ts';
import {HttpsClient} from './tls-network.ts';
import {hashOfCa, parseToken} from './token.ts';

/** A server's part in its cluster's datastore. */
export interface Membership {
	readonly authorities: Authorities;
	readonly consensus: Consensus;
	readonly peers?: SupervisorContext['peers'];
	/** Name in the etcd cluster; undefined with SQLite. */
	readonly etcdName: string | undefined;
	/** Becomes a member where that is still to be done; the server's port must be open. @throws FatalError */
	join(): Promise<void>;
	/** Takes the server of a deleted node out of the cluster. */
	remove(node: NodeObject): void;
	/** Rejects when this server has been taken out and must end; never resolves. */
	readonly expelled: Promise<never>;
	close(): Promise<void>;
}

const never = new Promise<never>(() => {});

/**
 * Opens the datastore as k3s would choose it: what is on disk wins; else `--cluster-init` begins an etcd cluster, a server URL joins one, and
 * a server alone has SQLite.
 * @throws FatalError when joining is refused
 */
export async function openMembership(
	context: NodeContext,
	options: Options,
	store: Store,
	certificates: CertificateStore,
	password: string,
): Promise<Membership> {
	const {world, log, dataDir} = context;
	const {files} = world;
	const etcd = posix.join(dataDir, 'server', 'db', 'etcd');
	const sqlite = posix.join(dataDir, 'server', 'db', 'state.json');
	if (await files.read(posix.join(etcd, 'tombstone'))) {
		log.info('tombstone file has been detected, removing data dir to rejoin the cluster');
		await files.remove(etcd);
		if (options.url) await files.remove(posix.join(dataDir, 'server', 'tls'));
	}
	const name = (await files.read(posix.join(etcd, 'name')))?.toString();
	const isMember = (await files.read(posix.join(etcd, 'state.json'))) !== undefined;
	if (isMember || options.clusterInit || options.url) {
		const joins = !isMember && !options.clusterInit;
		if (isMember) log.info('Managed etcd cluster bootstrap already complete and initialized');
		else if (!joins) log.info('Managed etcd cluster initializing');
		if (joins && !options.token)
			throw new FatalError('starting kubernetes: preparing server: K3S_TOKEN is required to join a cluster');
		const authorities = joins
			? await bootstrap(context, options, certificates)
			: ((await certificates.load()) ?? (await certificates.create()));
		const memberName = name ?? `${context.name}-${randomBytes(4).toString('hex')}`;
		if (!name) await files.write(posix.join(etcd, 'name'), memberName);
		const first = !isMember && !joins ? await files.read(sqlite) : undefined;
		if (first) {
			log.info('Migrating content from sqlite to etcd');
			store.restore(JSON.parse(first.toString()) as Snapshot);
		}
		const membership = new EtcdMembership({
			context,
			options,
			store,
			authorities,
			password,
			name: memberName,
			folder: etcd,
			joins,
			isMember,
		});
		await membership.open();
		return membership;
	}
	if (options.datastoreEndpoint)
		log.warning('the stand-in keeps its own database; --datastore-endpoint is taken but not used');
	log.info('Configuring sqlite3 database connection pooling: maxIdleConns=2, maxOpenConns=0, connMaxLifetime=0s');
	const persistence = new Persistence(context, store, sqlite, {});
	await persistence.open();
	log.info('Kine listening on unix://kine.sock');
	const authorities = (await certificates.load()) ?? (await certificates.create());
	return {
		authorities,
		consensus: soleServer(store),
		etcdName: undefined,
		join: () => Promise.resolve(),
		remove: () => {},
		expelled: never,
		close: () => persistence.close(),
	};
}

/** Fetches the cluster's authorities from the server to join. */
async function bootstrap(
	context: NodeContext,
	{url = '', token = ''}: Options,
	certificates: CertificateStore,
): Promise<Authorities> {
	const {world, log, signal} = context;
	const {caHash, password} = parseToken(token);
	const fail = (reason: string) => new FatalError(`starting kubernetes: preparing server: ${reason}`);
	const get = async (client: HttpsClient, path: string) => {
		try {
			return await client.fetch('GET', `${url}${path}`, {timeout: 5000, signal});
		} catch (error) {
			throw fail(`failed to get CA certs: Get "${url}${path}": ${error instanceof Error ? error.message : error}`);
		} finally {
			client.close();
		}
	};
	const ca = (await get(new HttpsClient(world.network, {}), '/cacerts')).body.toString();
	if (caHash && caHash !== hashOfCa(ca))
		throw fail(`token CA hash does not match the Cluster CA certificate hash: ${caHash} != ${hashOfCa(ca)}`);
	if (!caHash)
		log.warning(
			"Cluster CA certificate is not trusted by the host CA bundle, but the token does not include a CA hash. Use the full token from the server's node-token file to enable Cluster CA validation.",
		);
	log.info('Managed etcd cluster not yet initialized');
	const answer = await get(
		new HttpsClient(world.network, {ca, basic: `server:${password}`}),
		'/v1-k3s/server-bootstrap',
	);
	if (answer.status !== 200) throw fail(`${url}/v1-k3s/server-bootstrap: ${answer.statusText}`);
	const authorities = JSON.parse(answer.body.toString()) as Authorities;
	await certificates.save(authorities);
	return authorities;
}
