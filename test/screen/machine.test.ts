import {createServer, type Server} from 'node:net';
import {expect} from 'vitest';
import {dockerAt} from '../setup/docker.ts';
import {scenarios} from './scenario.ts';
import {withNode} from './speaking-node.ts';

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
		await person.sees(
			'✔ DNS of pods:',
			'✔ storage:',
			'✔ host ports: free for what is stopped',
			'✔ kubeconfig: 0 clusters',
		);
		person.press('<esc>');
		await person.seesNo('Doctor');
	});

	scenario('has a port that a stopped cluster wants back: the doctor tells who has it', async person => {
		const balancer = await dockerAt(person.host).getContainer('k3d-staging-serverlb').inspect();
		const [{HostPort = ''} = {}] =
			(balancer.HostConfig.PortBindings as Record<string, {HostPort: string}[]>)['6443/tcp'] ?? [];
		const server = createServer();
		await new Promise<void>(resolve => server.listen(Number(HostPort), '0.0.0.0', resolve));
		try {
			person.press('!');
			await person.sees('Doctor', /! host ports: k3d-staging-serverlb cannot start: host port/, `${HostPort}/tcp`);
		} finally {
			server.close();
		}
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
		await person.sees(/Shell in node k3d-dev-server-0; exit or Ctrl-D/, '/ # ');
		person.press('kubectl get nodes', '<enter>');
		await person.sees(/k3d-dev-agent-1 +Ready/);
		// As `exit`, but the cursor stays within the line of the prompt: the first row must be whole all the same.
		person.press('<c-d>');
		await person.seesRow('nodes', 'server-0', /✔ ready/);
		await person.sees(/^ ?k3dui {1,2}\S/);
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
		person.terminal.resize(300, 100);
		await person.terminal.until(
			() => person.title('log').endsWith('╮') && person.terminal.lines().length === 100,
			'300×100',
		);
		await person.seesIn('nodes', /NAME .*ROLE .*STATE .*READY .*CPU .*MEMORY .*CPU, .*ADDRESS .*AGE/);
		person.terminal.resize(30, 10);
		await person.sees(/60.*15|too small/i);
		person.terminal.resize(person.columns, person.rows);
		await person.seesTitle('log', /k3d-dev/);
		person.fitsTheScreen();
	});

	scenario('has columns fall away by their weight where there is less room, and come back', async person => {
		await person.seesRow('nodes', 'server-0', /✔ ready/);
		const titles = () =>
			person
				.panel('nodes')[0]
				?.trim()
				.split(/ {2,}|, \d+ s/) ?? [];
		person.terminal.resize(200, 60);
		await person.terminal.until(() => titles().includes('ADDRESS') && titles().includes('ROLE'), 'all columns');
		person.terminal.resize(90, 30);
		await person.terminal.until(
			() => !titles().includes('ROLE') && ['NAME', 'STATE', 'READY'].every(title => titles().includes(title)),
			'fewer columns',
		);
		person.terminal.resize(60, 20);
		await person.terminal.until(
			() => titles().length > 0 && !titles().includes('ADDRESS') && titles().includes('STATE'),
			'the fewest columns',
		);
		person.terminal.resize(200, 60);
		await person.terminal.until(() => titles().includes('ADDRESS') && titles().includes('ROLE'), 'all columns again');
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

scenarios('names', 'empty', scenario => {
	scenario('that are long are cut in the middle: both ends tell them apart', async person => {
		const name = 'a-very-long-name-of-a-cluster-02';
		await withNode(person, name, async () => {
			person.terminal.resize(60, 20);
			await person.seesIn('clusters', /▸ a-very-\S*…\S*-02 /);
			person.terminal.resize(200, 60);
			await person.seesIn('clusters', new RegExp(`▸ ${name} `));
			await person.seesIn('nodes', /server-0 /);
		});
	});
});
