import {expect} from 'vitest';
import {freePorts} from '../../source/demo/free-ports.ts';
import {scenarios} from './scenario.ts';

/** A cluster whose server takes a hundred times as long as another to come up. */
const slowCluster = `apiVersion: k3d.io/v1alpha5
kind: Simple
metadata:
  name: slow
env:
  - envVar: K3S_STAND_IN_SPEED=0.01
    nodeFilters: [server:*]
`;

scenarios('what is done', 'small', scenario => {
	scenario('shows its steps with their times, and stands in the activity log with its command line', async person => {
		await person.goesTo('clusters', 'staging');
		person.press('s');
		await person.sees('start cluster staging');
		await person.sees('start cluster staging done');
		person.press('o');
		await person.sees('Steps', /✔ .*\d s/);
		person.press('<esc>', '7');
		await person.sees('k3dui cluster start staging', /✔ start cluster staging/);
		person.press('y');
		await person.sees(/the command line:.*clipboard/);
		expect(person.clipboard()).toBe('k3dui cluster start staging\n');
		person.press('u');
		await person.sees('stop cluster staging');
		person.press('y', '<enter>');
		await person.sees('stop cluster staging done');
		person.press('1');
		await person.seesRow('clusters', 'staging', /○ stopped/);
	});

	scenario('is taken back where that can be: a cluster that grew shrinks again', async person => {
		await person.goesTo('clusters', 'dev');
		person.press('+');
		await person.sees('Grow cluster dev');
		person.press('<enter>', '<enter>');
		await person.sees('grow cluster dev done');
		await person.seesRow('nodes', 'agent-2', /● running/);
		person.press('u');
		await person.sees('Undo?', 'remove the newest 1 agent of cluster dev');
		person.press('y', '<enter>');
		await person.sees('shrink cluster dev done');
		await person.terminal.until(() => !person.panel('nodes').join().includes('agent-2'), 'the nodes without agent-2');
	});

	scenario(
		'is taken back where that can be: a cluster that shrank grows again, which does not bring everything back',
		async person => {
			await person.goesTo('clusters', 'dev');
			await person.seesRow('nodes', 'agent-1', /✔ ready/);
			person.press('-');
			await person.sees('Shrink cluster dev');
			person.press('<enter>', '<enter>');
			await person.sees('shrink cluster dev done');
			await person.terminal.until(() => !person.panel('nodes').join().includes('agent-1'), 'the nodes without agent-1');
			person.press('u');
			await person.sees('Undo?', 'add 1 agent to cluster dev', 'They are new');
			person.press('y', '<enter>');
			await person.sees('grow cluster dev done');
			await person.seesRow('nodes', 'agent-1', /✔ ready/);
		},
	);

	scenario('can be done to all that is marked', async person => {
		await person.marks('clusters', 'production');
		await person.marks('clusters', 'staging');
		await person.seesTitle('clusters', /2 marked/);
		person.press('d');
		await person.sees(/Delete 2/);
		person.press('<esc>');
		await person.seesNo('Delete 2');
		person.press('<esc>');
		await person.seesTitle('clusters', /^(?!.*marked)/);
	});

	scenario('is done to all that is marked, and to nothing else', async person => {
		await person.goesTo('clusters', 'dev');
		await person.seesRow('nodes', 'agent-1', /✔ ready/);
		person.press('2');
		await person.marks('nodes', 'agent-0');
		await person.marks('nodes', 'agent-1');
		await person.seesTitle('nodes', /2 marked/);
		person.press('s');
		await person.seesRow('nodes', 'agent-0', /○ stopped/);
		await person.seesRow('nodes', 'agent-1', /○ stopped/);
		await person.seesRow('nodes', 'server-0', /● running/);
		await person.seesTitle('nodes', /^(?!.*marked)/);
		await person.marks('nodes', 'agent-0');
		await person.marks('nodes', 'agent-1');
		person.press('s');
		await person.seesRow('nodes', 'agent-0', /✔ ready/);
		await person.seesRow('nodes', 'agent-1', /✔ ready/);
	});

	scenario('to ports can be undone', async person => {
		const [port = 0] = await freePorts(1);
		await person.goesTo('clusters', 'dev');
		await person.seesRow('nodes', 'server-0', /✔ ready/);
		person.press('P');
		await person.sees('Ports of cluster dev');
		person.press(`127.0.0.1:${port}:8081@loadbalancer`, '<enter>');
		await person.sees(/ports? .*dev done/);
		person.press('<esc>');
		await person.seesIn('load balancer', new RegExp(`127\\.0\\.0\\.1:${port} +→ 8081`));
		person.press('u');
		await person.sees('Undo?');
		person.press('y', '<enter>');
		await person.sees(/ports? .*dev done/);
		await person.seesTitle('load balancer', /● running/);
		await person.seesIn('load balancer', lines => lines.length > 1 && !lines.join().includes(String(port)));
	});

	scenario('is told before it is lost', async person => {
		await person.goesTo('clusters', 'production');
		person.press('d');
		await person.sees('Delete cluster production?', 'nothing brings it back', /5 nodes|3 servers/);
		person.press('dev', '<enter>');
		await person.sees('type production to delete it');
		person.press('<esc>');
		await person.seesRow('clusters', 'production', /● running/);
	});

	scenario(
		'is nothing where the dashboard is read-only',
		async person => {
			await person.goesTo('clusters', 'dev');
			person.press('s');
			await person.sees('this dashboard is read-only');
			person.press('d');
			await person.sees('this dashboard is read-only');
			expect(person.terminal.text()).not.toContain('Delete cluster');
			await person.seesRow('clusters', 'dev', /● running/);
		},
		{args: ['--read-only']},
	);

	scenario('the load balancer shows which port leads where, the registries which cluster they serve', async person => {
		await person.selects('clusters', 'dev');
		person.press('3');
		await person.seesIn('load balancer', /→ 80\/tcp +→ .*3\/3 up/);
		await person.seesIn('load balancer', /https:\/\/127\.0\.0\.1:\d+ +→ 6443\/tcp/);
		person.press('4');
		await person.seesRow('registries', 'k3d-registry', /● running .* dev/);
	});
});

