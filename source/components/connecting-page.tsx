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
	const others = broken.others ?? [];
	// Where another engine answers, there is one.
	const isNeeded = howToGet.length > 0 && others.every(({problem}) => problem !== undefined);
	const page = {
		chosen: [style.bold(style.tone('bad', '✖ No Docker Engine answers')), ...chosenLines(endpoint, broken, room)],
		attempts: attemptLines(others, room, style),
		advice: isNeeded
			? [style.bold('No Docker on this machine yet?'), ...howToGet.flatMap(line => indented(line, room))]
			: [],
		keys,
	};
	return <CentredPage lines={fitted(page, height)} room={room} width={width} height={height} />;
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

/**
 * What is known, with the keys below it, in at most `height` lines: the empty lines go first, then what came of asking
 * elsewhere.
 */
function fitted(
	{chosen, attempts, advice, keys}: Readonly<Record<'chosen' | 'attempts' | 'advice' | 'keys', readonly string[]>>,
	height: number,
): readonly string[] {
	const spacious = [chosen, attempts, advice].filter(part => part.length > 0).flatMap(part => [...part, '']);
	if (spacious.length + keys.length <= height) return [...spacious, ...keys];
	const room = Math.max(0, height - chosen.length - advice.length - keys.length);
	const known = [...chosen, ...attempts.slice(0, room), ...advice];
	return [...known.slice(0, Math.max(0, height - keys.length)), ...keys];
}
