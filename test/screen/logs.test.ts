import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {expect} from 'vitest';
import {type Person, scenarios} from './scenario.ts';
import {withSpeakingNode} from './speaking-node.ts';
import {watchEngine} from './watched-engine.ts';

/** Opens the log of the first server, and waits until it is followed. */
async function openLog(person: Person): Promise<void> {
	await person.seesRow('nodes', 'server-0', /✔ ready/);
	person.press('2', 'l');
	await person.seesTitle('log', /k3d-dev-server-0.*● following|● following/);
	await person.seesIn('log', /k3s/);
}

function numbered(count: number): readonly string[] {
	return Array.from({length: count}, (_, index) => `line ${index + 1} of it`);
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

	scenario('has what is looked for underlined, and the hit that was gone to reversed', async person => {
		await openLog(person);
		person.press('/', 'kube-', '<enter>');
		await person.seesTitle('log', /\/kube- (\d+) of \1\b/);
		await person.terminal.until(() => {
			const hits = person.terminal.drawn('kube-').filter(({underline, inverse}) => underline || inverse);
			return hits.some(({inverse}) => inverse) && (hits.length === 1 || hits.some(({underline}) => underline));
		}, 'highlighted hits');
		person.press('<esc>');
		await person.terminal.until(
			() => person.terminal.drawn('kube-').every(({underline, inverse}) => !underline && !inverse),
			'no highlight',
		);
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
		await person.seesIn('log', /k3s/);
		person.press('T');
		await person.sees('the last hour');
		person.press('G', '<enter>');
		await person.seesNo('the last hour');
		await person.seesTitle('log', /● following/);
		await person.seesIn('log', lines => !lines.some(line => line.includes('k3s')));
	});

	scenario('goes up to its beginning, and G follows its end again', async person => {
		await openLog(person);
		person.press('g');
		await person.sees('↑ the beginning');
		await person.seesTitle('log', /‖ scrolled back/);
		person.press('G');
		await person.seesTitle('log', /● following/);
	});

	scenario('has older lines come when it is scrolled up', async person => {
		await withSpeakingNode(person, numbered(300), async () => {
			person.press('l', 'T');
			await person.sees('the last 100 lines');
			person.press('g', '<enter>');
			await person.seesNo('the last hour');
			await person.sees('the last 100 lines');
			await person.seesIn('log', /line 300 of it/);
			person.press('/', ' of it', '<enter>');
			// Read anew, it may not have been there yet when Enter looked for the newest.
			await person.seesTitle('log', / of it (\d+ of )?100 /);
			person.press('g');
			await person.seesTitle('log', / of it (\d+ of )?300 /);
			await person.seesIn('log', /line 201 of it/);
			person.press('<esc>', 'g');
			await person.sees('↑ the beginning');
			await person.seesIn('log', /line 1 of it/);
		});
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

	scenario('is copied as a whole, or the line that was found', async person => {
		await openLog(person);
		person.press('p');
		await person.seesTitle('log', /paused/);
		person.press('/', 'Running kubelet', '<enter>');
		await person.seesTitle('log', /1 of 1/);
		person.press('y');
		await person.sees(/1 line.*clipboard/);
		expect(person.clipboard()).toMatch(/^time=.*Running kubelet.*\n?$/);
		person.press('<esc>', 'Y');
		await person.sees(/(\d\d|\d\d\d) lines.*clipboard/);
		const [, count] = /(\d+) lines.*clipboard/.exec(person.terminal.text()) ?? [];
		expect(person.clipboard().trimEnd().split('\n')).toHaveLength(Number(count));
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
		// In the order of time, and each name in a colour of its own.
		person.press('t');
		await person.seesIn('log', /^\s*\d\d:\d\d:\d\d\.\d{3} /m);
		const times = person.panel('log').flatMap(line => /^.(\d\d:\d\d:\d\d\.\d{3}) /.exec(line)?.[1] ?? []);
		expect(times.length).toBeGreaterThan(3);
		expect(times).toEqual(times.toSorted());
		// The nodes' panel has the names too, in no colour.
		const colors = ['server-0', 'agent-0', 'agent-1', 'serverlb'].flatMap(name => [
			...new Set(person.terminal.drawn(`${name} `).flatMap(({color}) => color ?? [])),
		]);
		expect(colors.length).toBeGreaterThan(0);
		expect(new Set(colors).size).toBe(colors.length);
		person.press('m');
		await person.seesTitle('log', /server-0/);
	});

	scenario('of another node is another log', async person => {
		await openLog(person);
		person.press('2', '<down>', 'l');
		await person.seesTitle('log', /agent-0/);
		await person.seesIn('log', /agent/);
	});

	scenario('has errors to jump to, and says where there are no more', async person => {
		const lines = ['E1127 10:00:00.000001 went wrong', 'fine', 'ERROR too', 'well'];
		await withSpeakingNode(person, lines, async () => {
			person.press('l');
			await person.seesIn('log', /well/);
			person.press('E');
			await person.seesIn('log', /▸ERROR too/);
			person.press('E');
			await person.seesIn('log', /▸E1127 10:00:00.000001 went wrong/);
			person.press('E');
			await person.sees('no error above here');
			person.press('e');
			await person.seesIn('log', /▸ERROR too/);
		});
	});

	scenario('that is hostile keeps its colours, and does nothing else to the terminal', async person => {
		const lines = [
			'\x1b[31mred stays red\x1b[0m',
			'\x1b]52;c;c3RvbGVu\x07clipboard',
			'\x1b]0;owned\x07title',
			'\x1b[2J\x1b[Hcleared',
			'\x1b[?1049l\x1b[?25hleft',
			'half done\rdone twice',
			'\u202ereversed',
			'宽宽 🎉 wide',
			'\x1bPnever ended',
			'the last line',
		];
		await withSpeakingNode(person, lines, async () => {
			person.press('l');
			await person.seesIn('log', /the last line/);
			const text = person.panel('log').join('\n');
			for (const word of ['clipboard', 'title', 'cleared', 'left', 'done twice', 'reversed', '宽宽 🎉 wide']) {
				expect(text).toContain(word);
			}
			expect(person.terminal.drawn('red stays red')).toEqual([expect.objectContaining({color: 1})]);
			const {output} = person.terminal;
			expect(output).not.toMatch(/\x1b\][058]|\x1bP|\x07|\u202e/);
			// Its own clearing comes before the first frame.
			expect(output.slice(output.indexOf('1 Clusters'))).not.toContain('\x1b[2J');
			expect(person.terminal.modes()).toMatchObject({alternateScreen: true, cursorShown: false});
			person.fitsTheScreen();
			// What is wide has moved no frame.
			const end = (word: string) => person.terminal.columnsOf('│', word).at(-1);
			expect(end('宽宽')).toBe(end('done twice'));
		});
	});

	scenario('answers keys also where one line has thousands of wide characters', async person => {
		await withSpeakingNode(
			person,
			['日本語ログ'.repeat(3000), '\x1b[32mok ✅ '.repeat(1500), 'the last line'],
			async () => {
				person.press('l');
				await person.seesIn('log', /the last line/);
				person.press('g');
				await person.seesIn('log', /日本語ログ/);
				person.press('/', '日本', '<enter>');
				await person.seesTitle('log', /日本 \d of \d/);
				person.press('<esc>', 'w', 'w', '<pgdn>', 'G', '?');
				await person.sees('─ Keys ─');
				person.press('<esc>');
				await person.seesIn('log', /the last line/);
			},
		);
	});

	scenario('holds ten thousand lines and not more, however many there are', async person => {
		await withSpeakingNode(person, numbered(10_500), async () => {
			person.press('l', 'T');
			await person.sees('the last 10,000 lines');
			person.press('g', '<down>', '<down>', '<enter>');
			await person.seesNo('the last hour');
			await person.sees('the last 10,000 lines');
			await person.seesIn('log', /line 10500 of it/);
			person.press('/', ' of it', '<enter>');
			await person.seesTitle('log', / of it (10,?000 of )?10,?000 /);
			person.press('<esc>', 'g');
			await person.seesIn('log', /line 501 of it/);
			await person.sees('no more can be held');
		});
	});

	scenario('is read as long as it is shown, and no longer', async person => {
		const engine = await watchEngine(person.host, person.folder);
		try {
			await person.comesBack({DOCKER_HOST: engine.host});
			await openLog(person);
			await engine.follows('k3d-dev-server-0');
			person.press('2', '<down>', 'l');
			await person.seesTitle('log', /agent-0/);
			await engine.follows('k3d-dev-agent-0');
			person.press('m');
			await person.seesTitle('log', /4 nodes/);
			await engine.follows('k3d-dev-server-0', 'k3d-dev-agent-0', 'k3d-dev-agent-1', 'k3d-dev-serverlb');
		} finally {
			engine.close();
		}
	});
});