scenarios('a new cluster', 'empty', scenario => {
	scenario('is asked for in a form, from a template, with the config file that asks for the same', async person => {
		await person.sees('No clusters yet', /c create {2}f from a file/);
		// Nothing is offered that needs a cluster.
		expect(person.terminal.lines().at(-1)).not.toMatch(/start|stop|grow/);
		person.press('c');
		await person.sees('Create a cluster');
		person.press('<c-u>', `try-${person.columns}`);
		if (person.columns >= 120) {
			await person.sees('apiVersion: k3d.io/v1alpha5', `name: try-${person.columns}`);
			// What the machine has for it, before the start.
			await person.sees('✔ name and ports: they are free', /[✔!] memory: /, /[✔!?] image: /);
		}
		person.press('<esc>');
		await person.sees('No clusters yet');
	});

	scenario('begins with a template', async person => {
		await person.sees('No clusters yet');
		person.press('c');
		await person.sees(/▸ Name/);
		person.press('<s-tab>');
		await person.sees(/▸ Template +← single server/);
		person.press('<right>');
		await person.sees(/← highly available/, /Servers +3/, /Agents +2/);
		person.press('<right>');
		await person.sees(/← with a registry/, /Registry +its own, k3d-\S+-registry/);
		person.press('<right>');
		await person.sees(/← with web ports/, /Ports +8080:80@loadbalancer 8443:443@loadbalancer/);
		if (person.columns >= 120) await person.sees('- port: 8080:80');
		person.press('<right>');
		await person.sees(/← single server/, /Servers +1/, /Agents +0/);
		person.press('<esc>');
	});

	scenario(
		'that hangs shows what its node said last; cancelled, nothing of it is left',
		async person => {
			await person.sees('No clusters yet');
			person.press('f');
			await person.sees('from a config file');
			person.press('<c-u>', 'slow.yaml', '<enter>');
			await person.sees(/Network +k3d-slow \(new\)/);
			person.press('<enter>');
			await person.sees('create cluster slow');
			person.press('o');
			await person.sees('Steps', 'has written its kubeconfig yet; k3d-slow-server-0:', 'level=info');
			person.press('x');
			await person.sees('create cluster slow cancelled', 'undo: remove network k3d-slow');
			person.press('<esc>');
			await person.sees('No clusters yet');
		},
		{files: {'slow.yaml': slowCluster}},
	);

	scenario('shows the steps of its birth, and goes when its name is typed', async person => {
		const name = `born-${person.columns}`;
		await person.sees('No clusters yet');
		person.press('c');
		await person.sees('Create a cluster');
		person.press('<c-u>', name, '<tab>', '<tab>', '<tab>');
		await person.sees(/▸ Image/);
		person.press('<enter>');
		await person.sees(/▸ Ports/);
		person.press('<enter>');
		await person.sees(`create cluster ${name}`, /▸ [a-z]+ .*\d s/);
		await person.sees(`create cluster ${name} done`);
		await person.selects('clusters', name);
		person.press('d');
		await person.sees(`Delete cluster ${name}?`);
		person.press(name, '<enter>');
		await person.sees(`delete cluster ${name} done`, 'No clusters yet');
		// What was made last is a template from now on.
		person.press('c');
		await person.sees('Create a cluster', /Template +last used/);
		person.press('<esc>');
		await person.seesNo('Create a cluster');
	});
});
