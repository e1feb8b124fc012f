import pty from '@lydell/node-pty';
import unicode11 from '@xterm/addon-unicode11';
import xterm from '@xterm/headless';

/** What keys send. */
export const keys = {
	up: '\x1b[A',
	down: '\x1b[B',
	enter: '\r',
	escape: '\x1b',
	tab: '\t',
	/** Empties a text field, as in a shell. */
	clear: '\x15',
	ctrlC: '\x03',
	ctrlD: '\x04',
	ctrlZ: '\x1a',
} as const;

/** How a cell is drawn. A colour is a number of the palette; undefined is the terminal's own. */
export interface Drawn {
	readonly color: number | undefined;
	readonly inverse: boolean;
	readonly underline: boolean;
}

export interface TerminalOptions {
	readonly columns?: number;
	readonly rows?: number;
	/** All of it: nothing of this process's environment is added. With CI in it Ink would draw nothing. */
	readonly env: NodeJS.ProcessEnv;
	/** The folder it starts in; by default this process's own. */
	readonly cwd?: string;
}

/** Set while a frame is being written (https://gist.github.com/christianparpart/d8a62cc1ab659194337d73e399004036). */
const synchronizedOutput = 2026;

/** DEC's private modes that a full-screen program takes and has to give back. */
const modeNumbers = {cursorShown: 25, alternateScreen: 1049, bracketedPaste: 2004, mouse: 1000} as const;

export type Modes = Readonly<Record<keyof typeof modeNumbers, boolean>>;

/** How long the screen may take to answer a key, in milliseconds; generous, because the machine may be busy. */
const reactionLimit = 15_000;

/** A program in a real pseudo-terminal, and what a person sees of it. Nothing here sleeps: it looks when the screen changes. */
export class Terminal {
	readonly #screen: xterm.Terminal;
	readonly #child: pty.IPty;
	readonly #modes = new Map<number, boolean>([[modeNumbers.cursorShown, true]]);
	#output = '';
	#hasEnded = false;
	/** The exit code, once the program has ended and all its output is on screen. */
	readonly ended: Promise<number>;

