import {setTimeout as delay} from 'node:timers/promises';
import {lineLength, pace, startChatterbox} from '../chatterbox.ts';
import {followOnScreen, keyTimes, lookOn, newestLine, openOn} from '../dashboard.ts';
import {followWithDocker} from '../docker-logs.ts';
import type {Section} from '../section.ts';
import type {Terminal} from '../terminal.ts';

const presses = 12;

/** Of five seconds each. */
const stretches = 6;
const dockerStretches = 3;

/** Milliseconds in which the log's beginning is read and memory finds its size. */
const rest = 5000;

/** What the dashboard costs, and how soon it answers, under a hot log. */
export const log: Section = {
	name: 'log',
	about:
		'The dashboard, in a terminal of 120×40, following a log of 10,000 lines of 100 bytes a second for 30 s, against\n' +
		'`docker logs --follow` of the same log, read through a pipe. 10 ms of CPU a second are 1 % of a core.',
	async run(bed) {
		const {signal} = bed;
		const cluster = await bed.runningCluster();
		await using cleanup = new AsyncDisposableStack();
		const terminal = await openOn(bed, cluster);
		cleanup.defer(() => terminal.close());

		bed.say('log: keys while nothing happens');
		terminal.type('l');
		await terminal.until(lines => lines.at(-1)?.includes('p pause') === true, 'the log in focus');
		const calmKeys = await keyTimes(terminal, presses, signal);

		bed.say('log: docker logs --follow for 15 s');
		const chatterbox = await startChatterbox(bed, cluster);
		cleanup.defer(() => bed.engine.docker.getContainer(chatterbox).remove({force: true, v: true}));
		const docker = await followWithDocker(bed, chatterbox, dockerStretches);

		bed.say('log: k3dui for 30 s');
		await followOnScreen(terminal);
		await delay(rest, undefined, {signal});
		const delays = newestLineDelays(terminal);
		const uses = await lookOn(terminal.pid, stretches, () => terminal.bytes, signal);
		const screenDelays = delays();

		bed.say('log: keys while it runs');
		const busyKeys = await keyTimes(terminal, presses, signal);

		const memory = uses.map(use => use.memory);
		return [
			{
				what: 'lines in a second, as printed',
				unit: 'count',
				ours: {what: 'the log', samples: docker.uses.map(({counted}) => counted)},
				other: {what: 'asked for', samples: [pace]},
			},
			{
				what: 'CPU in a second',
				unit: 'time',
				ours: {what: 'k3dui', samples: uses.map(({cpu}) => cpu)},
				other: {what: 'docker logs -f', samples: docker.uses.map(({cpu}) => cpu)},
			},
			{
				what: 'memory (VmRSS)',
				unit: 'bytes',
				ours: {what: 'k3dui', samples: memory},
				other: {what: 'docker logs -f', samples: docker.uses.map(use => use.memory)},
			},
			{
				what: 'memory, last 15 s against the 15 s before',
				unit: 'bytes',
				ours: {what: 'k3dui, last', samples: memory.slice(stretches / 2)},
				other: {what: 'k3dui, before', samples: memory.slice(0, stretches / 2)},
			},
			{
				what: 'bytes written in a second',
				unit: 'bytes',
				ours: {what: 'k3dui to the terminal', samples: uses.map(({counted}) => counted)},
				other: {what: 'docker logs -f', samples: docker.uses.map(({counted}) => counted * lineLength)},
			},
			{
				what: 'from printing a line to seeing it',
				unit: 'time',
				ours: {what: 'k3dui, newest on screen', samples: screenDelays},
				other: {what: 'docker logs -f, through a pipe', samples: docker.delays},
			},
			{
				what: 'from a key to the frame that shows it',
				unit: 'time',
				ours: {what: 'k3dui under the log', samples: busyKeys},
				other: {what: 'k3dui, idle', samples: calmKeys},
			},
		];
	},
};

/** Notes, for every newest line on screen, how long ago it was printed. @returns what ends that and gives the milliseconds. */
function newestLineDelays(terminal: Terminal): () => number[] {
	const delays: number[] = [];
	let last = -1;
	const stop = terminal.onDrawn(at => {
		const line = newestLine(terminal.lines());
		if (!line || line.number === last) return;
		last = line.number;
		delays.push(performance.timeOrigin + at - line.printedAt);
	});
	return () => {
		stop();
		return delays;
	};
}
