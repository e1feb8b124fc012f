import {constants} from 'node:os';
import type {Readable} from 'node:stream';
import type {Container} from './container.ts';
import {badRequest} from './docker-error.ts';
import type {ContainerNetwork} from './fabric.ts';
import type {Filesystem} from './filesystem.ts';

/** What a program in a container gets to work with. */
export interface ProgramContext {
	readonly container: Container;
	/** With the program's own name first. */
	readonly argv: readonly string[];
	readonly env: Readonly<Record<string, string>>;
	readonly workingDir: string;
	readonly files: Filesystem;
	readonly network: ContainerNetwork;
	readonly stdin: Readable;
	/** Whether it has a terminal. */
	readonly tty: boolean;
	out(data: string | Uint8Array): void;
	error(data: string | Uint8Array): void;
	/** Aborts when the process has ended, whatever ended it. */
	readonly ended: AbortSignal;
	/** Takes over what a signal (by number) does; SIGKILL asks nobody. */
	onSignal(numbers: readonly number[], action: () => void): void;
}

/** A program: runs until it returns its exit code, or `ended` aborts. */
export type Program = (context: ProgramContext) => Promise<number>;

const names = constants.signals as Readonly<Record<string, number>>;

export const SIGKILL = 9;
export const SIGTERM = 15;

/** Reads a signal as Docker takes it: `KILL`, `SIGKILL` or `9`. @throws DockerError 400 */
export function signalNumber(text: string): number {
	const number = /^\d+$/.test(text) ? Number(text) : names[`SIG${text.toUpperCase().replace(/^SIG/, '')}`];
	if (!number || number > 64) throw badRequest(`invalid signal: ${text}`);
	return number;
}

/** Signals that a process without a handler outlives. */
const harmlessSignals = new Set([17, 18, 23, 28]);

/** Milliseconds that a killed program may take to let go of what it holds. */
const lettingGo = 2000;

/** A running program. */
export class Process {
	/** The exit code: the program's own, or 128 and the signal that ended it. */
	readonly exited: Promise<number>;
	readonly #end: (code: number) => void;
	readonly #done: Promise<unknown>;
	readonly #handlers = new Map<number, () => void>();
	readonly #isFirst: boolean;
	#over = false;

	/**
	 * @param isFirst whether it is process 1 of its container without an init: the kernel spares such one every signal it
	 * has no handler for, but SIGKILL
	 */
	constructor(program: Program, context: Omit<ProgramContext, 'ended' | 'onSignal'>, isFirst: boolean) {
		const {promise, resolve} = Promise.withResolvers<number>();
		const life = new AbortController();
		this.#isFirst = isFirst;
		this.exited = promise;
		this.#end = code => {
			if (this.#over) return;
			this.#over = true;
			life.abort();
			// A program that was killed still has to let go of its ports and files before the next life.
			void Promise.race([this.#done, pause(lettingGo, new AbortController().signal)]).then(() => resolve(code));
		};
		const write = (to: (data: string | Uint8Array) => void) => (data: string | Uint8Array) => {
			if (!this.#over) to(data);
		};
		const whole: ProgramContext = {
			...context,
			out: write(data => context.out(data)),
			error: write(data => context.error(data)),
			ended: life.signal,
			onSignal: (numbers, action) => {
				for (const number of numbers) this.#handlers.set(number, action);
			},
		};
		this.#done = program(whole).then(this.#end, error => {
			whole.error(`${error instanceof Error ? error.message : error}\n`);
			this.#end(1);
		});
	}

	signal(number: number): void {
		const handler = number === SIGKILL ? undefined : this.#handlers.get(number);
		if (number === SIGKILL) this.#end(128 + number);
		else if (handler) handler();
		else if (!this.#isFirst && !harmlessSignals.has(number)) this.#end(128 + number);
	}
}

/** Waits for a time or the end of a process; never rejects. */
export function pause(milliseconds: number, ended: AbortSignal): Promise<void> {
	return new Promise(resolve => {
		if (ended.aborted) return resolve();
		const done = () => {
			clearTimeout(timer);
			ended.removeEventListener('abort', done);
			resolve();
		};
		// Longer than a timer can be is for ever.
		const timer = milliseconds < 2 ** 31 ? setTimeout(done, milliseconds) : undefined;
		ended.addEventListener('abort', done, {once: true});
	});
}
