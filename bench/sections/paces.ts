import {setTimeout as delay} from 'node:timers/promises';
import type {Bed} from '../bed.ts';
import {startChatterbox} from '../chatterbox.ts';
import {followOnScreen, keyTimes, lookOn, openOn, type Use} from '../dashboard.ts';
import type {Comparison} from '../measure.ts';
import type {Section} from '../section.ts';

const presses = 8;

/** Of five seconds each. */
const stretches = 3;

/** Milliseconds in which the log's beginning is read and memory finds its size. */
const rest = 5000;

/** What an hour of a busy log is: 1,500 lines a second. */
const hourOfLines = 1500 * 3600;

/** As fast as that is told in this benchmark, in lines a second. */
const told = 30_000;

const megabyte = 1e6;

interface Measured {
	readonly uses: readonly Use[];
	readonly keys: readonly number[];
}

/** Follows a log of so many lines a second. */
async function follow(bed: Bed, cluster: string, linesPerSecond: number): Promise<Measured> {
	const {signal} = bed;
	bed.say(`paces: ${linesPerSecond.toLocaleString('en')} lines a second`);
	await using cleanup = new AsyncDisposableStack();
	const chatterbox = await startChatterbox(bed, cluster, {linesPerSecond});
	cleanup.defer(() => bed.engine.docker.getContainer(chatterbox).remove({force: true, v: true}));
	const terminal = await openOn(bed, cluster);
	cleanup.defer(() => terminal.close());
	await followOnScreen(terminal);
	await delay(rest, undefined, {signal});
	const uses = await lookOn(terminal.pid, stretches, () => terminal.bytes, signal);
	return {uses, keys: await keyTimes(terminal, presses, signal)};
}

/** Follows as many lines as an hour has, told faster. @returns the memory in the first and in the last stretches */
async function followAnHour(bed: Bed, cluster: string): Promise<{early: number[]; late: number[]}> {
	const {signal} = bed;
	bed.say(`paces: the lines of an hour, in ${Math.round(hourOfLines / told)} s`);
	await using cleanup = new AsyncDisposableStack();
	const chatterbox = await startChatterbox(bed, cluster, {linesPerSecond: told, most: hourOfLines});
	cleanup.defer(() => bed.engine.docker.getContainer(chatterbox).remove({force: true, v: true}));
	const terminal = await openOn(bed, cluster);
	cleanup.defer(() => terminal.close());
	await followOnScreen(terminal);
	const uses = await lookOn(terminal.pid, Math.ceil(hourOfLines / told / 5), () => terminal.bytes, signal);
	const memory = uses.map(use => use.memory);
	const third = Math.floor(memory.length / 3);
	return {early: memory.slice(third, 2 * third), late: memory.slice(-third)};
}

/** What the dashboard costs under logs of several paces, and whether its memory stays flat. */
export const paces: Section = {
	name: 'paces',
	about:
		'The dashboard, in a terminal of 120×40, following a log of 1,500 and one of 20,000 lines of 100 bytes a second, and as\n' +
		'many lines as 1,500 a second are in an hour. 10 ms of CPU a second are 1 % of a core.',
	async run(bed) {
		const cluster = await bed.runningCluster();
		const slow = await follow(bed, cluster, 1500);
		const fast = await follow(bed, cluster, 20_000);
		const hour = await followAnHour(bed, cluster);
		const compare = (
			what: string,
			unit: Comparison['unit'],
			of: (measured: Measured) => readonly number[],
			[slowMost, fastMost]: readonly [number, number],
		): Comparison[] => {
			const side = (name: string, measured: Measured) => ({what: name, samples: of(measured)});
			return [
				{
					what: `${what}, 1,500 lines/s`,
					unit,
					ours: side('k3dui', slow),
					other: side('20,000 lines/s', fast),
					most: {median: slowMost},
				},
				{
					what: `${what}, 20,000 lines/s`,
					unit,
					ours: side('k3dui', fast),
					other: side('1,500 lines/s', slow),
					most: {median: fastMost},
				},
			];
		};
		return [
			...compare('CPU in a second', 'time', ({uses}) => uses.map(({cpu}) => cpu), [150, 600]),
			...compare(
				'bytes to the terminal in a second',
				'bytes',
				({uses}) => uses.map(({counted}) => counted),
				[20_000, 20_000],
			),
			...compare('memory (VmRSS)', 'bytes', ({uses}) => uses.map(({memory}) => memory), [
				150 * megabyte,
				150 * megabyte,
			]),
			...compare('from a key to the frame that shows it', 'time', ({keys}) => keys, [100, 100]),
			{
				what: "memory after an hour's lines",
				unit: 'bytes',
				ours: {what: 'k3dui, last third', samples: hour.late},
				other: {what: 'k3dui, the third before', samples: hour.early},
				most: {median: 150 * megabyte},
			},
		];
	},
};
