import {afterAll, beforeAll, expect, it} from 'vitest';
import {describeWithEngine} from '../setup/engine.ts';
import {chooseCluster, runBareServer} from './bare-server.ts';
import {buildProgram, openDashboard} from './program.ts';
import type {Terminal} from './terminal.ts';
import {openWorld, type World} from './world.ts';

const patience = 60_000;

/** What a program prints that means to do something with the terminal of who reads its log; for `printf` of sh. */
const hostile = [
	'\\033[31mred stays red\\033[0m',
	'\\033]52;c;c3RvbGVu\\007clipboard',
	'\\033]0;owned\\007title',
	'\\033[2J\\033[Hcleared',
	'\\033[?1049l\\033[?25hleft',
	'\\033Pq#0\\033\\\\drawn',
	'\\033]8;;http://evil.example\\033\\\\linked\\033]8;;\\033\\\\',
	'half done\\rdone twice',
	'\\033]0;never ended',
	'\\342\\200\\256reversed',
	'the last line',
];

describeWithEngine('a log that is hostile', () => {
	let world: World;
	let dashboard: Terminal;
	let name: string;
	beforeAll(async () => {
		await buildProgram();
		world = await openWorld();
		name = await runBareServer(world, `printf '${hostile.join('\\n')}\\n'`);
		dashboard = openDashboard(world, {columns: 120, rows: 40});
	}, patience);
	afterAll(async () => {
		dashboard.close();
		await world.close();
	}, patience);

	it('keeps its colours, and does nothing else to the terminal', async () => {
		await chooseCluster(dashboard, name);
		await dashboard.shows('the last line');
		const log = dashboard.panel('5 Log').join('\n');
		for (const word of ['red stays red', 'clipboard', 'title', 'cleared', 'left', 'drawn', 'linked', 'reversed']) {
			expect(log).toContain(word);
		}
		expect(log).toContain('done twice');
		expect(log).toContain('never ended');
		expect(log).not.toContain('half done');
		const {output} = dashboard;
		expect(output).toMatch(/\x1b\[31m(?:\x1b\[[\d;]*m)*red stays red/);
		expect(output).not.toMatch(/\x1b\][058]|\x1bP|\x07|\u202e/);
		// Its own clearing comes before the first frame.
		expect(output.slice(output.indexOf('1 Clusters'))).not.toContain('\x1b[2J');
		expect(dashboard.modes()).toMatchObject({alternateScreen: true, cursorShown: false});
	});
});