	constructor(command: readonly [string, ...string[]], {columns = 120, rows = 40, env, cwd}: TerminalOptions) {
		this.#screen = new xterm.Terminal({cols: columns, rows, allowProposedApi: true});
		// Emoji have been two columns wide since Unicode 9, in terminals of today as well.
		this.#screen.loadAddon(new unicode11.Unicode11Addon());
		this.#screen.unicode.activeVersion = '11';
		for (const [final, isOn] of [
			['h', true],
			['l', false],
		] as const) {
			this.#screen.parser.registerCsiHandler({prefix: '?', final}, numbers => {
				for (const number of numbers) this.#modes.set(Number(number), isOn);
				return false;
			});
		}
		const [file, ...args] = command;
		this.#child = pty.spawn(file, args, {
			cols: columns,
			rows,
			name: 'xterm-256color',
			env: {...env, TERM: 'xterm-256color'},
			...(cwd !== undefined && {cwd}),
		});
		this.#child.onData(data => {
			this.#output += data;
			this.#screen.write(data);
		});
		this.ended = new Promise(resolve => {
			this.#child.onExit(({exitCode}) => {
				this.#hasEnded = true;
				this.#screen.write('', () => resolve(exitCode));
			});
		});
	}

	/** Everything the program wrote, escape sequences included. */
	get output(): string {
		return this.#output;
	}

	/** The screen's lines, without the spaces at their ends. */
	lines(): string[] {
		const {active} = this.#screen.buffer;
		return Array.from(
			{length: this.#screen.rows},
			(_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? '',
		);
	}

	text(): string {
		return this.lines().join('\n');
	}

	/** The lines within the frame that has this title; none when there is no such frame. */
	panel(title: string): string[] {
		const lines = this.lines();
		const top = lines.findIndex(line => line.includes(` ${title} `) && line.includes('╭'));
		const titleLine = lines[top];
		if (titleLine === undefined) return [];
		const left = titleLine.lastIndexOf('╭', titleLine.indexOf(` ${title} `));
		const right = titleLine.indexOf('╮', left);
		const height = lines.slice(top).findIndex(line => line[left] === '╰');
		return lines.slice(top + 1, top + height).map(line => line.slice(left + 1, right));
	}

	/** A panel's row whose first cell is this, or a node's full name that ends so; empty when there is none. */
	row(title: string, name: string): string {
		const isIt = (line: string) => {
			const [first = ''] = line
				.replace(/^[ ▸]◆?/, '')
				.trim()
				.split(/\s+/);
			return first === name || (first.startsWith('k3d-') && first.endsWith(`-${name}`));
		};
		return this.panel(title).find(isIt) ?? '';
	}

	/** The row with the cursor in a panel, without the cursor and its mark. */
	cursor(title: string): string {
		return (
			this.panel(title)
				.find(line => line.startsWith('▸'))
				?.replace(/^▸◆?/, '')
				.trim() ?? ''
		);
	}

	/** How many cells have a colour of their own, as text or behind it. */
	colouredCells(): number {
		const {active} = this.#screen.buffer;
		let count = 0;
		for (let row = 0; row < this.#screen.rows; row++) {
			const line = active.getLine(active.baseY + row);
			for (let column = 0; column < this.#screen.cols; column++) {
				const cell = line?.getCell(column);
				if (cell && !(cell.isFgDefault() && cell.isBgDefault())) count++;
			}
		}
		return count;
	}

	/** How the first cell of every place is drawn at which this text stands; no wide characters may be before it. */
	drawn(text: string): Drawn[] {
		const {active} = this.#screen.buffer;
		return this.lines().flatMap((line, row) =>
			[...line.matchAll(new RegExp(text.replace(/[^\w ]/g, '\\$&'), 'g'))].flatMap(({index}) => {
				const cell = active.getLine(active.baseY + row)?.getCell(index);
				if (!cell) return [];
				return {
					color: cell.isFgDefault() ? undefined : cell.getFgColor(),
					inverse: cell.isInverse() !== 0,
					underline: cell.isUnderline() !== 0,
				};
			}),
		);
	}

	/** The columns in which these characters stand on the first line that has a text. */
	columnsOf(characters: string, text: string): number[] {
		const {active} = this.#screen.buffer;
		const line = active.getLine(active.baseY + this.lines().findIndex(each => each.includes(text)));
		return Array.from({length: this.#screen.cols}, (_, column) => column).filter(
			column => line?.getCell(column)?.getChars() === characters,
		);
	}

	/** The terminal's modes as the program has set them by now. */
	modes(): Modes {
		const isOn = (name: keyof typeof modeNumbers) => this.#modes.get(modeNumbers[name]) ?? false;
		return {
			cursorShown: isOn('cursorShown'),
			alternateScreen: this.#screen.buffer.active.type === 'alternate',
			bracketedPaste: isOn('bracketedPaste'),
			mouse: isOn('mouse'),
		};
	}

	/** Presses keys, or types a text. */
	press(...pressed: readonly string[]): void {
		for (const key of pressed) this.#child.write(key);
	}

	paste(text: string): void {
		this.#child.write(`\x1b[200~${text}\x1b[201~`);
	}

	resize(columns: number, rows: number): void {
		this.#screen.resize(columns, rows);
		this.#child.resize(columns, rows);
	}

	/** Sends a signal to everything that runs in the terminal, as closing its window does. */
	signal(signal: NodeJS.Signals): void {
		process.kill(-this.#child.pid, signal);
	}

	/**
	 * Waits until the screen satisfies a condition.
	 *
	 * @param what says in the error's text what was waited for
	 * @param limit in milliseconds
	 * @throws with the screen as it is, when that takes too long or the program ends before
	 */
	async until(condition: () => boolean, what: string, limit = reactionLimit): Promise<void> {
		await new Promise<void>((resolve, reject) => {
			const stop = () => {
				clearTimeout(timer);
				listener.dispose();
			};
			const fail = (why: string) => {
				stop();
				reject(new Error(`never on screen: ${what} (${why})\n${this.text()}`));
			};
			const look = () => {
				// Half a frame is nothing a person sees.
				if (this.#modes.get(synchronizedOutput) || !condition()) return;
				stop();
				resolve();
			};
			const timer = setTimeout(() => fail(`waited ${limit / 1000} s`), limit);
			const listener = this.#screen.onWriteParsed(look);
			look();
			void this.ended.then(code => {
				look();
				fail(`the program has ended with ${code}`);
			});
		});
	}

	shows(wanted: string | RegExp, limit?: number): Promise<void> {
		const isThere = () => (typeof wanted === 'string' ? this.text().includes(wanted) : wanted.test(this.text()));
		return this.until(isThere, String(wanted), limit);
	}

	hides(unwanted: string, limit?: number): Promise<void> {
		return this.until(() => !this.text().includes(unwanted), `the screen without ${unwanted}`, limit);
	}

	/** Waits for a panel's row to match. */
	rowShows(title: string, name: string, wanted: RegExp, limit?: number): Promise<void> {
		return this.until(() => wanted.test(this.row(title, name)), `${title}: ${name} with ${wanted}`, limit);
	}

	/** Ends what still runs. */
	close(): void {
		try {
			if (!this.#hasEnded) this.signal('SIGKILL');
		} catch {
			// It has ended in this moment.
		}
		this.#screen.dispose();
	}
}
