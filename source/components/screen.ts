import {createContext, useContext} from 'react';
import type {Sight} from '../hooks/place.ts';
import type {Session} from '../hooks/session.ts';
import {untilAnyAgeChanges, useNow} from '../hooks/use-now.ts';
import type {Snapshot} from '../watch/snapshot.ts';
import type {Style} from './style.ts';

/** What every component of the dashboard draws with. */
export interface Screen {
	readonly session: Session;
	/** How things stand at every host. */
	readonly sights: readonly Sight[];
	/** The one of the host in focus. */
	readonly snapshot: Snapshot;
	/** That host's name, where there are several. */
	readonly host: string | undefined;
	readonly style: Style;
	/** True while the panels step back: what they show may be out of date, or a dialog is open over them. */
	readonly faded: boolean;
}

const ScreenContext = createContext<Screen | undefined>(undefined);

export const ScreenProvider = ScreenContext.Provider;

/** The time for ages (of times in milliseconds since the epoch). While a screen reader reads, nothing grows older by itself. */
export function useAgeTime(times: readonly number[]): number {
	const {session, style} = useScreen();
	return useNow(session.now, style.isSpoken ? () => undefined : untilAnyAgeChanges(times));
}

export function useScreen(): Screen {
	const screen = useContext(ScreenContext);
	if (!screen) throw new Error('This component can only be drawn inside the dashboard.');
	return screen;
}
