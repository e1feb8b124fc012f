import {once} from 'node:events';
import {fileURLToPath} from 'node:url';
import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';
import {afterEach, describe, expect, test} from 'vitest';
import {runDashboard} from '../source/app.tsx';
import {FakeLifecycle, FakeWatch, fakeShell} from './components/fake-engine.ts';
import {FakeMachine} from './components/fake-machine.ts';
import {fakeSnapshot} from './components/fake-world.ts';
import {FakeStdin, FakeStdout} from './components/screen.tsx';

const root = fileURLToPath(new URL('..', import.meta.url));
const opened: Terminal[] = [];

/** A program in a real pseudo-terminal, and what a person would see of it. */
class Terminal {
	readonly #screen: xterm.Terminal;
	readonly #child: pty.IPty;
	output = '';
	readonly exited: Promise<{exitCode: number; signal?: number | undefined}>;

	constructor(command: string, args: readonly string[], columns = 100, rows = 30) {
		const {CI: _, ...env} = process.env;
		this.#screen = new xterm.Terminal({cols: columns, rows, allowProposedApi: true});
		this.#child = pty.spawn(command, [...args], {cols: columns, rows, cwd: root, name: 'xterm-256color', env});
		this.#child.onData(data => {
			this.output += data;
			this.#screen.write(data);
		});
		this.exited = new Promise(resolve => {
			this.#child.onExit(resolve);
		});
		opened.push(this);
	}

	get pid(): number {
		return this.#child.pid;
	}

	get isAlternate(): boolean {
		return this.#screen.buffer.active.type === 'alternate';
	}

	text(): string {
		const {active} = this.#screen.buffer;
		return Array.from(
			{length: this.#screen.rows},
			(_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? '',
		).join('\n');
	}

	type(text: string): void {
		this.#child.write(text);
	}

	resize(columns: number, rows: number): void {
		this.#screen.resize(columns, rows);
		this.#child.resize(columns, rows);
	}

	signal(signal: string): void {
		this.#child.kill(signal);
	}

	/** Waits until the screen satisfies a condition, looking after everything the program writes. */
	async until(condition: () => boolean, what: string): Promise<void> {
		const limit = AbortSignal.timeout(15_000);
		while (!condition()) {
			const parsed = new Promise<void>(resolve => {
				const listener = this.#screen.onWriteParsed(() => {
					listener.dispose();
					resolve();
				});
			});
			await Promise.race([parsed, once(limit, 'abort')]);
			if (limit.aborted && !condition()) throw new Error(`never on screen: ${what}\n${this.text()}`);
		}
	}

	shows(text: string): Promise<void> {
		return this.until(() => this.text().includes(text), text);
	}

	/** What is on screen once everything that was written has been drawn. */
	async settled(): Promise<void> {
		await new Promise<void>(resolve => {
			this.#screen.write('', resolve);
		});
	}

	kill(): void {
		this.#child.kill('SIGKILL');
		this.#screen.dispose();
	}
}

afterEach(() => {
	for (const terminal of opened.splice(0)) terminal.kill();
});

const gallery = ['--import', 'tsx', 'test/components/gallery.tsx'];

async function openGallery(scene = 'world'): Promise<Terminal> {
	const terminal = new Terminal(process.execPath, [...gallery, scene]);
	await terminal.shows(scene === 'busy' ? 'create cluster dev-2' : '1 Clusters');
	return terminal;
}

/** The terminal is as it was: main screen, cursor shown, no bracketed paste. */
async function expectGivenBack(terminal: Terminal): Promise<void> {
	await terminal.settled();
	expect(terminal.isAlternate).toBe(false);
	expect(terminal.text()).not.toContain('1 Clusters');
	expect(terminal.output.lastIndexOf('\x1b[?25h')).toBeGreaterThan(terminal.output.lastIndexOf('\x1b[?25l'));
	expect(terminal.output.lastIndexOf('\x1b[?2004l')).toBeGreaterThan(terminal.output.lastIndexOf('\x1b[?2004h'));
	// Leaving the alternate screen twice would move the cursor on the one before.
	expect(terminal.output.split('\x1b[?1049l').length).toBe(terminal.output.split('\x1b[?1049h').length);
}

