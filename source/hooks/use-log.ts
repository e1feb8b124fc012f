import {useCallback, useEffect, useRef, useState, useSyncExternalStore} from 'react';
import type {LogFollower, LogLine, LogState, OlderState, Watch} from '../watch/snapshot.ts';
import {type LogRange, optionsOf} from './log-range.ts';
import type {LogInView} from './log-view.ts';
import type {Session} from './session.ts';
import {useSettled} from './use-settled.ts';

const noLines: readonly LogLine[] = [];

/** What there is to show of a log. `undefined` state: nothing is followed. */
export interface LogView {
	readonly lines: readonly LogLine[];
	readonly state: LogState | undefined;
	readonly older: OlderState | undefined;
}

/** Follows a log while it is in view, and closes it after. Puts the follower where keys find it. */
export function useLog(
	watch: Watch,
	log: LogInView | undefined,
	range: LogRange,
	paused: boolean,
	{follower: current, now}: Pick<Session, 'follower' | 'now'>,
): LogView {
	const settled = useSettled(log?.key);
	const [follower, setFollower] = useState<LogFollower>();
	const sources = useRef(log?.sources);
	sources.current = log?.sources;

	useEffect(() => {
		if (settled === undefined || !sources.current) return;
		const opened = watch.followLog(sources.current, optionsOf(range, now()));
		current.current = opened;
		setFollower(opened);
		return () => {
			current.current = undefined;
			setFollower(undefined);
			opened.close();
		};
	}, [watch, settled, range, current, now]);

	useEffect(() => {
		if (!paused || !follower) return;
		follower.pause();
		return () => follower.resume();
	}, [follower, paused]);

	const subscribe = useCallback((listener: () => void) => follower?.subscribe(listener) ?? (() => {}), [follower]);
	const lines = useSyncExternalStore(subscribe, () => follower?.lines() ?? noLines);
	const state = useSyncExternalStore(subscribe, () => follower?.state());
	const older = useSyncExternalStore(subscribe, () => follower?.older());
	return {lines, state, older};
}
