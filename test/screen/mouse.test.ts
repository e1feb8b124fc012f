import {expect} from 'vitest';
import {scenarios} from './scenario.ts';

const file = '.config/k3dui/config.yaml';

scenarios('the mouse', 'small', scenario => {
	scenario('is the terminal’s, unless somebody turns it on', async person => {
		await person.selects('clusters', 'dev');
		expect(person.terminal.output).not.toContain('\x1b[?1000h');
		person.press(':', 'mouse', '<enter>');
		await person.sees('the mouse scrolls and chooses');
		expect(person.terminal.output).toContain('\x1b[?1000h\x1b[?1006h');
		person.clicks('clusters', 'staging');
		await person.selects('clusters', 'staging');
		person.press('q');
		await person.terminal.ended;
		expect(person.terminal.output.lastIndexOf('\x1b[?1000l')).toBeGreaterThan(
			person.terminal.output.lastIndexOf('\x1b[?1000h'),
		);
	});

	scenario(
		'goes to the panel and the row that is pressed; the wheel moves the list under it',
		async person => {
			await person.selects('clusters', 'dev');
			await person.seesRow('nodes', 'server-0', /running/);
			person.clicks('nodes', 'agent-1');
			await person.selects('nodes', 'agent-1');
			person.wheels('clusters', 'production', 'down');
			await person.selects('clusters', 'production');
			person.wheels('clusters', 'production', 'up');
			await person.selects('clusters', 'dev');
			person.press('l');
			await person.seesTitle('log', /following/);
			await person.seesIn('log', /level=info/);
			person.wheels('log', 'level', 'up');
			await person.seesTitle('log', /scrolled back/);
			person.wheels('log', 'level', 'down');
			await person.seesTitle('log', /following/);
		},
		{files: {[file]: 'mouse: true\n'}},
	);

	scenario(
		'chooses lines of the log, from one press to the next, and what was done in the activity log',
		async person => {
			await person.selects('clusters', 'dev');
			await person.seesRow('nodes', 'server-0', /✔ ready/);
			person.press('l');
			const linesOnce = () => {
				const pieces = person.panel('log').map(line => line.slice(2, 40));
				return pieces.filter(piece => piece.trim() !== '' && pieces.filter(each => each === piece).length === 1);
			};
			await person.seesIn('log', () => linesOnce().length > 4);
			// What is looked for must not have moved on when it is pressed.
			person.press('p');
			await person.seesTitle('log', /paused/);
			const [first = '', ...others] = linesOnce();
			person.clicks('log', first);
			await person.sees(/ 1 line chosen/);
			person.clicks('log', others.at(-1) ?? '');
			await person.sees(/ \d+ lines chosen/);
			person.press('<esc>');
			await person.seesNo('chosen');
			// Two things are done: two entries of two lines each, the newest first.
			person.press('1', 'K', 'j', 'K', '7');
			await person.seesIn('activity', /\$ k3dui kubeconfig .*production[\s\S]*\$ k3dui kubeconfig .*dev/);
			person.clicks('activity', ' dev');
			await person.seesIn('activity', lines => lines.findIndex(line => line.includes('▸')) >= 2);
		},
		{files: {[file]: 'mouse: true\n'}},
	);

	scenario(
		'is taken again when the job goes on, whoever had stopped it',
		async person => {
			await person.selects('clusters', 'dev');
			// It hears keys, and so everything else.
			person.press('j');
			await person.selects('clusters', 'production');
			const taken = () => person.terminal.output.split('\x1b[?1000h').length - 1;
			expect(taken()).toBe(1);
			person.terminal.signal('SIGCONT');
			await person.terminal.until(() => taken() === 2, 'the mouse taken again');
			await person.selects('clusters', 'production');
			person.clicks('clusters', 'staging');
			await person.selects('clusters', 'staging');
		},
		{files: {[file]: 'mouse: true\n'}},
	);

	scenario(
		'is no key when its report comes in two halves',
		async person => {
			await person.selects('clusters', 'dev');
			person.press('\x1b[', '<0;5;3M', 'j');
			await person.selects('clusters', 'production');
			expect(person.title('clusters')).toContain('1 Clusters');
		},
		{files: {[file]: 'mouse: true\n'}},
	);

	scenario(
		'does nothing else: no dialog is answered by it',
		async person => {
			await person.selects('clusters', 'dev');
			person.press('d');
			await person.sees('Delete cluster dev?');
			person.wheels('clusters', 'NAME', 'down').clicks('clusters', 'NAME');
			person.press('<esc>');
			await person.seesNo('Delete cluster');
			await person.selects('clusters', 'dev');
		},
		{files: {[file]: 'mouse: true\n'}},
	);
});
