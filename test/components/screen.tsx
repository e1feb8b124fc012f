import {EventEmitter} from 'node:events';
import {stripVTControlCharacters} from 'node:util';
import {render} from 'ink';
import stringWidth from 'string-width';
import {afterEach, vi} from 'vitest';
import {Dashboard} from '../../source/components/dashboard.tsx';
import {createStyle} from '../../source/components/style.ts';
import type {Place} from '../../source/hooks/place.ts';
import type {DashboardProps, OtherEngines} from '../../source/hooks/session.ts';
import type {Snapshot} from '../../source/watch/snapshot.ts';
import {FakeLifecycle, FakeWatch, fakeShell} from './fake-engine.ts';
import {FakeMachine} from './fake-machine.ts';
import {fakeSnapshot, noon} from './fake-world.ts';

/** A terminal's output side of a chosen size. Ink writes every frame to it as a whole (its debug mode). */
export class FakeStdout extends EventEmitter {
	columns: number;
	rows: number;
	frame = '';
	frames = 0;

	constructor(columns: number, rows: number) {
		super();
		this.columns = columns;
		this.rows = rows;
	}

	write = (text: string, callback?: () => void): boolean => {
		if (text !== '') {
			this.frame = text;
			this.frames++;
			this.emit('frame');
		}
		callback?.();
		return true;
	};
}

/** A terminal's input side: each chunk is one read. */
export class FakeStdin extends EventEmitter {
	readonly isTTY = true;
	#chunk: string | null = null;

	send(chunk: string): void {
		this.#chunk = chunk;
		this.emit('readable');
	}

	read(): string | null {
		const chunk = this.#chunk;
		this.#chunk = null;
		return chunk;
	}
	setEncoding(): void {}
	setRawMode(): void {}
	ref(): void {}
	unref(): void {}
}

/** What keys send. */
export const keys = {
	up: '\x1b[A',
	down: '\x1b[B',
	right: '\x1b[C',
	left: '\x1b[D',
	pageUp: '\x1b[5~',
	pageDown: '\x1b[6~',
	home: '\x1b[H',
	end: '\x1b[F',
	enter: '\r',
	escape: '\x1b',
	tab: '\t',
	shiftTab: '\x1b[Z',
	backspace: '\x7f',
	ctrlC: '\x03',
	ctrlZ: '\x1a',
} as const;

export interface ScreenOptions {
	readonly columns?: number;
	readonly rows?: number;
	readonly snapshot?: Snapshot;
	/** Hosts besides the first one, by their names. */
	readonly others?: Readonly<Record<string, Snapshot>>;
	/** Lends the terminal to the first host's ssh. */
	readonly logIn?: () => Promise<void>;
	/** Runs a command in a container of the first host, with the terminal lent to it. */
	readonly shell?: Place['shell'];
	readonly env?: {readonly [name: string]: string | undefined};
	readonly saveKubeconfig?: (cluster: string) => Promise<string>;
	readonly images?: readonly string[];
	readonly readOnly?: boolean;
	/** Other keys for bindings. */
	readonly keys?: DashboardProps['keys'];
	readonly notice?: string;
	/** What is wrong with the person's settings. */
	readonly problems?: DashboardProps['problems'];
	readonly otherEngines?: OtherEngines;
	/** Called for every log that is opened. */
	readonly onFollow?: FakeWatch['onFollow'];
}

const open: (() => void)[] = [];

afterEach(() => {
	for (const close of open.splice(0)) close();
});

