import {useAnimation} from 'ink';
import {useEffect} from 'react';
import {harmless} from '../engine/harmless.ts';
import type {Activity} from '../hooks/activity.ts';
import {activityIndex, shownActivities} from '../hooks/activity-keys.ts';
import {formatDuration} from '../hooks/age.ts';
import {panelNames} from '../hooks/dashboard-state.ts';
import {topRow} from '../hooks/list-keys.ts';
import {clockTime} from '../hooks/log-time.ts';
import {isUnderWay} from '../hooks/session.ts';
import {cutEnd, fitTo, spread, wrapWords} from './fit.ts';
import type {Size} from './layout.ts';
import {Panel} from './panel.tsx';
import {useScreen} from './screen.ts';
import {operationStates} from './state-words.ts';
import type {Style} from './style.ts';

const symbols = {running: '◌', cancelling: '◌', undoing: '◌', done: '✔', failed: '✖', cancelled: '⊘'} as const;

/** One activity: what was done, when and how it ended; below it the command line that does the same, or why it failed. */
function activityLines(activity: Activity, now: number, isChosen: boolean, width: number, style: Style): string[] {
	const {verb, subject, state, startedAt, endedAt, problem} = activity.operation();
	const {tone, word} = operationStates[state];
	const host = activity.host === undefined ? '' : `${activity.host}: `;
	const name = harmless(`${host}${verb} ${subject}`);
	const end = [word, formatDuration((endedAt ?? now) - startedAt)].filter(text => text !== '').join(' ');
	const first = spread(
		`${isChosen ? '▸' : ' '}${clockTime(startedAt, 'seconds')} ${symbols[state]} ${name}`,
		`${end} `,
		width,
	);
	const reason = problem && state === 'failed' ? [cutEnd(`            ${harmless(problem.reason)}`, width)] : [];
	const command = cutEnd(`            $ ${harmless(activity.command.text)}`, width);
	if (isChosen) return [style.inverse(style.bold(first)), ...reason.map(line => style.tone('bad', line)), command];
	return [style.tone(tone, first), ...reason.map(line => style.tone('bad', line)), style.dim(command)];
}

/** The last panel: everything that was done by key, the newest first, each with its command line. */
export function ActivityPanel({width, height}: Size) {
	const {session, style, faded} = useScreen();
	const state = session.store.get();
	const entries = shownActivities(session);
	const index = activityIndex(session);
	const rows = height - 2;
	// With one line for a reason, most entries take two.
	const page = Math.max(1, Math.floor(rows / 2));
	const isMoving = entries.some(({operation}) => isUnderWay(operation()));
	useAnimation({interval: 1000, isActive: isMoving && !style.isSpoken});
	const now = session.now();
	const focused = state.focus === 'activity' && !state.dialog;
	const top = topRow(index, entries.length, page);
	const drawn = entries.slice(top, top + page).map((entry, offset) => {
		const at = top + offset;
		return {at, lines: activityLines(entry, now, focused && at === index, width - 2, style)};
	});
	const lines = drawn.flatMap(entry => entry.lines);
	useEffect(() => {
		session.room.activity = page;
		const at = drawn.flatMap(entry => entry.lines.map(() => entry.at));
		session.room.rows = {...session.room.rows, activity: {offset: 1, at}};
	});
	const about = 'What is done by key is listed here, with the command that does the same.';
	const empty = wrapWords(about, width - 4).map(line => style.dim(fitTo(` ${line}`, width - 2)));
	return (
		<Panel
			title={`${panelNames.indexOf('activity') + 1} Activity`}
			note={entries.length === 0 ? '' : `${entries.length} done`}
			foot={entries.length > page ? `${index + 1} of ${entries.length}` : ''}
			focused={focused}
			width={width}
			height={height}
			lines={entries.length === 0 ? empty : faded ? lines.map(line => style.dim(line)) : lines}
		/>
	);
}
