import {describe, expect, test} from 'vitest';
import type {FakeFollower} from './fake-engine.ts';
import {keys, openDashboard} from './screen.tsx';

/** The dashboard with the log of demo's first server in view, in the whole body: 19 rows of 76 columns. */
async function openLog(write: (follower: FakeFollower) => void = () => {}, columns = 80, rows = 24) {
	const screen = openDashboard({columns, rows, onFollow: write});
	await screen.press('l');
	await screen.until(() => screen.watch.followers.length > 0, 'a followed log');
	await screen.flush();
	const follower = screen.watch.followers[0];
	if (!follower) throw new Error('no log was opened');
	return {screen, follower};
}

const many = (log: FakeFollower) =>
	log.write(...Array.from({length: 200}, (_, i) => (i % 40 === 7 ? `line ${i}. needle` : `line ${i}.`)));

/** The row that is marked as found. */
const found = (screen: ReturnType<typeof openDashboard>) => /│▸(.*?) *│/.exec(screen.text())?.[1];

describe('searching in a log', () => {
	test('goes to the newest hit, n and N from one to the next, round and round; the title counts', async () => {
		const {screen} = await openLog(many);
		await screen.press('/', 'needle');
		expect(screen.text()).toContain('/needle');
		await screen.press(keys.enter);
		expect(found(screen)).toBe('line 167. needle');
		expect(screen.text()).toContain('/needle 5 of 5');
		await screen.press('N');
		expect(found(screen)).toBe('line 127. needle');
		expect(screen.text()).toContain('4 of 5');
		await screen.press('n', 'n');
		expect(found(screen)).toBe('line 7. needle');
		expect(screen.text()).toContain('on from the beginning');
		await screen.press('N');
		expect(screen.text()).toContain('on from the end');
		expect(found(screen)).toBe('line 167. needle');
	});

	test('sets hits off, in the text’s own colours, and the one that was found from the others', async () => {
		const {screen} = await openLog(log => log.write('a \x1b[31mred nee\x1b[32mdle\x1b[0m here', 'needle'));
		await screen.press('/', 'needle', keys.enter);
		expect(screen.raw()).toMatch(/a \x1b\[31mred \x1b\[4m\x1b\[33mneedle\x1b\[\d+m\x1b\[24m here/);
		expect(screen.raw()).toMatch(/▸\x1b\[7mneedle\x1b\[27m/);
		expect(screen.text()).toContain('a red needle here');
	});

	test('sets hits off where a line is wrapped, and beside wide characters', async () => {
		const {screen} = await openLog(log => log.write(`${'日'.repeat(36)}abcdefgh`));
		await screen.press('/', 'cdef');
		expect(screen.raw()).toContain('\x1b[4m\x1b[33mcd\x1b[39m\x1b[24m');
		expect(screen.raw()).toContain('\x1b[4m\x1b[33mef\x1b[39m\x1b[24m');
		expect(screen.size()).toEqual({columns: 80, rows: 24});
	});

	test('a capital letter makes it heed the case', async () => {
		const {screen} = await openLog(log => log.write('Error', 'error', 'ERROR'));
		await screen.press('/', 'error');
		expect(screen.text()).toContain('/error  3');
		await screen.press('\x15', 'Error');
		expect(screen.text()).toContain('/Error  1');
	});

	test('the capitals of a regular expression’s escapes are none', async () => {
		const {screen} = await openLog(log => log.write('ERROR: x', 'error: y', 'fine'));
		await screen.press('/', '\x12', 'error\\S', keys.enter);
		await screen.shows(/ of 2\b/);
		await screen.press('/', '\x15', '\\PNError\\S', keys.enter);
		await screen.shows(/\/\\PNError\\S\/ +0|nothing/);
	});

	test('a regular expression; a wrong one says why and finds nothing', async () => {
		const {screen} = await openLog(many);
		await screen.press('/', '\x12', 'line [0-9]7\\.', keys.enter);
		await screen.shows('9 of 9');
		expect(found(screen)).toBe('line 97.');
		await screen.press('/', '\x15', '(');
		expect(screen.text()).toContain('✖ missing closing ): `(`');
		await screen.press('\x12');
		expect(screen.text()).toContain('/(  0');
	});

	test('an expression that backtracks for ever elsewhere is answered', async () => {
		const {screen} = await openLog(log => log.write(`${'a'.repeat(200)}b`));
		await screen.press('/', '\x12', '(a+)+$', keys.enter);
		await screen.shows('/(a+)+$/ 0');
	});

	test('new lines are found as they come', async () => {
		const {screen, follower} = await openLog(many);
		await screen.press('/', 'needle', keys.enter);
		follower.write('another needle');
		await screen.shows('5 of 6');
		follower.prepend('an older needle');
		await screen.shows('6 of 7');
		follower.drop(100);
		await screen.shows('2 of 3');
	});

	test('& shows only the lines that match, then only the others, then all, at the same place', async () => {
		const {screen} = await openLog(many);
		await screen.press('/', 'needle', keys.enter, 'N', '&');
		expect(screen.text()).toContain('only these');
		expect(screen.text()).toContain('5 of 200 lines');
		expect(screen.text()).not.toContain('line 8.');
		await screen.press('&');
		expect(screen.text()).toContain('only others');
		expect(screen.text()).not.toMatch(/line \d+\. needle/);
		await screen.press('&');
		expect(found(screen)).toBe('line 127. needle');
		await screen.press('&', keys.escape);
		expect(screen.text()).not.toContain('/needle');
		expect(screen.text()).not.toContain('of 200 lines');
	});

	test('without a search its keys say how to begin one', async () => {
		const {screen} = await openLog(many);
		await screen.press('n');
		expect(screen.text()).toContain('nothing is looked for; / does');
		await screen.press('/', 'nowhere', keys.enter, 'n');
		expect(screen.text()).toContain('no line of this log has that');
	});
});

describe('errors in a log', () => {
	test('e and E go from one to the next', async () => {
		const {screen} = await openLog(log =>
			log.write(
				...Array.from({length: 90}, (_, i) =>
					i === 20 ? 'E1126 11:15:08.123456 1 a.go:7] broken' : i === 50 ? 'level=error msg="too"' : `line ${i}.`,
				),
			),
		);
		await screen.press('E');
		expect(found(screen)).toContain('level=error');
		await screen.press('E');
		expect(found(screen)).toContain('broken');
		await screen.press('E');
		expect(screen.text()).toContain('no error above here');
		await screen.press('e', 'e');
		expect(screen.text()).toContain('no error below here');
		expect(found(screen)).toContain('level=error');
	});
});
