import type {KubernetesApi, PodContainer} from '../../kubernetes/api.ts';
import {Nap} from '../nap.ts';
import {FollowingReader, type FollowingReaderOptions} from './following-reader.ts';
import type {LogSource} from './log.ts';
import {LogDecoder} from './log-decoder.ts';
import {type OlderLines, type ReaderListener, reopenPause, retryPause, slack} from './reader.ts';

type PodSource = Extract<LogSource, {readonly kind: 'pod'}>;

export interface PodReaderOptions extends FollowingReaderOptions {
	/** Opens the Kubernetes API of a cluster, by its name. Throws where that is gone or cannot be reached. */
	readonly openApi: (cluster: string, signal: AbortSignal) => Promise<KubernetesApi>;
}

/** A log that does not begin for so long has no line yet: a kubelet answers with the first one. In milliseconds. */
const silence = 1000;

/**
 * Reads the log of one container of a pod by the Kubernetes API. A watch of the pod tells when there is one to read, so
 * that nothing is asked while the container does not run.
 */
export class PodReader extends FollowingReader {
	readonly #source: PodSource;
	readonly #openApi: PodReaderOptions['openApi'];
	/** Ends with a change of the container. */
	readonly #unchanged = new Nap();
	/** What the log is followed with. */
	#api: KubernetesApi | undefined;
	/** As the watch has told last; undefined before. */
	#container: PodContainer | 'gone' | undefined;
	/** The run of the container whose log has been read to its end. */
	#readRun: string | undefined;
	#isMarkedGone = false;

	/** Holds at most `capacity` lines that nobody has taken yet. */
	constructor(source: PodSource, listener: ReaderListener, capacity: number, options: PodReaderOptions) {
		super(listener, capacity, options);
		this.#source = source;
		this.#openApi = options.openApi;
		void this.run();
	}

	/** The API knows no end to read until: what is behind the wanted lines is read again, and left out. */
	async older(count: number): Promise<OlderLines> {
		const signal = this.olderSignal();
		const {cluster, ...container} = this.#source;
		const followed = this.#api;
		const api = followed ?? (await this.#openApi(cluster, signal));
		try {
			const stream = await api.podLog({...container, tailLines: this.intake.known + count + slack}, signal);
			const decoder = new LogDecoder(true);
			for await (const chunk of stream as AsyncIterable<Buffer>) decoder.push(chunk);
			const all = decoder.end().filter(({time}) => time !== '');
			// What was logged in the meantime stands at the end as well; it is known by then.
			const older = all.slice(0, Math.max(0, all.length - this.intake.known));
			const lines = older.slice(-count);
			this.intake.addOlder(lines);
			return {lines, isStart: older.length < count};
		} finally {
			if (api !== followed) api.close();
		}
	}

	protected async follow(signal: AbortSignal): Promise<void> {
		const {cluster, namespace, pod, container, previous} = this.#source;
		const api = await this.#openApi(cluster, signal);
		this.#api = api;
		try {
			if (previous) {
				// It has ended, and is the same for ever.
				await this.#read(api, signal);
				return this.intake.become('waiting');
			}
			this.#container = undefined;
			const lost = new AbortController();
			const within = AbortSignal.any([signal, lost.signal]);
			const watching = api
				.watchPodContainer({namespace, pod, container}, found => this.#see(found), within)
				.catch((error: unknown) => lost.abort(error));
			await this.#readRuns(api, within);
			await watching;
			within.throwIfAborted();
		} finally {
			this.#api = undefined;
			api.close();
		}
	}

	#see(found: PodContainer | undefined): void {
		const before = this.#container;
		this.#container = found ?? 'gone';
		if (!isSame(before, this.#container)) this.#unchanged.wake();
	}

	/** Reads the log of each run of the container, until the signal. */
	async #readRuns(api: KubernetesApi, signal: AbortSignal): Promise<void> {
		while (!signal.aborted) {
			const {wakes} = this.#unchanged;
			const container = this.#container;
			let pause: number | undefined;
			if (hasNews(container, this.#readRun)) pause = await this.#readLog(api, container, signal);
			else this.#showState();
			await this.#unchanged.rest(signal, pause, wakes);
		}
	}

	/** Reads until the log ends. Gives back for how long it may not be asked for again while nothing changes. */
	async #readLog(api: KubernetesApi, {run}: PodContainer, signal: AbortSignal): Promise<number> {
		if (this.intake.state === 'waiting') this.#showState();
		try {
			await this.#read(api, signal);
			this.#readRun = run;
			this.#showState();
			return reopenPause;
		} catch {
			// Without the watch, all of it begins again.
			if (!signal.aborted) this.intake.become('failed');
			return retryPause;
		}
	}

	async #read(api: KubernetesApi, signal: AbortSignal): Promise<void> {
		const {cluster: _, ...container} = this.#source;
		const {position} = this.intake;
		const {tail, since} = this;
		const sinceTime = position.time ?? (since === undefined ? undefined : new Date(since).toISOString());
		position.rewind();
		const request = {
			...container,
			follow: !this.#source.previous,
			...(tail !== undefined && {tailLines: tail}),
			...(sinceTime !== undefined && {sinceTime}),
		};
		const timer = setTimeout(() => this.#showState(), silence);
		const stream = await api.podLog(request, signal).finally(() => clearTimeout(timer));
		this.#showState();
		await this.intake.read(stream, new LogDecoder(true));
	}

	#showState(): void {
		const container = this.#container;
		if (container === undefined) return;
		const isGone = container === 'gone';
		const {namespace, pod} = this.#source;
		if (isGone && !this.#isMarkedGone) this.intake.mark(`pod ${namespace}/${pod} is gone`);
		this.#isMarkedGone = isGone;
		if (isGone) this.intake.become('failed');
		else this.intake.become(container.isRunning ? 'following' : 'waiting');
	}
}

/** Whether a container has a log that may have lines which have not been read. */
function hasNews(container: PodContainer | 'gone' | undefined, readRun: string | undefined): container is PodContainer {
	if (container === undefined || container === 'gone') return false;
	return container.hasLog && (container.isRunning || container.run !== readRun);
}

function isSame(before: PodContainer | 'gone' | undefined, now: PodContainer | 'gone'): boolean {
	if (before === undefined || before === 'gone' || now === 'gone') return before === now;
	return before.run === now.run && before.isRunning === now.isRunning && before.hasLog === now.hasLog;
}
