import {expect} from 'vitest';
import {scenarios} from './scenario.ts';

scenarios('moving about', 'small', scenario => {
	scenario('numbers and Tab lead to panels, Esc back; a detail takes what room there is', async person => {
		await person.selects('clusters', 'dev');
		person.press('5');
		await person.seesTitle('log', /5 Log/);
		person.press('7');
		await person.sees('What is done by key is listed here');
		person.press('<esc>');
		await person.selects('clusters', 'dev');
		person.press('<tab>', '<down>');
		await person.selects('nodes', 'agent-0');
		person.fitsTheScreen();
	});

	scenario('z gives a panel the whole screen, and gives that back', async person => {
		await person.seesRow('nodes', 'server-0', /● running/);
		person.press('2', 'z');
		await person.seesNo('1 Clusters');
		expect(person.title('nodes')).toHaveLength(person.columns);
		person.press('z');
		await person.sees('1 Clusters');
	});

	scenario('keys that come in one read are taken one after another', async person => {
		await person.seesRow('clusters', 'staging', /○ stopped/);
		person.press('jj');
		await person.selects('clusters', 'staging');
		person.press('\x1bk');
		await person.selects('clusters', 'production');
	});

	scenario('an escape sequence in two halves is one key, and no letters', async person => {
		await person.selects('clusters', 'dev');
		person.press('\x1b[', 'B');
		await person.selects('clusters', 'production');
		await person.seesNo('Create a cluster');
	});

	scenario('a paste into the panels does nothing; into a field it is one text', async person => {
		await person.selects('clusters', 'dev');
		person.pastes('qdsr\rY').press('/').pastes('pro\nduction');
		await person.seesTitle('clusters', /\/pro ?duction/);
		expect(person.terminal.text()).not.toContain('exit code');
		expect(person.terminal.text()).not.toContain('Delete cluster');
	});

	scenario('a filter leaves what matches, and Esc ends it', async person => {
		await person.seesRow('clusters', 'production', /● running/);
		person.press('/', 'stag', '<enter>');
		await person.selects('clusters', 'staging');
		await person.seesIn('clusters', lines => !lines.some(line => line.includes('production')));
		person.press('<esc>');
		await person.seesRow('clusters', 'production', /./);
	});

	scenario('? lists every key, also those that do nothing now, with the reason', async person => {
		await person.selects('clusters', 'dev');
		person.press('?');
		await person.sees('Moving about');
		person.press('/', 'G');
		await person.sees('back to the shell; fg returns here');
		person.press('<esc>');
		await person.selects('clusters', 'dev');
	});

	scenario(': finds what can be done by a few letters, and does it', async person => {
		await person.selects('clusters', 'dev');
		person.press(':', 'zoom');
		await person.sees('give the panel in focus the whole screen');
		person.press('<enter>');
		await person.seesNo('2 Nodes');
	});

	scenario('a second Ctrl-C always gets out, and the terminal is given back', async person => {
		await person.selects('clusters', 'dev');
		person.press('c', '<c-c>', '<c-c>');
		await person.sees(/exit code \d+\n/);
		await person.terminal.ended;
		expect(person.terminal.modes()).toEqual({
			cursorShown: true,
			alternateScreen: false,
			bracketedPaste: false,
			mouse: false,
		});
	});

	scenario(
		'Ctrl-Z goes back to the shell, and fg returns to what was there',
		async person => {
			await person.selects('clusters', 'dev');
			person.press('j');
			await person.selects('clusters', 'production');
			person.press('<c-z>');
			await person.sees(/\[1\]\+ +Stopped /);
			// Pastes are bracketed for the shell itself.
			expect(person.terminal.modes()).toMatchObject({cursorShown: true, alternateScreen: false, mouse: false});
			person.press('echo back in the shell', '<enter>');
			await person.sees(/^back in the shell/m);
			person.press('fg', '<enter>');
			await person.selects('clusters', 'production');
			person.press('k');
			await person.selects('clusters', 'dev');
			person.fitsTheScreen();
			person.press('q');
			await person.terminal.until(() => !person.terminal.modes().alternateScreen, 'the shell again');
			person.press('exit', '<enter>');
			await person.terminal.ended;
		},
		{fromShell: true},
	);

	scenario(
		'NO_COLOR leaves no colour',
		async person => {
			await person.seesRow('nodes', 'server-0', /● running/);
			expect(person.terminal.colouredCells()).toBe(0);
		},
		{env: {NO_COLOR: '1'}},
	);
});
