import {afterAll, beforeAll, expect, it} from 'vitest';
import {describeWithEngine} from '../setup/engine.ts';
import {chooseCluster, runBareServer} from './bare-server.ts';
import {buildProgram, openDashboard} from './program.ts';
import {keys, type Terminal} from './terminal.ts';
import {openWorld, type World} from './world.ts';

const patience = 60_000;

describeWithEngine('a shell in a node', () => {
	let world: World;
	let dashboard: Terminal;
	let name: string;
	beforeAll(async () => {
		await buildProgram();
		world = await openWorld();
		name = await runBareServer(world, ':');
		dashboard = openDashboard(world, {columns: 110, rows: 30});
	}, patience);
	afterAll(async () => {
		dashboard.close();
		await world.close();
	}, patience);

	it('has the terminal, with its size, keys and signals, and gives it back', async () => {
		await chooseCluster(dashboard, name);
		await dashboard.rowShows('2 Nodes', 'server-0', /● running/);
		dashboard.press('2', 'e');
		await dashboard.shows(/Shell in node k3d-.*\n[\s\S]*# $/m);
		expect(dashboard.modes()).toMatchObject({alternateScreen: false, cursorShown: true});
		dashboard.press('stty size; echo q$((40 + 2))', keys.enter);
		await dashboard.shows(/30 110\s+q42/);
		dashboard.resize(90, 25);
		dashboard.press('stty size', keys.enter);
		await dashboard.shows('25 90');
		// Ctrl-C ends what runs in there, and not k3dui.
		dashboard.press('echo be""gun; sleep 1000', keys.enter);
		await dashboard.shows(/^begun/m);
		dashboard.press(keys.ctrlC);
		await dashboard.shows(/\^C\s+\/ # $/m);
		dashboard.press('exit', keys.enter);
		await dashboard.rowShows('2 Nodes', 'server-0', /● running/);
		expect(dashboard.modes()).toMatchObject({alternateScreen: true, cursorShown: false, bracketedPaste: true});
		dashboard.press('7');
		await dashboard.shows(`docker exec -it k3d-${name}-server-0 sh`);
		dashboard.press('q');
		await dashboard.shows('exit code 0\n');
	});
});
