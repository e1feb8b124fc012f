import {Buffer} from 'node:buffer';
import type {Readable} from 'node:stream';
import {answer} from './answer.ts';
import type {Engine} from './engine.ts';

export interface LogOptions {
	/** Goes on with what is logged from now on, until the container stops. */
	readonly follow: boolean;
	/** How many of the last lines; undefined for all. */
	readonly tail: number | undefined;
	/** Seconds since the epoch; undefined for the beginning. */
	readonly since: number | undefined;
	/** Puts Docker's time before every line. */
	readonly timestamps: boolean;
	readonly signal: AbortSignal;
}

/**
 * What a container logged on stdout and stderr, in the order Docker has it, as it comes: pieces of any length, raw. The
 * stream is read no faster than the pieces are taken, so a log of any size needs little memory.
 */
export async function* readLog(engine: Engine, container: string, options: LogOptions): AsyncGenerator<Buffer> {
	const {signal, tail, since, ...query} = options;
	const stream = await answer(
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
						abortSignal: signal,
						options: {
							...query,
							stdout: true,
							stderr: true,
							tail: tail ?? 'all',
							...(since === undefined ? {} : {since}),
						},
					},
					(error, response) => (error ? reject(error) : resolve(response as Readable)),
				);
			}),
	);
	try {
		yield* withoutHeaders(stream);
	} finally {
		stream.destroy();
	}
}

/**
 * Takes out the 8 bytes before every piece, which say where it was written to and how long it is. Source: Docker
 * Engine API 1.41, "Stream format" of attach, for containers without a terminal, as all of k3d's are.
 */
async function* withoutHeaders(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
	let left = 0;
	let rest: Buffer = Buffer.alloc(0);
	for await (const chunk of stream) {
		rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
		while (rest.length > 0) {
			if (left === 0) {
				if (rest.length < 8) break;
				left = rest.readUInt32BE(4);
				rest = rest.subarray(8);
				continue;
			}
			const piece = rest.subarray(0, left);
			left -= piece.length;
			rest = rest.subarray(piece.length);
			yield piece;
		}
	}
}
