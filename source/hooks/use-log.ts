import {type RefObject, useCallback, useEffect, useState, useSyncExternalStore} from 'react';
import type {LogFollower, LogLine, Watch} from '../watch/snapshot.ts';

/** How long the cursor has to rest on a container before its log is read, in milliseconds. */
const settleTime = 120;

const noLines: readonly LogLine[] = [];

/** What there is to show of a log. `undefined` state: nothing is followed. */
export interface LogView {
	readonly lines: readonly LogLine[];
	readonly state: ReturnType<LogFollower['state']> | undefined;
}

/** The id once it has stayed the same for a moment; the first one at once. */
function useSettled(id: string | undefined): string | undefined {
	const [settled, setSettled] = useState(id);
	useEffect(() => {
		if (id === settled) return;
		const timer = setTimeout(setSettled, settled === undefined ? 0 : settleTime, id);
		return () => clearTimeout(timer);
	}, [id, settled]);
	return settled === id ? settled : undefined;
}

/** Follows one container's log while it is in view, and closes it after. Puts the follower where keys find it. */
export function useLog(
	watch: Watch,
	containerId: string | undefined,
	paused: boolean,
	current: RefObject<LogFollower | undefined>,
): LogView {
	const settled = useSettled(containerId);
	const [follower, setFollower] = useState<LogFollower>();

	useEffect(() => {
		if (settled === undefined) return;
		const opened = watch.followLog([{kind: 'container', id: settled, name: settled}]);
		current.current = opened;
		setFollower(opened);
		return () => {
			current.current = undefined;
			setFollower(undefined);
			opened.close();
		};
	}, [watch, settled, current]);

	useEffect(() => {
		if (!paused || !follower) return;
		follower.pause();
		return () => follower.resume();
	}, [follower, paused]);

	const subscribe = useCallback((listener: () => void) => follower?.subscribe(listener) ?? (() => {}), [follower]);
	const lines = useSyncExternalStore(subscribe, () => follower?.lines() ?? noLines);
	const state = useSyncExternalStore(subscribe, () => follower?.state());
	return {lines, state};
}
