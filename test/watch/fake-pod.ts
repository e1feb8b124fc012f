import {PassThrough, type Readable} from 'node:stream';
import type {KubernetesApi, PodContainer, PodLogRequest} from '../../source/kubernetes/api.ts';

/** `2026-11-22T12:15:08.123456789+01:00`: a time as a kubelet writes it, so many seconds after a certain one. */
function stamp(seconds: number, zoneHours: number): string {
	const local = new Date(Date.UTC(2026, 10, 22, 11 + zoneHours, 15) + seconds * 1000).toISOString();
	const zone = zoneHours === 0 ? 'Z' : `${zoneHours < 0 ? '-' : '+'}${String(Math.abs(zoneHours)).padStart(2, '0')}:00`;
	return `${local.slice(0, -1)}456789${zone}`;
}

interface Line {
	readonly seconds: number;
	readonly text: string;
}

/**
 * A pod of one container behind a Kubernetes API: the test says what the container does, and sees what is asked. As with a
 * kubelet, times in requests count in whole seconds, and a log that is followed is not given back before it has a line.
 */
export class FakePod {
	/** What was asked for, in order: `open`, `watch`, `close`, and requests for the log. */
	readonly asked: ('open' | 'watch' | 'close' | PodLogRequest)[] = [];
	readonly #zoneHours: number | 'no times';
	#container: PodContainer | undefined = {isRunning: true, hasLog: true, run: 'a/0'};
	#lines: Line[] = [];
	#followed = new Set<PassThrough>();
	#begin = Promise.withResolvers<void>();
	#listeners = new Set<(container: PodContainer | undefined) => void>();
	#break: (error: Error) => void = () => {};

	/** The zone in which its node writes times. */
	constructor(zoneHours: number | 'no times' = 0) {
		this.#zoneHours = zoneHours;
	}

	/** The requests for the log so far. */
	get reads(): readonly PodLogRequest[] {
		return this.asked.filter(each => typeof each === 'object');
	}

	readonly openApi = async (): Promise<KubernetesApi> => {
		this.asked.push('open');
		return {
			watchPodContainer: (
				_: unknown,
				listener: (container: PodContainer | undefined) => void,
				signal: AbortSignal,
			): Promise<void> => {
				this.asked.push('watch');
				return new Promise((resolve, reject) => {
					this.#break = reject;
					this.#listeners.add(listener);
					signal.addEventListener('abort', () => {
						this.#listeners.delete(listener);
						resolve();
					});
					setImmediate(() => listener(this.#container));
				});
			},
			podLog: (request: PodLogRequest, signal: AbortSignal) => this.#podLog(request, signal),
			close: () => this.asked.push('close'),
		} as unknown as KubernetesApi;
	};

	/** The container, or its pod, is so from now on. */
	become(container: PodContainer | undefined): void {
		this.#container = container;
		for (const listener of this.#listeners) listener(container);
	}

	/** The container starts, with a log of its own. */
	start(run: string): void {
		this.#lines = [];
		this.become({isRunning: true, hasLog: true, run});
	}

	/** The container logs, so many seconds after a certain time. */
	log(seconds: number, ...texts: readonly string[]): void {
		const lines = texts.map((text, index) => ({seconds: seconds + index, text}));
		this.#lines.push(...lines);
		for (const stream of this.#followed) stream.write(this.#written(lines));
		this.#begin.resolve();
	}

	/** The log ends, as it does some time before or after the API knows of the end. */
	endLog(): void {
		for (const stream of this.#followed) stream.end();
		this.#followed.clear();
		this.#begin.resolve();
		this.#begin = Promise.withResolvers();
	}

	/** The container ends. */
	end(): void {
		this.endLog();
		if (this.#container) this.become({...this.#container, isRunning: false});
	}

	/** The connection of the watch, and those of logs, break. */
	breakConnection(): void {
		for (const stream of this.#followed) stream.destroy(new Error('the connection was closed'));
		this.#followed.clear();
		this.#break(new Error('the connection was closed'));
	}

	async #podLog(request: PodLogRequest, signal: AbortSignal): Promise<Readable> {
		this.asked.push(request);
		const {follow, tailLines = Number.POSITIVE_INFINITY, sinceTime = ''} = request;
		const from = Math.floor(Date.parse(sinceTime) / 1000) * 1000;
		const all = this.#lines.filter(({seconds}) => sinceTime === '' || Date.parse(stamp(seconds, 0)) >= from);
		const lines = all.slice(Math.max(0, all.length - tailLines));
		const stream = new PassThrough();
		stream.write(this.#written(lines));
		if (!follow || !this.#container?.isRunning) return stream.end();
		this.#followed.add(stream);
		const aborted = Promise.withResolvers<never>();
		signal.addEventListener('abort', () => {
			this.#followed.delete(stream);
			stream.destroy();
			aborted.reject(signal.reason);
		});
		if (lines.length === 0) await Promise.race([this.#begin.promise, aborted.promise]);
		else aborted.promise.catch(() => {});
		return stream;
	}

	#written(lines: readonly Line[]): string {
		const zone = this.#zoneHours;
		return lines.map(({seconds, text}) => `${zone === 'no times' ? '' : `${stamp(seconds, zone)} `}${text}\n`).join('');
	}
}
