import {type LogFrame, LogFrames} from '../../engine/log-frames.ts';
import {stampOf} from './log-stamp.ts';
import type {RawLine} from './reader.ts';

const newline = 0x0a;

/** Docker cuts a message after 16 kB and goes on in the next; beyond this much the line is cut here. */
const longestLine = 64 * 1024;

/**
 * Turns what Docker sends for `logs?timestamps=1` into lines: messages, or raw text, which it sends for a container with a
 * terminal, and Kubernetes always. What comes in is only
 * cut into frames; decoding waits until the lines are taken, so that lines nobody will see cost next to nothing.
 */
export class LogDecoder {
	readonly #isText: boolean;
	readonly #messages = new LogFrames();
	/** With a terminal: what has no line break yet. */
	#rest: Buffer = Buffer.alloc(0);
	#frames: LogFrame[] = [];
	#begun: Record<LogFrame['stream'], {time: string; parts: Buffer[]; length: number} | undefined> = {
		stdout: undefined,
		stderr: undefined,
	};

	/** `isText` where lines follow one another without Docker's headers. */
	constructor(isText: boolean) {
		this.#isText = isText;
	}

	/** Lines, or parts of lines, that wait to be taken. */
	get waiting(): number {
		return this.#frames.length;
	}

	push(chunk: Buffer): void {
		if (this.#isText) this.#pushText(chunk);
		else for (const frame of this.#messages.push(chunk)) this.#frames.push(frame);
	}

	#pushText(chunk: Buffer): void {
		const data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
		let position = 0;
		for (let end = data.indexOf(newline); end >= 0; end = data.indexOf(newline, position)) {
			this.#frames.push({stream: 'stdout', bytes: data.subarray(position, end + 1)});
			position = end + 1;
		}
		if (data.length - position > longestLine) {
			this.#frames.push({stream: 'stdout', bytes: data.subarray(position)});
			position = data.length;
		}
		// A copy, so that a few bytes do not hold a large chunk.
		this.#rest = position === data.length ? Buffer.alloc(0) : Buffer.from(data.subarray(position));
	}

	/** Drops all but the newest waiting frames; gives back how many. */
	keepNewest(count: number): number {
		const dropped = Math.max(0, this.#frames.length - count);
		if (dropped > 0) this.#frames = this.#frames.slice(dropped);
		return dropped;
	}

	/** Takes the whole lines that wait. What has no line break yet stays. */
	take(): RawLine[] {
		const frames = this.#frames;
		this.#frames = [];
		const lines: RawLine[] = [];
		for (const frame of frames) {
			const line = this.#decode(frame);
			if (line) lines.push(line);
		}
		return lines;
	}

	/** Takes also what has no line break: the log has ended. */
	end(): RawLine[] {
		const lines = this.take();
		if (this.#rest.length > 0) {
			lines.push(this.#line({stream: 'stdout', bytes: this.#rest}));
		}
		this.#rest = Buffer.alloc(0);
		for (const stream of ['stdout', 'stderr'] as const) {
			const begun = this.#begun[stream];
			this.#begun[stream] = undefined;
			if (begun) lines.push({time: begun.time, raw: Buffer.concat(begun.parts).toString('latin1'), stream});
		}
		return lines;
	}

	#decode(frame: LogFrame): RawLine | undefined {
		const {stream, bytes} = frame;
		const begun = this.#begun[stream];
		const isWhole = bytes.at(-1) === newline;
		if (!begun && isWhole) return this.#line(frame);
		const {time, length} = stampOf(bytes);
		const part = bytes.subarray(length, isWhole ? bytes.length - 1 : bytes.length);
		const line = begun ?? {time, parts: [], length: 0};
		this.#begun[stream] = isWhole ? undefined : line;
		if (line.length < longestLine) {
			// A copy, so that the chunk around it can go.
			line.parts.push(Buffer.from(part));
			line.length += part.length;
		}
		return isWhole ? {time: line.time, raw: Buffer.concat(line.parts).toString('latin1'), stream} : undefined;
	}

	#line({stream, bytes}: LogFrame): RawLine {
		const end = bytes.at(-1) === newline ? bytes.length - 1 : bytes.length;
		const {time, length} = stampOf(bytes);
		return {time, raw: bytes.toString('latin1', length, end), stream};
	}
}
