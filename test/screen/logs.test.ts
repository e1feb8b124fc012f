import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {expect} from 'vitest';
import {type Person, scenarios} from './scenario.ts';

/** Opens the log of the first server, and waits until it is followed. */
async function openLog(person: Person): Promise<void> {
	await person.seesRow('nodes', 'server-0', /✔ ready/);
	person.press('2', 'l');
	await person.seesTitle('log', /k3d-dev-server-0.*● following|● following/);
	await person.seesIn('log', /k3s/);
}

/** Lines of the log that hold something, without those that k3dui adds. */
function said(person: Person): readonly string[] {
	return person.panel('log').filter(line => line.trim() !== '' && !line.includes('—'));
}

scenarios('the log', 'small', scenario => {
	scenario('is searched: hits are counted, n and N go round, Esc ends it', async person => {
		await openLog(person);
		person.press('/', 'kube-', '<enter>');
		await person.seesTitle('log', /\/kube- (\d+) of \1\b/);
		person.press('n');
		await person.sees('on from the beginning');
		await person.seesTitle('log', /\/kube- 1 of/);
		person.press('N');
		await person.seesTitle('log', /\/kube- (\d+) of \1\b/);
		person.press('<esc>');
		await person.seesTitle('log', /^(?!.*\/kube-)/);
	});

	scenario('is searched with regular expressions; one that is wrong is told', async person => {
		await openLog(person);
		person.press('/', '<c-r>', '(unclosed');
		await person.seesTitle('log', /✖ missing/);
		person.press('<c-u>', 'k3[s]', '<enter>');
		await person.seesTitle('log', /\/k3\[s\]\/ \d+ of \d+/);
	});

	scenario('is filtered: only what matches, only the rest, everything', async person => {
		await openLog(person);
		person.press('/', 'level=info', '<enter>', '&');
		await person.sees(/only these: \d+ of \d+ lines/);
		// A long line is wrapped: its beginning has the time.
		const begins = (line: string) => /time=|^ ?[IWE]\d{4} /.test(line);
		expect(
			said(person)
				.filter(begins)
				.every(line => line.includes('time=')),
		).toBe(true);
		person.press('&');
		await person.sees(/only others: \d+ of \d+ lines/);
		expect(said(person).some(line => line.includes('level=info'))).toBe(false);
		person.press('&');
		await person.seesNo('only others');
	});

	scenario('is cut instead of wrapped, and scrolled sideways', async person => {
		await openLog(person);
		person.press('w');
		await person.sees(/─ cut ─/);
		person.press('<right>');
		await person.sees(/cut, from column \d+/);
		person.press('<left>', 'w');
		await person.seesNo('cut, from');
		person.fitsTheScreen();
	});

	scenario('has the time of every line, or its age', async person => {
		await openLog(person);
		person.press('t');
		await person.seesIn('log', /^\s*\d\d:\d\d:\d\d\.\d{3} /m);
		person.press('t');
		await person.seesIn('log', /^\s*\d+[smhd] ago /m);
		person.press('t');
		await person.seesIn('log', lines => !lines.some(line => /ago /.test(line)));
	});

	scenario('begins where it is told to', async person => {
		await openLog(person);
		person.press('T');
		await person.sees('the last hour');
		person.press('g', '<enter>');
		await person.sees(/the last 100 lines/);
	});

	scenario('goes up to its beginning, and G follows its end again', async person => {
		await openLog(person);
		person.press('g');
		await person.sees('↑ the beginning');
		await person.seesTitle('log', /‖ scrolled back/);
		person.press('G');
		await person.seesTitle('log', /● following/);
	});

	scenario('is frozen with p, and goes on', async person => {
		await openLog(person);
		person.press('p');
		await person.seesTitle('log', /‖ paused/);
		person.press('p');
		await person.seesTitle('log', /● following/);
	});

	scenario('is copied: a line, and several; the clipboard has the plain text', async person => {
		await openLog(person);
		person.press('v', '<up>');
		await person.sees('2 lines chosen');
		person.press('y');
		await person.sees(/2 lines.*in the clipboard/);
		expect(person.clipboard().trimEnd().split('\n')).toHaveLength(2);
		expect(person.clipboard()).not.toContain('\x1b');
	});

	scenario('is saved to a file', async person => {
		await openLog(person);
		person.press('S');
		await person.sees(/Save \d+ lines of the log/);
		person.press('<c-u>', 'saved.log', '<enter>');
		await person.sees(/lines.*saved\.log/);
		const text = await readFile(path.join(person.folder, 'saved.log'), 'utf8');
		expect(text).toContain('k3s');
		expect(text).not.toContain('\x1b');
	});

	scenario('of all nodes is one, each line with the name of its node', async person => {
		await openLog(person);
		person.press('m');
		await person.seesTitle('log', /4 nodes/);
		await person.seesIn('log', /server-0 .*\n[\s\S]*agent-|agent-[\s\S]*server-0/);
		person.press('m');
		await person.seesTitle('log', /server-0/);
	});

	scenario('of another node is another log', async person => {
		await openLog(person);
		person.press('2', '<down>', 'l');
		await person.seesTitle('log', /agent-0/);
		await person.seesIn('log', /agent/);
	});

	scenario('has errors to jump to, or says that there are none', async person => {
		await openLog(person);
		person.press('E');
		await person.sees(/no error above here|‖ scrolled back/);
	});
});
