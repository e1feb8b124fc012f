import {posix} from 'node:path';
import type {Options} from './arguments.ts';
import type {Authorities} from './authorities.ts';
import type {Member, Message, Reply} from './consensus-messages.ts';
import {FatalError} from './fatal-error.ts';
import type {Membership} from './membership.ts';
import type {NodeObject} from './objects.ts';
import {type NodeContext, rest} from './pace.ts';
import {Persistence} from './persistence.ts';
import {type Ballot, Quorum} from './quorum.ts';
import type {Store} from './store.ts';
import {HttpsClient} from './tls-network.ts';

interface EtcdOptions {
	readonly context: NodeContext;
	readonly options: Options;
	readonly store: Store;
	readonly authorities: Authorities;
	readonly password: string;
	/** `k3d-x-server-0-1a2b3c4d` */
	readonly name: string;
	readonly folder: string;
	/** It has still to be let in by others. */
	readonly joins: boolean;
	/** It was a member in an earlier life. */
	readonly isMember: boolean;
}

/** Peer URLs as etcd would have them, for log lines: the stand-in itself speaks on its API's port. */
const peerText = ({name, url}: Pick<Member, 'name' | 'url'>) => `${name}=${url.replace(/:\d+$/, ':2380')}`;

const duplicate = 'etcd cluster join failed: duplicate node name found, please use a unique name for this node';

/** A server's place in an etcd cluster: joins it, takes others in, removes those whose nodes are deleted. */
export class EtcdMembership implements Membership {
	readonly #options: EtcdOptions;
	readonly #quorum: Quorum;
	readonly #persistence: Persistence<Ballot>;
	readonly #https: HttpsClient;
	readonly #url: string;
	readonly expelled: Promise<never>;
	#expel: (error: Error) => void = () => {};
	#gone = false;

