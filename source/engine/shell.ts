import {once} from 'node:events';
import {Problem} from '../cluster/problem.ts';
import {answer} from './answer.ts';
import type {Engine} from './engine.ts';
import {exitCodeOf} from './exec-stream.ts';

/** The terminal that a shell is given. Nobody else reads from it meanwhile. */
export interface ShellTerminal {
	readonly stdin: NodeJS.ReadStream;
	readonly stdout: NodeJS.WriteStream;
}

/** How a shell has ended. */
export interface ShellEnd {
	/** The exit code of what ran. */
	readonly code: number;
	/** Somebody typed something. */
	readonly isUsed: boolean;
	/** The last line that was on the screen, as it came: hostile. */
	readonly lastLine: string;
}

/** Of what a shell prints, so much of the end is kept for `lastLine`, in bytes. */
const mostKept = 1024;

/** What programs in a shell may have left on: mouse, paste marks, colours, a hidden cursor. */
const resetSequence = '\x1b[?1000l\x1b[?1002l\x1b[?1006l\x1b[?2004l\x1b[0m\x1b[?25h';

/**
 * Runs a command in a running container at a terminal, keys going there as they are typed, until it has ended. Gives back
 * how it ended; throws a Problem where it cannot be started or the connection breaks. Also the size of the terminal goes
 * along. (Docker Engine API 1.41, POST /containers/{id}/exec with Tty.)
 */
export async function runShell(
	engine: Engine,
	container: string,
	command: readonly string[],
	{stdin, stdout}: ShellTerminal,
): Promise<ShellEnd> {
	const subject = `shell in ${container}`;
	const exec = await answer(engine, subject, () =>
		engine.docker.getContainer(container).exec({
			Cmd: [...command],
			AttachStdin: true,
			AttachStdout: true,
			AttachStderr: true,
			Tty: true,
			Env: [`TERM=${process.env.TERM ?? 'xterm'}`],
		}),
	);
	const stream = await answer(engine, subject, () => exec.start({hijack: true, stdin: true, Tty: true}));
	const resize = () => {
		// A shell that has ended in this moment has no size.
		exec.resize({h: stdout.rows, w: stdout.columns}).catch(() => {});
	};
	let isUsed = false;
	let said: Buffer = Buffer.alloc(0);
	const type = (keys: Buffer | string) => {
		isUsed = true;
		stream.write(keys);
	};
	const show = (bytes: Buffer) => {
		said = Buffer.concat([said, bytes]).subarray(-mostKept);
		if (stdout.write(bytes)) return;
		stream.pause();
		stdout.once('drain', () => stream.resume());
	};
	resize();
	stdout.on('resize', resize);
	stdin.setRawMode(true);
	stdin.on('data', type);
	stdin.resume();
	try {
		stream.on('data', show);
		await once(stream, 'end');
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		throw new Problem(subject, `the connection broke: ${reason}`, undefined, {cause: error});
	} finally {
		stdin.off('data', type);
		stdin.pause();
		stdin.setRawMode(false);
		stdout.off('resize', resize);
		stream.destroy();
		stdout.write(resetSequence);
	}
	const lastLine = said.toString().trimEnd().split('\n').at(-1) ?? '';
	return {code: await exitCodeOf(exec), isUsed, lastLine};
}
