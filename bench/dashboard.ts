import {setTimeout as delay} from 'node:timers/promises';
import type {Bed} from './bed.ts';
import {readLine, shortName} from './chatterbox.ts';
import {usageOf} from './process-usage.ts';
import type {Terminal} from './terminal.ts';

/** The nodes of `Bed.runningCluster`, as the dashboard names them. */
export const nodes = ['server-0', 'agent-0', 'agent-1', 'serverlb'] as const;

/** A row of a panel that begins with this name, whether or not the cursor is on it. */
export function rowOf(lines: readonly string[], name: string): string | undefined {
	return lines.find(line => new RegExp(`^│.. ?${name}\\s`).test(line));
}

/**
 * Whether the first full frame is there: the cluster's row, and one for each of its nodes that says it runs. The cluster
 * itself is "starting" until its API has answered.
 */
export function showsCluster(lines: readonly string[], cluster: string): boolean {
	const isRunning = (node: string) => rowOf(lines, node)?.includes('● running') === true;
	return rowOf(lines, cluster) !== undefined && nodes.every(isRunning);
}

/** Whether servers and agents are shown as Ready, which only the cluster's own API can tell. */
export function showsReady(lines: readonly string[]): boolean {
	return nodes.filter(name => name !== 'serverlb').every(name => rowOf(lines, name)?.includes('✔ ready') === true);
}

/** Opens the dashboard, by default in the bed's own environment, and waits until it shows the running cluster in full. */
export async function openOn(bed: Bed, cluster: string, terminal = bed.openDashboard()): Promise<Terminal> {
	try {
		await terminal.until(lines => showsCluster(lines, cluster) && showsReady(lines), `cluster ${cluster}, all Ready`);
		return terminal;
	} catch (error) {
		await terminal.close();
		throw error;
	}
}

/** What a program used in a stretch of time, a second. */
export interface Use {
	/** Milliseconds of CPU. */
	readonly cpu: number;
	/** Bytes of memory at its end. */
	readonly memory: number;
	/** What `count` grew by. */
	readonly counted: number;
}

/** Milliseconds of each stretch. */
const stretch = 5000;

/**
 * Looks on while a program runs, for some stretches of five seconds.
 *
 * @param count of something that grows, such as the bytes written so far
 */
export async function lookOn(
	pid: number,
	stretches: number,
	count: () => number,
	signal: AbortSignal,
): Promise<readonly Use[]> {
	const uses: Use[] = [];
	let begun = performance.now();
	let before = {...(await usageOf(pid)), counted: count()};
	for (let index = 0; index < stretches; index++) {
		await delay(stretch, undefined, {signal});
		const now = performance.now();
		const after = {...(await usageOf(pid)), counted: count()};
		const seconds = (now - begun) / 1000;
		uses.push({
			cpu: (after.cpu - before.cpu) / seconds,
			memory: after.memory,
			counted: (after.counted - before.counted) / seconds,
		});
		begun = now;
		before = after;
	}
	return uses;
}

/**
 * Presses `w` again and again, which changes two words on the last line when the log is in focus.
 *
 * @returns milliseconds from each key to the bytes that show its word
 */
export async function keyTimes(terminal: Terminal, presses: number, signal: AbortSignal): Promise<number[]> {
	const times: number[] = [];
	for (let press = 0; press < presses; press++) {
		const wraps = terminal.lines().at(-1)?.includes('wrap lines');
		const word = wraps ? 'cut lines' : 'wrap lines';
		const pressedAt = performance.now();
		terminal.type('w');
		times.push((await terminal.until(lines => lines.at(-1)?.includes(word) === true, word)) - pressedAt);
		// Not in step with anything that goes on in there.
		await delay(300 + Math.random() * 200, undefined, {signal});
	}
	return times;
}

/** Chooses the chatterbox among the nodes and waits until its lines are on screen. */
export async function followOnScreen(terminal: Terminal): Promise<void> {
	const names = [...nodes, shortName];
	const chosen = (lines: readonly string[]) => names.find(name => rowOf(lines, name)?.includes('▸'));
	terminal.type('2');
	await terminal.until(lines => rowOf(lines, shortName) !== undefined, `node ${shortName}`);
	for (let before = chosen(terminal.lines()); before !== shortName; before = chosen(terminal.lines())) {
		terminal.type('j');
		// In half a frame the cursor may be nowhere.
		await terminal.until(lines => ![before, undefined].includes(chosen(lines)), `the cursor below ${before}`);
	}
	terminal.type('l');
	await terminal.until(lines => newestLine(lines) !== undefined, `the log of ${shortName}`);
}

/** The last line on screen that the chatterbox printed. */
export function newestLine(lines: readonly string[]): ReturnType<typeof readLine> {
	const line = lines.findLast(each => readLine(each) !== undefined);
	return line === undefined ? undefined : readLine(line);
}
