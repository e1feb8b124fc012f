import fs from 'node:fs';
import process from 'node:process';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {type Instance, render, useApp} from 'ink';
import {useEffect} from 'react';
import {copyToTerminal} from './clipboard.ts';
import {Problem} from './cluster/problem.ts';
import {Dashboard} from './components/dashboard.tsx';
import {createStyle} from './components/style.ts';
import {takeOverFirstPaint} from './first-paint.ts';
import type {DashboardProps, EngineChoice, OtherEngines} from './hooks/session.ts';
import {openMouse, type TerminalMouse} from './mouse.ts';
import type {Settings} from './settings/settings.ts';

/** What the dashboard runs on. All of it is opened and closed by the caller. */
export interface DashboardOptions
	extends Pick<DashboardProps, 'places' | 'images' | 'notice' | 'readOnly' | 'settingsFile' | 'problems' | 'memory'> {
	/** What the person has set. */
	readonly settings?: Settings;
	/** What is offered as long as the engine has never answered; by default nothing. */
	readonly otherEngines?: Omit<OtherEngines, 'open'>;
	/** Read: NO_COLOR, K3DUI_K3S_IMAGE (images the create dialog offers, separated by commas). */
	readonly env: NodeJS.ProcessEnv;
	readonly stdin: NodeJS.ReadStream;
	readonly stdout: NodeJS.WriteStream & {readonly fd: number};
	/** Milliseconds since the epoch. */
	readonly now?: () => number;
	/** Stops the whole job as Ctrl-Z does where the terminal is not raw. Tests choose another. */
	readonly stopJob?: () => void;
}

/** How the dashboard came to its end. */
interface Ending {
	readonly code: number;
	readonly error?: unknown;
	/** True where the person was asked about running operations, and waited for their undoing or did not want to. */
	readonly undone?: boolean;
	/** What the person wants to go on with. */
	readonly next?: EngineChoice;
}

/** More frames than this nobody sees, and each costs CPU. */
const maxFps = 25;

/** How long operations may take to be undone when a signal ends the dashboard, in milliseconds. */
const closeLimit = 10_000;

/**
 * Gives a terminal back whatever happened: default modes (mouse, paste, wrapping, colours, cursor) and the screen
 * the person had before. Not written a second time: leaving the alternate screen twice moves the cursor.
 */
const leaveSequence = '\x1b[?1000l\x1b[?1002l\x1b[?1006l\x1b[?2004l\x1b[?7h\x1b[0m\x1b[?1049l\x1b[?25h';

/** Signals that end the dashboard, with the exit codes a shell gives them (128 + number). */
const endings = {SIGINT: 130, SIGTERM: 143, SIGHUP: 129} as const;

/**
 * Shows the dashboard until the person quits, a signal arrives or the terminal goes away, and resolves with the exit
 * code, or with the engine that the person wants to go on with. The terminal is given back in every case. Throws a Problem when there is no terminal.
 */
