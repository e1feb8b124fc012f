import {harmless} from '../engine/harmless.ts';
import type {Attempt} from '../engine/other-engines.ts';
import {lacksEngine} from '../hooks/engine-form.ts';
import {useNow} from '../hooks/use-now.ts';
import {type Broken, CentredPage, untilChange} from './connection.tsx';
import {cutEnd, wrapWords} from './fit.ts';
import type {Size} from './layout.ts';
import {useScreen} from './screen.ts';
import type {Style} from './style.ts';

/**
 * Instead of the panels until the engine has answered for the first time: connecting, or where nobody answers and why, how
 * to get an engine, and what can be done.
 */
export function ConnectingPage({width, height}: Size) {
	const {session, snapshot, style} = useScreen();
	const {connection, endpoint} = snapshot;
	const broken = connection.state === 'broken' ? connection : undefined;
	const now = useNow(session.now, time => broken && untilChange(broken.retryAt, undefined)(time));
	const room = Math.min(84, width - 4);
	if (!broken) {
		const text = [style.bold('Connecting to the Docker Engine…'), '', style.dim(cutEnd(harmless(endpoint), room))];
		return <CentredPage lines={text} room={room} width={width} height={height} />;
	}
	const key = (name: string, does: string) => cutEnd(`${style.bold(style.tone('accent', name))}  ${does}`, room);
	const left = Math.ceil((broken.retryAt - now) / 1000);
	const socket = endpoint.startsWith('unix:') ? ' or when the socket appears' : '';
	const keys = [
		key('R', left > 0 ? `retry · by itself in ${left}s${socket}` : 'retrying now'),
		...(lacksEngine(session)
			? [key('e', 'another endpoint'), key('b', 'look around on the built-in engine, nothing is real')]
			: []),
		key('q', 'quit'),
	];
	const howToGet = session.otherEngines?.howToGet ?? [];
	const parts = [
		[style.bold(style.tone('bad', '✖ No Docker Engine answers'))],
		chosenLines(endpoint, broken, room),
		attemptLines(broken.others ?? [], room, style),
		howToGet.length === 0
			? []
			: [style.bold('No Docker on this machine yet?'), ...howToGet.flatMap(line => indented(line, room))],
	];
	return <CentredPage lines={fitted(parts, keys, height)} room={room} width={width} height={height} />;
}

/** The endpoint that was chosen, why it does not answer, and the next step. */
function chosenLines(endpoint: string, {problem}: Broken, room: number): string[] {
	const lines = wrapWords(harmless(`${endpoint}: ${problem.reason}`), room);
	return problem.next === undefined ? lines : [...lines, ...indented(harmless(problem.next), room)];
}

/** What came of asking elsewhere. */
function attemptLines(attempts: readonly Attempt[], room: number, style: Style): string[] {
	return attempts.flatMap(({url, problem}) =>
		problem === undefined
			? wrapWords(harmless(`${url}: it answers; e opens it`), room).map(line => style.tone('good', line))
			: wrapWords(harmless(`${url}: ${problem.reason}`), room),
	);
}

function indented(text: string, room: number): string[] {
	return wrapWords(text, room - 2).map(line => `  ${line}`);
}

/** Parts with the keys below them, in at most `height` lines: the keys and the beginning stay. */
function fitted(parts: readonly (readonly string[])[], keys: readonly string[], height: number): readonly string[] {
	const shown = parts.filter(part => part.length > 0);
	const spacious = shown.flatMap(part => [...part, '']);
	if (spacious.length + keys.length <= height) return [...spacious, ...keys];
	return [...shown.flat().slice(0, Math.max(0, height - keys.length)), ...keys];
}
