import {writeSync} from 'node:fs';
import process from 'node:process';
import {isatty} from 'node:tty';

/** Words with which nothing but the dashboard can be meant. */
const dashboardWords = /^--(?:demo(?:=(?:small|empty|large))?|read-only)$/;

/** The screen, empty, without a cursor. */
const enter = '\x1b[?1049h\x1b[?25l\x1b[H\x1b[2J';
const leave = '\x1b[?1049l\x1b[?25h';

/** Signals that end the process while nothing else listens to them, with the exit codes a shell gives them. */
const endings = {SIGHUP: 129, SIGINT: 130, SIGTERM: 143} as const;

let isShown = false;

/**
 * Shows that the dashboard is on its way, before anything is loaded that could draw it. Does so only where nothing but the
 * dashboard can come. `args` without the program's name.
 */
export function showFirstPaint(args: readonly string[], env: NodeJS.ProcessEnv): void {
	const comes = args.every(word => dashboardWords.test(word)) && isatty(0) && isatty(1) && env.TERM !== 'dumb';
	if (!comes) return;
	const name = env.NO_COLOR ? 'k3dui' : '\x1b[1;36mk3dui\x1b[0m';
	write(`${enter} ${name}  connecting...`);
	isShown = true;
	process.once('exit', endFirstPaint);
	// Node.js prints what nobody caught before it exits.
	process.once('uncaughtExceptionMonitor', endFirstPaint);
	for (const [signal, code] of Object.entries(endings)) {
		process.once(signal, () => {
			// Whoever listens as well ends the process in its own way.
			if (process.listenerCount(signal) === 0) process.exit(code);
		});
	}
}

/** Gives the terminal back to whoever has something to say on it. Does nothing where it is given back already. */
export function endFirstPaint(): void {
	if (isShown) write(leave);
	isShown = false;
}

/** Leaves the screen, empty, to the dashboard, which draws from where the cursor is and gives it back itself. */
export function takeOverFirstPaint(): void {
	if (isShown) write('\x1b[H\x1b[J');
	isShown = false;
}

function write(sequence: string): void {
	try {
		writeSync(1, sequence);
	} catch {
		// A terminal that takes nothing is found out by whoever writes next.
	}
}
