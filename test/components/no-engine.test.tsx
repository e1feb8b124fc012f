import {describe, expect, test, vi} from 'vitest';
import {Problem} from '../../source/cluster/problem.ts';
import type {OtherEngines} from '../../source/hooks/session.ts';
import type {Connection} from '../../source/watch/snapshot.ts';
import {fakeCluster, fakeSnapshot, noon} from './fake-world.ts';
import {keys, openDashboard, type ScreenOptions} from './screen.tsx';

const missing = new Problem(
	'Docker Engine at unix:///var/run/docker.sock',
	'there is no such socket',
	'start Docker (`sudo systemctl start docker`), or name another engine with --host or DOCKER_HOST',
);
const silent = {url: 'unix:///home/me/.rd/docker.sock', problem: new Problem('', 'nothing listens on the socket')};
const answering = {url: 'unix:///home/me/.colima/default/docker.sock', problem: undefined};

function openPage(changes: Partial<Extract<Connection, {state: 'broken'}>> = {}, options: ScreenOptions = {}) {
	const otherEngines = {
		howToGet: ['sudo apt install docker.io'],
		check: vi.fn<OtherEngines['check']>(async () => {}),
		open: vi.fn<OtherEngines['open']>(),
	};
	const snapshot = fakeSnapshot([], {
		registries: [],
		engine: undefined,
		confirmedAt: undefined,
		connection: {state: 'broken', since: noon, problem: missing, retryAt: noon + 5000, others: [], ...changes},
	});
	return {...openDashboard({snapshot, otherEngines, ...options}), otherEngines};
}

