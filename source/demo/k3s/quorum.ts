import {randomInt} from 'node:crypto';
import type {Consensus} from './consensus.ts';
import {type Member, type Message, memberResource, type Reply} from './consensus-messages.ts';
import type {KubernetesObject} from './objects.ts';
import type {NodeContext} from './pace.ts';
import {Replication} from './replication.ts';
import type {Snapshot, Store} from './store.ts';

/** Milliseconds between a leader's signs of life. */
const heartbeat = 500;
/** Without contact for this long, a leader has no majority and a follower no leader. */
const patience = 2200;
const answerTimeout = 1500;

/** What survives a restart besides the store. */
export interface Ballot {
	readonly currentTerm: number;
	readonly votedFor: string | null;
}

/** What a member needs. */
export interface QuorumOptions {
	readonly context: NodeContext;
	readonly store: Store;
	readonly name: string;
	readonly url: string;
	remember(ballot: Ballot): void;
	send(url: string, message: Message, timeout: number): Promise<Reply>;
	/** This member was taken out of the cluster. */
	onRemoved(): void;
}

/**
 * Keeps the stores of an etcd cluster's members alike. Raft without its log: a leader elected by majority applies changes and
 * passes them on in order; who is behind, or has what nobody else has, gets the whole state. A write counts when a majority has it.
 * See Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm" (terms, votes, leader completeness).
 */
export class Quorum implements Consensus {
	readonly #options: QuorumOptions;
	#term = 0;
	#votedFor: string | null = null;
	#state: 'leader' | 'follower' | 'candidate' = 'follower';
	#leader: {name: string; url: string} | undefined;
	#leaderHeard = 0;
	readonly #replication: Replication;
	#waiting: {revision: number; resolve: () => void; reject: (error: Error) => void}[] = [];
	#listeners = new Set<() => void>();
	#announced = '';
	#cancelTimer = () => {};
	#stopListening = () => {};
	#stopped = false;

