import {stripVTControlCharacters} from 'node:util';
import {useEffect} from 'react';
import {harmless} from '../engine/harmless.ts';
import {type DashboardState, logPositionOf} from '../hooks/dashboard-state.ts';
import {filterLines, type LogRow, visibleRows} from '../hooks/log-scroll.ts';
import type {Selection} from '../hooks/selection.ts';
import {type LogView, useLog} from '../hooks/use-log.ts';
import {filterNote} from './filter-note.ts';
import {cutMiddle, fitTo, widthOf} from './fit.ts';
import type {Size} from './layout.ts';
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

/** A row in the panel's full width. Colours of the container end with the row. */
function drawRow({line, text}: LogRow, width: number, style: Style, faded: boolean): string {
	if (faded) return style.dim(fitTo(` ${stripVTControlCharacters(text)}`, width));
	const shown = style.colors ? text : stripVTControlCharacters(text);
	const closed = shown.includes('\x1b') ? `${shown}\x1b[0m` : shown;
	const row = fitTo(` ${closed}`, width);
	return line.stream === 'k3dui' ? style.tone('accent', row) : row;
}

function emptyText(selection: Selection, view: LogView, state: DashboardState): string {
	if (!selection.logNode) return 'Choose a node to see its log.';
	if (state.filters.log !== '') return 'No line contains that.';
	if (view.state === undefined || view.state === 'loading') return '';
	return 'It has said nothing yet.';
}

/** What the corners of the frame, the title and the spaces between its parts take. */
const titleRoom = 4 + ' 5 Log ─ '.length + 3;
const shortestName = 12;

/** Panel 5: the log of what is chosen, live. */
export function LogPanel({selection, width, height}: Size & {readonly selection: Selection}) {
	const {session, style, faded} = useScreen();
	const state = session.store.get();
	const node = selection.logNode;
	const position = logPositionOf(state, node?.id);
	const view = useLog(session.watch, node?.id, position.paused, session.follower);
	const room = {columns: Math.max(1, width - 4), rows: Math.max(1, height - 2)};
	useEffect(() => {
		session.room.log = {columns: room.columns, rows: room.rows};
		return () => {
			session.room.log = undefined;
		};
	}, [session, room.columns, room.rows]);

	const filter = state.filters.log;
	const lines = filterLines(view.lines, filter);
	const rows = visibleRows(lines, position, room, state.wrap);
	const focused = state.focus === 'log' && !state.dialog;
	const last = rows.at(-1);
	const newer = position.top && last ? lines.length - 1 - lines.lastIndexOf(last.line) : 0;
	const foot = [
		filter === '' ? '' : `${lines.length} of ${view.lines.length} lines`,
		state.wrap ? '' : `cut${position.left > 0 ? `, from column ${position.left + 1}` : ''}`,
		newer > 0 ? `↓ ${newer} newer` : '',
	];
	const filterText = filterNote(state, 'log', style);
	const doing = stateWord(view, position.top !== undefined);
	// The name gives way: the filter that is typed and what the log is doing have to be in sight.
	const nameRoom = width - titleRoom - widthOf(filterText) - widthOf(doing);
	const name = node ? cutMiddle(harmless(node.name), Math.max(shortestName, nameRoom)) : '';
	const note = [filterText, name, doing];
	const drawn =
		rows.length > 0
			? rows.map(row => drawRow(row, width - 2, style, faded))
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
