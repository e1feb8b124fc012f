import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {expect} from 'vitest';
import {scenarios} from './scenario.ts';

const file = '.config/k3dui/config.yaml';

scenarios('settings', 'small', scenario => {
	scenario(
		'give other keys, which texts name as well, and another theme',
		async person => {
			await person.selects('clusters', 'dev');
			await person.sees(/\bX (stop|start)/);
			person.press('s');
			person.press('?');
			await person.sees('Moving about');
			expect(person.terminal.text()).not.toContain('start cluster');
			expect(person.terminal.output).toContain('\x1b[34m');
			expect(person.terminal.output).not.toContain('\x1b[36m');
		},
		{files: {[file]: 'theme: light\nkeys:\n  start-stop: X\n'}},
	);

	scenario(
		'that are wrong are told with their line, and the rest holds',
		async person => {
			await person.sees(/config\.yaml, line 1: theme: it is one of/);
			person.press('s');
			await person.sees('this dashboard is read-only');
			person.press('!');
			await person.sees('! settings', '"nonsense"', 'What is wrong there counts as not set');
		},
		{files: {[file]: 'theme: pink\nreadOnly: true\nnonsense: 1\n'}},
	);

	scenario(
		'draw with ASCII alone',
		async person => {
			await person.terminal.shows(/\+- ?1 Clusters|\+-+ 1 Clusters/);
			await person.terminal.until(() => /\* running/.test(person.terminal.text()), 'a running node');
			expect(person.terminal.text()).toMatch(/^[\x20-\x7e\n]*$/);
		},
		{files: {[file]: 'ascii: true\n'}, waitsFor: '* live'},
	);

	scenario(
		'draw for a screen reader: sentences, no frames, and nothing moves by itself',
		async person => {
			await person.sees(/^selected: dev, state running, servers 1\/1/m);
			person.press('2');
			await person.sees(/^selected: .*server-0, (role server, )?state running, ready/m);
			person.press('?');
			await person.sees('Moving about');
			expect(person.terminal.text()).not.toContain('selected: ');
			expect(person.terminal.output).not.toMatch(/[─│╭╮╰╯●○◐◌✔✖▸▁▂▃▄▅▆▇█]/);
		},
		{files: {[file]: 'screenReader: true\n'}, waitsFor: 'live'},
	);

	for (const [theme, color] of [
		['dark', 2],
		['light', 2],
		['contrast', 10],
		['mono', undefined],
	] as const) {
		scenario(
			`draw with the colours of the theme ${theme}`,
			async person => {
				await person.seesRow('nodes', 'server-0', /● running/);
				expect(person.terminal.drawn('● running')[0]).toMatchObject({color});
				if (color === undefined) expect(person.terminal.colouredCells()).toBe(0);
			},
			{files: {[file]: `theme: ${theme}\n`}},
		);
	}

	scenario('what was chosen is remembered the next time', async person => {
		await person.selects('clusters', 'dev');
		person.press('>', '5', 'w', 't', 'q');
		await person.sees('exit code 0\n');
		await person.terminal.ended;
		const state: unknown = JSON.parse(
			await readFile(path.join(person.folder, '.local/state/k3dui/state.json'), 'utf8'),
		);
		// From the 66 columns that lists have at first at 120.
		expect(state).toEqual({listShare: person.columns === 120 ? 0.6 : 0.55, wrap: false, timestamps: 'local'});
		await person.comesBack();
		await person.seesRow('nodes', 'server-0', /● running/);
		person.press('2', 'l');
		await person.sees(/─ cut ─/);
		await person.seesIn('log', /^\s*\d\d:\d\d:\d\d\.\d{3} /m);
	});
});
