import {useCallback, useSyncExternalStore} from 'react';
import type {Snapshot, Watch} from '../watch/snapshot.ts';
import {coalesce} from './coalesce.ts';

/** A little less than a frame of the screen, in milliseconds. */
const frame = 30;

/** The newest snapshot. However often it changes, components are drawn at most once a frame. */
export function useSnapshot(watch: Watch): Snapshot {
	const subscribe = useCallback((listener: () => void) => coalesce(watch, frame, listener), [watch]);
	return useSyncExternalStore(subscribe, watch.snapshot);
}
