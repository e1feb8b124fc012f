import type {KubernetesApi} from '../../kubernetes/api.ts';
import {Nap} from '../nap.ts';
import type {LogOptions, LogSource} from './log.ts';
import {LogDecoder} from './log-decoder.ts';
import {LogIntake} from './log-intake.ts';
import {type LogReader, type OlderLines, olderTime, type ReaderListener, retryPause, slack} from './reader.ts';

type PodSource = Extract<LogSource, {readonly kind: 'pod'}>;

export interface PodReaderOptions extends LogOptions {
	readonly tail: number;
	/** Opens the Kubernetes API of a cluster, by its name. Throws where that is gone or cannot be reached. */
	readonly openApi: (cluster: string, signal: AbortSignal) => Promise<KubernetesApi>;
}

/** A container that has ended starts again some time after: Kubernetes waits longer every time. */
const reopenPause = 2000;

/** Reads the log of one container of a pod by the Kubernetes API. */
export class PodReader implements LogReader {
	readonly #source: PodSource;
	readonly #options: PodReaderOptions;
	readonly #intake: LogIntake;
	readonly #closed = new AbortController();
	readonly #nap = new Nap();
	#begun = false;

	/** Holds at most `capacity` lines that nobody has taken yet. */
	constructor(source: PodSource, listener: ReaderListener, capacity: number, options: PodReaderOptions) {
		this.#source = source;
		this.#intake = new LogIntake(listener, capacity);
		this.#options = options;
		void this.#run();
	}

	state() {
		return this.#intake.state;
	}

	take() {
		return this.#intake.take();
	}

	/** The API knows no end to read until: what is behind the wanted lines is read again, and left out. */
	async older(count: number): Promise<OlderLines> {
		const signal = AbortSignal.any([this.#closed.signal, AbortSignal.timeout(olderTime)]);
		const {cluster, ...container} = this.#source;
		const api = await this.#options.openApi(cluster, signal);
		try {
			const stream = await api.podLog({...container, tailLines: this.#intake.known + count + slack}, signal);
			const decoder = new LogDecoder(true);
			for await (const chunk of stream as AsyncIterable<Buffer>) decoder.push(chunk);
			const all = decoder.end().filter(({time}) => time !== '');
			// What was logged in the meantime stands at the end as well; it is known by then.
			const older = all.slice(0, Math.max(0, all.length - this.#intake.known));
			const lines = older.slice(-count);
			this.#intake.addOlder(lines);
			return {lines, isStart: older.length < count};
		} finally {
			api.close();
		}
	}

	pause(): void {
		this.#intake.pause();
	}

	resume(): void {
		this.#intake.resume();
	}

	wake(): void {
		this.#nap.wake();
	}

	close(): void {
		this.#intake.close();
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
				if (previous) return this.#intake.become('waiting');
				const found = await api.podContainer({namespace, pod, container}, signal);
				if (!found) {
					this.#intake.mark(`pod ${namespace}/${pod} is gone`);
					return this.#intake.become('failed');
				}
				if (!found.isRunning) this.#intake.become('waiting');
				await this.#nap.rest(signal, reopenPause, wakes);
			} catch {
				if (signal.aborted) return;
				this.#intake.become('failed');
				await this.#nap.rest(signal, retryPause, wakes);
			} finally {
				api?.close();
			}
		}
	}

	async #read(api: KubernetesApi, signal: AbortSignal): Promise<void> {
		const {cluster: _, ...container} = this.#source;
		const {position} = this.#intake;
		const since = position.time ?? (this.#options.since && new Date(this.#options.since).toISOString());
		position.rewind();
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
		await this.#intake.read(stream, new LogDecoder(true));
	}
}
