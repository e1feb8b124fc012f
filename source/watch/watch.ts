import {inventory} from '../cluster/inventory.ts';
import type {Inventory} from '../cluster/model.ts';
import {Problem} from '../cluster/problem.ts';
import type {Engine} from '../engine/engine.ts';
import type {Lifecycle} from '../lifecycle/lifecycle.ts';
import type {ApiPatience} from './cluster-feed.ts';
import {ContainerReads} from './container-reads.ts';
import {EngineFeed, type EngineFeedOptions} from './engine-feed.ts';
import type {Patience} from './engine-session.ts';
import {KubernetesFeed} from './kubernetes-feed.ts';
import {LogFeed} from './log/log-feed.ts';
import {PortForwards} from './port-forwards.ts';
import {RegistryFeed} from './registry-feed.ts';
import {RouteFeed} from './route-feed.ts';
import {share} from './share.ts';
import type {Snapshot, Watch} from './snapshot.ts';
import {UsageFeed} from './usage-feed.ts';
import {WorkloadsFeed} from './workloads-feed.ts';

export interface WatchOptions {
	/** May be opened while nobody answers there. The caller closes it, after the watch. */
	readonly engine: Engine;
	readonly lifecycle?: Pick<Lifecycle, 'operations' | 'subscribe'>;
	/** Milliseconds since the epoch. */
	readonly now?: () => number;
	readonly random?: () => number;
	/** When a silent engine is taken for lost; by default after nine seconds, or five while more is expected of it. */
	readonly patience?: Patience;
	/** Asks at other places as long as this engine has never answered; see `Connection`. */
	readonly tryOthers?: EngineFeedOptions['tryOthers'];
	/** When a silent Kubernetes API is taken for lost; by default after 14 seconds. */
	readonly apiPatience?: ApiPatience;
}

/** Snapshots follow each other at least this far apart, in milliseconds: a screen shows no more. */
const pace = 30;

/** By then a screen has drawn what it was told, in milliseconds. */
const drawingTime = 50;

/**
 * Starts watching an engine and the clusters on it. Returns at once, with an empty snapshot that says `connecting`;
 * everything after that comes by events. Nothing is asked over and over while the connection stands, but one ping after
 * six seconds of silence, and each running cluster's `/readyz` after ten.
 */
export function startWatch({
	engine,
	lifecycle,
	now = Date.now,
	random,
	patience,
	apiPatience,
	tryOthers,
}: WatchOptions): Watch {
	const listeners = new Set<() => void>();
	const known: {
		connection: Snapshot['connection'];
		engine: Snapshot['engine'];
		confirmedAt: number | undefined;
		inventory: Inventory;
	} = {
		connection: {state: 'connecting', since: now()},
		engine: undefined,
		confirmedAt: undefined,
		inventory: {clusters: [], registries: []},
	};
	let current: Snapshot | undefined;
	let timer: NodeJS.Timeout | undefined;
	let publishedAt = 0;
	const firstDrawn = Promise.withResolvers<void>();
	let drawing: NodeJS.Timeout | undefined;
	let closed = false;

	const compose = (): Snapshot => ({
		endpoint: engine.endpoint.url,
		publishedHost: engine.publishedHost,
		connection: known.connection,
		engine: known.engine,
		confirmedAt: known.confirmedAt,
		inventory: known.inventory,
		clusters: known.inventory.clusters.map(cluster => ({
			cluster,
			kubernetes: kubernetes.view(cluster.name),
			routes: cluster.loadBalancer && routes.routes(cluster.loadBalancer.id),
		})),
		registries: known.inventory.registries.map(node => ({
			node,
			proxyOf: registries.proxyOf(node.id),
			usedBy: known.inventory.clusters
				.filter(({network}) => node.attachments.some(attachment => attachment.network === network.name))
				.map(({name}) => name),
		})),
		usage: usage.usage,
		forwards: forwards.forwards,
		operations: lifecycle?.operations().map(operation => operation.snapshot()) ?? [],
	});
	const publish = () => {
		timer = undefined;
		publishedAt = performance.now();
		const before = current;
		current = share(before, compose());
		if (current !== before) for (const listener of listeners) listener();
		if (known.connection.state === 'connected') drawing ??= setTimeout(firstDrawn.resolve, drawingTime);
	};
	const changed = () => {
		if (closed) return;
		timer ??= setTimeout(publish, Math.max(0, pace - (performance.now() - publishedAt)));
	};
	/** Tells in the next turn, however short a time ago it has told. */
	const tellNow = () => {
		if (closed) return;
		clearTimeout(timer);
		timer = setTimeout(publish, 0);
	};

	const reads = new ContainerReads();
	const kubernetes = new KubernetesFeed(engine, changed, {
		reads,
		now,
		random,
		patience: apiPatience,
		begin: firstDrawn.promise,
	});
	const routes = new RouteFeed(engine, changed, reads);
	const registries = new RegistryFeed(engine, changed, reads);
	const usage = new UsageFeed(engine, changed, () => {
		known.confirmedAt = now();
		feed.heard();
	});
	const isOperating = () => lifecycle?.operations().some(each => each.snapshot().endedAt === undefined) ?? false;
	const openApi = async (name: string, signal: AbortSignal) => {
		const cluster = known.inventory.clusters.find(each => each.name === name);
		if (!cluster) throw new Problem(`cluster "${name}"`, 'it is gone');
		const {openKubernetes} = await import('../kubernetes/access.ts');
		return openKubernetes(engine, cluster, {signal});
	};
	const logs = new LogFeed(engine, openApi);
	const workloads = new WorkloadsFeed(openApi, random);
	const forwards = new PortForwards(openApi, changed);
	const feed = new EngineFeed(
		engine,
		{
			connection(connection) {
				if (connection.state === 'connected' && known.connection.state === 'broken') {
					logs.engineIsBack();
					routes.refresh();
				}
				known.connection = connection;
				if (connection.state === 'connected') tellNow();
				else changed();
			},
			summary(summary) {
				known.engine = summary;
				changed();
			},
			containers(containers) {
				known.inventory = share(known.inventory, inventory([...containers.values()]));
				kubernetes.update(known.inventory.clusters);
				routes.update(known.inventory.clusters);
				registries.update(known.inventory.registries);
				workloads.update(known.inventory.clusters);
				forwards.update(known.inventory.clusters);
				const running = new Set<string>();
				for (const {Id, State} of containers.values()) if (State === 'running') running.add(Id);
				usage.update(running);
				feed.hurry();
				changed();
			},
			event(event) {
				routes.event(event);
				logs.event(event);
			},
			confirmed() {
				known.confirmedAt = now();
			},
		},
		{
			now,
			busy: () => usage.isSampling || isOperating(),
			...(random && {random}),
			...(patience && {patience}),
			...(tryOthers && {tryOthers}),
		},
	);
	const unsubscribe = lifecycle?.subscribe(() => {
		feed.hurry();
		changed();
	});

	return {
		snapshot() {
			current ??= compose();
			return current;
		},
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		watchUsage(ids) {
			usage.want(ids);
			feed.hurry();
		},
		followLog: (sources, options) => logs.follow(sources, options),
		startForward: request => forwards.start(request),
		stopForward: id => forwards.stop(id),
		freePort: port => forwards.freePort(port),
		followWorkloads: cluster => workloads.follow(cluster),
		retry: () => feed.retry(),
		close() {
			closed = true;
			clearTimeout(timer);
			clearTimeout(drawing);
			unsubscribe?.();
			listeners.clear();
			for (const part of [feed, kubernetes, routes, registries, usage, logs, workloads, forwards]) part.close();
		},
	};
}