describe('where no engine answers', () => {
	test('the page says what was tried and why it failed, how to get an engine, and what can be done', () => {
		const text = openPage({others: [silent]}).text();
		expect(text).toMatch(
			/unix:\/\/\/var\/run\/docker\.sock: there is no such socket[\s\S]*sudo systemctl start docker[\s\S]*\.rd\/docker\.sock: nothing listens on the socket[\s\S]*sudo apt install docker\.io[\s\S]*R {2}retry[\s\S]*e {2}another endpoint[\s\S]*b {2}look around[\s\S]*q {2}quit/,
		);
	});

	test('another engine that answers is enough of an advice', () => {
		const text = openPage({others: [silent, answering]}).text();
		expect(text).toContain('.colima/default/docker.sock: it answers; e opens it');
		expect(text).not.toContain('sudo apt install docker.io');
	});

	test.each([
		[60, 15],
		[80, 24],
		[120, 40],
	])('all that can be done is in sight at %i×%i, however much was tried', (columns, rows) => {
		const many = Array.from({length: 6}, () => silent);
		const screen = openPage({others: many}, {columns, rows});
		expect(screen.text()).toMatch(
			/there is no such socket[\s\S]*sudo apt install docker\.io[\s\S]*\n +R {2}retry · by itself in 5s or when the socket appears\n +e {2}another endpoint\n +b {2}look around on the built-in engine, nothing is real\n +q {2}quit\n/,
		);
		expect(screen.size().columns).toBeLessThanOrEqual(columns);
		expect(screen.size().rows).toBeLessThanOrEqual(rows);
	});

	test('b opens the built-in engine', async () => {
		const {press, otherEngines} = openPage();
		await press('b');
		expect(otherEngines.open).toHaveBeenCalledExactlyOnceWith({host: undefined, demo: 'small'});
	});

	test.each(['c', 's', 'r', '+', '-', 'd', 'K'])('%s says that there is no engine', async key => {
		const screen = openPage();
		await screen.press(key);
		await screen.shows('! the Docker Engine does not answer');
		expect(screen.lifecycle.calls).toEqual([]);
	});

	test('e asks for an address, and opens it once it has answered', async () => {
		const screen = openPage();
		const {promise, resolve} = Promise.withResolvers<void>();
		screen.otherEngines.check.mockReturnValue(promise);
		await screen.press('e');
		await screen.shows('Use the Docker Engine at');
		await screen.press('tcp://', 'b', 'q:2375', keys.enter);
		await screen.shows('asking whether it is there');
		expect(screen.otherEngines.check).toHaveBeenCalledExactlyOnceWith('tcp://bq:2375');
		expect(screen.otherEngines.open).not.toHaveBeenCalled();
		resolve();
		await vi.waitFor(() => expect(screen.otherEngines.open).toHaveBeenCalledExactlyOnceWith({host: 'tcp://bq:2375'}));
		expect(screen.exit).not.toHaveBeenCalled();
	});

	test('e says why an address cannot be used, and lets it be corrected', async () => {
		const screen = openPage();
		screen.otherEngines.check.mockRejectedValueOnce(new Problem('x', 'the connection was refused', 'check the port'));
		await screen.press('e', keys.enter);
		await screen.shows('an address is needed');
		await screen.paste('tcp://far:1');
		await screen.press(keys.enter);
		await screen.shows('✖ the connection was refused; check the port');
		expect(screen.otherEngines.open).not.toHaveBeenCalled();
		await screen.press(keys.backspace, '2', keys.enter);
		await vi.waitFor(() => expect(screen.otherEngines.open).toHaveBeenCalledExactlyOnceWith({host: 'tcp://far:2'}));
	});

	test('an answer that nobody waits for any more opens nothing', async () => {
		const screen = openPage();
		const {promise, resolve} = Promise.withResolvers<void>();
		screen.otherEngines.check.mockReturnValue(promise);
		await screen.press('e', 'tcp://far:1', keys.enter, keys.escape);
		await screen.hides('Use the Docker Engine at');
		resolve();
		await promise;
		await screen.flush();
		expect(screen.otherEngines.open).not.toHaveBeenCalled();
	});

	test('e suggests an engine that answers', async () => {
		const screen = openPage({others: [silent, answering]});
		await screen.press('e', keys.enter);
		await vi.waitFor(() => expect(screen.otherEngines.open).toHaveBeenCalledExactlyOnceWith({host: answering.url}));
	});

	test('once an engine has answered, e and b do nothing, also when it goes away', async () => {
		const screen = openPage();
		screen.watch.set({
			...fakeSnapshot([fakeCluster('demo')]),
			connection: {state: 'broken', since: noon, problem: missing, retryAt: noon + 5000},
		});
		await screen.shows('demo');
		await screen.press('b', 'e');
		expect(screen.otherEngines.open).not.toHaveBeenCalled();
		expect(screen.text()).not.toContain('Use the Docker Engine at');
	});
});

describe('a notice', () => {
	const notice = 'built-in engine, nothing here is real';

	test.each([
		[60, 15],
		[80, 24],
		[120, 40],
	])('is whole in the header at %i×%i, whatever happens', async (columns, rows) => {
		const endpoint = 'unix:///tmp/k3dui-demo-0123456789/docker.sock';
		const screen = openDashboard({columns, rows, notice, snapshot: fakeSnapshot([fakeCluster('demo')], {endpoint})});
		const header = () => screen.lines()[0] ?? '';
		expect(header()).toMatch(new RegExp(`^ k3dui {2}${notice} .*● live ?$`));
		expect(screen.size().columns).toBeLessThanOrEqual(columns);
		await screen.press('c');
		expect(header()).toContain(notice);
		screen.watch.set({connection: {state: 'broken', since: noon, problem: missing, retryAt: noon + 5000}});
		await screen.shows('✖');
		expect(header()).toContain(notice);
		expect(screen.size().columns).toBeLessThanOrEqual(columns);
	});

	test('wide, the address and the numbers stand beside it', () => {
		const header = openDashboard({columns: 160, notice}).lines()[0];
		expect(header).toMatch(/unix:\/\/\S+ · Docker \S+ .* clusters · .* nodes · ● live/);
	});
});
