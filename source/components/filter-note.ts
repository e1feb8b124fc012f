import type {DashboardState, PanelName} from '../hooks/dashboard-state.ts';
import type {Style} from './style.ts';

/** A panel's filter for its title, with a cursor while it is being typed; empty without a filter. */
export function filterNote({filters, focus, typing}: DashboardState, panel: PanelName, style: Style): string {
	const isTyped = typing !== undefined && focus === panel;
	if (filters[panel] === '' && !isTyped) return '';
	return style.tone('accent', `/${filters[panel]}`) + (isTyped ? style.inverse(' ') : '');
}
