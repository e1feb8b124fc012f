import {stripVTControlCharacters} from 'node:util';
import {timeModes} from '../settings/settings.ts';
import type {LogLine, LogSource} from '../watch/snapshot.ts';
import {type LogFilter, type LogPosition, type LogScope, logPositionOf} from './dashboard-state.ts';
import type {Key} from './keys.ts';
import {moveInPanel} from './list-keys.ts';
import {isError} from './log-errors.ts';
import {holdLog, scrollLog, scrollToStart, showLine, visibleRows} from './log-scroll.ts';
import {indexOf, loadRegex, plainText} from './log-search.ts';
import {logInView} from './log-view.ts';
import {jump} from './navigation.ts';
import {type Session, say, selectionOf, update} from './session.ts';

/** Where a key scrolls to. At the top, older lines are asked for. */
function scrolled(session: Session, key: Key): LogPosition {
	const {lines, position, room, wrap} = logInView(session);
	const page = Math.max(1, room.rows - 1);
	const by = (delta: number) => scrollLog(lines, position, room, wrap, delta);
	switch (key) {
		case 'up':
		case 'k':
			return by(-1);
		case 'down':
		case 'j':
			return by(1);
		case 'pageup':
		case 'ctrl+b':
			return by(-page);
		case 'pagedown':
		case 'ctrl+f':
			return by(page);
		case 'home':
		case 'g':
			return scrollToStart(lines, position);
		default:
			return {...position, top: undefined, paused: false};
	}
}

const upwards: readonly Key[] = ['up', 'k', 'pageup', 'ctrl+b', 'home', 'g'];

/** Scrolls the log, or moves the end of what is chosen in it. */
export function moveInLog(session: Session, key: Key): void {
	const {lines, position, room, wrap, held} = logInView(session);
	if (position.chosen) {
		moveChosen(session, key);
		return;
	}
	const next = scrolled(session, key);
	update(session, {log: next});
	const top = visibleRows(lines, next, room, wrap)[0];
	const isAtTop = top === undefined || (top.line === lines[0] && top.row === 0);
	if (upwards.includes(key) && isAtTop && held.length > 0) session.follower.current?.loadOlder();
}

/** Stops the log where it is, or follows its end again. */
export function togglePause(session: Session): void {
	const {lines, position, room, wrap} = logInView(session);
	const paused = !position.paused;
	update(session, {
		log: paused ? {...holdLog(lines, position, room, wrap), paused} : {...position, top: undefined, paused},
	});
}

export function scrollSideways(session: Session, direction: 1 | -1): void {
	const {position, room} = logInView(session);
	const step = Math.max(1, Math.floor(room.columns / 2));
	update(session, {log: {...position, left: Math.max(0, position.left + direction * step)}});
}

/** Brings a line into view and marks it as the one that was found. */
function goTo(session: Session, number: number): void {
	const {lines, position, room, wrap} = logInView(session);
	update(session, {log: {...showLine(lines, position, room, wrap, number), found: number}});
}

/** From where something is looked for: what was found last, or else the edge of the view that lies in that direction. */
function origin(session: Session, direction: 1 | -1): number {
	const {lines, position, room, wrap} = logInView(session);
	const rows = visibleRows(lines, position, room, wrap);
	const isShown = rows.some(({line}) => line.number === position.found);
	if (isShown && position.found !== undefined) return position.found;
	if (direction === 1) return (rows[0]?.line.number ?? 0) - 1;
	return (rows.at(-1)?.line.number ?? 0) + 1;
}

/** To the next line that matches, or the one before, round and round. */
export function goToHit(session: Session, direction: 1 | -1): void {
	const {hits, matcher} = logInView(session);
	if (matcher?.problem !== undefined) {
		say(session, `this cannot be looked for: ${matcher.problem}`, 'warning');
		return;
	}
	const from = origin(session, direction);
	const next = direction === 1 ? hits.find(number => number > from) : hits.findLast(number => number < from);
	const found = next ?? (direction === 1 ? hits[0] : hits.at(-1));
	if (found === undefined) {
		say(session, 'no line of this log has that', 'warning');
		return;
	}
	if (next === undefined) say(session, direction === 1 ? 'on from the beginning' : 'on from the end');
	goTo(session, found);
}

/** When a search has been typed: to the newest line that has it. */
export function goToNewestHit(session: Session): void {
	const {hits} = logInView(session);
	const newest = hits.at(-1);
	if (newest !== undefined) goTo(session, newest);
}

/** To the next line that tells of an error, or the one before. Ends at the log's ends. */
export function goToError(session: Session, direction: 1 | -1): void {
	const {lines} = logInView(session);
	const from = origin(session, direction);
	const tells = (line: LogLine) => line.stream !== 'k3dui' && isError(plainText(line));
	const found =
		direction === 1
			? lines.slice(indexOf(lines, from + 1)).find(tells)
			: lines.slice(0, indexOf(lines, from)).findLast(tells);
	if (found) goTo(session, found.number);
	else
		say(session, direction === 1 ? 'no error below here' : 'no error above here in the lines that are held', 'warning');
}

const filterAfter: Readonly<Record<LogFilter, LogFilter>> = {all: 'matching', matching: 'others', others: 'all'};

/** All lines, only those that match, only the others. What was found stays in view, or else what stands at the top. */
export function cycleFilter(session: Session): void {
	const {lines, position, room, wrap} = logInView(session);
	const log = position.top ? holdLog(lines, position, room, wrap) : position;
	update(session, {logFilter: filterAfter[session.store.get().logFilter], log});
	const {found} = position;
	if (found !== undefined && logInView(session).lines.some(({number}) => number === found)) goTo(session, found);
}

