import {spawn} from 'node:child_process';
import {constants} from 'node:os';
import process from 'node:process';
import {Problem} from '../cluster/problem.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/**
 * Runs a program in our place: with our input, output and terminal. What signals mean is its business from now on.
 * Gives back its exit code; 128 and more where a signal ended it, as shells have it. Throws a Problem when it cannot be
 * started.
 */
export async function runProgram(file: string, words: readonly string[]): Promise<number> {
	const child = spawn(file, [...words], {stdio: 'inherit'});
	for (const signal of signals) {
		process.removeAllListeners(signal);
		// The terminal's own Ctrl-C and Ctrl-\ reach the program as they reach us; once is enough.
		const isTold = process.stdin.isTTY === true && (signal === 'SIGINT' || signal === 'SIGQUIT');
		process.on(signal, () => {
			if (!isTold) child.kill(signal);
		});
	}
	return new Promise((resolve, reject) => {
		child.once('error', error => {
			reject(new Problem(`plugin ${file}`, `it cannot be started: ${error.message}`, undefined, {cause: error}));
		});
		child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
	});
}