	constructor(options: QuorumOptions) {
		this.#options = options;
		this.#replication = new Replication({
			...options,
			members: () => this.members,
			term: () => this.#term,
			isLeading: () => this.#state === 'leader' && !this.#stopped,
			send: (url, message) => this.#send(url, message),
			onProgress: () => this.#checkCommits(),
		});
	}

	/** Takes up the term and vote of an earlier life; call it before `start`. */
	restoreBallot({currentTerm, votedFor}: Ballot): void {
		this.#term = currentTerm;
		this.#votedFor = votedFor;
	}

	get role(): Consensus['role'] {
		if (this.#state === 'leader') return 'leader';
		return this.#leader && this.#now - this.#leaderHeard < patience ? 'follower' : 'none';
	}

	get leaderUrl(): string | undefined {
		return this.#leader?.url;
	}

	get #now(): number {
		return this.#options.context.world.timers.now();
	}

	/** All members, as the replicated state has them. */
	get members(): Member[] {
		return this.#options.store
			.list(memberResource)
			.map(({metadata, spec}) => ({...(spec as Omit<Member, 'name'>), name: metadata.name}));
	}

	get #voters(): Member[] {
		return this.members.filter(({learner}) => !learner);
	}

	#isMajority(count: number): boolean {
		return count > this.#voters.length / 2;
	}

	onRole(listener: () => void): void {
		this.#listeners.add(listener);
	}

	#announce(): void {
		const now = `${this.role} ${this.#leader?.name}`;
		if (now === this.#announced) return;
		this.#announced = now;
		for (const listener of this.#listeners) listener();
	}

	start(): void {
		this.#stopListening = this.#options.store.onChange(({resource}) => {
			// Heartbeats of nodes are many and not urgent: they travel with the leader's own signs of life.
			if (this.#state === 'leader' && resource !== 'leases.coordination.k8s.io') this.#replication.advance();
		});
		// Alone, there is nobody to wait for; else those started together find each other quickly.
		this.#plan(this.#voters.length === 1 ? 0 : randomInt(150, 450));
	}

	stop(): void {
		this.#stopped = true;
		this.#cancelTimer();
		this.#stopListening();
		this.#failWaiting();
	}

	#failWaiting(): void {
		for (const {reject} of this.#waiting.splice(0)) reject(new Error('etcdserver: leader changed'));
	}

	committed(revision: number): Promise<void> {
		return new Promise((resolve, reject) => {
			this.#waiting.push({revision, resolve, reject});
			this.#checkCommits();
			if (this.#state !== 'leader') this.#failWaiting();
		});
	}

	#checkCommits(): void {
		const {store, name} = this.#options;
		const having = (revision: number) =>
			this.#voters.filter(voter =>
				voter.name === name ? store.revision >= revision : this.#replication.has(voter.name, revision),
			).length;
		const done = this.#waiting.filter(({revision}) => this.#isMajority(having(revision)));
		this.#waiting = this.#waiting.filter(one => !done.includes(one));
		for (const {resolve} of done) resolve();
	}

	#plan(milliseconds: number): void {
		this.#cancelTimer();
		if (this.#stopped) return;
		this.#cancelTimer = this.#options.context.world.timers.after(milliseconds, () => this.#tick());
	}

	#tick(): void {
		this.#announce();
		if (this.#state === 'leader') {
			const alive = this.#voters.filter(
				({name}) => name === this.#options.name || this.#now - this.#replication.lastContact(name) < patience,
			);
			if (!this.#isMajority(alive.length)) {
				this.#options.context.log.etcd('warn', 'etcdserver/raft.go:415', 'lost the majority of members; stepped down', {
					alive: alive.map(({name}) => name),
				});
				this.#stepDown(this.#term);
			} else this.#replication.advance();
			this.#plan(heartbeat);
			return;
		}
		if (this.role === 'follower') {
			this.#plan(patience - (this.#now - this.#leaderHeard) + randomInt(50, 500));
			return;
		}
		this.#leader = undefined;
		this.#announce();
		if (this.#voters.some(({name}) => name === this.#options.name)) void this.#campaign();
		this.#plan(randomInt(500, 1100));
	}

	/** Asks for votes, first on trial. */
	async #campaign(): Promise<void> {
		const {store, name, context} = this.#options;
		const ask = async (trial: boolean, term: number): Promise<boolean> => {
			const others = this.#voters.filter(voter => voter.name !== name);
			let votes = 1;
			if (this.#isMajority(votes)) return true;
			const question = {
				type: 'vote' as const,
				from: name,
				term,
				trial,
				revision: store.revision,
				lastTerm: store.lastTerm,
			};
			return new Promise(resolve => {
				let open = others.length;
				for (const {name: to, url} of others)
					this.#send(url, {...question, to}).then(
						reply => {
							open--;
							if (reply?.removed && reply.revision >= store.revision) this.#options.onRemoved();
							if (reply?.ok) votes++;
							if (this.#isMajority(votes)) resolve(true);
							else if (open === 0) resolve(false);
						},
						() => {},
					);
			});
		};
		const term = this.#term + 1;
		if (!(await ask(true, term)) || this.#stopped || this.role !== 'none' || this.#term >= term) return;
		this.#state = 'candidate';
		this.#setBallot(term, name);
		const won = await ask(false, term);
		if (this.#stopped || this.#state !== 'candidate' || this.#term !== term) return;
		if (!won) {
			this.#state = 'follower';
			return;
		}
		context.log.etcd('info', 'raft/raft.go:765', `${name} became leader at term ${term}`);
		this.#state = 'leader';
		this.#leader = {name, url: this.#options.url};
		this.#replication.reset();
		store.term = term;
		this.#announce();
		this.#replication.advance();
		this.#plan(heartbeat);
	}

	#setBallot(currentTerm: number, votedFor: string | null): void {
		this.#term = currentTerm;
		this.#votedFor = votedFor;
		this.#options.remember({currentTerm, votedFor});
	}

	#stepDown(term: number): void {
		if (term > this.#term) this.#setBallot(term, null);
		if (this.#state === 'leader') this.#leader = undefined;
		this.#state = 'follower';
		this.#failWaiting();
		this.#announce();
	}

	async #send(url: string, message: Message): Promise<Reply | undefined> {
		try {
			const reply = await this.#options.send(url, message, answerTimeout);
			if (!this.#stopped && reply.term > this.#term) this.#stepDown(reply.term);
			return reply;
		} catch {
			return undefined;
		}
	}

	/** Records a member; only a leader may. */
	addMember({name, ...spec}: Member): void {
		const member: KubernetesObject = {apiVersion: 'etcd', kind: 'Member', metadata: {name}, spec};
		this.#options.store.put(memberResource, member);
	}

	/** Takes a member out, tells it, and lets go of the lead when it is this one. */
	async removeMember(member: Member): Promise<void> {
		const {store, name, onRemoved} = this.#options;
		store.delete(memberResource, undefined, member.name);
		await this.committed(store.revision).catch(() => {});
		const message: Message = {type: 'removed', to: member.name, from: name, term: this.#term};
		if (member.name !== name) return void (await this.#send(member.url, message));
		this.#stepDown(this.#term);
		onRemoved();
	}

	/** Answers a message of another member. */
	receive(message: Message): Reply {
		const {store, name} = this.#options;
		const reply = (ok: boolean, more: Partial<Reply> = {}): Reply => ({
			ok,
			term: this.#term,
			revision: store.revision,
			lastTerm: store.lastTerm,
			...more,
		});
		if (message.to !== name || this.#stopped) throw new Error(`this is ${name}, not ${message.to}`);
		if (message.type === 'removed') {
			this.#options.onRemoved();
			return reply(true);
		}
		if (message.type === 'vote') return this.#vote(message, reply);
		if (message.term < this.#term) return reply(false);
		if (message.term > this.#term || this.#state !== 'follower') this.#stepDown(message.term);
		const isNew = this.#leader?.name !== message.from;
		this.#leader = {name: message.from, url: message.url};
		this.#leaderHeard = this.#now;
		if (isNew) {
			this.#options.context.log.etcd(
				'info',
				'raft/node.go:325',
				`raft.node: ${name} elected leader ${message.from} at term ${message.term}`,
			);
			this.#plan(patience);
		}
		const fits =
			message.type === 'append' &&
			message.previousRevision === store.revision &&
			message.previousTerm === store.lastTerm;
		if (message.type === 'snapshot') store.restore(message.snapshot as Snapshot);
		else if (fits) for (const change of message.changes) store.apply(change);
		this.#announce();
		return reply(message.type === 'snapshot' || fits);
	}

	#vote(message: Message & {type: 'vote'}, reply: (ok: boolean, more?: Partial<Reply>) => Reply): Reply {
		const {store} = this.#options;
		if (!this.members.some(({name}) => name === message.from)) return reply(false, {removed: this.members.length > 0});
		const upToDate =
			message.lastTerm > store.lastTerm || (message.lastTerm === store.lastTerm && message.revision >= store.revision);
		const content = this.role !== 'none' && !(this.#state === 'leader' && message.term > this.#term && !message.trial);
		if (message.trial) return reply(upToDate && !content && message.term > this.#term);
		if (message.term > this.#term) this.#stepDown(message.term);
		const grant =
			message.term === this.#term && upToDate && (this.#votedFor === null || this.#votedFor === message.from);
		if (grant) {
			this.#setBallot(message.term, message.from);
			this.#plan(randomInt(600, 1200));
		}
		return reply(grant);
	}
}