export async function runDashboard(options: DashboardOptions): Promise<number | EngineChoice> {
	const {stdin, stdout, env, settings = {}} = options;
	if (!stdin.isTTY || !stdout.isTTY) {
		throw new Problem(
			'dashboard',
			`${stdin.isTTY ? 'standard output' : 'standard input'} is no terminal`,
			'Run `k3dui cluster list` instead, or start k3dui in a terminal.',
		);
	}
	const {promise, resolve} = Promise.withResolvers<Ending>();
	const terminal = createTerminalGuard(stdout);
	const sayWarnings = holdWarnings();
	const images = [...(options.images ?? []), ...(env.K3DUI_K3S_IMAGE ?? '').split(',').map(image => image.trim())];
	const otherEngines = options.otherEngines && {
		...options.otherEngines,
		open: (next: EngineChoice) => resolve({code: 0, next}),
	};
	const mouse = openMouse(stdin, sequence => stdout.write(sequence));
	let lend: LendTerminal = async () => {};
	const places = options.places.map(place => {
		const {logIn, shell} = place;
		const lent = async <Result,>(work: () => Promise<Result>): Promise<Result> => {
			const {promise, resolve, reject} = Promise.withResolvers<Result>();
			await lend(async () => {
				await withoutReading(stdin, () => work().then(resolve, reject));
				// What is drawn next begins where the cursor is, and who had the terminal may have left it within a line.
				stdout.write('\r');
			});
			return promise;
		};
		return {
			...place,
			...(logIn && {logIn: () => lent(logIn)}),
			shell: (...what: Parameters<typeof shell>) => lent(() => shell(...what)),
		};
	});
	// Before the first frame: a Ctrl-Z or Ctrl-C typed right at it must come as a key, not from the terminal driver.
	stdin.setRawMode(true);
	takeOverFirstPaint();
	mouse.turn(settings.mouse ?? false);
	const instance = render(
		<>
			<Dashboard
				places={places}
				images={images.filter(image => image !== '')}
				{...(options.notice === undefined ? {} : {notice: options.notice})}
				readOnly={options.readOnly ?? settings.readOnly ?? false}
				{...(settings.keys && {keys: settings.keys})}
				logs={settings.logs}
				problems={options.problems ?? []}
				{...(options.settingsFile !== undefined && {settingsFile: options.settingsFile})}
				{...(options.memory && {memory: options.memory})}
				{...(otherEngines && {otherEngines})}
				now={options.now ?? Date.now}
				copy={text => copyToTerminal(text, sequence => stdout.write(sequence), env)}
				exit={code => resolve({code, undone: true})}
				suspend={() => void lend(() => untilContinued(options.stopJob ?? stopJob))}
				mouse={mouse}
				style={createStyle(env, settings)}
			/>
			<TerminalLender
				mouse={mouse}
				onReady={ready => {
					lend = ready;
				}}
			/>
		</>,
		{
			stdin: mouse.stdin,
			stdout,
			alternateScreen: true,
			interactive: true,
			// Ink's own mode for those says the whole screen again after every change; see `Style.isSpoken`.
			isScreenReaderEnabled: false,
			incrementalRendering: true,
			patchConsole: false,
			exitOnCtrlC: false,
			maxFps,
		},
	);
	const stopListening = listenForEndings(options, resolve);
	instance.waitUntilExit().then(
		() => resolve({code: 0}),
		error => resolve({code: 1, error}),
	);

	const {code, error, next, undone = false} = await promise;
	stopListening();
	mouse.turn(false);
	await leave(instance);
	terminal.left();
	sayWarnings();
	if (!undone) await withLimit(Promise.allSettled(places.map(({lifecycle}) => lifecycle.close())), closeLimit);
	if (error !== undefined) throw error;
	return next ?? code;
}

/** Unmounts and waits until the last bytes are out; a terminal that is gone takes none. */
async function leave(instance: Instance): Promise<void> {
	const exited = instance.waitUntilExit();
	instance.unmount();
	await withLimit(exited, 1000);
}

/** Waits for a promise, however it ends, but not for ever. */
async function withLimit(promise: Promise<unknown>, limit: number): Promise<void> {
	let timer: NodeJS.Timeout | undefined;
	const timeout = new Promise<void>(resolve => {
		timer = setTimeout(resolve, limit);
	});
	await Promise.race([promise.catch(() => {}), timeout]);
	clearTimeout(timer);
}

/** Writes the leave sequence when the process exits before the dashboard was left in good order. */
function createTerminalGuard(stdout: DashboardOptions['stdout']): {left(): void} {
	const onExit = () => {
		try {
			fs.writeSync(stdout.fd, leaveSequence);
		} catch {
			// The terminal is gone, and nobody is left who could see what is on it.
		}
	};
	process.on('exit', onExit);
	return {left: () => process.off('exit', onExit)};
}

/** Warnings beyond these are dropped: what repeats itself would fill the memory. */
const mostWarnings = 10;

