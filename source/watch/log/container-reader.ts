import type {IncomingMessage} from 'node:http';
import {inspectContainer} from '../../engine/containers.ts';
import type {Engine} from '../../engine/engine.ts';
import {harmless} from '../../engine/harmless.ts';
import {openLog} from '../../engine/log-stream.ts';
import {FollowingReader, type FollowingReaderOptions} from './following-reader.ts';
import {LogDecoder} from './log-decoder.ts';
import {LogPosition} from './log-position.ts';
import {type OlderLines, type ReaderListener, reopenPause, slack} from './reader.ts';

/** Reads one container's log. Whoever hears Docker's events tells it of those. */
export class ContainerReader extends FollowingReader {
	readonly #engine: Engine;
	readonly #id: string;
	#tty = false;
	/** The end of the container that a line has been added for. */
	#markedStop: string | undefined;

	/** Holds at most `capacity` lines that nobody has taken yet. */
	constructor(engine: Engine, id: string, listener: ReaderListener, capacity: number, options: FollowingReaderOptions) {
		super(listener, capacity, options);
		this.#engine = engine;
		this.#id = id;
		void this.run();
	}

	async older(count: number): Promise<OlderLines> {
		const {oldest, known} = this.intake;
		if (!oldest) return {lines: [], isStart: true};
		const until = new LogPosition();
		until.advance(oldest.time);
		// Docker takes the tail first and looks at the time then, so everything behind the wanted lines counts too
		// (moby daemon/logger/loggerutils, tailFiles).
		const stream = await openLog(this.#engine, this.#id, {
			timestamps: true,
			tail: known + count + slack,
			until: until.since,
			signal: this.olderSignal(),
		});
		const decoder = new LogDecoder(this.#tty);
		for await (const chunk of stream as AsyncIterable<Buffer>) {
			decoder.push(chunk);
			decoder.keepNewest(2 * (count + slack + oldest.count));
		}
		const all = decoder.end().filter(({time}) => time !== '' && time <= oldest.time);
		const same = all.filter(({time}) => time === oldest.time).length;
		// Lines of the very same time that are known already are the last of them.
		const older = all.slice(0, all.length - Math.min(same, oldest.count));
		const lines = older.slice(-count);
		this.intake.addOlder(lines);
		return {lines, isStart: older.length < count};
	}

	protected async follow(signal: AbortSignal): Promise<void> {
		while (!signal.aborted) {
			const container = await inspectContainer(this.#engine, this.#id, signal);
			if (!container) return this.#removed();
			this.#tty = container.Config.Tty;
			await this.#read(signal);
			const {wakes} = this.nap;
			const after = await inspectContainer(this.#engine, this.#id, signal);
			if (!after) return this.#removed();
			const {State, Name} = after;
			if (State.Running && !State.Restarting) {
				await this.nap.rest(signal, reopenPause, wakes);
				continue;
			}
			const hasRun = State.Status !== 'created';
			if (hasRun && State.FinishedAt !== this.#markedStop) {
				this.#markedStop = State.FinishedAt;
				this.intake.mark(`${harmless(Name.replace(/^\//, ''))} stopped (exit ${State.ExitCode})`);
			}
			this.intake.become('waiting');
			await this.nap.rest(signal, undefined, wakes);
		}
	}

	#removed(): void {
		this.intake.mark('the container has been removed');
		this.intake.become('failed');
	}

	/** Reads until the log ends. */
	async #read(signal: AbortSignal): Promise<void> {
		const {position} = this.intake;
		const {tail, since} = this;
		const from = position.since ?? (since === undefined ? undefined : since / 1000);
		position.rewind();
		const options = {
			follow: true as const,
			stdout: true,
			stderr: true,
			timestamps: true,
			...(tail !== undefined && {tail}),
			...(from !== undefined && {since: from}),
			abortSignal: signal,
		};
		const stream = (await this.#engine.docker.getContainer(this.#id).logs(options)) as IncomingMessage;
		this.intake.become('following');
		await this.intake.read(stream, new LogDecoder(this.#tty));
	}
}
