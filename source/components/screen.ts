import {createContext, useContext} from 'react';
import type {Session} from '../hooks/session.ts';
import type {Snapshot} from '../watch/snapshot.ts';
import type {Style} from './style.ts';

/** What every component of the dashboard draws with. */
export interface Screen {
	readonly session: Session;
	readonly snapshot: Snapshot;
	readonly style: Style;
	/** True while the panels step back: what they show may be out of date, or a dialog is open over them. */
	readonly faded: boolean;
}

const ScreenContext = createContext<Screen | undefined>(undefined);

export const ScreenProvider = ScreenContext.Provider;

export function useScreen(): Screen {
	const screen = useContext(ScreenContext);
	if (!screen) throw new Error('This component can only be drawn inside the dashboard.');
	return screen;
}
