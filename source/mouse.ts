import type {Mouse, MouseReport} from './hooks/mouse.ts';

/** Reports of buttons and the wheel, with coordinates of any size (xterm's control sequences: modes 1000 and 1006). */
const on = '\x1b[?1000h\x1b[?1006h';
const off = '\x1b[?1006l\x1b[?1000l';

const report = /\x1b\[<(\d+);(\d+);(\d+)([Mm])/g;
/** A report, or another sequence, that goes on in the next read. A lone ESC is not waited for: it is a key. */
const begun = /\x1b\[(?:<[\d;]*)?$/;

/** How long the rest of a sequence may be under way, in milliseconds. */
const tailWindow = 400;

/** Shift, Alt and Ctrl in the number of a button: they make no difference here. */
const modifiers = 4 | 8 | 16;
const kinds: ReadonlyMap<number, MouseReport['kind']> = new Map([
	[0, 'press'],
	[64, 'up'],
	[65, 'down'],
]);

/** The mouse of a terminal, which is the terminal's own business until it is turned on. */
export interface TerminalMouse extends Mouse {
	/** The input without the mouse's reports, for everybody else. */
	readonly stdin: NodeJS.ReadStream;
	/** Leaves the mouse to somebody else while they work. */
	lend<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** Ink drops the reports, and takes one that comes in two reads for keys: they are taken out of what it reads. */
export function openMouse(stdin: NodeJS.ReadStream, write: (sequence: string) => void): TerminalMouse {
	const listeners = new Set<(report: MouseReport) => void>();
	let isOn = false;
	let rest = '';
	/** Until when what is read may go on from an ESC that the read before ended in (`performance.now()`). */
	let escapeUntil = 0;

	const read = (): string | null => {
		const chunk = stdin.read() as string | null;
		if (chunk === null || (!isOn && rest === '')) return chunk;
		const isTail = performance.now() < escapeUntil && /^\[(?:<|$)/.test(chunk);
		escapeUntil = chunk.endsWith('\x1b') ? performance.now() + tailWindow : 0;
		const text = `${isTail ? '\x1b' : ''}${rest}${chunk}`.replace(
			report,
			(_, button: string, x: string, y: string, end: string) => {
				const kind = kinds.get(Number(button) & ~modifiers);
				// A button that is let go (`m`) has been heard of before.
				if (kind && end === 'M') for (const tell of listeners) tell({kind, x: Number(x) - 1, y: Number(y) - 1});
				return '';
			},
		);
		rest = begun.exec(text)?.[0] ?? '';
		return text.slice(0, text.length - rest.length);
	};

	return {
		stdin: new Proxy(stdin, {
			get(target, name) {
				if (name === 'read') return read;
				const value: unknown = Reflect.get(target, name);
				return typeof value === 'function' ? value.bind(target) : value;
			},
		}),
		isOn: () => isOn,
		turn(to) {
			if (to !== isOn) write(to ? on : off);
			isOn = to;
		},
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		async lend(work) {
			if (isOn) write(off);
			try {
				return await work();
			} finally {
				if (isOn) write(on);
			}
		},
	};
}
