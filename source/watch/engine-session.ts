import type {ContainerListing} from '../cluster/container-listing.ts';
import {appName, labels} from '../cluster/labels.ts';
import {Problem} from '../cluster/problem.ts';
import {answer} from '../engine/answer.ts';
import {listContainers} from '../engine/containers.ts';
import type {Engine} from '../engine/engine.ts';
import {engineSubject} from '../engine/engine-problem.ts';
import {type DockerEvent, openEvents} from '../engine/events.ts';
import {harmless} from '../engine/harmless.ts';
import type {EngineListener} from './engine-feed.ts';
import type {Heartbeat} from './heartbeat.ts';
import {share} from './share.ts';

/** Events that come within this time are answered with one look. */
const burst = 30;

/** How long to wait for an engine, in milliseconds. */
export interface Patience {
	/** An engine that says nothing for this long is asked whether it is still there. */
	readonly silence: number;
	/** The same while something is expected of it: an answer, samples of use, an operation's events. */
	readonly doubt: number;
	/** How long the answer to that question may take. */
	readonly answer: number;
}

/** How long a list may take of an engine that still answers, in milliseconds. */
const listTime = 5000;

/** More containers than this are read with one list of all. */
const batch = 40;

/** Docker tells of a network before its list shows it (moby daemon/container_operations.go), so one looks twice. */
const networkLag = 1000;

/** Events after which a container's entry in the list is as it was before. */
const unchanging = /^(exec_|archive-path|extract-to-dir|attach|detach|top|resize|copy|export|kill$)/;

export interface SessionListener extends Omit<EngineListener, 'connection'> {
	/** The first list has been told; from now on every change is. */
	connected(): void;
}

/**
 * One connection to an engine, from the handshake until it breaks. Subscribes to events, then lists once, then looks at
 * single containers again when an event names them. Never returns normally: fails with a Problem, or when the
 * signal aborts.
 */
export async function engineSession(
	engine: Engine,
	listener: SessionListener,
	{answer: answerTime}: Pick<Patience, 'answer'>,
	heartbeat: Heartbeat,
	outer: AbortSignal,
): Promise<never> {
	const over = new AbortController();
	const signal = AbortSignal.any([outer, over.signal]);
	const broken = Promise.withResolvers<never>();
	// Before the first list has come, nobody waits for it yet.
	broken.promise.catch(() => {});
	const timers = new Set<NodeJS.Timeout>();
	const after = (milliseconds: number, work: () => void) => {
		const timer = setTimeout(() => {
			timers.delete(timer);
			work();
		}, milliseconds);
		timers.add(timer);
	};
	const within = (limit: number) => AbortSignal.any([signal, AbortSignal.timeout(limit)]);
	// The cheapest thing that the engine has to answer itself.
	const ping = () => engine.negotiate(within(answerTime));
	const confirmed = () => {
		heartbeat.heard();
		listener.confirmed();
	};

	let containers: ReadonlyMap<string, ContainerListing> | undefined;
	const dirty = new Set<string>();
	let looking = false;

	const lookAgain = (id: string) => {
		dirty.add(id);
		if (!containers || looking) return;
		looking = true;
		after(burst, () => look().catch(broken.reject));
	};
	const look = async () => {
		const before = containers ?? new Map<string, ContainerListing>();
		const ids = [...dirty];
		dirty.clear();
		const all = ids.length > batch;
		const next = new Map(all ? [] : before);
		for (const id of ids) next.delete(id);
		const limit = within(listTime);
		const found = await heartbeat.expect(all ? listContainers(engine, {signal: limit}) : listThese(engine, ids, limit));
		for (const listing of found) next.set(listing.Id, share(before.get(listing.Id), listing));
		containers = next;
		looking = false;
		listener.containers(containers);
		for (const id of dirty) lookAgain(id);
	};
	const consume = async (events: AsyncIterable<DockerEvent>) => {
		for await (const event of events) {
			confirmed();
			if (event.Type === 'network') {
				const id = event.Actor.Attributes.container;
				if (id === undefined || containers?.has(id) === false) continue;
				lookAgain(id);
				after(networkLag, () => lookAgain(id));
				continue;
			}
			if (!unchanging.test(event.Action)) lookAgain(event.Actor.ID);
			listener.event(event);
		}
		throw new Problem(
			engineSubject(engine.endpoint),
			'the connection was closed',
			'it may be stopping; k3dui tries again',
		);
	};

	try {
		await ping();
		const [ofContainers, ofNetworks] = await Promise.all([
			openEvents(engine, {type: ['container'], label: [`${labels.app}=${appName}`]}, signal),
			openEvents(engine, {type: ['network'], event: ['connect', 'disconnect']}, signal),
		]);
		consume(ofContainers).catch(broken.reject);
		consume(ofNetworks).catch(broken.reject);
		const listings = await listContainers(engine, {signal: within(listTime)});
		containers = new Map(listings.map(listing => [listing.Id, listing]));
		listener.confirmed();
		listener.containers(containers);
		listener.connected();
		for (const id of dirty) lookAgain(id);
		heartbeat.start(() => ping().then(confirmed), broken.reject);
		// Not worth a broken connection: without it the header knows less.
		summarize(engine, within(listTime)).then(listener.summary, () => {});
		return await broken.promise;
	} finally {
		over.abort();
		heartbeat.stop();
		for (const timer of timers) clearTimeout(timer);
	}
}

async function listThese(engine: Engine, ids: readonly string[], signal: AbortSignal): Promise<ContainerListing[]> {
	const filters = {id: [...ids], label: [`${labels.app}=${appName}`]};
	return answer(engine, 'containers', () => engine.docker.listContainers({all: true, filters, abortSignal: signal}));
}

async function summarize(engine: Engine, signal: AbortSignal) {
	const subject = engineSubject(engine.endpoint);
	const info: (options: {abortSignal: AbortSignal}) => Promise<Record<string, unknown>> = engine.docker.info;
	const [{Name, ServerVersion, NCPU, MemTotal}, apiVersion] = await Promise.all([
		answer(engine, subject, () => info.call(engine.docker, {abortSignal: signal})),
		engine.negotiate(signal),
	]);
	return {
		name: harmless(String(Name ?? '')),
		version: harmless(String(ServerVersion ?? '')),
		apiVersion,
		cpus: Number(NCPU ?? 0),
		memory: Number(MemTotal ?? 0),
	};
}
