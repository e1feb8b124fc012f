import type {Readable} from 'node:stream';
import type {KubernetesApi} from '../../kubernetes/api.ts';
import {Nap} from '../nap.ts';
import type {LogOptions, LogSource} from './log.ts';
import {LogDecoder} from './log-decoder.ts';
import {LogPosition} from './log-position.ts';
import type {LogReader, OlderLines, RawLine, ReaderListener, TakenLines} from './reader.ts';

type PodSource = Extract<LogSource, {readonly kind: 'pod'}>;

export interface PodReaderOptions extends LogOptions {
	readonly tail: number;
	/** Opens the Kubernetes API of a cluster, by its name. Throws where that is gone or cannot be reached. */
	readonly openApi: (cluster: string, signal: AbortSignal) => Promise<KubernetesApi>;
}

/** A container that has ended starts again some time after: Kubernetes waits longer every time. */
const reopenPause = 2000;
const retryPause = 5000;
const olderTime = 15_000;
const slack = 100;

/** Reads the log of one container of a pod by the Kubernetes API. */
export class PodReader implements LogReader {
	readonly #source: PodSource;
	readonly #listener: ReaderListener;
	readonly #capacity: number;
	readonly #options: PodReaderOptions;
	readonly #position = new LogPosition();
	readonly #closed = new AbortController();
	readonly #nap = new Nap();
	#state: ReturnType<LogReader['state']> = 'loading';
	#begun = false;
	#paused = false;
	#stream: Readable | undefined;
	#decoder: LogDecoder | undefined;
	#ready: RawLine[] = [];
	#skipped = 0;
	/** Lines that lie behind the oldest one that is known, that one included. */
	#known = 0;

	constructor(source: PodSource, listener: ReaderListener, capacity: number, options: PodReaderOptions) {
		this.#source = source;
		this.#listener = listener;
		this.#capacity = capacity;
		this.#options = options;
		void this.#run();
	}

	state(): ReturnType<LogReader['state']> {
		return this.#state;
	}

	take(): TakenLines {
		this.#absorb(this.#decoder?.take() ?? []);
		const taken = {lines: this.#ready, skipped: this.#skipped};
		this.#ready = [];
		this.#skipped = 0;
		return taken;
	}

	/** The API knows no end to read until: what is behind the wanted lines is read again, and left out. */
	async older(count: number): Promise<OlderLines> {
		const signal = AbortSignal.any([this.#closed.signal, AbortSignal.timeout(olderTime)]);
		const {cluster, ...container} = this.#source;
		const api = await this.#options.openApi(cluster, signal);
		try {
			const known = this.#known;
			const stream = await api.podLog({...container, tailLines: known + count + slack}, signal);
			const decoder = new LogDecoder(true);
			for await (const chunk of stream as AsyncIterable<Buffer>) decoder.push(chunk);
			const all = decoder.end();
			// What was logged in the meantime stands at the end as well; it is known by then.
			const older = all.slice(0, Math.max(0, all.length - this.#known));
			const lines = older.slice(-count);
			this.#known += lines.length;
			return {lines, isStart: older.length < count};
		} finally {
			api.close();
		}
	}

	pause(): void {
		this.#paused = true;
		this.#stream?.pause();
	}

	resume(): void {
		this.#paused = false;
		this.#stream?.resume();
	}

	wake(): void {
		this.#nap.wake();
	}

	close(): void {
		this.#closed.abort();
	}

	async #run(): Promise<void> {
		const {signal} = this.#closed;
		const {cluster, namespace, pod, container, previous} = this.#source;
		while (!signal.aborted) {
			const wakes = this.#nap.wakes;
			let api: KubernetesApi | undefined;
			try {
				api = await this.#options.openApi(cluster, signal);
				await this.#read(api, signal);
				if (previous) return this.#become('waiting');
				const found = await api.podContainer({namespace, pod, container}, signal);
				if (!found) {
					this.#mark(`pod ${namespace}/${pod} is gone`);
					return this.#become('failed');
				}
				if (!found.isRunning) this.#become('waiting');
				await this.#nap.rest(signal, reopenPause, wakes);
			} catch {
				if (signal.aborted) return;
				this.#become('failed');
				await this.#nap.rest(signal, retryPause, wakes);
			} finally {
				api?.close();
			}
		}
	}

	async #read(api: KubernetesApi, signal: AbortSignal): Promise<void> {
		const {cluster: _, ...container} = this.#source;
		const since = this.#position.time ?? (this.#options.since && new Date(this.#options.since).toISOString());
		this.#position.rewind();
		const stream = await api.podLog(
			{
				...container,
				follow: !this.#source.previous,
				...(this.#begun ? {} : {tailLines: this.#options.tail}),
				...(since && {sinceTime: since}),
			},
			signal,
		);
		this.#begun = true;
		const decoder = new LogDecoder(true);
		this.#stream = stream;
		this.#decoder = decoder;
		this.#become('following');
		let isWhole = false;
		try {
			await new Promise<void>((resolve, reject) => {
				stream.on('data', (chunk: Buffer) => {
					decoder.push(chunk);
					if (decoder.waiting > 2 * this.#capacity) {
						const skipped = decoder.keepNewest(this.#capacity);
						this.#skipped += skipped;
						this.#known += skipped;
					}
					this.#listener.waiting();
				});
				stream.once('end', resolve).once('error', reject);
				stream.once('close', () => reject(new Error('the connection was closed')));
				if (this.#paused) stream.pause();
			});
			isWhole = true;
		} finally {
			this.#stream = undefined;
			this.#decoder = undefined;
			const rest = isWhole ? decoder.end() : decoder.take();
			this.#absorb(rest);
			if (!signal.aborted && rest.length > 0) this.#listener.waiting();
		}
	}

	#absorb(lines: readonly RawLine[]): void {
		for (const line of lines) {
			if (!this.#position.advance(line.time)) continue;
			this.#ready.push(line);
			this.#known++;
		}
	}

	#mark(text: string): void {
		this.#ready.push({time: '', raw: Buffer.from(`— ${text} —`).toString('latin1'), stream: 'k3dui'});
		this.#listener.waiting();
	}

	#become(state: ReturnType<LogReader['state']>): void {
		if (state === this.#state) return;
		this.#state = state;
		if (!this.#closed.signal.aborted) this.#listener.changed();
	}
}
