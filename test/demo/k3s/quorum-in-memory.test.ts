import {afterEach, describe, expect, it} from 'vitest';
import type {Message, Reply} from '../../../source/demo/k3s/consensus-messages.ts';
import {createLog} from '../../../source/demo/k3s/log-lines.ts';
import type {NodeContext} from '../../../source/demo/k3s/pace.ts';
import {Quorum} from '../../../source/demo/k3s/quorum.ts';
import {Store} from '../../../source/demo/k3s/store.ts';

/** Members that talk by function call, in a time of their own that only runs when told to. */
class Cluster {
	now = 0;
	readonly stores = new Map<string, Store>();
	readonly quorums = new Map<string, Quorum>();
	readonly down = new Set<string>();
	#timers: {at: number; call: () => void}[] = [];

	constructor(names: readonly string[]) {
		const members = names.map(name => ({name, url: name, node: name, learner: false}));
		for (const name of names) {
			const store = new Store();
			const context = {
				world: {timers: {now: () => this.now, after: (ms: number, call: () => void) => this.#after(ms, call)}},
				log: createLog(
					() => {},
					() => this.now,
				),
				name,
			} as unknown as NodeContext;
			const send = async (url: string, message: Message): Promise<Reply> => {
				const target = this.quorums.get(url);
				if (!target || this.down.has(url) || this.down.has(name)) throw new Error('unreachable');
				return target.receive(structuredClone(message));
			};
			const quorum = new Quorum({context, store, name, url: name, remember() {}, send, onRemoved() {}});
			for (const member of members) quorum.addMember(member);
			this.stores.set(name, store);
			this.quorums.set(name, quorum);
		}
		for (const quorum of this.quorums.values()) quorum.start();
	}

	#after(milliseconds: number, call: () => void): () => void {
		const timer = {at: this.now + milliseconds, call};
		this.#timers.push(timer);
		return () => {
			this.#timers = this.#timers.filter(one => one !== timer);
		};
	}

	/** Lets so much time pass, with everything that happens in it. */
	async pass(milliseconds: number): Promise<void> {
		const end = this.now + milliseconds;
		for (;;) {
			for (let turn = 0; turn < 30; turn++) await Promise.resolve();
			const [next] = this.#timers.filter(({at}) => at <= end).sort((a, b) => a.at - b.at);
			if (!next) break;
			this.#timers = this.#timers.filter(one => one !== next);
			this.now = Math.max(this.now, next.at);
			next.call();
		}
		this.now = end;
	}

	get leaders(): string[] {
		return [...this.quorums]
			.filter(([name, {role}]) => role === 'leader' && !this.down.has(name))
			.map(([name]) => name);
	}

	write(name: string, key: string): Promise<void> {
		const store = this.stores.get(name) as Store;
		store.put('configmaps', {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: key}});
		return (this.quorums.get(name) as Quorum).committed(store.revision);
	}

	has(name: string, key: string): boolean {
		return this.stores.get(name)?.get('configmaps', undefined, key) !== undefined;
	}

	stop(): void {
		for (const quorum of this.quorums.values()) quorum.stop();
	}
}

describe('a quorum', () => {
	let cluster: Cluster;
	afterEach(() => cluster.stop());

	it('elects one leader and copies what it writes', async () => {
		cluster = new Cluster(['a', 'b', 'c']);
		await cluster.pass(5000);
		expect(cluster.leaders).toHaveLength(1);
		const [leader = ''] = cluster.leaders;
		const written = cluster.write(leader, 'one');
		await cluster.pass(100);
		await written;
		for (const name of ['a', 'b', 'c']) expect(cluster.has(name, 'one')).toBe(true);
	});

	it('replaces a lost leader without losing what was acknowledged, and heals what was not', async () => {
		cluster = new Cluster(['a', 'b', 'c']);
		await cluster.pass(5000);
		const [old = ''] = cluster.leaders;
		const acknowledged = cluster.write(old, 'acknowledged');
		await cluster.pass(100);
		await acknowledged;
		cluster.down.add(old);
		const lost = cluster.write(old, 'lost').then(
			() => 'acknowledged',
			() => 'refused',
		);
		await cluster.pass(8000);
		expect(await lost).toBe('refused');
		const [next = ''] = cluster.leaders;
		expect(next).not.toBe(old);
		expect(cluster.has(next, 'acknowledged')).toBe(true);
		const later = cluster.write(next, 'later');
		await cluster.pass(100);
		await later;
		cluster.down.delete(old);
		await cluster.pass(5000);
		expect(cluster.leaders).toHaveLength(1);
		expect(cluster.has(old, 'later')).toBe(true);
		expect(cluster.has(old, 'lost')).toBe(false);
	});

	it('has no leader without a majority, and one again with it', async () => {
		cluster = new Cluster(['a', 'b', 'c']);
		await cluster.pass(5000);
		const [leader = '', other = ''] = [
			...cluster.leaders,
			...['a', 'b', 'c'].filter(name => !cluster.leaders.includes(name)),
		];
		const third = ['a', 'b', 'c'].find(name => name !== leader && name !== other) ?? '';
		cluster.down.add(other).add(third);
		await cluster.pass(5000);
		expect(cluster.quorums.get(leader)?.role).toBe('none');
		cluster.down.clear();
		await cluster.pass(5000);
		expect(cluster.leaders).toHaveLength(1);
	});
});
