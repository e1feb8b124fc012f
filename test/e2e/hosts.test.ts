import {mkdir, mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {type Demo, startDemo} from '../../source/demo/start-demo.ts';
import {DockerContexts} from '../setup/docker-contexts.ts';
import {buildProgram, k3dui, openDashboard} from './program.ts';
import {keys, type Terminal} from './terminal.ts';

/** How long a k3s stand-in may need to become ready on a busy machine, in milliseconds. */
const patience = 60_000;

const clusters = '1 Clusters';

/** A user whose contexts lead to two engines, to nobody, and to nothing that can be read. */
let home = '';
let env: NodeJS.ProcessEnv = {};
let full: Demo;
let empty: Demo;
let opened: Terminal | undefined;

beforeAll(buildProgram, patience);
beforeEach(async () => {
	home = await mkdtemp(path.join(tmpdir(), 'k3h-'));
	await mkdir(path.join(home, 'tmp'));
	[full, empty] = await Promise.all([
		startDemo({world: 'small'}),
		startDemo({world: 'empty', pullSpeed: Number.POSITIVE_INFINITY}),
	]);
	const contexts = new DockerContexts(path.join(home, '.docker'));
	contexts.add('alpha', full.host);
	contexts.add('beta', empty.host);
	contexts.add('gone', `unix://${home}/nobody.sock`);
	contexts.add('torn', {text: '{'});
	env = {
		PATH: process.env.PATH,
		HOME: home,
		TMPDIR: path.join(home, 'tmp'),
		KUBECONFIG: path.join(home, 'kubeconfig'),
		// What the context `default` stands for: the same engine as another context.
		DOCKER_HOST: full.host,
	};
});
afterEach(async () => {
	opened?.close();
	await Promise.all([full.close(), empty.close()]);
	await rm(home, {recursive: true, force: true});
});

function open(...args: readonly string[]): Terminal {
	opened = openDashboard({env}, {args, columns: 120, rows: 40});
	return opened;
}

/** Waits for a row of the clusters panel. */
function rowShows(dashboard: Terminal, wanted: RegExp, limit?: number): Promise<void> {
	return dashboard.until(() => dashboard.panel(clusters).some(row => wanted.test(row)), String(wanted), limit);
}

async function leave(dashboard: Terminal): Promise<void> {
	dashboard.press('q');
	await dashboard.shows('exit code 0\n');
	await dashboard.ended;
}

describe('k3dui --all-contexts', () => {
	it(
		'shows all engines together; one that fails, or ends, leaves the others alone',
		async () => {
			const dashboard = open('--all-contexts');
			await rowShows(dashboard, /alpha +dev +● running +1\/1 +2\/2/, patience);
			await rowShows(dashboard, /beta +no clusters/);
			await rowShows(dashboard, /✖ gone +there is no such socket/);
			await rowShows(dashboard, /✖ [0-9a-f]+… +it is not valid JSON/);
			expect(dashboard.lines()[0]).toMatch(/2\/4 hosts .*● live/);
			// `default` is the same engine as alpha.
			expect(dashboard.panel(clusters).filter(row => / dev /.test(row))).toHaveLength(1);

			await dashboard.until(() => dashboard.cursor(clusters).startsWith('alpha '), 'the cursor on alpha');
			dashboard.press('j', 'j', 'j');
			await dashboard.until(() => dashboard.cursor(clusters).startsWith('beta '), 'the cursor on beta');
			dashboard.press('c');
			await dashboard.shows('Create a cluster');
			dashboard.press('mine', keys.tab, keys.tab, keys.tab);
			await dashboard.shows(/▸ Image/);
			dashboard.press(keys.enter);
			await dashboard.shows(/▸ Ports/);
			dashboard.press(keys.enter);
			await dashboard.shows('beta: create cluster mine done', patience);
			await rowShows(dashboard, /beta +mine +● running/, patience);

			await empty.close();
			await rowShows(dashboard, /✖ beta +mine/, patience);
			dashboard.press('g');
			await dashboard.until(() => dashboard.cursor(clusters).startsWith('alpha '), 'the cursor on alpha');
			await dashboard.until(() => /1\/4 hosts .*● live/.test(dashboard.lines()[0] ?? ''), 'alpha alone');
			dashboard.press('s');
			await dashboard.shows('alpha: stop cluster dev done', patience);
			await rowShows(dashboard, /alpha +dev +○ stopped/);
			await leave(dashboard);
		},
		3 * patience,
	);

	it('without a terminal prints each that answers, says the others, and fails', async () => {
		const {code, stdout, stderr} = await k3dui({env}, '--all-contexts');
		expect(code).toBe(1);
		expect(stdout).toMatch(
			/^alpha: Docker Engine [\s\S]*Cluster dev: running[\s\S]*\n\nbeta: Docker Engine .* 0 clusters/,
		);
		expect(stderr).toContain('there is no such socket');
		expect(stderr).toContain('it is not valid JSON');
	});
});

describe('H', () => {
	it(
		'leads from one engine to another, and to both',
		async () => {
			const dashboard = open('--context', 'alpha');
			await dashboard.rowShows(clusters, 'dev', /● running/, patience);
			dashboard.press('H');
			await dashboard.shows(/● alpha .*○ beta/s);
			dashboard.press(keys.down, keys.enter);
			await dashboard.shows('No clusters yet', patience);
			dashboard.press('H');
			await dashboard.shows(/○ alpha .*● beta/s);
			dashboard.press(keys.up, ' ');
			await dashboard.shows('Enter opens 2 hosts');
			dashboard.press(keys.enter);
			await rowShows(dashboard, /alpha +dev +● running/, patience);
			await rowShows(dashboard, /beta +no clusters/, patience);
			await leave(dashboard);
		},
		3 * patience,
	);
});
