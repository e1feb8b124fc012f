import {describe, expect, test} from 'vitest';
import type {FakeFollower} from './fake-engine.ts';
import {fakeCluster, fakeSnapshot, noon} from './fake-world.ts';
import {keys, openDashboard} from './screen.tsx';

async function openLog(write: (follower: FakeFollower) => void = () => {}, columns = 80, rows = 24) {
	const screen = openDashboard({columns, rows, onFollow: write});
	await screen.press('l');
	await screen.until(() => screen.watch.followers.length > 0, 'a followed log');
	await screen.flush();
	const follower = screen.watch.followers[0];
	if (!follower) throw new Error('no log was opened');
	return {screen, follower};
}

const numbered = (from: number, to: number) => Array.from({length: to - from}, (_, i) => `line ${from + i}.`);
const clock = (at: number) => {
	const date = new Date(at);
	return [date.getHours(), date.getMinutes(), date.getSeconds()].map(part => String(part).padStart(2, '0')).join(':');
};

describe('times in a log', () => {
	test('as clocks here show them, as an age, and not', async () => {
		const {screen} = await openLog(log => log.write({text: 'hello', time: new Date(noon - 12_345).toISOString()}));
		await screen.press('t');
		expect(screen.text()).toContain(`│ ${clock(noon - 12_345)}.655 hello`);
		await screen.press('t');
		expect(screen.text()).toContain('│ 12s ago hello');
		await screen.press('t');
		expect(screen.text()).toContain('│ hello');
	});
});

describe('several logs as one', () => {
	test('m shows all nodes of the cluster, each line with the name of its own; Esc the one in focus', async () => {
		const screen = openDashboard({columns: 100, rows: 30, onFollow: log => log.write({text: 'hi', source: 1})});
		await screen.press('m');
		await screen.until(() => screen.watch.followers.at(-1)?.sources.length === 4, 'a log of four');
		await screen.shows('4 nodes of demo');
		expect(screen.text()).toMatch(/│ agent-0 +hi/);
		expect(screen.raw()).toMatch(/\x1b\[33magent-0 +\x1b\[39m/);
		await screen.press(keys.escape);
		await screen.until(() => screen.watch.followers.at(-1)?.sources.length === 1, 'a log of one');
		expect(screen.watch.followers.slice(0, -1).every(({closed}) => closed)).toBe(true);
	});

	test('or of those that are marked', async () => {
		const screen = openDashboard({snapshot: fakeSnapshot([fakeCluster('demo', {agents: 5})])});
		await screen.press('2', 'j', ' ', 'j', ' ', 'm');
		const names = () =>
			screen.watch.followers.at(-1)?.sources.map(source => (source.kind === 'container' ? source.name : ''));
		await screen.until(() => names()?.length === 2, 'a log of two');
		expect(names()).toEqual(['k3d-demo-agent-0', 'k3d-demo-agent-2']);
	});
});

describe('how far a log reaches', () => {
	test('older lines are asked for at the top, and the place stays when they come', async () => {
		const {screen, follower} = await openLog(log => log.write(...numbered(0, 100)));
		follower.becomeOlder('more');
		await screen.press(keys.pageUp);
		expect(follower.olderAsked).toBe(0);
		await screen.press('g');
		expect(follower.olderAsked).toBe(1);
		follower.becomeOlder('loading');
		await screen.shows('↑ loading older lines…');
		follower.prepend(...numbered(-30, 0));
		follower.becomeOlder('start');
		await screen.flush();
		expect(screen.text()).toMatch(/│ line 0\. /);
		await screen.press('k');
		expect(screen.text()).toMatch(/│ line -1\. /);
		await screen.press('g');
		await screen.shows('↑ the beginning');
	});

	test('T reads it from another place', async () => {
		const {screen} = await openLog();
		await screen.press('T');
		expect(screen.text()).toContain('▸ the last 1,000 lines');
		await screen.press('j', 'j', 'j', keys.enter);
		await screen.until(() => screen.watch.followers.length === 2, 'the log read anew');
		expect(screen.watch.followers[1]?.options).toEqual({tail: 10_000, since: noon - 5 * 60_000});
		expect(screen.watch.followers[0]?.closed).toBe(true);
		expect(screen.text()).toContain('the last 5 minutes');
	});
});

describe('taking lines out of a log', () => {
	test('y copies the last line in view, or the one that was found; colours stay behind', async () => {
		const {screen} = await openLog(log => log.write(...numbered(0, 50), '\x1b[31mred\x1b[0m end'));
		await screen.press('y');
		expect(screen.copied).toEqual(['red end\n']);
		expect(screen.text()).toContain('✔ 1 line: in the clipboard');
		await screen.press('/', 'line 7.', keys.enter, 'y');
		expect(screen.copied.at(-1)).toBe('line 7.\n');
	});

	test('v chooses lines, the cursor keys move the end, y copies them', async () => {
		const {screen, follower} = await openLog(log => log.write(...numbered(0, 50)));
		await screen.press('v', 'kk', keys.up);
		expect(screen.text()).toContain('4 lines chosen');
		follower.write('one that comes in between');
		await screen.press('y');
		expect(screen.copied).toEqual(['line 46.\nline 47.\nline 48.\nline 49.\n']);
		expect(screen.text()).not.toContain('chosen');
		await screen.press('v', keys.escape);
		expect(screen.text()).toContain('5 Log');
		expect(screen.text()).not.toContain('chosen');
	});

	test('what is chosen reaches as far as one goes', async () => {
		const {screen} = await openLog(log => log.write(...numbered(0, 50)));
		await screen.press('v', 'g', 'y');
		expect(screen.copied[0]?.split('\n')).toHaveLength(51);
	});

	test('Y copies all that are shown, with times where those are shown', async () => {
		const time = '2026-11-22T11:15:08.123456789Z';
		const {screen} = await openLog(log => log.write({text: 'a', time}, {text: 'b', time}));
		await screen.press('/', 'b', keys.enter, '&', 't', 'Y');
		expect(screen.copied).toEqual([`${time} b\n`]);
		expect(screen.text()).toContain('1 line, all that are shown');
	});

	test('S saves them, and overwrites only after a question', async () => {
		const time = '2026-11-22T11:15:08.123456789Z';
		const {screen} = await openLog(log => log.write({text: '\x1b[31mred\x1b[0m', time}, 'plain'));
		await screen.press('S');
		expect(screen.text()).toContain('Save 2 lines of the log');
		expect(screen.text()).toContain('k3d-demo-server-0.log');
		screen.machine.existing.add('k3d-demo-server-0.log');
		await screen.press(keys.enter);
		await screen.shows('Overwrite it?');
		await screen.press('y', keys.enter);
		await screen.shows('2 lines are saved in /home/me/k3d-demo-server-0.log');
		expect(screen.machine.saved).toEqual([[`${time} red\nplain\n`, 'k3d-demo-server-0.log', true]]);
	});
});
