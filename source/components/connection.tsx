import {Box} from 'ink';
import {harmless} from '../engine/harmless.ts';
import {formatAge, untilAgeChanges} from '../hooks/age.ts';
import {keyFor} from '../hooks/session.ts';
import {useNow} from '../hooks/use-now.ts';
import type {Connection} from '../watch/snapshot.ts';
import {cutEnd, fitTo, wrapWords} from './fit.ts';
import {type Size, smallest} from './layout.ts';
import {Lines} from './line.tsx';
import {useScreen} from './screen.ts';

export type Broken = Extract<Connection, {readonly state: 'broken'}>;

function countdown(retryAt: number, now: number, retry: string): string {
	return retryAt <= now ? 'trying again now' : `trying again in ${Math.ceil((retryAt - now) / 1000)}s (${retry} now)`;
}

/** Until the countdown or the age reads differently. */
export function untilChange(retryAt: number, confirmedAt: number | undefined): (time: number) => number | undefined {
	return time => {
		const age = confirmedAt === undefined ? Number.POSITIVE_INFINITY : untilAgeChanges(time - confirmedAt);
		const left = retryAt - time;
		const second = left > 0 ? left % 1000 || 1000 : Number.POSITIVE_INFINITY;
		const next = Math.min(age, second);
		return Number.isFinite(next) ? next : undefined;
	};
}

/** How many rows the banner takes. */
export const bannerRows = 2;

/** Below the header while the connection is broken: why, how old the picture is, and what happens next. */
export function ConnectionBanner({connection, width}: {readonly connection: Broken; readonly width: number}) {
	const {session, snapshot, host, style} = useScreen();
	const {confirmedAt} = snapshot;
	const now = useNow(session.now, untilChange(connection.retryAt, confirmedAt));
	// Which engine it is stands in the header; here the room is for the reason.
	const {reason} = connection.problem;
	const age = confirmedAt === undefined ? '' : `shown as it was ${formatAge(now - confirmedAt)} ago · `;
	const banner = (text: string) => style.tone('bad', style.inverse(fitTo(text, width)));
	return (
		<Lines
			lines={[
				banner(` ✖ ${host ?? 'Docker Engine'}: ${harmless(reason)}`),
				banner(`   ${age}${countdown(connection.retryAt, now, keyFor(session, 'retry'))}`),
			]}
		/>
	);
}

/** Instead of the panels where there is nothing to show yet. */
export function EmptyPage({width, height}: Size) {
	const {session, style} = useScreen();
	const room = Math.min(60, width - 4);
	const key = (name: string) => style.bold(style.tone('accent', keyFor(session, name)));
	const text = [
		style.bold('No clusters yet'),
		'',
		...wrapWords('k3s clusters made here or with k3d appear on this page by themselves.', room),
		'',
		`${key('create')}  create one`,
		`${key('create-from-file')}  create one from a config file`,
		`${key('help')}  all keys`,
		`${key('quit')}  quit`,
	];
	return <CentredPage lines={text} room={room} width={width} height={height} />;
}

/** Text of at most `room` columns in the middle of the body. */
export function CentredPage({
	lines,
	room,
	width,
	height,
}: Size & {readonly lines: readonly string[]; readonly room: number}) {
	const above = Math.max(0, Math.floor((height - lines.length) / 2) - 1);
	const left = ' '.repeat(Math.max(0, Math.floor((width - room) / 2)));
	const page = [...Array<string>(above).fill(''), ...lines.map(line => (line === '' ? '' : left + line))];
	return (
		<Box flexDirection="column" width={width} height={height}>
			<Lines lines={Array.from({length: height}, (_, row) => page[row] ?? '')} />
		</Box>
	);
}

/** All there is on a screen that is too small. `asks`: leaving has to be confirmed because something is under way. */
export function TooSmall({width, height, asks}: Size & {readonly asks: boolean}) {
	const needed = `${smallest.columns}×${smallest.rows}`;
	const leave = asks ? 'Something is under way: q again cancels it and quits.' : 'q quits';
	const lines = [`k3dui needs ${needed}; this is ${width}×${height}.`, leave].flatMap(text => wrapWords(text, width));
	return (
		<Box flexDirection="column">
			<Lines lines={lines.slice(0, height).map(line => cutEnd(line, width))} />
		</Box>
	);
}
