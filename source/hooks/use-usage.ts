import {useCallback, useEffect, useRef} from 'react';
import type {Watch} from '../watch/snapshot.ts';

/** Gives back what has the use of these containers (ids) sampled, and of no others. Out of view, none is. */
export function useUsage(watch: Watch): (ids: readonly string[]) => void {
	const current = useRef('');
	useEffect(
		() => () => {
			current.current = '';
			watch.watchUsage([]);
		},
		[watch],
	);
	return useCallback(
		ids => {
			const key = ids.join(' ');
			if (key === current.current) return;
			current.current = key;
			watch.watchUsage(ids);
		},
		[watch],
	);
}
