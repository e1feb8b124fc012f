import {useCallback, useEffect, useState, useSyncExternalStore} from 'react';
import type {Watch, WorkloadsFollower, WorkloadsView} from '../watch/snapshot.ts';
import type {Session} from './session.ts';
import {useSettled} from './use-settled.ts';

/**
 * Follows the workloads of a cluster while they are in view, and ends that after. Puts the follower where keys find it.
 * Undefined while nothing is followed.
 */
export function useWorkloads(
	watch: Watch,
	cluster: string | undefined,
	{workloads: current}: Pick<Session, 'workloads'>,
): WorkloadsView | undefined {
	const settled = useSettled(cluster);
	const [follower, setFollower] = useState<WorkloadsFollower>();

	useEffect(() => {
		if (settled === undefined) return;
		const opened = watch.followWorkloads(settled);
		current.current = opened;
		setFollower(opened);
		return () => {
			current.current = undefined;
			setFollower(undefined);
			opened.close();
		};
	}, [watch, settled, current]);

	const subscribe = useCallback((listener: () => void) => follower?.subscribe(listener) ?? (() => {}), [follower]);
	return useSyncExternalStore(subscribe, () => follower?.view());
}
