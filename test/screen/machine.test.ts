import {createServer, type Server} from 'node:net';
import {expect} from 'vitest';
import {scenarios} from './scenario.ts';

/** A port of this machine that is taken as long as the server lives. */
async function takenPort(): Promise<{port: number; server: Server}> {
	const server = createServer();
	await new Promise<void>(resolve => server.listen(0, '0.0.0.0', resolve));
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('a server without a port');
	return {port: address.port, server};
}

scenarios('the machine', 'small', scenario => {
	scenario('is looked over by the doctor, who says what was looked at', async person => {
		person.press('!');
		await person.sees('Doctor', /✔ Docker Engine: version/, /✔ cgroups: version 2/, /memory: .* of memory, \d+ cores?/);
		person.press('<esc>');
		await person.seesNo('Doctor');
	});

	scenario('is asked before a cluster is created: a port that is taken is told', async person => {
		const {port, server} = await takenPort();
		try {
			await person.selects('clusters', 'dev');
			person.press('c');
			await person.sees('Create a cluster');
			person.press('<c-u>', 'taken', '<tab>', '<tab>', '<tab>', '<tab>');
			await person.sees(/▸ Ports/);
			person.press(`${port}:80@loadbalancer`);
			await person.sees(/✖ name and ports: host port/, new RegExp(`${port}/tcp: a program on this`));
			person.press('<esc>');
			await person.seesNo('Create a cluster');
		} finally {
			server.close();
		}
	});

	scenario('has a shell in each node, where its own programs are', async person => {
		await person.seesRow('nodes', 'server-0', /✔ ready/);
		person.press('2', 'e');
		await person.sees(/Shell in k3d-dev-server-0; exit or Ctrl-D/, '/ # ');
		person.press('kubectl get nodes', '<enter>');
		await person.sees(/k3d-dev-agent-1 +Ready/);
		// Ctrl-D, as `exit`.
		person.press('\x04');
		await person.seesRow('nodes', 'server-0', /✔ ready/);
		person.fitsTheScreen();
	});

	scenario('shows what each node uses, and the cluster together, with units', async person => {
		await person.seesTitle('nodes', /dev · \d+% of a core, [\d.]+ [MG]iB/);
		await person.seesRow('nodes', 'server-0', /\d+% +\d+ MiB/);
		if (person.columns < 200) return;
		expect(person.panel('nodes')[0]).toContain('CPU, 24 s');
		await person.seesRow('nodes', 'server-0', /MiB +[▁▂▃▄▅▆▇█]{2}/);
	});
});

scenarios('the screen', 'small', scenario => {
	scenario('follows the size of the terminal, down to one pane and up again', async person => {
		await person.selects('clusters', 'dev');
		person.terminal.resize(60, 15);
		await person.terminal.until(() => {
			const lines = person.terminal.lines();
			return lines.length === 15 && lines.at(-1)?.includes('?') === true && person.panel('nodes').length > 0;
		}, 'the dashboard at 60×15');
		expect(Math.max(...person.terminal.lines().map(line => line.length))).toBeLessThanOrEqual(60);
		person.press('5');
		await person.seesTitle('log', /k3d-dev/);
		person.terminal.resize(30, 10);
		await person.sees(/60.*15|too small/i);
		person.terminal.resize(person.columns, person.rows);
		await person.seesTitle('log', /k3d-dev/);
		person.fitsTheScreen();
	});

	scenario('gives lists less room or more, where something stands beside them', async person => {
		await person.selects('clusters', 'dev');
		const width = () => person.title('clusters').indexOf('╮');
		const before = width();
		person.press('>');
		if (person.columns < 110) return;
		await person.terminal.until(() => width() > before, 'wider lists');
		person.press('<');
		await person.terminal.until(() => width() <= before, 'narrower lists');
	});
});
