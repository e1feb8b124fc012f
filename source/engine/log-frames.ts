/** A message as a container wrote it: mostly a line, or up to 16 kB of one. */
export interface LogFrame {
	readonly stream: 'stdout' | 'stderr';
	readonly bytes: Buffer;
}

const headerLength = 8;

/**
 * Takes the log of a container without a terminal apart: Docker puts 8 bytes before every message, which say where it was
 * written to and how long it is. Source: Docker Engine API 1.41, ContainerAttach, "Stream format".
 */
export class LogFrames {
	#rest: Buffer = Buffer.alloc(0);

	/** Takes what has come; gives back the messages that are whole now. */
	push(chunk: Buffer): LogFrame[] {
		const frames: LogFrame[] = [];
		const data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
		let position = 0;
		while (position + headerLength <= data.length) {
			const end = position + headerLength + data.readUInt32BE(position + 4);
			if (end > data.length) break;
			const stream = data[position] === 2 ? 'stderr' : 'stdout';
			frames.push({stream, bytes: data.subarray(position + headerLength, end)});
			position = end;
		}
		// A copy, so that a few bytes do not hold a large chunk.
		this.#rest = position === data.length ? Buffer.alloc(0) : Buffer.from(data.subarray(position));
		return frames;
	}
}
