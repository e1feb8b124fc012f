import type {Options} from './arguments.ts';
import type {Authorities, CertificateStore} from './authorities.ts';
import {type Consensus, soleServer} from './consensus.ts';
import {FatalError} from './fatal-error.ts';
import type {NodeObject} from './objects.ts';
import type {NodeContext} from './pace.ts';
import {Persistence} from './persistence.ts';
import type {Store} from './store.ts';
import type {SupervisorContext} from './supervisor.ts';

/** A server's part in its cluster's datastore. */
export interface Membership {
	readonly authorities: Authorities;
	readonly consensus: Consensus;
	readonly persistence: {close(): Promise<void>};
	readonly peers?: SupervisorContext['peers'];
	/** Name in the etcd cluster; undefined with SQLite. */
	readonly etcdName: string | undefined;
	/** Becomes a member where that is still to be done; the server's port must be open. */
	join(): Promise<void>;
	/** Takes the server of a deleted node out of the cluster. */
	remove(node: NodeObject): void;
}

/** Opens the datastore: a single server's own, or a place in an etcd cluster. */
export async function openMembership(
	context: NodeContext,
	options: Options,
	store: Store,
	certificates: CertificateStore,
	password: string,
): Promise<Membership> {
	void password;
	if (options.url) throw new FatalError('not yet');
	const persistence = new Persistence(context, store, `${context.dataDir}/server/db/state.json`, {});
	await persistence.open();
	const authorities = (await certificates.load()) ?? (await certificates.create());
	return {
		authorities,
		consensus: soleServer(store),
		persistence,
		etcdName: undefined,
		join: () => Promise.resolve(),
		remove: () => {},
	};
}
