import {useCallback, useSyncExternalStore} from 'react';
import type {Snapshot, Watch} from '../watch/snapshot.ts';

/** The newest snapshot. The watch itself spaces snapshots out, so each may be drawn. */
export function useSnapshot(watch: Watch): Snapshot {
	const subscribe = useCallback((listener: () => void) => watch.subscribe(listener), [watch]);
	return useSyncExternalStore(subscribe, () => watch.snapshot());
}
