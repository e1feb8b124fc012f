import {describe, expect, test} from 'vitest';
import {defaultSpec} from '../../source/cluster/cluster-spec.ts';
import {Problem} from '../../source/cluster/problem.ts';
import {ConfigProblem} from '../../source/config/config-problem.ts';
import {keys, openDashboard} from './screen.tsx';

const clear = '\x15';

describe('a cluster from a config file', () => {
	test('is chosen from the files here, the newest first, looked at and then created', async () => {
		const screen = openDashboard();
		await screen.press('f');
		await screen.shows(/dev\.yaml +1m[\s\S]*old\.yaml +9d[\s\S]*charts\//);
		expect(screen.text()).not.toContain('README.md');
		expect(screen.text()).not.toContain('.hidden');
		await screen.press(keys.down, keys.enter);
		await screen.shows('from-file from dev.yaml: 3 servers, 2 agents');
		expect(screen.text()).toContain('! v1alpha4 is old');
		await screen.shows('k3d-from-file-server-2 (server)');
		expect(screen.lifecycle.calls).toEqual([]);
		await screen.press(keys.enter);
		expect(screen.lifecycle.calls).toEqual([
			['createCluster', {...defaultSpec('from-file'), servers: 3, agents: 2}, {switchContext: false}],
		]);
		expect(screen.text()).not.toContain('from dev.yaml');
	});

	test('says in place what is wrong with the file, with its line and what to do', async () => {
		const screen = openDashboard();
		await screen.press('f', 'old.yaml', keys.enter);
		await screen.shows('✖ old.yaml:7: "agents" has to be a number');
		expect(screen.text()).toContain('→ Write it without quotes: agents: 2');
		await screen.press(clear, 'none.yaml', keys.enter);
		await screen.shows('✖ none.yaml: there is no such file');
		expect(screen.text()).not.toContain('old.yaml:7');
	});

	test('shows every mistake on lines of its own, as many as there is room for', async () => {
		const screen = openDashboard({columns: 60, rows: 15});
		const mistake = (line: number) => ({line, column: 3, path: `ports[${line}]`, reason: 'it is no port'});
		screen.machine.configs = {
			'two.yaml': new ConfigProblem('two.yaml', [mistake(4), mistake(9)]),
			'many.yaml': new ConfigProblem(
				'many.yaml',
				Array.from({length: 30}, (_, i) => mistake(i + 1)),
			),
		};
		await screen.press('f', 'two.yaml', keys.enter);
		await screen.shows('✖ config file: it has 2 mistakes');
		expect(screen.text()).toContain('two.yaml:4:3  ports[4]: it is no port.');
		expect(screen.text()).toContain('two.yaml:9:3  ports[9]: it is no port.');
		await screen.press(clear, 'many.yaml', keys.enter);
		await screen.shows('many.yaml:1:3');
		expect(screen.text()).toContain('more lines');
		expect(screen.size().rows).toBe(15);
	});

	test('completes a path with Tab, and goes into folders', async () => {
		const screen = openDashboard();
		await screen.press('f');
		await screen.shows('charts/');
		await screen.press('ch', keys.tab);
		await screen.shows('▸ charts/');
		await screen.shows('shop.yml');
		await screen.press(keys.tab);
		expect(screen.text()).toContain('▸ charts/shop.yml');
		await screen.press(clear);
		await screen.paste('none/\n');
		await screen.shows('✖ there is no such folder');
	});

	test('a Tab that comes before the answer completes as soon as that is there', async () => {
		const screen = openDashboard();
		let answer = () => {};
		const {listFolder} = screen.machine;
		screen.machine.listFolder = async folder => {
			await new Promise<void>(resolve => {
				answer = resolve;
			});
			return listFolder(folder);
		};
		await screen.press('fch\t');
		await screen.shows('looking into the folder…');
		answer();
		await screen.shows('▸ charts/');
		answer();
		await screen.shows('shop.yml');
		// Not once more: nobody has pressed it again.
		expect(screen.text()).toMatch(/▸ charts\/ /);
	});

	test('says in the preview why it cannot be made, and Esc leads back to the file', async () => {
		const screen = openDashboard();
		screen.machine.refusal = new Problem('cluster "from-file"', 'it exists already', 'Choose another name.');
		await screen.press('f', 'dev.yaml', keys.enter);
		await screen.shows('✖ cluster "from-file": it exists already');
		expect(screen.text()).toContain('→ Choose another name.');
		await screen.press(keys.enter);
		expect(screen.lifecycle.calls).toEqual([]);
		await screen.press(keys.escape);
		expect(screen.text()).toContain('▸ dev.yaml');
		await screen.press(keys.escape);
		expect(screen.text()).not.toContain('config file');
	});

	test('an answer that comes after the dialog was closed opens nothing', async () => {
		const screen = openDashboard();
		let answer = () => {};
		const {loadConfig} = screen.machine;
		screen.machine.loadConfig = async path => {
			await new Promise<void>(resolve => {
				answer = resolve;
			});
			return loadConfig(path);
		};
		await screen.press('f', 'dev.yaml', keys.enter);
		await screen.shows('reading it…');
		await screen.press(keys.escape);
		answer();
		await screen.flush();
		expect(screen.text()).not.toContain('dev.yaml');
	});

	test('is a button of the create dialog, and so is the preview of what is filled in there', async () => {
		const screen = openDashboard();
		await screen.press('c', 'web', keys.shiftTab, keys.shiftTab, keys.shiftTab, keys.enter);
		expect(screen.text()).toContain('Create a cluster from a config file');
		await screen.press(keys.escape);
		expect(screen.text()).toContain('▸ From file…');
		await screen.press(keys.left, keys.enter);
		await screen.shows('k3d-web-server-0 (server)');
		await screen.press(keys.escape);
		expect(screen.text()).toContain('▸ Preview');
		await screen.press(keys.enter);
		await screen.shows('k3d-web-server-0 (server)');
		await screen.press(keys.enter);
		expect(screen.lifecycle.calls).toEqual([['createCluster', defaultSpec('web')]]);
	});

	test('the preview scrolls where it does not fit', async () => {
		const screen = openDashboard({columns: 60, rows: 15});
		screen.machine.configs = {
			'big.yaml': {spec: {...defaultSpec('big'), servers: 30}, options: {}, warnings: []},
		};
		await screen.press('f', 'big.yaml', keys.enter);
		await screen.shows('k3d-big-server-0');
		expect(screen.text()).not.toContain('k3d-big-server-29');
		await screen.press('G');
		expect(screen.text()).toContain('k3d-big-server-29');
		expect(screen.text()).toContain('Enter create');
		expect(screen.size().rows).toBe(15);
	});
});

describe('a cluster saved as a config file', () => {
	test('goes to NAME.yaml, or where it is told', async () => {
		const screen = openDashboard();
		await screen.press('W');
		expect(screen.text()).toContain('▸ demo.yaml');
		await screen.press(keys.enter);
		await screen.shows('demo is saved in /home/me/demo.yaml');
		expect(screen.text()).not.toContain('Save cluster');
		await screen.press('W', clear, 'charts/x.yaml', keys.enter);
		await screen.shows('demo is saved in /home/me/charts/x.yaml');
		expect(screen.machine.saved).toEqual([
			['demo', 'demo.yaml', false],
			['demo', 'charts/x.yaml', false],
		]);
	});

	test('says what the file leaves out', async () => {
		const screen = openDashboard();
		screen.machine.warnings = ['its registries.yaml could not be read'];
		await screen.press('W', keys.enter);
		await screen.shows('demo is saved in /home/me/demo.yaml; its registries.yaml could not be read');
	});

	test('overwrites a file with y and Enter only', async () => {
		const screen = openDashboard();
		screen.machine.existing.add('demo.yaml');
		await screen.press('W', keys.enter);
		await screen.shows('demo.yaml is there already');
		await screen.press(keys.enter);
		expect(screen.text()).toContain('Save cluster demo as a config file');
		await screen.press(keys.enter);
		await screen.shows('▸ Keep it');
		await screen.paste('y\r');
		await screen.press('y');
		expect(screen.machine.saved).toEqual([]);
		await screen.press(keys.enter);
		await screen.shows('demo is saved in');
		expect(screen.machine.saved).toEqual([['demo', 'demo.yaml', true]]);
	});

	test('closed while it writes, it says how that went, and leaves another dialog alone', async () => {
		const screen = openDashboard();
		const writes: PromiseWithResolvers<{path: string; warnings: string[]}>[] = [];
		screen.machine.saveConfig = () => {
			const write = Promise.withResolvers<{path: string; warnings: string[]}>();
			writes.push(write);
			return write.promise;
		};
		await screen.press('W', keys.enter, keys.escape);
		writes[0]?.reject(new Problem('demo.yaml', 'there is no room left on the disk'));
		await screen.shows('demo.yaml: there is no room left on the disk');
		await screen.press('W', keys.enter, keys.escape, 'W', 'x');
		writes[1]?.resolve({path: '/home/me/demo.yaml', warnings: []});
		await screen.shows('demo is saved in /home/me/demo.yaml');
		expect(screen.text()).toContain('Save cluster demo');
	});

	test('says why it could not', async () => {
		const screen = openDashboard();
		screen.machine.saveConfig = async () => {
			throw new Problem('/etc/demo.yaml', 'permission denied', 'Choose another folder.');
		};
		await screen.press('W', keys.enter);
		await screen.shows('✖ /etc/demo.yaml: permission denied');
		expect(screen.text()).toContain('→ Choose another folder.');
	});
});
