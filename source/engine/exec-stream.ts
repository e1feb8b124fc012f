import {Buffer} from 'node:buffer';
import type {Duplex, Writable} from 'node:stream';
import {setTimeout} from 'node:timers/promises';
import type {Exec} from 'dockerode';
import {Problem} from '../cluster/problem.ts';
import {answer} from './answer.ts';
import type {ExecResult} from './containers.ts';
import type {Engine} from './engine.ts';
import {lastWords} from './last-words.ts';
import {LogFrames} from './log-frames.ts';

/** How much of what a command says is kept, in bytes, counted from the end. */
const kept = 64 * 1024;

/** A command that reads from here. */
export interface FedCommand {
	/** Its standard input; ending it is end-of-file. */
	readonly input: Writable;
	/** How it ended, with the end of what it said. Never unhandled. */
	readonly ended: Promise<ExecResult>;
	/** Lets go of it. What it does at the end of its input is its business. */
	close(): void;
}

/** Starts a command in a running container whose standard input comes from here. */
export async function feedCommand(
	engine: Engine,
	container: string,
	command: readonly string[],
	signal?: AbortSignal,
): Promise<FedCommand> {
	const {stream, exitCode} = await attach(engine, container, command, {input: true, signal});
	const ended = (async () => {
		const said = {stdout: Buffer.alloc(0) as Buffer, stderr: Buffer.alloc(0) as Buffer};
		await answer(engine, `command in ${container}`, async () => {
			for await (const frame of framesOf(stream)) {
				said[frame.stream] = Buffer.from(Buffer.concat([said[frame.stream], frame.bytes]).subarray(-kept));
			}
		});
		return {exitCode: await exitCode(), stdout: said.stdout.toString('utf8'), stderr: said.stderr.toString('utf8')};
	})();
	ended.catch(() => {});
	return {input: stream, ended, close: () => stream.destroy()};
}

/**
 * What a command in a running container writes to stdout, as it comes, no faster than it is taken. Throws a Problem with
 * its last words when it fails.
 */
export async function* commandOutput(
	engine: Engine,
	container: string,
	command: readonly string[],
	signal?: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
	const {stream, exitCode} = await attach(engine, container, command, {input: false, signal});
	const abort = () => stream.destroy(signal?.reason as Error);
	signal?.addEventListener('abort', abort, {once: true});
	let stderr: Buffer = Buffer.alloc(0);
	try {
		for await (const frame of framesOf(stream)) {
			if (frame.stream === 'stdout') yield frame.bytes;
			else stderr = Buffer.from(Buffer.concat([stderr, frame.bytes]).subarray(-kept));
		}
		const code = await exitCode();
		if (code !== 0) {
			throw new Problem(
				`node ${container}`,
				`${command[0]} ended with exit code ${code}${lastWords(stderr.toString('utf8'))}`,
			);
		}
	} finally {
		signal?.removeEventListener('abort', abort);
		stream.destroy();
	}
}

async function* framesOf(stream: Duplex) {
	const frames = new LogFrames();
	for await (const chunk of stream as AsyncIterable<Buffer>) yield* frames.push(chunk);
}

/** A command's streams as one raw connection: Docker takes the bytes as they are, and frames what comes back. */
async function attach(
	engine: Engine,
	container: string,
	command: readonly string[],
	{input, signal}: {input: boolean; signal: AbortSignal | undefined},
): Promise<{stream: Duplex; exitCode: () => Promise<number>}> {
	return answer(engine, `command in ${container}`, async () => {
		const exec = await engine.docker.getContainer(container).exec({
			Cmd: [...command],
			AttachStdin: input,
			AttachStdout: true,
			AttachStderr: true,
			...(signal ? {abortSignal: signal} : {}),
		});
		// Without the signal: what is under way ends in order, so that the command does not take a part for the whole.
		const stream = await exec.start({hijack: true, stdin: input});
		// Without input, its end is said at once: some engines wait for it.
		if (!input) stream.end();
		return {stream, exitCode: () => exitCodeOf(exec)};
	});
}

/** The engine may close a command's output a moment before it has noted how it ended. */
export async function exitCodeOf(exec: Exec): Promise<number> {
	for (let round = 0; round < 20; round++) {
		const {Running, ExitCode} = await exec.inspect();
		if (!Running) return ExitCode ?? -1;
		await setTimeout(100);
	}
	return -1;
}
