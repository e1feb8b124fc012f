import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest';
import {type Demo, type DemoWorld, startDemo} from '../../source/demo/start-demo.ts';
import {buildProgram, openDashboard, typeDashboard} from '../e2e/program.ts';
import {keys, type Terminal} from '../e2e/terminal.ts';

/** The three sizes at which everything has to work: a small terminal, a usual one, a large one. */
const sizes = [
	[80, 24],
	[120, 40],
	[200, 60],
] as const;

/** How long the slowest thing may take on a busy machine, in milliseconds. */
const patience = 40_000;

/** How long a scenario may take: longer than what it waits for, so that what was missed is told with the screen. */
const scenarioLimit = 90_000;

/** Keys as they are written in a scenario: `<enter>`; everything else is typed as it stands. */
const namedKeys: Readonly<Record<string, string>> = {
	'<enter>': keys.enter,
	'<esc>': keys.escape,
	'<tab>': keys.tab,
	'<s-tab>': '\x1b[Z',
	'<up>': keys.up,
	'<down>': keys.down,
	'<left>': '\x1b[D',
	'<right>': '\x1b[C',
	'<pgup>': '\x1b[5~',
	'<pgdn>': '\x1b[6~',
	'<space>': ' ',
	'<c-c>': keys.ctrlC,
	'<c-d>': keys.ctrlD,
	'<c-z>': keys.ctrlZ,
	'<c-r>': '\x12',
	'<c-u>': keys.clear,
};

/** The panels by their names, with what their titles begin with. */
const titles = {
	clusters: '1 Clusters',
	nodes: '2 Nodes',
	'load balancer': '3 Load balancer',
	registries: '4 Registries',
	log: '5 Log',
	workloads: '6 Workloads',
	activity: '7 Activity',
} as const;

export type PanelTitle = keyof typeof titles;

export interface PersonOptions {
	readonly folder: string;
	readonly host: string;
	readonly size: readonly [columns: number, rows: number];
}

/** A person at the dashboard: presses keys, and says what has to come on the screen. Everything is awaited. */
export class Person {
	terminal: Terminal;
	/** A folder of the test's own, which is the person's home and working directory. */
	readonly folder: string;
	/** The built-in engine's address, in DOCKER_HOST's form. */
	readonly host: string;
	readonly columns: number;
	readonly rows: number;
	readonly #open: (env?: NodeJS.ProcessEnv) => Terminal;

	constructor(open: (env?: NodeJS.ProcessEnv) => Terminal, {folder, host, size: [columns, rows]}: PersonOptions) {
		this.#open = open;
		this.terminal = open();
		this.folder = folder;
		this.host = host;
		this.columns = columns;
		this.rows = rows;
	}

	/** Leaves the dashboard, and opens it again in another terminal, with other variables where some are given. */
	async comesBack(env?: NodeJS.ProcessEnv): Promise<this> {
		this.press('q');
		await this.terminal.ended;
		this.terminal.close();
		this.terminal = this.#open(env);
		return this.sees('● live');
	}

	/** Presses keys: `<enter>` and the like by their names, others as they are typed. */
	press(...pressed: readonly string[]): this {
		this.terminal.press(...pressed.map(key => namedKeys[key] ?? key));
		return this;
	}

	/** Presses the left button of the mouse on a row of a panel, and lets it go. */
	clicks(name: PanelTitle, row: string): this {
		const {x, y} = this.#cellOf(name, row);
		this.terminal.press(`\x1b[<0;${x};${y}M\x1b[<0;${x};${y}m`);
		return this;
	}

	/** Turns the wheel above a row of a panel. */
	wheels(name: PanelTitle, row: string, direction: 'up' | 'down'): this {
		const {x, y} = this.#cellOf(name, row);
		this.terminal.press(`\x1b[<${direction === 'up' ? 64 : 65};${x};${y}M`);
		return this;
	}