/** Takes what is looked for as a regular expression, or as it stands. */
export function toggleRegex(session: Session): void {
	const logRegex = !session.store.get().logRegex;
	update(session, {logRegex});
	if (!logRegex) return;
	loadRegex().then(
		() => {
			// Drawn anew: what could not be looked for before can be now, also where Enter was quicker.
			const {typing} = session.store.get();
			update(session, {});
			if (!typing) goToNewestHit(session);
		},
		() => {
			update(session, {logRegex: false});
			say(session, 'regular expressions cannot be loaded', 'bad');
		},
	);
}

export function cycleTimestamps(session: Session): void {
	const {timestamps} = session.store.get();
	const next = timeModes[(timeModes.indexOf(timestamps) + 1) % timeModes.length] ?? 'off';
	update(session, {timestamps: next});
	const words = {
		off: 'no times',
		local: 'the time of each line, as clocks here show it',
		relative: 'how long ago each line was logged',
	};
	say(session, words[next]);
}

/** The logs of all nodes of the cluster in one, or of those that are marked; once more, of the one in focus. */
export function toggleMerged(session: Session): void {
	const {logScope, marks} = session.store.get();
	const merged: LogScope = {kind: 'nodes', marked: [...marks.nodes]};
	update(session, {logScope: logScope.kind === 'nodes' ? {kind: 'focus'} : merged});
	jump(session, 'log');
}

/** Shows the log of a pod's containers. */
export function openPodLog(session: Session, title: string, sources: readonly LogSource[]): void {
	jump(session, 'log');
	update(session, {logScope: {kind: 'pod', title, sources}});
}

/** Begins to choose lines, at the one that was found or the last in view; or ends it. */
export function toggleChoosing(session: Session): void {
	const {lines, position, room, wrap} = logInView(session);
	if (position.chosen) {
		update(session, {log: {...position, chosen: undefined}});
		return;
	}
	const rows = visibleRows(lines, position, room, wrap);
	const isShown = rows.some(({line}) => line.number === position.found);
	const at = isShown ? position.found : rows.at(-1)?.line.number;
	if (at === undefined) {
		say(session, 'there is no line to choose', 'warning');
		return;
	}
	update(session, {log: {...holdLog(lines, position, room, wrap), chosen: {anchor: at, head: at}}});
}

/** Chooses the line that a row of the panel shows, or all lines from the chosen ones to there. */
export function chooseRow(session: Session, row: number): void {
	const {lines, position, room, wrap} = logInView(session);
	const number = visibleRows(lines, position, room, wrap)[row]?.line.number;
	if (number === undefined) return;
	const anchor = position.chosen?.anchor ?? number;
	update(session, {log: {...holdLog(lines, position, room, wrap), chosen: {anchor, head: number}}});
}

/** Ends choosing; false where nothing is being chosen. */
export function endChoosing(session: Session): boolean {
	const state = session.store.get();
	const position = logPositionOf(state, selectionOf(session).log?.key);
	if (!position.chosen) return false;
	update(session, {log: {...position, chosen: undefined}});
	return true;
}

function moveChosen(session: Session, key: Key): void {
	const {lines, position, room, wrap} = logInView(session);
	const {chosen} = position;
	if (!chosen) return;
	const to = lines[moveInPanel(key, indexOf(lines, chosen.head), lines.length, room.rows)];
	if (!to) return;
	const shown = showLine(lines, position, room, wrap, to.number);
	update(session, {log: {...shown, chosen: {...chosen, head: to.number}}});
}

/** Whether a line lies between the ends of what is chosen. */
export function isChosen({chosen}: LogPosition, number: number): boolean {
	return (
		chosen !== undefined &&
		number >= Math.min(chosen.anchor, chosen.head) &&
		number <= Math.max(chosen.anchor, chosen.head)
	);
}

/** Lines as plain text, each with its time and, where there are several sources, the name of its own. */
export function textOf(lines: readonly LogLine[], names: readonly string[], withTimes: boolean): string {
	return lines
		.map(({text, time, source}) => {
			const name = names.length > 1 ? `${names[source] ?? ''} ` : '';
			return `${withTimes && time !== '' ? `${time} ` : ''}${name}${stripVTControlCharacters(text)}\n`;
		})
		.join('');
}

function counted(lines: readonly LogLine[]): string {
	return lines.length === 1 ? '1 line' : `${lines.length.toLocaleString('en')} lines`;
}

function copy(session: Session, lines: readonly LogLine[], what: string): void {
	if (lines.length === 0) {
		say(session, 'there is nothing to copy', 'warning');
		return;
	}
	const {log} = logInView(session);
	const text = textOf(lines, log?.names ?? [], session.store.get().timestamps !== 'off');
	const {isCopied, where} = session.copy(text);
	say(session, `${counted(lines)}${what}: ${where}`, isCopied ? 'good' : 'warning');
}

/** Copies what is chosen, else the line that was found, else the last one in view. */
export function copyLines(session: Session): void {
	const {lines, position, room, wrap} = logInView(session);
	if (position.chosen) {
		copy(
			session,
			lines.filter(({number}) => isChosen(position, number)),
			'',
		);
		update(session, {log: {...logInView(session).position, chosen: undefined}});
		return;
	}
	const rows = visibleRows(lines, position, room, wrap);
	const found = rows.find(({line}) => line.number === position.found)?.line ?? rows.at(-1)?.line;
	copy(session, found ? [found] : [], '');
}

/** Copies all lines that are held, or those that the filter shows. */
export function copyAll(session: Session): void {
	const {lines} = logInView(session);
	copy(session, lines, session.store.get().logFilter === 'all' ? ', all that are held' : ', all that are shown');
}
