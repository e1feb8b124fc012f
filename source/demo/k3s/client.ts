import type {Api, ApiAnswer, ApiRequest} from './api.ts';
import {systemUser} from './authentication.ts';
import {StatusError} from './status-error.ts';
import {parseWatchLine, type WatchEvent} from './watch.ts';

/** How a kubelet talks to the API, over the network or within the server's own process. */
export interface Client {
	/**
	 * Sends a request and returns the JSON of its answer.
	 * @throws StatusError for answers that are errors, Node's errors when nobody answers
	 */
	request(method: string, path: string, body?: unknown, contentType?: string): Promise<unknown>;
	/** Delivers the events of a watch until it ends or the signal aborts. */
	watch(path: string, onEvent: (event: WatchEvent) => void, signal: AbortSignal): Promise<void>;
}

/** Splits text that arrives in pieces into lines. */
export function lineSplitter(onLine: (line: string) => void): (chunk: string | Buffer) => void {
	let rest = '';
	return chunk => {
		const lines = (rest + chunk.toString()).split('\n');
		rest = lines.pop() ?? '';
		for (const line of lines) if (line) onLine(line);
	};
}

/** A request as if it had come over the network, from the cluster itself. */
export function internalRequest(
	method: string,
	url: string,
	options: {body?: unknown; contentType?: string; signal: AbortSignal},
): ApiRequest {
	const {pathname, searchParams} = new URL(url, 'https://localhost');
	return {
		method,
		path: pathname,
		query: searchParams,
		accept: 'application/json',
		contentType: options.contentType ?? 'application/json',
		body: options.body === undefined ? undefined : Buffer.from(JSON.stringify(options.body)),
		user: systemUser,
		signal: options.signal,
	};
}

/**
 * A client of the API in the same process.
 * @param handle `Api.handle`, or the server's own that also forwards writes to the leader
 */
export function localClient(handle: Api['handle'], life: AbortSignal): Client {
	const answerOf = async (request: ApiRequest): Promise<ApiAnswer> => {
		const answer = await handle(request);
		if (answer.status >= 400) throw StatusError.from(answer.status, answer.json ?? answer.body);
		return answer;
	};
	return {
		async request(method, path, body, contentType) {
			const options = {body, signal: life, ...(contentType && {contentType})};
			return (await answerOf(internalRequest(method, path, options))).json;
		},
		async watch(path, onEvent, signal) {
			const {stream} = await answerOf(internalRequest('GET', path, {signal: AbortSignal.any([signal, life])}));
			await stream?.(lineSplitter(line => onEvent(parseWatchLine(line))));
		},
	};
}
