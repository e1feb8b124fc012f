import {useEffect, useReducer} from 'react';
import {harmless} from '../engine/harmless.ts';
import {type DashboardState, logPositionOf} from '../hooks/dashboard-state.ts';
import {initialRange, logRanges} from '../hooks/log-range.ts';
import {visibleRows} from '../hooks/log-scroll.ts';
import {untilTimesChange} from '../hooks/log-time.ts';
import {type ShownLog, shownLog} from '../hooks/log-view.ts';
import type {Selection} from '../hooks/selection.ts';
import {type LogView, useLog} from '../hooks/use-log.ts';
import {useNow} from '../hooks/use-now.ts';
import type {OlderState} from '../watch/snapshot.ts';
import {cutMiddle, fitTo, widthOf} from './fit.ts';
import type {Size} from './layout.ts';
import {drawLogRow, prefixWidth} from './log-rows.ts';
import {Panel} from './panel.tsx';
import {useScreen} from './screen.ts';
import type {Style} from './style.ts';

const states: Readonly<Record<NonNullable<LogView['state']>, string>> = {
	loading: '◌ loading',
	following: '● following',
	waiting: '○ not running',
	paused: '‖ paused',
	failed: '✖ cannot be read',
};

/** What follows the log is doing, and what the person made of it. */
function stateWord({state}: LogView, isHeld: boolean): string {
	if (state === undefined) return '';
	return state === 'following' && isHeld ? '‖ scrolled back' : states[state];
}

function emptyText(selection: Selection, view: LogView, state: DashboardState): string {
	if (!selection.log) return 'Choose a node to see its log.';
	if (view.lines.length > 0 && state.logFilter !== 'all') return 'No line is left by the filter.';
	if (view.state === undefined || view.state === 'loading') return '';
	return 'It has said nothing yet.';
}

/** What the corners of the frame, the title and the spaces between its parts take. */
const titleRoom = 4 + ' 5 Log ─ '.length + 3;
const shortestName = 12;

/** What is looked for, for the title: the term, how it is meant, and how much of it there is. */
function searchNote(
	{filters, focus, typing, logRegex}: DashboardState,
	log: ShownLog,
	found: number | undefined,
	style: Style,
): string {
	const isTyped = typing !== undefined && focus === 'log';
	if (filters.log === '' && !isTyped) return '';
	const term = `/${filters.log}${isTyped ? style.inverse(' ') : ''}${logRegex ? '/' : ''}`;
	const {matcher, hits, isSearched} = log;
	if (matcher?.problem !== undefined)
		return `${style.tone('accent', term)} ${style.tone('bad', `✖ ${harmless(matcher.problem)}`)}`;
	const place = found === undefined ? -1 : hits.indexOf(found);
	const count = filters.log === '' ? '' : place === -1 ? `${hits.length}` : `${place + 1} of ${hits.length}`;
	const notes = [count, isSearched ? '' : '…'].filter(text => text !== '').join(' ');
	return `${style.tone('accent', term)} ${notes}`;
}

const filterWords = {matching: 'only these', others: 'only others'} as const;

const olderWords: Readonly<Record<OlderState, string>> = {
	more: '',
	loading: '↑ loading older lines…',
	start: '↑ the beginning',
	full: '↑ no more can be held',
};

/** Panel 5: the log of what is chosen, live. */
export function LogPanel({selection, width, height}: Size & {readonly selection: Selection}) {
	const {session, style, faded} = useScreen();
	const state = session.store.get();
	const {log} = selection;
	const position = logPositionOf(state, log?.key);
	const range = logRanges[state.logRange] ?? {label: ''};
	const view = useLog(session.watch, log, range, position.paused, session);
	const names = log?.names ?? [];
	const {timestamps} = state;
	const columns = Math.max(1, width - 4 - prefixWidth({timestamps, names}));
	const room = {columns, rows: Math.max(1, height - 2)};
	useEffect(() => {
		session.room.log = {columns: room.columns, rows: room.rows};
		session.room.rows = {...session.room.rows, log: {offset: 1, at: [...Array(room.rows).keys()]}};
		return () => {
			session.room.log = undefined;
		};
	}, [session, room.columns, room.rows]);

	const shown = shownLog(session, log?.key, view.lines);
	const {lines} = shown;
	const [, lookOn] = useReducer((count: number) => count + 1, 0);
	useEffect(() => {
		if (shown.isSearched) return;
		const timer = setTimeout(lookOn, 0);
		return () => clearTimeout(timer);
	});
	const rows = visibleRows(lines, position, room, state.wrap);
	const now = useNow(
		session.now,
		untilTimesChange(
			rows.map(row => row.line.time),
			timestamps,
		),
	);
	const focused = state.focus === 'log' && !state.dialog;
	const last = rows.at(-1);
	const newer = position.top && last ? lines.length - 1 - lines.lastIndexOf(last.line) : 0;
	const isAtTop = rows[0] !== undefined && rows[0].line === lines[0] && position.top !== undefined;
	const chosen = position.chosen ? Math.abs(position.chosen.head - position.chosen.anchor) + 1 : 0;
	const foot = [
		chosen > 0 ? `${chosen} ${chosen === 1 ? 'line' : 'lines'} chosen` : '',
		isAtTop && view.older ? olderWords[view.older] : '',
		state.logFilter === 'all' ? '' : `${filterWords[state.logFilter]}: ${lines.length} of ${view.lines.length} lines`,
		state.wrap ? '' : `cut${position.left > 0 ? `, from column ${position.left + 1}` : ''}`,
		state.logRange === initialRange ? '' : range.label,
		newer > 0 ? `↓ ${newer} newer` : '',
	];
	const filterText = searchNote(state, shown, position.found, style);
	const doing = stateWord(view, position.top !== undefined);
	// The name gives way: what is looked for and what the log is doing have to be in sight.
	const nameRoom = width - titleRoom - widthOf(filterText) - widthOf(doing);
	const title = log ? cutMiddle(log.title, Math.max(shortestName, nameRoom)) : '';
	const note = [filterText, title, doing];
	const drawing = {position, matcher: shown.matcher, timestamps, now, names, style, faded};
	const drawn =
		rows.length > 0
			? rows.map(row => drawLogRow(row, width - 2, drawing))
			: [style.dim(fitTo(` ${emptyText(selection, view, state)}`, width - 2))];
	return (
		<Panel
			title="5 Log"
			note={note.filter(text => text !== '').join(' ')}
			foot={foot.filter(text => text !== '').join(' · ')}
			focused={focused}
			width={width}
			height={height}
			lines={drawn}
		/>
	);
}