	/** The cell in the middle of a row of a panel, as the mouse counts: from 1. */
	#cellOf(name: PanelTitle, row: string): {x: number; y: number} {
		const lines = this.terminal.lines();
		const top = lines.findIndex(line => line.includes(` ${titles[name]} `));
		const left = lines[top]?.lastIndexOf('╭', lines[top]?.indexOf(titles[name])) ?? 0;
		const y = lines.findIndex((line, index) => index > top && line.slice(left).includes(row));
		if (top === -1 || y === -1) throw new Error(`no ${row} in ${name}\n${this.terminal.text()}`);
		return {x: left + 10, y: y + 1};
	}

	pastes(text: string): this {
		this.terminal.paste(text);
		return this;
	}

	/** Waits until this is on the screen. */
	async sees(...wanted: readonly (string | RegExp)[]): Promise<this> {
		for (const each of wanted) await this.terminal.shows(each);
		return this;
	}

	/** Waits until this is not on the screen. */
	async seesNo(unwanted: string): Promise<this> {
		await this.terminal.hides(unwanted);
		return this;
	}

	/** The lines of a panel. */
	panel(name: PanelTitle): readonly string[] {
		return this.terminal.panel(titles[name]);
	}

	/** The title line of a panel, with its notes; empty where it is not on the screen. */
	title(name: PanelTitle): string {
		return this.terminal.lines().find(line => line.includes(` ${titles[name]} `) && line.includes('╭')) ?? '';
	}

	/** Waits until a panel's lines satisfy a condition. */
	async seesIn(name: PanelTitle, wanted: RegExp | ((lines: readonly string[]) => boolean)): Promise<this> {
		const isThere = typeof wanted === 'function' ? wanted : (lines: readonly string[]) => wanted.test(lines.join('\n'));
		await this.terminal.until(() => isThere(this.panel(name)), `${titles[name]} with ${wanted}`, patience);
		return this;
	}

	/** Waits until a panel's title line matches. */
	async seesTitle(name: PanelTitle, wanted: RegExp): Promise<this> {
		await this.terminal.until(() => wanted.test(this.title(name)), `the title of ${titles[name]} with ${wanted}`);
		return this;
	}

	/** Waits until a row of a panel matches. */
	async seesRow(name: PanelTitle, row: string, wanted: RegExp): Promise<this> {
		await this.terminal.rowShows(titles[name], row, wanted, patience);
		return this;
	}

	/** Waits until the cursor of a panel stands on this row. */
	async selects(name: PanelTitle, row: string): Promise<this> {
		await this.terminal.until(
			() => this.#cursor(name) === row || this.#cursor(name).endsWith(`-${row}`),
			`${titles[name]} with the cursor on ${row}`,
		);
		return this;
	}

	/** Moves down a list until the cursor stands on this row. */
	async goesTo(name: PanelTitle, row: string): Promise<this> {
		await this.seesRow(name, row, /./);
		const rows = this.panel(name).slice(1);
		const index = rows.indexOf(this.terminal.row(titles[name], row));
		return this.press('g', ...Array.from({length: index}, () => '<down>')).selects(name, row);
	}

	/** Marks this row of a list. */
	async marks(name: PanelTitle, row: string): Promise<this> {
		await this.goesTo(name, row);
		return this.press('<space>');
	}

	/** The first cell of the row with the cursor. */
	#cursor(name: PanelTitle): string {
		return this.terminal.cursor(titles[name]).split(/\s+/)[0] ?? '';
	}

	/** What the terminal was told to put into its clipboard last. */
	clipboard(): string {
		const [, base64 = ''] = [...this.terminal.output.matchAll(/\x1b\]52;c;([^\x07]*)\x07/g)].at(-1) ?? [];
		return Buffer.from(base64, 'base64').toString();
	}

	/** Every line fills the screen, and none is wider. */
	fitsTheScreen(): this {
		const lines = this.terminal.lines();
		expect(lines).toHaveLength(this.rows);
		expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(this.columns);
		return this;
	}
}

export interface ScenarioOptions {
	readonly args?: readonly string[];
	readonly env?: NodeJS.ProcessEnv;
	/** Typed into an interactive shell, which has jobs. */
	readonly fromShell?: boolean;
	/** What tells that the dashboard is live. */
	readonly waitsFor?: string;
	/** Files in the person's home, by their paths there. */
	readonly files?: Readonly<Record<string, string>>;
}

/** Adds a scenario, which is played at every size. */
export type Scenario = (name: string, play: (person: Person) => Promise<unknown>, options?: ScenarioOptions) => void;

/**
 * Scenarios in one world of the built-in engine, played by the built program in a pseudo-terminal. They share the
 * world: one that changes it puts it back, or works on a cluster of its own.
 */
export function scenarios(title: string, world: DemoWorld, tell: (scenario: Scenario) => void): void {
	describe(title, () => {
		let demo: Demo;
		let folder = '';
		let person: Person | undefined;
		beforeAll(async () => {
			await buildProgram();
			demo = await startDemo({world, pullSpeed: Number.POSITIVE_INFINITY});
		}, patience);
		afterEach(async () => {
			person?.terminal.close();
			await rm(folder, {recursive: true, force: true});
		});
		afterAll(() => demo.close());

		describe.each(sizes)('at %i×%i', (columns, rows) => {
			tell((name, play, {args = [], env = {}, files = {}, fromShell = false, waitsFor = '● live'} = {}) => {
				it(
					name,
					async () => {
						folder = await mkdtemp(path.join(tmpdir(), 'k3s-'));
						for (const [name, text] of Object.entries(files)) {
							const file = path.join(folder, name);
							await mkdir(path.dirname(file), {recursive: true});
							await writeFile(file, text);
						}
						const surroundings = {PATH: process.env.PATH, HOME: folder, DOCKER_HOST: demo.host, ...env};
						const options = {columns, rows, args, cwd: folder};
						const open = fromShell ? typeDashboard : openDashboard;
						person = new Person(more => open({env: {...surroundings, ...more}}, options), {
							folder,
							host: demo.host,
							size: [columns, rows],
						});
						await person.terminal.shows(waitsFor);
						// The first paint has gone without a trace.
						await person.terminal.shows(/^ ?k3dui {1,2}\S/);
						await play(person);
					},
					scenarioLimit,
				);
			});
		});
	});
}
