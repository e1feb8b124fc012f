import {hasPanels, isLogFocused, openLogs, scrollSideways, togglePause} from '../navigation.ts';
import {keyFor, selectionOf, update} from '../session.ts';

import type {KeyBinding} from './key-binding.ts';

/** Keys for the log. */
export const logs: readonly KeyBinding[] = [
	{
		name: 'logs',
		keys: ['l'],
		label: 'l',
		does: session => (isLogFocused(session) ? 'full width' : 'logs'),
		help: 'the log of the node in focus; once more for the full width',
		group: 'log',
		footer: 17,
		applies: hasPanels,
		refusal: session => (selectionOf(session).logNode ? undefined : 'nothing here has a log'),
		act: openLogs,
	},
	{
		name: 'pause-log',
		keys: [' ', 'p'],
		label: 'p',
		does: session => (session.store.get().log.paused ? 'go on' : 'pause'),
		help: 'pause the log, or follow it again',
		group: 'log',
		footer: 3,
		panels: ['log'],
		act: togglePause,
	},
	{
		name: 'wrap-log',
		keys: ['w'],
		label: 'w',
		does: session => (session.store.get().wrap ? 'cut lines' : 'wrap lines'),
		help: 'wrap long lines of the log, or cut them',
		group: 'log',
		footer: 4,
		panels: ['log'],
		act: session => update(session, {wrap: !session.store.get().wrap}),
	},
	{
		name: 'scroll-sideways',
		keyed: true,
		keys: ['left', 'right'],
		label: '←→',
		does: 'sideways',
		help: 'scroll sideways where lines are cut',
		group: 'log',
		panels: ['log'],
		refusal: session =>
			session.store.get().wrap ? `long lines are wrapped; ${keyFor(session, 'wrap-log')} cuts them` : undefined,
		act: (session, key) => scrollSideways(session, key === 'left' ? -1 : 1),
	},
];
