import type {ChildProcessWithoutNullStreams} from 'node:child_process';
import {Duplex} from 'node:stream';
import type {Problem} from '../../cluster/problem.ts';

/** As much as is kept of what a program says on standard error, in characters. */
const mostSaid = 4096;

/**
 * A program's standard input and output as one connection, which ends when the program does. When that fails, so does
 * the connection, with what `explain` makes of the exit code and of standard error. Has what an HTTP agent asks of a socket.
 */
export class ProgramSocket extends Duplex {
	readonly #child: ChildProcessWithoutNullStreams;

	constructor(
		child: ChildProcessWithoutNullStreams,
		explain: (code: number | null, stderr: string, error?: Error) => Problem,
	) {
		super({allowHalfOpen: true});
		this.#child = child;
		let said = '';
		child.stderr.setEncoding('utf8').on('data', (text: string) => {
			said = (said + text).slice(-mostSaid);
		});
		child.stdout.on('data', (chunk: Buffer) => {
			if (!this.push(chunk)) child.stdout.pause();
		});
		// Writing to a program that has ended fails; why it ended is told by its exit.
		child.stdin.on('error', () => {});
		child.on('error', error => this.destroy(explain(null, said, error)));
		child.on('close', code => {
			if (code === 0) this.push(null);
			else this.destroy(explain(code, said));
		});
	}

	override _read(): void {
		this.#child.stdout.resume();
	}

	override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
		// What cannot be written any more is no failure of its own: `close` follows, and knows the reason.
		this.#child.stdin.write(chunk, () => done());
	}

	override _final(done: (error?: Error | null) => void): void {
		this.#child.stdin.end(() => done());
	}

	override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
		this.#child.kill();
		done(error);
	}

	setTimeout(): this {
		return this;
	}

	setNoDelay(): this {
		return this;
	}

	setKeepAlive(): this {
		return this;
	}

	ref(): this {
		this.#each(part => part.ref());
		return this;
	}

	unref(): this {
		this.#each(part => part.unref());
		return this;
	}

	#each(work: (part: {ref(): void; unref(): void}) => void): void {
		const {stdin, stdout, stderr} = this.#child;
		// Pipes to a child are sockets, whatever their types say.
		for (const part of [this.#child, stdin, stdout, stderr]) work(part as unknown as {ref(): void; unref(): void});
	}
}
