import {describe, expect, test} from 'vitest';
import type {FakeFollower} from './fake-engine.ts';
import {fakeCluster, fakeSnapshot} from './fake-world.ts';
import {keys, openDashboard} from './screen.tsx';

/** The dashboard with the log of demo's first server in view, full width at 80×24: 19 rows of 76 columns. */
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

describe('the log view', () => {
	test('follows the end of the log', async () => {
		const {screen, follower} = await openLog(log => log.write(...numbered(0, 100)));
		expect(follower.containerId).toBe('id-k3d-demo-server-0');
		expect(screen.text()).toContain('line 99.');
		expect(screen.text()).toContain('● following');
		expect(screen.text()).not.toContain('line 79.');
		follower.write('and one more');
		await screen.shows('and one more');
	});

	test('scrolls back and holds its place while lines come and old ones fall out', async () => {
		const {screen, follower} = await openLog(log => log.write(...numbered(0, 100)));
		await screen.press('kk', keys.up);
		expect(screen.text()).toContain('line 96.');
		expect(screen.text()).not.toContain('line 97.');
		expect(screen.text()).toContain('‖ scrolled back');
		follower.write('new');
		await screen.shows('↓ 4 newer');
		follower.drop(50);
		await screen.flush();
		expect(screen.text()).toContain('line 96.');
		expect(screen.text()).not.toContain('line 97.');
		await screen.press('G');
		expect(screen.text()).toContain('new');
		expect(screen.text()).toContain('● following');
	});

	test('pages back to the first line and forward to following', async () => {
		const {screen} = await openLog(log => log.write(...numbered(0, 60)));
		await screen.press(keys.pageUp);
		expect(screen.text()).toContain('line 40.');
		await screen.press('g');
		expect(screen.text()).toMatch(/│ line 0\. /);
		await screen.press('k');
		expect(screen.text()).toMatch(/│ line 0\. /);
		await screen.press(keys.pageDown, keys.pageDown);
		expect(screen.text()).not.toContain('● following');
		await screen.press(keys.pageDown, keys.pageDown);
		expect(screen.text()).toContain('● following');
		expect(screen.text()).toContain('line 59.');
	});

	test('pauses and goes on', async () => {
		const {screen, follower} = await openLog(log => log.write(...numbered(0, 100)));
		await screen.press('p');
		expect(follower.paused).toBe(true);
		expect(screen.text()).toContain('‖ paused');
		expect(screen.text()).toContain('p go on');
		follower.write('late');
		await screen.flush();
		expect(screen.text()).not.toContain('late');
		await screen.press(' ');
		expect(follower.paused).toBe(false);
		expect(screen.text()).toContain('late');
	});

	test('wraps long lines, or cuts them and scrolls sideways', async () => {
		const long = `${'x'.repeat(100)}END`;
		const {screen} = await openLog(log => log.write('short', long));
		expect(screen.text()).toMatch(/│ x{76} │\n│ x{24}END /);
		await screen.press('w');
		expect(screen.text()).not.toContain('END');
		await screen.press(keys.right);
		expect(screen.text()).toContain('END');
		expect(screen.text()).toContain('cut, from column 39');
		await screen.press(keys.left, 'w', keys.right);
		expect(screen.text()).toContain('long lines are wrapped; w cuts them');
	});

	test('scrolls inside a wrapped line', async () => {
		const {screen} = await openLog(log =>
			log.write(Array.from({length: 40}, (_, i) => `${i % 10}`.repeat(76)).join('')),
		);
		await screen.press('g');
		expect(screen.text()).toMatch(/│ 0{76} │/);
		await screen.press('jj');
		expect(screen.lines()[2]).toMatch(/^│ 2{76} │$/);
	});

	test('filters lines, regardless of case and colours, and says how many match', async () => {
		const {screen} = await openLog(log => log.write('An \x1b[31mERR\x1b[0mOR here', 'all is well', 'no error'));
		await screen.press('/', 'error', keys.enter, '&');
		expect(screen.text()).toContain('An ERROR here');
		expect(screen.text()).not.toContain('all is well');
		expect(screen.text()).toContain('2 of 3 lines');
		await screen.press(keys.escape);
		expect(screen.text()).toContain('all is well');
		expect(screen.text()).toContain('5 Log');
	});

	test('its search and what it does are in sight however little room there is', async () => {
		const {screen} = await openLog(log => log.write('all is well'), 60, 15);
		await screen.press('/', 'well in the house');
		expect(screen.lines().find(line => line.includes('5 Log'))).toMatch(
			/5 Log {2}\/well in the house {2}0 k3d-\S*…\S*r-0 ● following /,
		);
	});

	test('shows what the follower does, and its own lines set apart', async () => {
		const {screen, follower} = await openLog(log => log.write('before'));
		follower.write({text: 'the container stopped', stream: 'k3dui'});
		follower.become('waiting');
		await screen.shows('○ not running');
		// Cyan goes on from the frame into the line, and does not into the line of the container.
		expect(screen.raw()).toMatch(/│\x1b\[22m the container stopped/);
		expect(screen.raw()).toMatch(/│\x1b\[22m\x1b\[39m before/);
		follower.become('failed');
		await screen.shows('✖ cannot be read');
	});

	test('a line’s colours end with the line, and NO_COLOR takes them out', async () => {
		const write = (log: FakeFollower) => log.write('\x1b[31mred', 'plain');
		const {screen} = await openLog(write);
		expect(screen.raw()).toMatch(/\x1b\[31mred *\x1b\[(0|39)m/);
		const plain = openDashboard({columns: 80, rows: 24, env: {NO_COLOR: '1'}, onFollow: write});
		await plain.press('l');
		await plain.shows('red');
		expect(plain.raw()).not.toMatch(/\x1b\[3[0-7]m/);
	});

	test('belongs to the node under the cursor; the log before is closed', async () => {
		const screen = openDashboard({columns: 160});
		await screen.shows('following');
		await screen.press('2', 'j');
		await screen.until(() => screen.watch.followers.length === 2, 'the second log');
		expect(screen.watch.followers.map(each => [each.containerId, each.closed])).toEqual([
			['id-k3d-demo-server-0', true],
			['id-k3d-demo-agent-0', false],
		]);
		await screen.press('3');
		await screen.until(() => screen.watch.followers.at(-1)?.containerId === 'id-k3d-demo-serverlb', 'its log');
		await screen.press('4');
		await screen.until(() => screen.watch.followers.at(-1)?.containerId === 'id-k3d-registry', 'its log');
	});

	test('opens no log for nodes the cursor only runs over', async () => {
		const snapshot = fakeSnapshot([fakeCluster('demo', {agents: 8})]);
		const screen = openDashboard({columns: 160, snapshot});
		await screen.shows('following');
		await screen.press('2', 'jjjj', 'jjj');
		await screen.until(() => screen.watch.followers.length > 1, 'another log');
		expect(screen.watch.followers.map(each => each.containerId)).toEqual([
			'id-k3d-demo-server-0',
			'id-k3d-demo-agent-6',
		]);
	});

	test('starts at the end again for another container, and is closed with the dashboard', async () => {
		const screen = openDashboard({columns: 160, onFollow: log => log.write(...numbered(0, 100))});
		await screen.shows('line 99.');
		await screen.press('5', 'g');
		expect(screen.text()).toMatch(/│ line 0\. /);
		await screen.press('2', 'j');
		await screen.shows('line 99.');
		screen.unmount();
		expect(screen.watch.followers.every(each => each.closed && each.listenerCount === 0)).toBe(true);
	});

	test('takes the full width with a second l, and gives it back with Esc', async () => {
		const screen = openDashboard({columns: 160});
		await screen.press('l');
		expect(screen.text()).toContain('1 Clusters');
		await screen.press('l');
		expect(screen.text()).not.toContain('1 Clusters');
		await screen.press(keys.escape);
		expect(screen.text()).toContain('1 Clusters');
	});

	test('wide characters keep the frame straight', async () => {
		const {screen} = await openLog(log =>
			log.write(`${'日本語🚀'.repeat(20)}`, '👩‍👩‍👧 family', `${'x'.repeat(75)}語`),
		);
		expect(screen.size()).toEqual({columns: 80, rows: 24});
		for (const line of screen.lines().slice(2, 10)) expect(line).toMatch(/^│.*│$/);
	});
});
