import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeAll, beforeEach, expect, it, test} from 'vitest';
import {buildProgram, openDashboard, programPath} from './program.ts';
import type {Terminal} from './terminal.ts';

let folder = '';
let terminal: Terminal | undefined;
beforeAll(buildProgram, 60_000);
beforeEach(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'k3n-'));
});
afterEach(async () => {
	terminal?.close();
	await rm(folder, {recursive: true, force: true});
});

const environment = (changes: NodeJS.ProcessEnv = {}) => ({
	PATH: process.env.PATH,
	HOME: folder,
	DOCKER_HOST: `unix://${folder}/docker.sock`,
	...changes,
});

function open(args: readonly string[], env: NodeJS.ProcessEnv = environment()): Terminal {
	terminal = openDashboard({env}, {args, columns: 80, rows: 24});
	return terminal;
}

const enter = '\x1b[?1049h';

it('comes before anything else, and the dashboard takes its place', async () => {
	const dashboard = open([]);
	await dashboard.shows('there is no such socket');
	expect(dashboard.output.startsWith(`${enter}\x1b[?25l\x1b[H\x1b[2J \x1b[1;36mk3dui\x1b[0m  connecting...`)).toBe(
		true,
	);
	expect(dashboard.text()).not.toContain('connecting...');
	expect(dashboard.lines()[0]).toMatch(/^ k3dui {2}unix:/);
	dashboard.press('q');
	await dashboard.shows('exit code 0\n');
	await dashboard.ended;
	expect(dashboard.modes()).toMatchObject({alternateScreen: false, cursorShown: true});
});

it('has no colour with NO_COLOR', async () => {
	const dashboard = open([], environment({NO_COLOR: '1'}));
	await dashboard.shows('there is no such socket');
	expect(dashboard.output).toContain('\x1b[2J k3dui  connecting...');
});

test.each([
	['a problem', [], {DOCKER_HOST: 'nonsense://x'}, /✖ .*nonsense/],
	['a wrong flag', ['--demo=huge'], {}, /huge/],
	['a command', ['version'], {}, /k3dui version/],
	['help', ['--help'], {}, /Usage|k3dui/],
] as const)('does not hide %s', async (_, args, env, said) => {
	const dashboard = open(args, environment(env));
	await dashboard.shows(said);
	await dashboard.shows(/exit code \d\n/);
	await dashboard.ended;
	expect(dashboard.text()).toMatch(said);
	expect(dashboard.modes()).toMatchObject({alternateScreen: false, cursorShown: true});
});

it('needs nothing that is heavy: what is read until then has neither Ink nor the Docker client', async () => {
	const program = await readFile(programPath, 'utf8');
	const [, start = ''] = /"start":"([^"]+)"/.exec(program) ?? [];
	const read = program + (await readFile(path.join(path.dirname(programPath), start), 'utf8'));
	expect(read).toContain('connecting...');
	expect(read.length).toBeLessThan(50_000);
});