/**
 * Keeps Node.js from writing its warnings over the screen (straight to standard error, whoever caused them). Returns
 * what has them said after all.
 */
function holdWarnings(): () => void {
	const listeners = process.listeners('warning');
	const held: Error[] = [];
	const hold = (warning: Error) => {
		if (held.length < mostWarnings) held.push(warning);
	};
	for (const listener of listeners) process.off('warning', listener);
	process.on('warning', hold);
	return () => {
		process.off('warning', hold);
		for (const listener of listeners) {
			process.on('warning', listener);
			for (const warning of held) listener(warning);
		}
	};
}

/** Signals, errors nobody caught, and a terminal that goes away. Returns what ends the listening. */
function listenForEndings({stdin, stdout}: DashboardOptions, end: (ending: Ending) => void): () => void {
	const signals = Object.entries(endings).map(([signal, code]) => ({signal, listener: () => end({code})}));
	const onError = (error: unknown) => end({code: 1, error});
	// EPIPE and EIO: there is no terminal any more to say anything on.
	const onGone = () => end({code: endings.SIGHUP});
	for (const {signal, listener} of signals) process.on(signal, listener);
	process.on('uncaughtException', onError);
	process.on('unhandledRejection', onError);
	stdout.on('error', onGone);
	stdin.on('error', onGone);
	stdin.on('end', onGone);
	return () => {
		for (const {signal, listener} of signals) process.off(signal, listener);
		process.off('uncaughtException', onError);
		process.off('unhandledRejection', onError);
		stdin.off('error', onGone);
		stdin.off('end', onGone);
		// The listener on stdout stays: what is written last may still fail, and must not crash the process.
	};
}

/** As the terminal driver does for Ctrl-Z: the whole foreground group stops, `npm` around us included. */
function stopJob(): void {
	process.kill(0, 'SIGTSTP');
}

/** How long after stopping the job a life sign means that nothing can stop it (an orphaned process group). */
const stopsWithin = 200;

/** Does some work while the terminal's input is left to another program; Ink reads on when it takes the terminal back. */
async function withoutReading(stdin: NodeJS.ReadStream, work: () => Promise<void>): Promise<void> {
	// Ink has taken its listener off just now; Node.js heeds that, and the pause, in a later tick each.
	await nextTurn();
	stdin.pause();
	await nextTurn();
	await work();
}

/** Stops the job, and waits until it is continued. */
function untilContinued(stop: () => void): Promise<void> {
	return new Promise<void>(resolve => {
		const done = () => {
			clearTimeout(timer);
			process.off('SIGCONT', done);
			resolve();
		};
		const timer = setTimeout(done, stopsWithin);
		process.on('SIGCONT', done);
		stop();
	});
}

/** Gives the terminal to somebody else while some work lasts, and takes and redraws it afterwards. */
type LendTerminal = (work: () => Promise<void>) => Promise<void>;

/** Lends the terminal, to one after another, and enters it anew after SIGCONT, whoever had stopped the process. */
function TerminalLender({
	mouse,
	onReady,
}: {
	readonly mouse: TerminalMouse;
	readonly onReady: (lend: LendTerminal) => void;
}) {
	const {suspendTerminal} = useApp();
	useEffect(() => {
		let busy = false;
		let turn = Promise.resolve();
		const lend: LendTerminal = work => {
			const mine = turn.then(async () => {
				busy = true;
				try {
					await mouse.lend(() => suspendTerminal(work));
				} finally {
					busy = false;
				}
			});
			turn = mine.catch(() => {});
			return mine;
		};
		onReady(lend);
		// Stopped from outside (kill -STOP), the terminal may be in any state; unless somebody else has it.
		const onContinue = () => {
			if (!busy) void lend(async () => {});
		};
		process.on('SIGCONT', onContinue);
		return () => void process.off('SIGCONT', onContinue);
	}, [suspendTerminal, mouse, onReady]);
	return null;
}
