import {useCallback, useRef, useSyncExternalStore} from 'react';
import type {Snapshot, Usage} from '../watch/snapshot.ts';
import {lookAt, type Place, type Sight} from './place.ts';
import {fullCore, sparkline} from './sparkline.ts';

/** Less than the last digit that is shown of it: a percent of a core, a mebibyte or a hundredth of a large amount. */
function looksAlike(a: Usage, b: Usage): boolean {
	const memoryStep = Math.max(1024 ** 2, a.memory / 100);
	const trends = [a, b].map(({trend = []}) => sparkline(trend, fullCore));
	return Math.abs(a.cores - b.cores) < 0.01 && Math.abs(a.memory - b.memory) < memoryStep && trends[0] === trends[1];
}

/** Whether two snapshots draw the same screen: they differ in nothing, or in use by less than is shown. */
function drawsAlike(before: Snapshot, after: Snapshot): boolean {
	if (before === after) return true;
	const keys = Object.keys(after) as (keyof Snapshot)[];
	// When the engine last agreed is drawn only once the connection has broken, which is a change of its own.
	const drawn = keys.filter(key => key !== 'usage' && key !== 'confirmedAt');
	if (drawn.some(key => before[key] !== after[key])) return false;
	if (before.usage.size !== after.usage.size) return false;
	return [...after.usage].every(([id, usage]) => {
		const known = before.usage.get(id);
		return known !== undefined && looksAlike(known, usage);
	});
}

/**
 * The newest snapshot of every place. The watches themselves space snapshots out; those that would draw the same screen are passed over,
 * because each frame costs the same however little changed.
 */
export function useSights(places: readonly Place[]): readonly Sight[] {
	const drawn = useRef(lookAt(places));
	const subscribe = useCallback(
		(listener: () => void) => {
			const ends = places.map(({watch}) => watch.subscribe(listener));
			return () => {
				for (const end of ends) end();
			};
		},
		[places],
	);
	return useSyncExternalStore(subscribe, () => {
		const before = drawn.current;
		const newest = lookAt(places).map((sight, index) => {
			const known = before[index];
			return known && drawsAlike(known.snapshot, sight.snapshot) ? known : sight;
		});
		if (newest.some((sight, index) => sight !== before[index])) drawn.current = newest;
		return drawn.current;
	});
}
