import type {Node} from '../cluster/model.ts';
import {harmless} from '../engine/harmless.ts';
import type {ClusterView, LogLine, LogSource} from '../watch/snapshot.ts';
import {type DashboardState, type LogFilter, type LogPosition, logPositionOf} from './dashboard-state.ts';
import type {LogRoom} from './log-scroll.ts';
import {LogHits, type Matcher, matcherFor} from './log-search.ts';
import {shortName} from './node-name.ts';
import {type Session, selectionOf} from './session.ts';

/** The log that is looked at. */
export interface LogInView {
	/** Tells one log from another. */
	readonly key: string;
	/** What it is of, harmless. */
	readonly title: string;
	readonly sources: readonly LogSource[];
	/** A short name for every source, harmless; they stand before lines where there are several. */
	readonly names: readonly string[];
}

/** The nodes whose logs are shown together: those that are marked, else all of the cluster. */
function mergedNodes({cluster}: ClusterView, marked: readonly string[]): readonly Node[] {
	const nodes = [...cluster.servers, ...cluster.agents, ...(cluster.loadBalancer ? [cluster.loadBalancer] : [])];
	const chosen = nodes.filter(({id}) => marked.includes(id));
	return chosen.length > 0 ? chosen : nodes;
}

/** The log in view for what is chosen; undefined where nothing with a log is. */
export function logFor(
	{logScope}: Pick<DashboardState, 'logScope'>,
	node: Node | undefined,
	cluster: ClusterView | undefined,
): LogInView | undefined {
	switch (logScope.kind) {
		case 'focus':
			return node && ofNodes([node], harmless(node.name), cluster);
		case 'nodes': {
			const nodes = cluster ? mergedNodes(cluster, logScope.marked) : [];
			if (!cluster || nodes.length === 0) return undefined;
			return ofNodes(nodes, `${nodes.length} nodes of ${harmless(cluster.cluster.name)}`, cluster);
		}
		case 'pod': {
			const {title, sources} = logScope;
			return {
				key: JSON.stringify(sources),
				title: harmless(title),
				sources,
				names: sourceNames(sources).map(name => harmless(name)),
			};
		}
	}
}

/**
 * What tells the sources of a log apart: of one pod its containers. Of several pods what their names end with, as what
 * makes them has them begin alike, and the container where pods have more than one. A container that was there before a
 * restart is called so.
 */
export function sourceNames(sources: readonly LogSource[]): string[] {
	const pods = [...new Set(sources.flatMap(source => (source.kind === 'pod' ? source.pod : [])))];
	const containers = new Set(sources.flatMap(source => (source.kind === 'pod' ? source.container : [])));
	const shared = sharedBeginning(pods);
	return sources.map(source => {
		if (source.kind !== 'pod') return source.name;
		const pod = source.pod.slice(shared);
		const several = containers.size > 1 ? `${pod} ${source.container}` : pod;
		const name = pods.length < 2 ? source.container : several;
		return source.previous ? `${name} (before)` : name;
	});
}

/** How long the beginning is that all names share, up to a dash. */
function sharedBeginning([first = '', ...others]: readonly string[]): number {
	let length = first.lastIndexOf('-') + 1;
	while (length > 0 && !others.every(name => name.startsWith(first.slice(0, length)))) {
		length = first.lastIndexOf('-', length - 2) + 1;
	}
	return length;
}

function ofNodes(nodes: readonly Node[], title: string, cluster: ClusterView | undefined): LogInView {
	return {
		key: nodes.map(({id}) => id).join(' '),
		title,
		sources: nodes.map(({id, name}) => ({kind: 'container', id, name})),
		names: nodes.map(({name}) => harmless(shortName(name, cluster?.cluster.name))),
	};
}

/** What is found in a log, kept from one look to the next. */
export interface LogFindings {
	readonly key: string | undefined;
	readonly hits: LogHits;
}

/** A log as it is shown. */
export interface ShownLog {
	/** All lines that are held. */
	readonly held: readonly LogLine[];
	/** Those that are shown. */
	readonly lines: readonly LogLine[];
	readonly matcher: Matcher | undefined;
	/** The numbers of the lines that match. */
	readonly hits: readonly number[];
	/** False while some lines have not been looked at. */
	readonly isSearched: boolean;
}

/** Remembers the last answer, so that drawing and keys share one. */
let shown: {readonly of: readonly unknown[]; readonly log: ShownLog} | undefined;

/** The lines to show of those that are held: all of them, or as the filter says. */
export function shownLog(session: Session, key: string | undefined, held: readonly LogLine[]): ShownLog {
	const {filters, logRegex, logFilter} = session.store.get();
	const matcher = matcherFor({text: filters.log, isRegex: logRegex});
	const of = [session, key, held, matcher, logFilter];
	if (shown?.log.isSearched && shown.of.every((part, index) => part === of[index])) return shown.log;
	if (!matcher || matcher.problem !== undefined) {
		return {held, lines: held, matcher, hits: [], isSearched: true};
	}
	const {findings} = session;
	if (findings.current?.hits.matcher !== matcher || findings.current.key !== key) {
		findings.current = {key, hits: new LogHits(matcher)};
	}
	const {hits} = findings.current;
	const isSearched = hits.look(held);
	const log: ShownLog = {held, lines: filtered(held, hits.numbers, logFilter), matcher, hits: hits.numbers, isSearched};
	shown = {of, log};
	return log;
}

function filtered(held: readonly LogLine[], hits: readonly number[], filter: LogFilter): readonly LogLine[] {
	if (filter === 'all') return held;
	const matching = new Set(hits);
	return held.filter(({number, stream}) => stream === 'k3dui' || matching.has(number) === (filter === 'matching'));
}

const emptyRoom: LogRoom = {columns: 1, rows: 1};

/** The log in view with where it is looked at and how much room it has, for keys. */
export function logInView(session: Session): ShownLog & {
	readonly log: LogInView | undefined;
	readonly position: LogPosition;
	readonly room: LogRoom;
	readonly wrap: boolean;
} {
	const state = session.store.get();
	const {log} = selectionOf(session);
	return {
		...shownLog(session, log?.key, session.follower.current?.lines() ?? []),
		log,
		position: logPositionOf(state, log?.key),
		room: session.room.log ?? emptyRoom,
		wrap: state.wrap,
	};
}
