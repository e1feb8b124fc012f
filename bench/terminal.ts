import {Buffer} from 'node:buffer';
import pty, {type IPty} from '@lydell/node-pty';
import xterm from '@xterm/headless';

export const columns = 120;
export const rows = 40;

/** How long something may take to appear on screen, in milliseconds. */
const defaultPatience = 30_000;

export interface TerminalOptions {
	readonly env: NodeJS.ProcessEnv;
	readonly signal: AbortSignal;
}

/** A program in a pseudo-terminal of 120×40, and what a person would see of it. */
export class Terminal {
	readonly #screen = new xterm.Terminal({cols: columns, rows, allowProposedApi: true});
	readonly #child: IPty;
	readonly #signal: AbortSignal;
	readonly #drawn = new Set<(at: number) => void>();
	readonly #exited: Promise<void>;
	/** When the program was started (`performance.now()`). */
	readonly begunAt: number;
	firstByteAt: number | undefined;
	/** What the program has written so far. */
	bytes = 0;

	constructor(program: string, args: readonly string[], {env, signal}: TerminalOptions) {
		signal.throwIfAborted();
		this.#signal = signal;
		this.begunAt = performance.now();
		this.#child = pty.spawn(program, [...args], {cols: columns, rows, name: 'xterm-256color', env});
		this.#child.onData(data => {
			const at = performance.now();
			this.firstByteAt ??= at;
			this.bytes += Buffer.byteLength(data);
			this.#screen.write(data, () => {
				for (const listener of this.#drawn) listener(at);
			});
		});
		this.#exited = new Promise(resolve => {
			this.#child.onExit(() => resolve());
		});
	}

	get pid(): number {
		return this.#child.pid;
	}

	/** The lines on screen. */
	lines(): string[] {
		const {active} = this.#screen.buffer;
		return Array.from({length: rows}, (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? '');
	}

	type(text: string): void {
		this.#child.write(text);
	}

	/**
	 * Waits until the screen satisfies a condition.
	 *
	 * @returns when the bytes arrived that made it so (`performance.now()`)
	 * @throws with the screen, when that does not happen within `patience` milliseconds or the program ends.
	 */
	async until(
		condition: (lines: readonly string[]) => boolean,
		what: string,
		patience: number = defaultPatience,
	): Promise<number> {
		if (condition(this.lines())) return performance.now();
		const {promise, resolve, reject} = Promise.withResolvers<number>();
		const fail = (why: string) => reject(new Error(`${what}: ${why}. On screen:\n${this.lines().join('\n')}`));
		const timer = setTimeout(fail, patience, `not on screen after ${patience / 1000} s`);
		const abort = () => reject(this.#signal.reason);
		const look = (at: number) => {
			if (condition(this.lines())) resolve(at);
		};
		this.#drawn.add(look);
		this.#signal.addEventListener('abort', abort, {once: true});
		void this.#exited.then(() => fail('the program has ended'));
		try {
			return await promise;
		} finally {
			clearTimeout(timer);
			this.#drawn.delete(look);
			this.#signal.removeEventListener('abort', abort);
		}
	}

	/** Calls back after everything that was drawn, until the returned function is called. */
	onDrawn(listener: (at: number) => void): () => void {
		this.#drawn.add(listener);
		return () => this.#drawn.delete(listener);
	}

	/** Ends the program, by force where it does not go by itself. */
	async close(): Promise<void> {
		this.#child.kill('SIGTERM');
		const timer = setTimeout(() => this.#child.kill('SIGKILL'), 5000);
		await this.#exited;
		clearTimeout(timer);
		this.#screen.dispose();
	}
}
