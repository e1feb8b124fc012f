import {type ChildProcess, execFile, spawn} from 'node:child_process';
import {chmod, writeFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {Terminal, type TerminalOptions} from './terminal.ts';
import type {World} from './world.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** What ships. */
export const programPath = path.join(root, 'dist', 'cli.js');

/** Builds what ships, if it is older than its source. */
export async function buildProgram(): Promise<void> {
	const script = "import('./scripts/setup.mjs').then(setup => setup.build())";
	await promisify(execFile)(process.execPath, ['-e', script], {cwd: root});
}

/** Puts `k3dui`, the built one, into a folder for the PATH. */
export async function installProgram(folder: string): Promise<void> {
	const file = path.join(folder, 'k3dui');
	await writeFile(file, `#!/bin/sh\nexec '${process.execPath}' '${programPath}' "$@"\n`);
	await chmod(file, 0o755);
}

/** As much of a world as a program needs. */
export type Surroundings = Pick<World, 'env'> & {
	/** What standard input has; nothing where there is none. */
	readonly stdin?: string;
};

export interface Ended {
	/** Undefined when a signal ended it. */
	readonly code: number | undefined;
	readonly stdout: string;
	readonly stderr: string;
}

/** The built k3dui at work without a terminal. */
export interface Running {
	readonly ended: Promise<Ended>;
	/** Resolves when this is on stderr. Rejects when the program ends before. */
	says(text: string): Promise<void>;
	/** What it has written to stdout so far. */
	stdout(): string;
	signal(signal: NodeJS.Signals): void;
}

/** Starts the built k3dui with arguments, in a world. Nothing of the user's environment reaches it but the PATH. */
export function start(world: Surroundings, ...args: readonly string[]): Running {
	const child: ChildProcess = spawn(process.execPath, [programPath, ...args], {
		env: world.env,
		stdio: [world.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
	});
	child.stdin?.end(world.stdin);
	let stdout = '';
	let stderr = '';
	child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
		stdout += chunk;
	});
	child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
		stderr += chunk;
	});
	const ended = new Promise<Ended>((resolve, reject) => {
		child.on('error', reject);
		child.on('close', code => resolve({code: code ?? undefined, stdout, stderr}));
	});
	return {
		ended,
		says: text =>
			new Promise((resolve, reject) => {
				const look = () => {
					if (stderr.includes(text)) resolve();
				};
				child.stderr?.on('data', look);
				look();
				void ended.then(() => reject(new Error(`k3dui ended and never said ${text}:\n${stderr}`)));
			}),
		stdout: () => stdout,
		signal: signal => void child.kill(signal),
	};
}

/** Runs the built k3dui to its end. */
export function k3dui(world: Surroundings, ...args: readonly string[]): Promise<Ended> {
	return start(world, ...args).ended;
}

/** Types the dashboard's command into an interactive shell in a terminal, which stops and continues jobs. */
export function typeDashboard(
	world: Surroundings,
	{args = [], ...options}: Partial<TerminalOptions> & {readonly args?: readonly string[]} = {},
): Terminal {
	const shell = new Terminal(['/bin/bash', '--norc', '--noprofile', '-i'], {
		env: {...world.env, PS1: '$ '},
		...options,
	});
	shell.press(`'${process.execPath}' '${programPath}' ${args.join(' ')}\r`);
	return shell;
}

/**
 * Starts the dashboard in a shell in a terminal. When it ends, the shell says `exit code N` and how the terminal's driver
 * is set, on whatever screen it was given back.
 */
export function openDashboard(
	world: Surroundings,
	{args = [], ...options}: Partial<TerminalOptions> & {readonly args?: readonly string[]} = {},
): Terminal {
	// Signals reach the shell as well: it has to outlive the dashboard.
	const script = 'trap : TERM HUP INT; "$@"; echo "exit code $?"; stty -a';
	return new Terminal(['/bin/sh', '-c', script, 'sh', process.execPath, programPath, ...args], {
		env: world.env,
		...options,
	});
}
