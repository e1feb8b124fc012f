import {spawn} from 'node:child_process';
import {text} from 'node:stream/consumers';

export interface RunOptions {
	readonly env: NodeJS.ProcessEnv;
	readonly signal: AbortSignal;
}

/**
 * Runs a program to its end and gives back what it printed. Aborted, it is asked to end (SIGTERM) and its end is awaited, so
 * that it can take back what it made.
 *
 * @throws with what it said on stderr, when it fails or was aborted.
 */
export async function run(program: string, args: readonly string[], {env, signal}: RunOptions): Promise<string> {
	signal.throwIfAborted();
	const child = spawn(program, args, {env, stdio: ['ignore', 'pipe', 'pipe']});
	const end = () => child.kill('SIGTERM');
	signal.addEventListener('abort', end, {once: true});
	try {
		const closed = new Promise<number | null>((resolve, reject) => {
			child.once('error', reject);
			child.once('close', resolve);
		});
		const [code, stdout, stderr] = await Promise.all([closed, text(child.stdout), text(child.stderr)]);
		signal.throwIfAborted();
		if (code !== 0) throw new Error(`${program} ${args.join(' ')} failed (${code}):\n${stderr.trim()}`);
		return stdout.trim();
	} finally {
		signal.removeEventListener('abort', end);
	}
}
