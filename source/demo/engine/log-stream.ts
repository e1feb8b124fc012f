import {fixedTime, parseTime} from './clock.ts';
import type {Container} from './container.ts';
import {framed, type LogEntry} from './container-log.ts';
import {badRequest} from './docker-error.ts';
import type {EngineRequest} from './http-request.ts';

/** A client that reads this much slower than the container writes loses its connection rather than our memory. */
const mostBuffered = 16 * 1024 * 1024;

/** What of a log is asked for. */
interface LogQuery {
	readonly streams: ReadonlySet<1 | 2>;
	readonly since: bigint | undefined;
	readonly until: bigint | undefined;
	/** Lines from the end; undefined for all. */
	readonly tail: number | undefined;
	readonly timestamps: boolean;
}

function queryOf(request: EngineRequest): LogQuery {
	const streams = new Set<1 | 2>();
	if (request.flag('stdout')) streams.add(1);
	if (request.flag('stderr')) streams.add(2);
	if (streams.size === 0) throw badRequest('Bad parameters: you must choose at least one stream');
	const tail = request.query.get('tail') ?? 'all';
	return {
		streams,
		since: parseTime(request.query.get('since')),
		until: parseTime(request.query.get('until')),
		tail: /^\d+$/.test(tail) ? Number(tail) : undefined,
		timestamps: request.flag('timestamps'),
	};
}

function wanted({streams, since, until}: LogQuery, {stream, nanos}: LogEntry): boolean {
	return streams.has(stream) && (since === undefined || nanos >= since) && (until === undefined || nanos <= until);
}

function encoded({nanos, stream, data}: LogEntry, timestamps: boolean, tty: boolean): Buffer {
	const line = timestamps ? Buffer.concat([Buffer.from(`${fixedTime(nanos)} `), data]) : data;
	if (tty) return Buffer.from(line.toString().replace(/\r?\n$/, '\r\n'));
	return framed(stream, line);
}

/** Lines of the log so far that the query asks for. The tail counts the lines of both streams, as Docker's does. */
function recent(container: Container, query: LogQuery): LogEntry[] {
	const all = container.log
		.entries()
		.filter(({nanos}) => wanted({...query, streams: new Set([1, 2])}, {nanos, stream: 1, data: Buffer.alloc(0)}));
	const last = query.tail === undefined ? all : query.tail === 0 ? [] : all.slice(-query.tail);
	return last.filter(({stream}) => query.streams.has(stream));
}

/** Answers `GET /containers/{id}/logs`. A log that is followed ends when the container stops, or when it is `until`. */
export async function streamLogs(container: Container, request: EngineRequest): Promise<undefined> {
	const query = queryOf(request);
	const tty = container.config.Tty ?? false;
	const {response, signal} = request;
	request.startStream(tty ? 'application/vnd.docker.raw-stream' : 'application/vnd.docker.multiplexed-stream');
	const write = (entry: LogEntry) => {
		response.write(encoded(entry, query.timestamps, tty));
		if (response.writableLength > mostBuffered) response.destroy();
	};
	for (const entry of recent(container, query)) write(entry);
	if (request.flag('follow') && container.running) {
		const remaining = query.until === undefined ? undefined : Number(query.until / 1_000_000n) - Date.now();
		await follow(container, entry => wanted(query, entry) && write(entry), signal, remaining);
	}
	response.end();
	return undefined;
}

/** Passes on what is logged until the container's present life ends, the client goes, or the time (milliseconds) is over. */
function follow(
	container: Container,
	take: (entry: LogEntry) => void,
	signal: AbortSignal,
	limit: number | undefined,
): Promise<void> {
	return new Promise(resolve => {
		const {process} = container;
		const stops = [
			container.log.subscribe(take),
			container.onChange(() => {
				if (container.process !== process) end();
			}),
		];
		const timer = limit === undefined ? undefined : setTimeout(() => end(), Math.max(0, limit));
		const end = () => {
			clearTimeout(timer);
			for (const stop of stops) stop();
			signal.removeEventListener('abort', end);
			resolve();
		};
		signal.addEventListener('abort', end, {once: true});
		if (signal.aborted) end();
	});
}

/** Answers `POST /containers/{id}/attach`: what it says from now on, and what is typed to it. */
export async function attach(container: Container, request: EngineRequest): Promise<undefined> {
	const tty = container.config.Tty ?? false;
	const stream = request.hijack(tty);
	stream.on('error', () => {});
	const streams = new Set<1 | 2>([
		...(request.flag('stdout') ? [1 as const] : []),
		...(request.flag('stderr') ? [2 as const] : []),
	]);
	const write = (entry: LogEntry) => {
		if (streams.has(entry.stream) && !stream.destroyed) stream.write(encoded(entry, false, tty));
	};
	if (request.flag('logs')) for (const entry of container.log.entries()) write(entry);
	if (!request.flag('stream')) {
		stream.end();
		return undefined;
	}
	// `docker run` attaches before it starts.
	const stops = [container.log.subscribe(write)];
	if (!container.running) await started(container, request.signal);
	if (request.flag('stdin') && container.config.OpenStdin && container.input) stream.pipe(container.input);
	else stream.resume();
	await follow(container, () => {}, request.signal, undefined);
	for (const stop of stops) stop();
	stream.end();
	return undefined;
}

function started(container: Container, signal: AbortSignal): Promise<void> {
	return new Promise(resolve => {
		const done = () => {
			stop();
			signal.removeEventListener('abort', done);
			resolve();
		};
		const stop = container.onChange(() => {
			if (container.status !== 'created') done();
		});
		signal.addEventListener('abort', done, {once: true});
		if (signal.aborted) done();
	});
}