	constructor(options: EtcdOptions) {
		this.#options = options;
		const {context, store, password, name, authorities, folder} = options;
		this.#url = `https://${context.ip}:${options.options.port}`;
		this.#https = new HttpsClient(context.world.network, {
			ca: authorities.server.certificate,
			basic: `server:${password}`,
		});
		this.#persistence = new Persistence<Ballot>(context, store, posix.join(folder, 'state.json'), {
			currentTerm: 0,
			votedFor: null,
		});
		this.expelled = new Promise((_, reject) => {
			this.#expel = reject;
		});
		this.expelled.catch(() => {});
		const persistence = this.#persistence;
		this.#quorum = new Quorum({
			context,
			store,
			name,
			url: this.#url,
			remember: ballot => persistence.remember(ballot),
			send: async (url, message, timeout) => (await this.#post(url, 'consensus', message, timeout)) as Reply,
			onRemoved: () => void this.#leave(),
		});
	}

	get authorities(): Authorities {
		return this.#options.authorities;
	}

	get consensus(): Quorum {
		return this.#quorum;
	}

	get etcdName(): string {
		return this.#options.name;
	}

	readonly peers = {
		receive: async (message: unknown): Promise<unknown> => this.#quorum.receive(message as Message),
		join: (member: unknown): Promise<unknown> => this.#admit(member as Member),
	};

	/** Loads what is on disk; a new cluster gets its first member. */
	async open(): Promise<void> {
		const {context, joins, isMember, name} = this.#options;
		await this.#persistence.open();
		this.#quorum.restoreBallot(this.#persistence.extra);
		const self = {name, url: this.#url, node: context.name, learner: false};
		if (!isMember && !joins) this.#quorum.addMember(self);
		const recorded = this.#quorum.members.find(member => member.name === name);
		if (recorded && recorded.url !== this.#url) {
			// etcd knows members by address. A cluster of one may change its own; for others k3s gives up, as this does in `join`.
			if (this.#quorum.members.length === 1) this.#quorum.addMember(self);
		}
		if (!joins) context.log.info(`Starting etcd for cluster [${this.#quorum.members.map(peerText).join(' ')}]`);
	}

	async join(): Promise<void> {
		const {context, joins, name, options} = this.#options;
		const {log, signal} = context;
		if (joins) {
			const member: Member = {name, url: this.#url, node: context.name, learner: true};
			for (;;) {
				try {
					await this.#post(options.url ?? '', 'members', member, 10_000);
					break;
				} catch (error) {
					if (signal.aborted) return;
					const reason = error instanceof Error ? error.message : String(error);
					if (reason.includes('duplicate node name'))
						throw new FatalError(
							`starting kubernetes: preparing server: start managed database: joining etcd cluster: ${duplicate}`,
						);
					log.info(`Waiting for other members to finish joining etcd cluster: ${reason}`);
					await rest(context, 500);
				}
			}
			log.info(`Starting etcd for cluster [${this.#quorum.members.map(peerText).join(' ')}]`);
			await this.#promoted();
			log.info('etcd data store connection OK');
			return;
		}
		const recorded = this.#quorum.members.find(member => member.name === name);
		while (recorded && recorded.url !== this.#url && this.#quorum.members.length > 1 && !signal.aborted) {
			const found = this.#quorum.members.map(peerText).join(', ');
			log.info(
				`Failed to test etcd connection: this server is a not a member of the etcd cluster. Found [${found}], expect: ${peerText({name, url: this.#url})}`,
			);
			await rest(context, 5000);
		}
	}

	/** Resolves when the leader has made this learner a voter: it has everything by then. */
	#promoted(): Promise<void> {
		const {store, name, context} = this.#options;
		const isVoter = () => this.#quorum.members.some(member => member.name === name && !member.learner);
		return new Promise(resolve => {
			const check = () => {
				if (!isVoter() && !context.signal.aborted) return;
				stop();
				context.signal.removeEventListener('abort', check);
				resolve();
			};
			const stop = store.onChange(check);
			context.signal.addEventListener('abort', check);
			check();
		});
	}

	/** Takes a newcomer in, one at a time as etcd does with its learners. */
	async #admit(newcomer: Member): Promise<unknown> {
		const {context, store} = this.#options;
		if (this.#quorum.role === 'none') throw new Error('etcdserver: no leader');
		if (this.#quorum.role === 'follower') return this.#post(this.#quorum.leaderUrl ?? '', 'members', newcomer, 8000);
		const {members} = this.#quorum;
		if (members.some(({name}) => name === newcomer.name)) return {ok: true};
		if (members.some(({node}) => node === newcomer.node)) throw new Error(duplicate);
		if (members.some(({learner}) => learner)) throw new Error('etcdserver: too many learner members in cluster');
		context.log.info(
			`Adding ${newcomer.url.replace(/:\d+$/, ':2380')} to etcd cluster [${members.map(peerText).join(' ')}]`,
		);
		this.#quorum.addMember({...newcomer, learner: true});
		await this.#quorum.committed(store.revision);
		return {ok: true};
	}

	remove(node: NodeObject): void {
		const member = this.#quorum.members.find(one => one.node === node.metadata.name);
		if (!member || this.#quorum.role !== 'leader') return;
		const address = member.url.replace(/^https:\/\/|:\d+$/g, '');
		this.#options.context.log.info(
			`Removing name=${member.name} id=${BigInt(`0x${Buffer.from(member.name).toString('hex').slice(-15)}`)} address=${address} from etcd`,
		);
		void this.#quorum.removeMember(member);
	}

	/** This member was removed: k3s leaves a tombstone, so that a restart joins anew, and dies of the lost datastore. */
	async #leave(): Promise<void> {
		if (this.#gone) return;
		this.#gone = true;
		const {context, folder, name} = this.#options;
		context.log.etcd('warn', 'rafthttp/http.go:271', 'the member has been permanently removed from the cluster', {
			'local-member-id': name,
		});
		await this.#persistence.close();
		await context.world.files.write(posix.join(folder, 'tombstone'), '');
		context.log.info('this node has been removed from the cluster please restart k3s to rejoin the cluster');
		this.#quorum.stop();
		await rest(context, 1000);
		this.#expel(new FatalError('leaderelection lost for k3s-etcd'));
	}

	async #post(url: string, endpoint: string, body: unknown, timeout: number): Promise<unknown> {
		const text = JSON.stringify(body);
		const {status, body: answer} = await this.#https.fetch('POST', `${url}/v1-k3s/stand-in/${endpoint}`, {
			body: text,
			timeout,
			signal: this.#options.context.signal,
		});
		if (status !== 200) throw new Error(answer.toString() || `HTTP ${status}`);
		return JSON.parse(answer.toString());
	}

	async close(): Promise<void> {
		this.#quorum.stop();
		if (!this.#gone) await this.#persistence.close();
		this.#https.close();
	}
}