describe('the dashboard in a terminal', () => {
	test('takes the alternate screen, acts on keys and gives the terminal back with q', async () => {
		const terminal = await openGallery();
		expect(terminal.isAlternate).toBe(true);
		terminal.type('?');
		await terminal.shows('Moving about');
		terminal.type('?');
		await terminal.until(() => !terminal.text().includes('Moving about'), 'the panels again');
		terminal.type('q');
		expect((await terminal.exited).exitCode).toBe(0);
		await expectGivenBack(terminal);
	});

	test('draws anew when the terminal is resized', async () => {
		const terminal = await openGallery();
		terminal.resize(130, 40);
		await terminal.shows('5 Log');
		terminal.resize(50, 12);
		await terminal.shows('this is 50×12');
		terminal.resize(80, 24);
		await terminal.shows('2 Nodes');
		terminal.type('\x03');
		expect((await terminal.exited).exitCode).toBe(0);
		await expectGivenBack(terminal);
	});

	test.each([
		['SIGTERM', 143],
		['SIGHUP', 129],
		['SIGINT', 130],
	])('gives the terminal back on %s and exits with %i', async (signal, code) => {
		const terminal = await openGallery();
		terminal.signal(signal);
		expect((await terminal.exited).exitCode).toBe(code);
		await expectGivenBack(terminal);
	});

	test('cancels what is under way before it leaves on a signal', async () => {
		const terminal = await openGallery('busy');
		terminal.signal('SIGTERM');
		expect((await terminal.exited).exitCode).toBe(143);
		await terminal.settled();
		expect(terminal.text()).toContain('closed: create cluster dev-2 cancelling');
	});

	test.each(['uncaught', 'unhandled', 'render'])(
		'shows an error (%s) on the screen before, and exits with 1',
		async scene => {
			const terminal = new Terminal(process.execPath, [...gallery, scene]);
			expect((await terminal.exited).exitCode).toBe(1);
			await expectGivenBack(terminal);
			expect(terminal.text()).toContain('the fault of the test');
		},
	);

	test('gives the terminal back when the process is made to exit', async () => {
		const terminal = new Terminal(process.execPath, [...gallery, 'exit']);
		expect((await terminal.exited).exitCode).toBe(7);
		await terminal.settled();
		expect(terminal.isAlternate).toBe(false);
		expect(terminal.output.lastIndexOf('\x1b[?25h')).toBeGreaterThan(terminal.output.lastIndexOf('\x1b[?25l'));
	});

	test('Ctrl-Z gives the terminal to the shell, and fg brings everything back', async () => {
		const shell = new Terminal('bash', ['--norc', '--noprofile', '-i']);
		shell.type(`PS1='ready> '\r`);
		await shell.shows('ready> ');
		shell.type(`${process.execPath} ${gallery.join(' ')}\r`);
		await shell.shows('1 Clusters');
		shell.type('j\x1a');
		await shell.until(() => !shell.isAlternate && shell.text().includes('Stopped'), 'the stopped job');
		shell.type('echo and""now; stty -a | grep -o -- "-\\?icanon"; fg\r');
		await shell.shows('1 Clusters');
		expect(shell.output).toContain('andnow');
		expect(shell.output).toMatch(/[^-]icanon/);
		shell.type('k');
		await shell.until(() => /▸ demo/.test(shell.text()), 'the cursor moved');
		shell.type('q');
		await shell.until(() => !shell.isAlternate, 'the shell again');
	});

	test('an idle dashboard writes nothing', async () => {
		const terminal = await openGallery('idle');
		terminal.type('l');
		await terminal.shows('following');
		await terminal.settled();
		// Nothing happens here that could be awaited: the silence itself is what is tested. On a busy machine the last of what
		// belongs to the opening may come late, so one of three stretches has to be silent.
		const written: number[] = [];
		while (written.length < 3 && written.at(-1) !== 0) {
			const before = terminal.output.length;
			await new Promise(resolve => setTimeout(resolve, 1500));
			written.push(terminal.output.length - before);
		}
		expect(written.at(-1)).toBe(0);
	});
});

describe('running the dashboard', () => {
	const run = (stdin: unknown, stdout: unknown) => {
		const watch = new FakeWatch(fakeSnapshot());
		const lifecycle = new FakeLifecycle(watch, Date.now);
		const code = runDashboard({
			places: [
				{name: 'here', watch, lifecycle, machine: new FakeMachine(), saveKubeconfig: async () => '', shell: fakeShell},
			],
			env: {},
			stdin: stdin as NodeJS.ReadStream,
			stdout: stdout as NodeJS.WriteStream & {fd: number},
		});
		return {code, watch, lifecycle};
	};

	test('without a terminal is refused with what to do instead', async () => {
		await expect(run({isTTY: false}, {isTTY: true}).code).rejects.toMatchObject({
			subject: 'dashboard',
			reason: 'standard input is no terminal',
			next: expect.stringContaining('cluster list'),
		});
	});

	test('ends quietly when the terminal goes away, and leaves nothing open', async () => {
		const runAndLose = async () => {
			const stdout = Object.assign(new FakeStdout(100, 30), {isTTY: true, fd: -1});
			const {code, watch, lifecycle} = run(new FakeStdin(), stdout);
			expect(stdout.frames).toBeGreaterThan(0);
			stdout.emit('error', Object.assign(new Error('write EPIPE'), {code: 'EPIPE'}));
			expect(await code).toBe(129);
			expect(lifecycle.closes).toBe(1);
			expect(watch.listenerCount).toBe(0);
			expect(watch.followers.every(follower => follower.closed)).toBe(true);
		};
		const listeners = () =>
			['SIGTERM', 'SIGHUP', 'SIGCONT', 'uncaughtException', 'exit'].map(event => process.listenerCount(event));
		// The first one leaves what restore-cursor, one of Ink's libraries, listens to for the life of the process.
		await runAndLose();
		const before = listeners();
		await runAndLose();
		expect(listeners()).toEqual(before);
	});
});