/** The dashboard on fake data, with a keyboard and a screen to look at. */
export function openDashboard(options: ScreenOptions = {}) {
	const {columns = 120, rows = 40, env = {}, saveKubeconfig = async () => '/home/me/.kube/config'} = options;
	const stdout = new FakeStdout(columns, rows);
	const stdin = new FakeStdin();
	const watch = new FakeWatch(options.snapshot ?? fakeSnapshot());
	if (options.onFollow) watch.onFollow = options.onFollow;
	const clock = {now: noon};
	const lifecycle = new FakeLifecycle(watch, () => clock.now);
	const machine = new FakeMachine();
	const first: Place = {
		name: 'here',
		watch,
		lifecycle,
		machine,
		saveKubeconfig,
		logIn: options.logIn,
		shell: options.shell ?? fakeShell,
	};
	const others = Object.entries(options.others ?? {}).map(([name, snapshot], index) => {
		const watch = new FakeWatch(snapshot);
		// As in one process, where no two operations have the same number.
		const lifecycle = new FakeLifecycle(watch, () => clock.now, 100 * (index + 1));
		return {name, watch, lifecycle, machine: new FakeMachine(), saveKubeconfig, shell: fakeShell};
	});
	const exit = vi.fn<(code: number) => void>();
	const copied: string[] = [];
	const suspend = vi.fn<() => void>();
	const instance = render(
		<Dashboard
			places={[first, ...others]}
			images={options.images ?? []}
			readOnly={options.readOnly ?? false}
			{...(options.keys && {keys: options.keys})}
			{...(options.problems && {problems: options.problems, settingsFile: '/home/me/.config/k3dui/config.yaml'})}
			{...(options.notice !== undefined && {notice: options.notice})}
			{...(options.otherEngines && {otherEngines: options.otherEngines})}
			now={() => clock.now}
			exit={exit}
			copy={text => {
				copied.push(text);
				return {isCopied: true, where: 'in the clipboard'};
			}}
			suspend={suspend}
			style={createStyle(env)}
		/>,
		{
			stdout: stdout as unknown as NodeJS.WriteStream,
			stdin: stdin as unknown as NodeJS.ReadStream,
			debug: true,
			interactive: true,
			exitOnCtrlC: false,
			patchConsole: false,
		},
	);
	open.push(() => instance.unmount());

	const text = () => stripVTControlCharacters(stdout.frame);
	/** Waits for a frame that satisfies a condition; fails with the last frame after two seconds. */
	const until = (condition: () => boolean, what: string) =>
		new Promise<void>((resolve, reject) => {
			const check = () => {
				if (!condition()) return;
				clearTimeout(timer);
				stdout.off('frame', check);
				resolve();
			};
			const timer = setTimeout(() => {
				stdout.off('frame', check);
				reject(new Error(`never on screen: ${what}\n${text()}`));
			}, 2000);
			stdout.on('frame', check);
			check();
		});
	return {
		/** The hosts besides the first one. */
		others: Object.fromEntries(others.map(other => [other.name, other])),
		watch,
		lifecycle,
		machine,
		exit,
		/** What was put into the clipboard. */
		copied,
		suspend,
		clock,
		text,
		raw: () => stdout.frame,
		/** How many frames were drawn so far. */
		frames: () => stdout.frames,
		lines: () => text().split('\n'),
		until,
		shows: (wanted: string | RegExp) =>
			until(() => (typeof wanted === 'string' ? text().includes(wanted) : wanted.test(text())), String(wanted)),
		hides: (unwanted: string) => until(() => !text().includes(unwanted), `the screen without ${unwanted}`),
		/** Sends each chunk as one read, and lets React's effects run in between. */
		async press(...chunks: readonly string[]) {
			for (const chunk of chunks) {
				stdin.send(chunk);
				// Ink waits 20 ms before a lone ESC is the Esc key.
				await instance.waitUntilRenderFlush();
				if (chunk === keys.escape) await new Promise(resolve => setTimeout(resolve, 30));
			}
		},
		paste: async (pasted: string) => {
			stdin.send(`\x1b[200~${pasted}\x1b[201~`);
			await instance.waitUntilRenderFlush();
		},
		flush: () => instance.waitUntilRenderFlush(),
		async resize(newColumns: number, newRows: number) {
			stdout.columns = newColumns;
			stdout.rows = newRows;
			stdout.emit('resize');
			await instance.waitUntilRenderFlush();
		},
		unmount: () => instance.unmount(),
		/** The line with the cursor of the panel in focus, without the frame. */
		cursor: () => /\x1b\[7m[^\n]*▸[ ◆]\s*([^\n]*?)\s{2}/.exec(stdout.frame)?.[1] ?? '',
		/** The widest line and the number of lines. */
		size: () => {
			const all = stdout.frame.split('\n');
			return {columns: Math.max(...all.map(line => stringWidth(line))), rows: all.length};
		},
	};
}

export type OpenedDashboard = ReturnType<typeof openDashboard>;
