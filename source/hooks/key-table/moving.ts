import {listNames, panelNames} from '../dashboard-state.ts';
import {toggleAllMarks, toggleMark} from '../marks.ts';
import {back, drill, focusNext, hasPanels, isLogFocused, jump, move, toggleZoom} from '../navigation.ts';
import {update} from '../session.ts';
import {textField} from '../text-field.ts';

import type {KeyBinding} from './key-binding.ts';

/** Keys that move about. */
export const moving: readonly KeyBinding[] = [
	{
		name: 'move',
		keyed: true,
		keys: ['up', 'k', 'down', 'j', 'pageup', 'ctrl+b', 'pagedown', 'ctrl+f', 'home', 'g', 'end', 'G'],
		label: '↑↓ jk',
		does: session => (isLogFocused(session) ? 'scroll' : 'move'),
		help: 'one up or down; PgUp and PgDn a page, g and G to the first and the last',
		group: 'move',
		footer: 70,
		applies: hasPanels,
		act: (session, key) => move(session, key),
	},
	{
		name: 'next-panel',
		keyed: true,
		keys: ['tab', 'backtab'],
		label: 'Tab',
		does: 'next panel',
		help: 'to the next panel, Shift-Tab to the one before',
		group: 'move',
		footer: 71,
		applies: hasPanels,
		act: (session, key) => focusNext(session, key === 'tab' ? 1 : -1),
	},
	{
		name: 'panel',
		keyed: true,
		keys: panelNames.map((_, index) => String(index + 1)),
		label: `1–${panelNames.length}`,
		does: 'panel',
		help: 'to the panel of that number',
		group: 'move',
		applies: hasPanels,
		act: (session, key) => jump(session, panelNames[Number(key) - 1] ?? 'clusters'),
	},
	{
		name: 'deeper',
		keys: ['enter'],
		label: 'Enter',
		does: session => (session.store.get().focus === 'clusters' ? 'nodes' : 'logs'),
		help: 'deeper: from a cluster to its nodes, from a node to its log',
		group: 'move',
		footer: 18,
		panels: listNames,
		act: drill,
	},
	{
		name: 'back',
		keys: ['escape'],
		label: 'Esc',
		does: 'back',
		help: 'one level back; ends a filter; puts a result away; never quits',
		group: 'move',
		footer: session => (isLogFocused(session) ? 5 : undefined),
		applies: hasPanels,
		act: back,
	},
	{
		name: 'filter',
		keys: ['/'],
		label: '/',
		does: session => (isLogFocused(session) ? 'search' : 'filter'),
		help: 'show only what contains a text, in the log look for it; Esc ends that',
		group: 'move',
		footer: session => (isLogFocused(session) ? 6 : 16),
		applies: hasPanels,
		act: session => {
			const {focus, filters} = session.store.get();
			update(session, {typing: textField(filters[focus])});
		},
	},
	{
		name: 'mark',
		keys: [' '],
		label: 'Space',
		does: 'mark',
		help: 'mark the cluster or the node, or take its mark; s, r and d act on all that is marked',
		group: 'move',
		panels: ['clusters', 'nodes'],
		footer: 26,
		act: toggleMark,
	},
	{
		name: 'mark-all',
		keys: ['M'],
		label: 'M',
		does: 'mark all',
		help: 'mark all that the list shows, or take all marks; so does Esc',
		group: 'move',
		panels: ['clusters', 'nodes'],
		act: toggleAllMarks,
	},
	{
		name: 'zoom',
		keys: ['z'],
		label: 'z',
		does: session => (session.store.get().zoomed ? 'all panels' : 'zoom'),
		help: 'give the panel in focus the whole screen, or give that back',
		group: 'move',
		footer: 72,
		applies: hasPanels,
		act: toggleZoom,
	},
];
