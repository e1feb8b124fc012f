import {setTimeout as delay} from 'node:timers/promises';
import {bareNode} from '../bare-node.ts';
import {lookOn, openOn} from '../dashboard.ts';
import type {Section} from '../section.ts';

const stretches = 3;

/** Milliseconds in which a start comes to rest: the log is read, samples arrive, memory is collected. */
const rest = 5000;

/** What the dashboard costs while nothing happens. */
export const idle: Section = {
	name: 'idle',
	about:
		'The dashboard, in a terminal of 120×40, for 15 s in which nothing happens, with one cluster of three nodes shown: rows,\n' +
		'CPU and memory of its nodes live, and a log followed. 10 ms of CPU a second are 1 % of a core.',
	async run(bed) {
		const cluster = await bed.runningCluster();
		const node = await bareNode(bed);
		const terminal = await openOn(bed, cluster);
		try {
			const fullFrame = terminal.bytes;
			bed.say('idle: waiting until the cluster is a minute old, since ages in seconds change all the time');
			await terminal.until(lines => !lines.some(line => /\b\d+s\s*│/.test(line)), 'ages in minutes', 90_000);
			await delay(rest, undefined, {signal: bed.signal});
			bed.say('idle: looking on for 15 s');
			const uses = await lookOn(terminal.pid, stretches, () => terminal.bytes, bed.signal);
			return [
				{
					what: 'CPU in a second',
					unit: 'time',
					ours: {what: 'k3dui, idle', samples: uses.map(({cpu}) => cpu)},
					other: {what: 'one whole node -e 0', samples: node.cpu},
					most: {median: 5},
				},
				{
					what: 'memory (VmRSS)',
					unit: 'bytes',
					ours: {what: 'k3dui, idle', samples: uses.map(({memory}) => memory)},
					other: {what: 'node -e 0', samples: node.memory},
				},
				{
					what: 'bytes to the terminal in a second',
					unit: 'bytes',
					ours: {what: 'k3dui, idle', samples: uses.map(({counted}) => counted)},
					other: {what: 'its start until all is shown', samples: [fullFrame]},
					most: {median: 0},
				},
			];
		} finally {
			await terminal.close();
		}
	},
};
