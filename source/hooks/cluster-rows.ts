import type {Cluster} from '../cluster/model.ts';
import type {ClusterView} from '../watch/snapshot.ts';
import {placeOf} from './cursor.ts';
import type {DashboardState} from './dashboard-state.ts';
import {matching} from './matching.ts';
import type {Place, Sight} from './place.ts';

/** A row of the clusters panel: a cluster, or a host of several that has none. */
export interface ClusterRow {
	readonly id: string;
	readonly sight: Sight;
	readonly view: ClusterView | undefined;
}

/** What a row is known by: two hosts may have clusters of one name. No name has a line break in it. */
export function rowId(place: Place, cluster = ''): string {
	return `${place.name}\n${cluster}`;
}

function allRows(sights: readonly Sight[]): readonly ClusterRow[] {
	return sights.flatMap((sight): ClusterRow[] => {
		const {clusters} = sight.snapshot;
		if (clusters.length === 0 && sights.length > 1) {
			return [{id: rowId(sight.place), sight, view: undefined}];
		}
		return clusters.map(view => ({id: rowId(sight.place, view.cluster.name), sight, view}));
	});
}

/**
 * The clusters of all hosts that pass the filter, host by host. Where that is about states, one that something is done with
 * stays as long as that lasts, whatever becomes of its own: the cursor would stand on another one.
 */
export function clusterRows(sights: readonly Sight[], {filters}: DashboardState): readonly ClusterRow[] {
	const all = allRows(sights);
	const found = matching(all, filters.clusters, ({sight, view}) => [
		...(sights.length > 1 ? [sight.place.name] : []),
		...(view ? [view.cluster.name, view.cluster.state, view.cluster.version ?? ''] : []),
	]);
	const wanted = filters.clusters.trim().toLowerCase();
	if (!clusterStates.some(state => state.includes(wanted))) return found;
	const kept = new Set(found);
	return all.filter(row => kept.has(row) || isWorkedOn(row));
}

const clusterStates: readonly Cluster['state'][] = ['running', 'partial', 'stopped'];

function isWorkedOn({sight, view}: ClusterRow): boolean {
	const subject = view && `cluster ${view.cluster.name}`;
	return sight.snapshot.operations.some(operation => operation.endedAt === undefined && operation.subject === subject);
}

/**
 * The host that everything but the clusters panel is about: the one whose row has the cursor; while a dialog is open, the
 * one it was opened for, whatever becomes of the rows.
 */
export function sightInFocus(
	sights: readonly Sight[],
	state: DashboardState,
	rows = clusterRows(sights, state),
): Sight {
	const [first, ...others] = sights;
	if (!first) throw new Error('There is no host to look at.');
	if (others.length === 0) return first;
	const named = (name: string | undefined) => sights.find(({place}) => place.name === name);
	const held = state.dialog && named(state.dialogPlace);
	if (held) return held;
	const {clusters: cursor} = state.cursors;
	const row =
		rows[
			placeOf(
				rows.map(({id}) => id),
				cursor,
			)
		];
	// Where the filter has left nothing, it stays where it was.
	return row?.sight ?? named(cursor.id?.split('\n')[0]) ?? first;
}
