import {type Member, type Message, memberResource, type Reply} from './consensus-messages.ts';
import type {NodeContext} from './pace.ts';
import type {Store} from './store.ts';

interface Peer {
	member: Member;
	/** What it is known to have; undefined before its first answer. */
	revision: number | undefined;
	lastTerm: number;
	lastContact: number;
	busy: boolean;
	again: boolean;
}

/** What a leader's replication needs. */
export interface ReplicationOptions {
	readonly context: NodeContext;
	readonly store: Store;
	readonly name: string;
	readonly url: string;
	members(): readonly Member[];
	term(): number;
	isLeading(): boolean;
	/** Undefined when the member does not answer. */
	send(url: string, message: Message): Promise<Reply | undefined>;
	/** A member has more than before. */
	onProgress(): void;
}

/** A leader's passing on of changes: knows what every other member has, and sends what it lacks. */
export class Replication {
	readonly #options: ReplicationOptions;
	#peers = new Map<string, Peer>();

	constructor(options: ReplicationOptions) {
		this.#options = options;
	}

	get #now(): number {
		return this.#options.context.world.timers.now();
	}

	/** Forgets what others have, at the beginning of a lead. */
	reset(): void {
		this.#peers = new Map();
	}

	/** Whether a member is known to have a revision. */
	has(name: string, revision: number): boolean {
		return (this.#peers.get(name)?.revision ?? -1) >= revision;
	}

	/** When a member last answered, milliseconds since the epoch. */
	lastContact(name: string): number {
		return this.#peers.get(name)?.lastContact ?? 0;
	}

	/** Sends every other member what it lacks, or a sign of life. */
	advance(): void {
		const {name, members, onProgress} = this.#options;
		const others = members().filter(member => member.name !== name);
		for (const known of this.#peers.keys())
			if (!others.some(member => member.name === known)) this.#peers.delete(known);
		for (const member of others) {
			const peer = this.#peers.get(member.name);
			if (peer) peer.member = member;
			else {
				const fresh = {member, revision: undefined, lastTerm: 0, lastContact: this.#now, busy: false, again: false};
				this.#peers.set(member.name, fresh);
			}
		}
		for (const peer of this.#peers.values()) void this.#replicate(peer);
		onProgress();
	}

	/** Brings one member up to date; one message at a time, changes that come meanwhile go with the next. */
	async #replicate(peer: Peer): Promise<void> {
		if (peer.busy) {
			peer.again = true;
			return;
		}
		peer.busy = true;
		try {
			do {
				peer.again = false;
				if (!(await this.#replicateOnce(peer))) break;
			} while (peer.again && this.#options.isLeading());
		} finally {
			peer.busy = false;
		}
	}

	/** What to send a member: a question first, then what changed since, or all there is when that is not known any more. */
	#messageFor({member, revision: known, lastTerm}: Peer): Message {
		const {store, name, url, term} = this.#options;
		const envelope = {to: member.name, from: name, term: term(), url};
		if (known === undefined)
			return {...envelope, type: 'append', previousRevision: store.revision, previousTerm: store.lastTerm, changes: []};
		const changes = store.termOf(known) === lastTerm || known === 0 ? store.changesSince(known) : undefined;
		if (changes) return {...envelope, type: 'append', previousRevision: known, previousTerm: lastTerm, changes};
		return {...envelope, type: 'snapshot', snapshot: store.snapshot()};
	}

	async #replicateOnce(peer: Peer): Promise<boolean> {
		const {store, isLeading, send, onProgress} = this.#options;
		const reply = await send(peer.member.url, this.#messageFor(peer));
		if (!reply || !isLeading()) return false;
		peer.lastContact = this.#now;
		const stuck =
			peer.revision !== undefined && !reply.ok && reply.revision === peer.revision && reply.lastTerm === peer.lastTerm;
		peer.revision = reply.revision;
		peer.lastTerm = reply.lastTerm;
		if (stuck) return false;
		if (!reply.ok || reply.revision < store.revision) peer.again = true;
		else if (peer.member.learner) this.#promote(peer.member);
		onProgress();
		return true;
	}

	#promote({name}: Member): void {
		const {store, context} = this.#options;
		const member = store.get(memberResource, undefined, name);
		if (!member) return;
		context.log.info(`Promoted learner ${name} to voting etcd member`);
		store.put(memberResource, {...member, spec: {...(member.spec as object), learner: false}});
	}
}
