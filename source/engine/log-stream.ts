import {Buffer} from 'node:buffer';
import type {Readable} from 'node:stream';
import {answer} from './answer.ts';
import type {Engine} from './engine.ts';
import {harmless} from './harmless.ts';
import {LogFrames} from './log-frames.ts';

/** Which part of a log is read. */
export interface LogOptions {
	/** Goes on with what is logged from now on, until the container stops. */
	readonly follow?: boolean;
	/** How many of the last lines; undefined for all. */
	readonly tail?: number | undefined;
	/** Seconds since the epoch; undefined for the beginning. */
	readonly since?: number | undefined;
	/** Only what was logged until then, in seconds since the epoch with up to nine decimals. */
	readonly until?: string | undefined;
	/** Puts Docker's time before every line. */
	readonly timestamps?: boolean;
	readonly signal?: AbortSignal;
}

/**
 * What a container logged on stdout and stderr, in the order Docker has it, as it comes: message by message, raw. For
 * containers without a terminal, as all of k3d's are. The stream is read no faster than the messages are taken, so a log
 * of any size needs little memory.
 */
export async function* readLog(engine: Engine, container: string, options: LogOptions): AsyncGenerator<Buffer> {
	const stream = await openLog(engine, container, options);
	try {
		const frames = new LogFrames();
		for await (const chunk of stream as AsyncIterable<Buffer>) {
			for (const {bytes} of frames.push(chunk)) yield bytes;
		}
	} finally {
		stream.destroy();
	}
}

/** The same as Docker sends it: messages with headers, or raw text for a container with a terminal. The caller destroys it. */
export async function openLog(engine: Engine, container: string, options: LogOptions): Promise<Readable> {
	const {signal, follow = false, tail = 'all', since, until, timestamps = false} = options;
	return answer(
		engine,
		`log of ${container}`,
		() =>
			new Promise<Readable>((resolve, reject) => {
				// dockerode's own call would hold a log that is not followed in memory as a whole.
				engine.docker.modem.dial(
					{
						path: `/containers/${encodeURIComponent(container)}/logs?`,
						method: 'GET',
						isStream: true,
						statusCodes: {200: true, 404: 'no such container', 500: 'server error'},
						...(signal && {abortSignal: signal}),
						options: {
							follow,
							timestamps,
							stdout: true,
							stderr: true,
							tail,
							...(since === undefined ? {} : {since}),
							...(until === undefined ? {} : {until}),
						},
					},
					(error, response) => (error ? reject(error) : resolve(response as Readable)),
				);
			}),
	);
}

/** Waits until a container logs a text; false where its log ends before, as it does with the container. */
export async function isLogged(
	engine: Engine,
	container: string,
	text: string,
	options: Pick<LogOptions, 'since' | 'signal'>,
): Promise<boolean> {
	let tail = '';
	try {
		for await (const bytes of readLog(engine, container, {...options, follow: true})) {
			tail = (tail + bytes.toString('latin1')).slice(-4096);
			if (tail.includes(text)) return true;
		}
	} catch (error) {
		options.signal?.throwIfAborted();
		throw error;
	}
	return false;
}

/** The last lines a container logged, oldest first, harmless to print. */
export async function lastLogLines(engine: Engine, container: string, count: number): Promise<string[]> {
	const pieces: Buffer[] = [];
	for await (const piece of readLog(engine, container, {tail: count})) pieces.push(piece);
	return Buffer.concat(pieces)
		.toString('utf8')
		.split('\n')
		.map(line => harmless(line).trimEnd())
		.filter(line => line !== '')
		.slice(-count);
}
